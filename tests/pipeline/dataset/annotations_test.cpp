#include "pipeline/dataset/devkit.h"
#include "pipeline/dataset/kaggle.h"
#include "tests/pipeline/dataset/ilsvrc_files.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class Function>
std::string error_from(const Function& function) {
  try {
    static_cast<void>(function());
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::data) << error.what();
    return error.what();
  }
  return "";
}

std::string golden(const std::string& name) { return GOLDEN_FOLDER + ("/" + name); }

class MetaMatFile : public DatasetFiles {
 protected:
  static std::string bytes_of_golden(const std::string& name) {
    std::ifstream in(golden(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string error_of_bytes(const std::string& bytes) const {
    const fs::path path = write("x.mat", bytes);
    return error_from([&] { return read_meta_mat(path.string()); });
  }
};

TEST_F(MetaMatFile, HoldsWhatSciPyWroteCompressedOrNot) {
  for (const char* name : {"meta.mat", "meta_plain.mat"}) {
    const std::vector<Synset> synsets = read_meta_mat(golden(name));
    ASSERT_EQ(synsets.size(), 13U);
    for (std::size_t i = 0; i < kWnids.size(); ++i) {
      EXPECT_EQ(synsets[i].id, static_cast<std::int64_t>(i + 1));
      EXPECT_EQ(synsets[i].wnid, kWnids[i]);
      EXPECT_EQ(synsets[i].children, 0);
    }
    EXPECT_EQ(synsets[10].wnid, "n00001740");
    EXPECT_EQ(synsets[10].children, 3);
  }
}

TEST_F(MetaMatFile, ErrorOtherFiles) {
  EXPECT_THAT(error_of_bytes(""), HasSubstr("x.mat: is too short for a MAT file"));
  EXPECT_THAT(error_of_bytes(std::string(4000, 'x')), HasSubstr("is no MAT file of version 5"));
  std::string other = bytes_of_golden("meta_plain.mat");
  other.replace(other.find("synsets"), 7, "sinsets");
  EXPECT_THAT(error_of_bytes(other), HasSubstr("x.mat: has no variable 'synsets'"));
  std::string field = bytes_of_golden("meta_plain.mat");
  field.replace(field.find("WNID"), 4, "XNID");
  EXPECT_THAT(error_of_bytes(field), HasSubstr("x.mat: synsets(1) has no field 'WNID'"));
  other = bytes_of_golden("meta_plain.mat");
  other.resize(17 << 20);
  EXPECT_THAT(error_of_bytes(other), HasSubstr("has 17825792 bytes; allowed: at most 16777216"));
}

/// Without its end a file gives an error, or the table where only padding is missing.
TEST_F(MetaMatFile, ATruncatedFileIsAnErrorOrHarmless) {
  for (const char* name : {"meta.mat", "meta_plain.mat"}) {
    const std::string whole = bytes_of_golden(name);
    for (std::size_t keep = 0; keep < whole.size(); keep += 37) {
      const std::string error = error_of_bytes(whole.substr(0, keep));
      if (keep >= whole.size() * 3 / 4) continue;
      EXPECT_THAT(error, HasSubstr("x.mat: ")) << keep;
    }
  }
}

TEST(GroundTruth, IsOneNumberALine) {
  EXPECT_THAT(parse_ground_truth("490\n361\r\n 1\n\n", "g"), ElementsAre(490, 361, 1));
  EXPECT_THAT(parse_ground_truth("7", "g"), ElementsAre(7));
  EXPECT_THAT(parse_ground_truth("", "g"), ElementsAre());
}

TEST(GroundTruth, ErrorAtTheLine) {
  for (const char* line : {"x", "0", "-3", "1 2", "99999999999"}) {
    EXPECT_THAT(
        error_from([&] { return parse_ground_truth("5\n" + std::string(line) + "\n", "g"); }),
        HasSubstr("g:2: got '" + std::string(line) + "'; allowed: an ILSVRC2012_ID"));
  }
  EXPECT_THAT(error_from([] { return parse_ground_truth("1\n\n2\n", "g"); }),
              HasSubstr("g:3: comes after a blank line"));
}

std::vector<Synset> three() { return {{2, "n1", 0}, {1, "n3", 0}, {4, "n0", 2}, {3, "n2", 0}}; }

TEST(Devkit, ClassesAreTheChildlessInByteOrder) {
  const DevkitClasses classes = devkit_classes(three(), "m");
  EXPECT_THAT(classes.sorted, ElementsAre("n1", "n2", "n3"));
  EXPECT_THAT(classes.wnids, ElementsAre("n3", "n1", "n2"));
  const Annotations annotations = devkit_annotations(classes, {1, 2, 3, 1}, "g");
  EXPECT_EQ(annotations.validation.at("ILSVRC2012_val_00000001"), 2);
  EXPECT_EQ(annotations.validation.at("ILSVRC2012_val_00000002"), 0);
  EXPECT_EQ(annotations.validation.at("ILSVRC2012_val_00000003"), 1);
  EXPECT_EQ(annotations.validation.at("ILSVRC2012_val_00000004"), 2);
}

TEST(Devkit, ErrorNumbersThatAreNone) {
  const auto error_with = [](std::int64_t id, const std::string& wnid) {
    std::vector<Synset> synsets = three();
    synsets[0] = {id, wnid, 0};
    return error_from([&] { return devkit_classes(synsets, "m"); });
  };
  EXPECT_THAT(error_with(4, "n1"), HasSubstr("m: n1 has the ILSVRC2012_ID 4; allowed for a class "
                                             "without children: 1 to 3"));
  EXPECT_THAT(error_with(0, "n1"), HasSubstr("allowed for a class without children: 1 to 3"));
  EXPECT_THAT(error_with(1, "n1"), HasSubstr("m: n3 has the ILSVRC2012_ID 1, as has n1"));
  EXPECT_THAT(error_with(2, "n2"), HasSubstr("m: the class n2 occurs twice"));
  EXPECT_THAT(error_from([] {
                return devkit_classes({{1, "n1", 5}}, "m");
              }),
              HasSubstr("m: holds no class without children"));
  EXPECT_THAT(error_from([] {
                return devkit_annotations(devkit_classes(three(), "m"), {1, 4}, "g");
              }),
              HasSubstr("g:2: the ILSVRC2012_ID 4 stands for no class; allowed: 1 to 3"));
}

TEST(Kaggle, ReadsItsTables) {
  EXPECT_THAT(parse_synset_mapping("n2 b, c\nn1 a\r\n\n", "m"), ElementsAre("n1", "n2"));
  const auto solution = parse_val_solution(
      "ImageId,PredictionString\nv2,n2 1 2 3 4 n1 1 2 3 4 \nv1,n1 0 0 1 1\n", "s");
  ASSERT_EQ(solution.size(), 2U);
  const Annotations known = kaggle_annotations({"n0", "n1", "n2"}, solution, "s");
  EXPECT_EQ(known.validation.at("v2"), 2);
  EXPECT_EQ(known.validation.at("v1"), 1);
  EXPECT_THAT(kaggle_annotations({}, solution, "s").classes, ElementsAre("n1", "n2"));
}

/// A header that is taken for an image would be class 0 and shift all labels.
TEST(Kaggle, AMarkQuotesAndBlanksChangeNothing) {
  for (const std::string text :
       {"\xef\xbb\xbfImageId,PredictionString\r\nv2,n2 1 2 3 4\r\nv1,n1 0 0 1 1\r\n",
        "\"ImageId\",\"PredictionString\"\n\"v2\",\"n2 1 2 3 4 \"\nv1,\"n1 0 0 1 1\"\n",
        "ImageId, PredictionString\nv2 , n2 1 2 3 4\nv1,n1\n", "v2,n2\nv1,n1\n"}) {
    const Annotations known = kaggle_annotations({}, parse_val_solution(text, "s"), "s");
    EXPECT_THAT(known.classes, ElementsAre("n1", "n2")) << text;
    EXPECT_EQ(known.validation.size(), 2U) << text;
    EXPECT_EQ(known.validation.at("v2"), 1) << text;
  }
  EXPECT_THAT(parse_synset_mapping("\xef\xbb\xbfn2 b\nn1 a\n", "m"), ElementsAre("n1", "n2"));
}

TEST(Kaggle, ErrorNoWordNetId) {
  for (const std::string line :
       {"Id,PredictionString", "imageid,predictionstring", "v1,cat", "v1,n", "v1,n12x 1 2 3 4",
        "v1,\"n1", "v1,n1\" 2", "\"v1,n1", "v1\",\"n1 1 2 3 4"}) {
    EXPECT_THAT(error_from([&] { return parse_val_solution(line + "\nv0,n1\n", "s"); }),
                AllOf(HasSubstr("s:1: got '" + line), HasSubstr("CLASS n and digits")));
  }
  EXPECT_THAT(error_from([] { return parse_synset_mapping("n1 a\nclass words\n", "m"); }),
              HasSubstr("m:2: got 'class words'; allowed: CLASS WORDS ..., CLASS n and digits"));
}

TEST(Kaggle, ErrorAtTheLine) {
  for (const char* line : {"v1", "v1,", ",n1 1 2 3 4", "v1,  "}) {
    EXPECT_THAT(error_from([&] { return parse_val_solution("v0,n1\n" + std::string(line), "s"); }),
                AllOf(HasSubstr("s:2: got '"), HasSubstr("allowed: IMAGE,CLASS X Y X Y")))
        << line;
  }
  EXPECT_THAT(error_from([] { return parse_synset_mapping("n1 a\nn1 b\n", "m"); }),
              HasSubstr("m: the class n1 occurs twice"));
  EXPECT_THAT(error_from([] { return parse_synset_mapping(" \n", "m"); }),
              HasSubstr("m: names no classes"));
  EXPECT_THAT(error_from([] {
                return kaggle_annotations({"n1"}, {{"v", "n2"}}, "s");
              }),
              HasSubstr("s: v: class 'n2' is none of the 1 classes"));
  EXPECT_THAT(error_from([] {
                return kaggle_annotations({}, {{"v", "n"}, {"v", "n"}}, "s");
              }),
              HasSubstr("s: v: occurs twice"));
}

}  // namespace
}  // namespace vggflow::testing

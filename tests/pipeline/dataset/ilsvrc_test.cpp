#include "tests/pipeline/dataset/ilsvrc_files.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

class IlsvrcSource : public IlsvrcFiles {};

TEST_F(IlsvrcSource, EveryLayoutGivesTheSameIdsLabelsNamesAndBytes) {
  make_official();
  make_extracted();
  make_flat();
  make_kaggle();
  for (const char* split : {"train", "val"}) {
    SCOPED_TRACE(split);
    const auto expected = open({{"folder", std::string("extracted/") + split}});
    for (const char* layout : {"official", "extracted", "flat", "kaggle", "kaggle/ILSVRC/"}) {
      SCOPED_TRACE(layout);
      expect_same(*open({{"ilsvrc", layout}, {"split", split}}), *expected);
    }
  }
}

/// The kit's numbers and the ranks of the WordNet ids disagree on every class here.
TEST_F(IlsvrcSource, LabelsAreRanksOfWordNetIdsNotTheKitsNumbers) {
  make_official();
  std::vector<std::string> sorted = kWnids;
  std::ranges::sort(sorted);
  const auto val = open({{"ilsvrc", "official"}, {"split", "val"}});
  EXPECT_THAT(val->classes(), ElementsAreArray(sorted));
  std::map<std::string, int> label_of;
  for (std::uint64_t id = 0; id < val->size(); ++id) {
    label_of[std::string(val->name(id))] = val->label(id);
  }
  int otherwise = 0;
  for (int k = 1; k <= kValImages; ++k) {
    const int label = label_of.at(wnid_of(k) + "/" + val_file(k));
    EXPECT_EQ(sorted[static_cast<std::size_t>(label)], wnid_of(k));
    otherwise += label != truth(k) - 1;
  }
  EXPECT_EQ(otherwise, kValImages);
}

TEST_F(IlsvrcSource, IsDescribedBySplitAndFolder) {
  make_official();
  EXPECT_EQ(open({{"ilsvrc", "official/"}, {"split", "train"}})->description(),
            "ilsvrc train official, 19 images, 10 classes");
}

TEST_F(IlsvrcSource, ATrainTarNeedsNoDevelopmentKit) {
  make_train_tar();
  expect_same(*open({{"ilsvrc", "official"}, {"split", "train"}}), *open({{"folder", "train"}}));
}

/// A part of the set, of which the kit knows all classes, keeps the labels of the whole.
TEST_F(IlsvrcSource, AClassWithoutImagesKeepsItsLabel) {
  make_flat();
  fs::remove_all(root() / "flat/train/n01440764");
  const auto train = open({{"ilsvrc", "flat"}, {"split", "train"}});
  EXPECT_EQ(train->classes().size(), 10U);
  EXPECT_EQ(train->label(0), 1);
}

TEST_F(IlsvrcSource, ATarWhoseClassesNothingTellsGivesWayToClassFolders) {
  make_official();
  make_extracted();
  shell("mv extracted/val official && mv official/ILSVRC2012_devkit_t12 kit");
  const auto val = [&] { return open({{"ilsvrc", "official"}, {"split", "val"}}); };
  expect_same(*val(), *open({{"folder", "official/val"}}));
  fs::remove(root() / "official/val" / wnid_of(1) / val_file(1));
  EXPECT_EQ(val()->size(), 29U);
  shell("mv kit official/ILSVRC2012_devkit_t12");
  EXPECT_EQ(val()->size(), 30U) << "the tar, of which the kit tells";
}

TEST_F(IlsvrcSource, WarnsOfLabelsThatAreRanksOfAPart) {
  make_extracted();
  make_flat();
  const auto warning_of = [&](const char* layout) {
    ::testing::internal::CaptureStderr();
    open({{"ilsvrc", layout}, {"split", "train"}});
    return ::testing::internal::GetCapturedStderr();
  };
  EXPECT_THAT(warning_of("extracted"),
              HasSubstr("extracted: labels are the ranks of the 10 classes that are there, not of "
                        "ILSVRC's 1000"));
  EXPECT_EQ(warning_of("flat"), "") << "the kit names all classes";
}

TEST_F(IlsvrcSource, WarnsOfEmptyClassesAlsoFromTheCache) {
  make_flat();
  fs::remove_all(root() / "flat/train/n01440764");
  for (int time = 0; time < 2; ++time) {
    ::testing::internal::CaptureStderr();
    open({{"ilsvrc", "flat"}, {"split", "train"}}, root() / "cache");
    EXPECT_THAT(::testing::internal::GetCapturedStderr(),
                HasSubstr("flat: 1 of 10 classes have no images"));
  }
}

/// Long names take entries of their own in GNU's and pax's form.
TEST_F(IlsvrcSource, InnerTarsMayHoldLongNamesAndBeOfAnySize) {
  write("train/n01440764/" + std::string(180, 'x') + ".JPEG", "long");
  write("train/n01443537/" + std::string(101, 'y') + ".JPEG", "longer than a header's field");
  for (const std::string format : {"gnu", "pax"}) {
    shell(
        "rm -rf official && mkdir official && for c in $(ls train); do"
        "  tar cf $c.tar --format=" +
        format +
        " -C train/$c $(ls train/$c) &&"
        "  truncate -s +100 $c.tar; done"
        " && tar cf official/ILSVRC2012_img_train.tar n*.tar && rm n*.tar");
    expect_same(*open({{"ilsvrc", "official"}, {"split", "train"}}), *open({{"folder", "train"}}));
  }
}

TEST_F(IlsvrcSource, KagglesSolutionNamesTheClassesIfNothingElseDoes) {
  make_kaggle();
  fs::remove(root() / "kaggle/LOC_synset_mapping.txt");
  make_extracted();
  expect_same(*open({{"ilsvrc", "kaggle"}, {"split", "val"}}),
              *open({{"folder", "extracted/val"}}));
}

TEST_F(IlsvrcSource, ErrorNothingThereListsWhatWasLookedFor) {
  fs::create_directories(root() / "bare");
  EXPECT_THAT(error_of_split("train", "bare"),
              HasSubstr("bare: holds no train images of ILSVRC; looked for "
                        "ILSVRC2012_img_train.tar, train/, ILSVRC/Data/CLS-LOC/train/ and "
                        "Data/CLS-LOC/train/"));
}

TEST_F(IlsvrcSource, ErrorNoFolder) {
  EXPECT_THAT(error_of({{"ilsvrc", "nope"}, {"split", "train"}}, Origin::system),
              HasSubstr("nope: there is no such folder"));
  make_train_tar();
  EXPECT_THAT(error_of({{"ilsvrc", "official/ILSVRC2012_img_train.tar"}, {"split", "train"}},
                       Origin::system),
              AllOf(HasSubstr("train.tar: is a file; allowed: the folder that it lies in, '"),
                    HasSubstr("/official")));
}

TEST_F(IlsvrcSource, ErrorUnknownSplit) {
  EXPECT_THAT(error_of({{"ilsvrc", "."}}, Origin::spec),
              HasSubstr("data.train.split: is missing; allowed: train or val"));
  EXPECT_THAT(error_of({{"ilsvrc", "."}, {"split", "test"}}, Origin::spec),
              HasSubstr("data.train.split: got 'test'; allowed: train or val"));
}

TEST_F(IlsvrcSource, ErrorFlatImagesWithoutDevelopmentKit) {
  make_official();
  shell(
      "tar czf official/ILSVRC2012_devkit_t12.tar.gz -C official ILSVRC2012_devkit_t12 && "
      "rm -r official/ILSVRC2012_devkit_t12");
  EXPECT_THAT(error_of_split("val"),
              AllOf(HasSubstr("official: the images lie flat, and their classes are told by "
                              "ILSVRC2012_devkit_t12/data/ (or data/) with meta.mat"),
                    HasSubstr("unpack the development kit: tar xzf '" + root().string())));
  shell("tar xzf official/ILSVRC2012_devkit_t12.tar.gz -C official");
  EXPECT_EQ(open({{"ilsvrc", "official"}, {"split", "val"}})->size(), 30U);
}

TEST_F(IlsvrcSource, ErrorMissingGroundTruth) {
  make_official();
  const fs::path truth =
      root() / "official/ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt";
  fs::remove(truth);
  EXPECT_THAT(error_of_split("val"), HasSubstr("meta.mat: is there, but ILSVRC2012_validation_gr"));
  write(truth, "1\n2\n3\n");
  EXPECT_THAT(error_of_split("val"),
              AllOf(HasSubstr("official/ILSVRC2012_img_val.tar: ILSVRC2012_val_000000"),
                    HasSubstr("JPEG: has no class in "), HasSubstr("tells those of 3 images")));
}

TEST_F(IlsvrcSource, ErrorATarOfAClassThatTheKitDoesNotKnow) {
  make_official();
  shell(
      "mkdir n99999999 && cp train/n01440764/* n99999999 && tar cf n99999999.tar -C n99999999 . "
      "&& tar rf official/ILSVRC2012_img_train.tar n99999999.tar");
  EXPECT_THAT(error_of_split("train"),
              HasSubstr("train.tar: n99999999.tar: class 'n99999999' is none of the 10 classes, "
                        "n01440764 ... n07768694"));
}

/// Each makes the outer tar anew from the inner tars that it is told to spoil.
class IlsvrcInnerTar : public IlsvrcFiles {
 protected:
  std::string error_with(const std::string& spoil) {
    shell(
        "rm -rf official && mkdir official && tar cf n01.tar -C train/n01440764 . && "
        "tar cf n02.tar -C train/n03947888 . && " +
        spoil + " && tar cf official/ILSVRC2012_img_train.tar n*.tar");
    const std::string error = error_of_split("train");
    EXPECT_THAT(error, HasSubstr("official/ILSVRC2012_img_train.tar: n02.tar: "));
    return error;
  }
};

TEST_F(IlsvrcInnerTar, ErrorTruncated) {
  EXPECT_THAT(error_with("truncate -s 800 n02.tar"), HasSubstr("Truncated tar archive"));
  EXPECT_THAT(error_with("tar cf n02.tar -C train/n03947888 $(ls train/n03947888) && "
                         "truncate -s 1536 n02.tar"),
              HasSubstr("truncated"));
}

TEST_F(IlsvrcInnerTar, ErrorAPathThatLeadsOut) {
  EXPECT_THAT(error_with("(cd train && tar cPf ../n02.tar ../val/ILSVRC2012_val_00000001.JPEG)"),
              HasSubstr("../val/ILSVRC2012_val_00000001.JPEG: leads out of the tar's own folder"));
}

TEST_F(IlsvrcInnerTar, ErrorNoTar) {
  EXPECT_THAT(error_with("yes | head -c 5000 > n02.tar"), HasSubstr("is no whole tar"));
  EXPECT_THAT(error_with("gzip -c n02.tar > x && mv x n02.tar"), HasSubstr("compressed with gzip"));
}

TEST_F(IlsvrcInnerTar, ErrorEmpty) {
  EXPECT_THAT(error_with("head -c 10240 /dev/zero > n02.tar"), HasSubstr("class 'n02' is empty"));
}

TEST_F(IlsvrcInnerTar, ErrorNotFlat) {
  EXPECT_THAT(error_with("tar cf n02.tar -C train n03947888"),
              HasSubstr("JPEG: lies in a folder; allowed: a flat tar of images"));
}

TEST_F(IlsvrcInnerTar, ErrorLink) {
  EXPECT_THAT(error_with("ln -s x soft.JPEG && tar rf n02.tar soft.JPEG"),
              HasSubstr("soft.JPEG: is a symbolic link"));
}

TEST_F(IlsvrcInnerTar, ErrorHardLink) {
  EXPECT_THAT(error_with("echo x > a.JPEG && ln a.JPEG b.JPEG && tar cf n02.tar a.JPEG b.JPEG"),
              HasSubstr("b.JPEG: is a hard link; make the tar with --hard"));
}

TEST_F(IlsvrcSource, ErrorNoInnerTars) {
  shell("mkdir official && tar cf official/ILSVRC2012_img_train.tar -C train .");
  EXPECT_THAT(error_of_split("train"), HasSubstr("train.tar: holds no tars; expected CLASS.tar"));
}

TEST_F(IlsvrcSource, ErrorATarOrAnImageTwice) {
  make_train_tar();
  shell(
      "tar cf n01440764.tar -C train/n01440764 . && "
      "tar rf official/ILSVRC2012_img_train.tar n01440764.tar");
  EXPECT_THAT(error_of_split("train"), HasSubstr("train.tar: n01440764.tar: occurs twice"));
  shell(
      "tar rf n01440764.tar -C train/n01440764 . && "
      "tar cf official/ILSVRC2012_img_train.tar n01440764.tar");
  EXPECT_THAT(error_of_split("train"),
              HasSubstr("train.tar: n01440764/n01440764_11.JPEG: occurs twice"));
}

}  // namespace
}  // namespace vggflow::testing

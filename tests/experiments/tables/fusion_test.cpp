#include "experiments/tables/fusion.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/error.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FusionFile : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    out_ = fs::path(::testing::TempDir()) /
           ("vggflow_fusion_" + std::string(info->name()) + std::to_string(::getpid()));
    fs::remove_all(out_);
    file_ = fusion_path(out_, "two");
    add("D", {1, 0, 0.25F, 0.75F});
    add("E", {0.5F, 0.5F, 1, 0});
  }
  void TearDown() override { fs::remove_all(out_); }

  static EvaluationResult result(std::vector<float> scores) {
    EvaluationResult result;
    result.name = "multi";
    result.classes = 2;
    result.scores = std::move(scores);
    result.labels = {0, 1};
    result.ids = {0, 1};
    result.names = {"a", "b"};
    result.class_names = {"x", "y"};
    result.scales = {256, 384};
    result.views = "dense+mirror";
    result.profile = "opencv-linear";
    return result;
  }
  void add(const std::string& name, EvaluationResult result) {
    result.origin = {"scales: [256]\n", "weights.h5", "sha of " + name};
    compute_errors(result);
    save_evaluation(out_ / name, result, {});
  }
  void add(const std::string& name, std::vector<float> scores) {
    add(name, result(std::move(scores)));
  }
  [[nodiscard]] std::vector<StoredScores> members(const std::vector<std::string>& names) const {
    std::vector<StoredScores> members;
    for (const std::string& name : names) {
      members.push_back({name + "/multi", evaluation_path(out_ / name, "multi")});
    }
    return members;
  }
  void fuse_both() const { fuse(file_, members({"D", "E"})); }
  [[nodiscard]] std::string bytes() const {
    std::ostringstream text;
    text << std::ifstream(file_, std::ios::binary).rdbuf();
    return text.str();
  }
  std::string error(const std::vector<std::string>& names) const {
    try {
      fuse(file_, members(names));
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data);
      return error.what();
    }
    return "no error";
  }

  fs::path out_;
  fs::path file_;
};

TEST_F(FusionFile, IsTheMeanOfItsMembers) {
  fuse_both();
  const EvaluationResult fused = load_evaluation(file_);
  EXPECT_EQ(file_, out_ / "fusions/two.h5");
  EXPECT_THAT(fused.scores, ElementsAre(0.75F, 0.25F, 0.625F, 0.375F));
  EXPECT_THAT(fused.members, ElementsAre("D/multi", "E/multi"));
  EXPECT_THAT(fused.names, ElementsAre("a", "b"));
  EXPECT_EQ(fused.top1_error, 50);
  EXPECT_THAT(fused.origin.identity, AllOf(HasSubstr("D/multi"), HasSubstr("sha of E")));
}

TEST_F(FusionFile, IsMadeAnewOnlyWhenAMemberHasChanged) {
  fuse_both();
  const auto made = fs::last_write_time(file_);
  EXPECT_THAT(why_fusion_stale(file_, fusion_origin(members({"D", "E"}))), IsEmpty());
  fuse_both();
  EXPECT_EQ(fs::last_write_time(file_), made);

  EvaluationResult other = result({0, 1, 0, 1});
  other.origin.identity = "scales: [384]\n";
  other.origin.weights_sha256 = "sha of E";
  compute_errors(other);
  save_evaluation(out_ / "E", other, {});
  EXPECT_THAT(why_fusion_stale(file_, fusion_origin(members({"D", "E"}))),
              HasSubstr("before one of its members changed"));
  fuse_both();
  EXPECT_THAT(load_evaluation(file_).scores, ElementsAre(0.5F, 0.5F, 0.125F, 0.875F));
}

TEST_F(FusionFile, AnotherFusionOfTheSameNameIsNotOverwritten) {
  fuse_both();
  add("F", {1, 0, 1, 0});
  const std::string before = bytes();
  EXPECT_THAT(error({"D", "F"}), HasSubstr("two.h5: is the fusion of D/multi and E/multi, not of "
                                           "D/multi and F/multi; allowed: another `name`"));
  EXPECT_EQ(bytes(), before);
}

TEST_F(FusionFile, OneThatIsCutShortIsMadeAgain) {
  fuse_both();
  const std::string before = bytes();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1000}, before.size() - 1}) {
    fs::resize_file(file_, size);
    fuse_both();
    EXPECT_THAT(load_evaluation(file_).scores, ElementsAre(0.75F, 0.25F, 0.625F, 0.375F)) << size;
  }
}

TEST_F(FusionFile, AMemberThatIsCutShortIsAnErrorAndNothingIsMade) {
  fs::resize_file(evaluation_path(out_ / "E", "multi"), 2000);
  EXPECT_THAT(error({"D", "E"}), HasSubstr("E/evaluations/multi.h5: is damaged"));
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(fs::file_size(evaluation_path(out_ / "E", "multi")), 2000U);
}

TEST_F(FusionFile, MembersOfOtherImagesOrClassesAreNamed) {
  EvaluationResult other = result({1, 0, 1, 0});
  other.names[1] = "c";
  add("F", other);
  EXPECT_THAT(error({"D", "F"}), AllOf(HasSubstr("D/multi and F/multi"), HasSubstr("images")));
  other = result({1, 0, 1, 0});
  other.class_names[0] = "z";
  add("F", other);
  EXPECT_THAT(error({"D", "F"}), AllOf(HasSubstr("D/multi and F/multi"), HasSubstr("class")));
  EXPECT_FALSE(fs::exists(file_));
}

}  // namespace
}  // namespace vggflow

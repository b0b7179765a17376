#include "experiments/evaluation/journal.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/experiments/command/command_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kRow = 3;

struct Replayed {
  std::vector<std::uint64_t> ids;
  std::vector<float> rows;
};

class Journal : public ::testing::Test {
 protected:
  /// Opens the journal, then adds what `add` says.
  Replayed open(const std::string& subject = "scores of A",
                const std::function<void(EvaluationJournal&)>& add = {}) const {
    Replayed seen;
    EvaluationJournal journal(path_, subject, kRow, [&](const ScoredImages& images) {
      seen.ids.insert(seen.ids.end(), images.ids.begin(), images.ids.end());
      seen.rows.insert(seen.rows.end(), images.rows.begin(), images.rows.end());
    });
    if (add) add(journal);
    return seen;
  }
  static void add_all(EvaluationJournal& journal) {
    journal.add(ScoredImages{{5, 2}, {0.5F, 0.25F, 0.25F, 1, 0, NAN}});
    journal.add(ScoredImages{{9}, {0, 0, 1}});
  }

  ScratchFolder folder_;
  fs::path path_ = folder_ / "evaluations/single.journal";
};

TEST_F(Journal, GivesBackWhatWasAdded) {
  EXPECT_THAT(open("scores of A", add_all).ids, IsEmpty());
  const Replayed seen = open();
  EXPECT_THAT(seen.ids, ElementsAre(5, 2, 9));
  ASSERT_EQ(seen.rows.size(), 9U);
  EXPECT_EQ(seen.rows[1], 0.25F);
  EXPECT_TRUE(std::isnan(seen.rows[5]));
  EXPECT_EQ(seen.rows[8], 1.0F);
}

TEST_F(Journal, OfAnotherSubjectIsBegunAnew) {
  open("scores of A", add_all);
  EXPECT_THAT(open("scores of B").ids, IsEmpty());
  EXPECT_THAT(open("scores of A").ids, IsEmpty()) << "what B began is not A's";
}

TEST_F(Journal, CutShortAnywhereKeepsItsWholeRecordsAndGoesOn) {
  open("scores of A", add_all);
  const std::string whole = file_text(path_);
  std::size_t most = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file(path_, whole.substr(0, length));
    const Replayed cut = open("scores of A", [](EvaluationJournal& journal) {
      journal.add(ScoredImages{{40}, {1, 2, 3}});
    });
    EXPECT_TRUE(cut.ids.empty() || cut.ids[0] == 5);
    EXPECT_LE(cut.ids.size(), 2U);
    most = std::max(most, cut.ids.size());
    const Replayed again = open();
    ASSERT_EQ(again.ids.size(), cut.ids.size() + 1) << "cut at " << length;
    EXPECT_EQ(again.ids.back(), 40U);
  }
  EXPECT_EQ(most, 2U);
}

TEST_F(Journal, AFlippedBitEndsItThere) {
  open("scores of A", add_all);
  const std::string whole = file_text(path_);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    write_file(path_, damaged);
    const Replayed seen = open();
    EXPECT_LT(seen.ids.size(), 3U) << "byte " << at;
    for (std::size_t i = 0; i < seen.ids.size(); ++i) {
      EXPECT_EQ(seen.ids[i], (std::vector<std::uint64_t>{5, 2, 9})[i]) << "byte " << at;
    }
  }
}

TEST_F(Journal, IsRemoved) {
  open("scores of A", [](EvaluationJournal& journal) { journal.remove(); });
  EXPECT_FALSE(fs::exists(path_));
}

}  // namespace
}  // namespace vggflow::testing

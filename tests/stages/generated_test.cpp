#include "stages/generated/generated.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/geometry.h"
#include "base/value.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const GeneratedOptions kSmall{.classes = 4, .images = 6, .val_images = 3};

std::vector<std::byte> bytes_of(const Dataset& dataset, std::uint64_t id) {
  std::vector<std::byte> buffer;
  dataset.read(id, buffer);
  return buffer;
}

/// From the frame header (SOF0), so that no decoder is needed.
Size jpeg_size(const std::vector<std::byte>& jpeg) {
  const auto u16 = [&](std::size_t at) {
    return static_cast<int>(jpeg[at]) << 8 | static_cast<int>(jpeg[at + 1]);
  };
  std::size_t at = 2;
  while (u16(at) != 0xffc0) at += 2 + static_cast<std::size_t>(u16(at + 2));
  return {u16(at + 7), u16(at + 5)};
}

TEST(Generated, TheSameIdAlwaysGivesTheSameBytes) {
  const auto one = open_generated(kSmall, GeneratedSplit::train);
  const auto other = open_generated(kSmall, GeneratedSplit::train);
  std::vector<std::vector<std::byte>> met;
  for (std::uint64_t id = one->size(); id-- > 0;) {
    EXPECT_EQ(bytes_of(*one, id), bytes_of(*other, id));
    EXPECT_THAT(met, Not(Contains(bytes_of(*one, id)))) << "two images are the same";
    met.push_back(bytes_of(*one, id));
  }
}

TEST(Generated, SeedAndSplitMatterAndTheNumberOfImagesDoesNot) {
  const auto train = open_generated(kSmall, GeneratedSplit::train);
  const auto val = open_generated(kSmall, GeneratedSplit::val);
  GeneratedOptions changed = kSmall;
  changed.seed = 2;
  EXPECT_NE(bytes_of(*train, 0), bytes_of(*val, 0));
  EXPECT_NE(bytes_of(*train, 0), bytes_of(*open_generated(changed, GeneratedSplit::train), 0));
  changed = kSmall;
  changed.images = 9;
  changed.classes = 5;
  EXPECT_EQ(bytes_of(*train, 2 * 6 + 1),
            bytes_of(*open_generated(changed, GeneratedSplit::train), 2 * 9 + 1));
}

TEST(Generated, SidesVaryWithinTheirBoundsAndNoneIsSquare) {
  const auto dataset = open_generated({.classes = 10, .images = 12}, GeneratedSplit::train);
  std::set<Size> sizes;
  int wide = 0;
  for (std::uint64_t id = 0; id < dataset->size(); ++id) {
    const Size size = jpeg_size(bytes_of(*dataset, id));
    EXPECT_NE(size.width, size.height);
    EXPECT_GE(size.short_side(), 72);
    EXPECT_LE(std::max(size.width, size.height), 160);
    wide += size.width > size.height;
    sizes.insert(size);
  }
  EXPECT_GT(sizes.size(), 100U);
  EXPECT_NEAR(wide, 60, 25);
}

TEST(Generated, TheTightestBoundsOfTheSidesWork) {
  const auto dataset = open_generated({.classes = 2, .images = 20, .min_side = 16, .max_side = 20},
                                      GeneratedSplit::train);
  for (std::uint64_t id = 0; id < dataset->size(); ++id) {
    const Size size = jpeg_size(bytes_of(*dataset, id));
    EXPECT_EQ(size.short_side(), 16);
    EXPECT_LE(std::max(size.width, size.height), 20);
  }
}

TEST(Generated, ClassesAreBalancedAndNamedInByteOrder) {
  const auto dataset =
      open_generated({.classes = 48, .images = 3, .val_images = 2}, GeneratedSplit::val);
  std::map<int, int> counts;
  std::vector<std::string> names;
  for (std::uint64_t id = 0; id < dataset->size(); ++id) {
    ++counts[dataset->label(id)];
    names.emplace_back(dataset->name(id));
    EXPECT_EQ(names.back().substr(0, names.back().find('/')),
              dataset->classes()[static_cast<std::size_t>(dataset->label(id))]);
  }
  ASSERT_EQ(counts.size(), 48U);
  for (const auto& [label, count] : counts) EXPECT_EQ(count, 2) << label;
  EXPECT_TRUE(std::ranges::is_sorted(names));
  std::set<std::string> looks;  // without the number in front
  for (const std::string& name : dataset->classes()) looks.insert(name.substr(3));
  EXPECT_EQ(looks.size(), 48U) << "two classes look the same";
  EXPECT_EQ(dataset->classes().front(), "00_plain_disc");
}

class GenerateDataset : public ::testing::Test {
 protected:
  GenerateDataset() {
    std::string pattern = (fs::temp_directory_path() / "vggflow-generate-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~GenerateDataset() override {
    std::error_code ignored;
    fs::remove_all(dir_, ignored);
  }
  fs::path dir_;
};

TEST_F(GenerateDataset, TheFoldersAreTheSource) {
  generate_dataset(kSmall, dir_ / "new", 3);
  for (const auto& [split, name] :
       {std::pair{GeneratedSplit::train, "train"}, {GeneratedSplit::val, "val"}}) {
    Value source = Value::map();
    source["folder"] = Value::text(name);
    const auto folder = open_dataset(Params(source, "data"), dir_ / "new");
    const auto drawn = open_generated(kSmall, split);
    EXPECT_EQ(folder->classes(), drawn->classes());
    ASSERT_EQ(folder->size(), drawn->size());
    for (std::uint64_t id = 0; id < drawn->size(); ++id) {
      EXPECT_EQ(folder->name(id), drawn->name(id));
      EXPECT_EQ(folder->label(id), drawn->label(id));
      EXPECT_EQ(bytes_of(*folder, id), bytes_of(*drawn, id));
    }
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_ / "new"), {}), 2) << "nothing else is left";
}

TEST_F(GenerateDataset, ErrorNotEmptyAndNothingIsTouched) {
  std::ofstream(dir_ / "mine.txt") << "mine";
  try {
    generate_dataset(kSmall, dir_, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("is not empty; allowed: a new or an empty folder"));
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), {}), 1);
  EXPECT_THROW(generate_dataset(kSmall, dir_ / "mine.txt", 1), Error);
}

TEST_F(GenerateDataset, ErrorOptionsOutOfBoundsBeforeAnythingIsWritten) {
  const auto error_of = [&](const GeneratedOptions& options) -> std::string {
    try {
      generate_dataset(options, dir_ / "new", 1);
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), 2);
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(error_of({.classes = 1}), HasSubstr("classes: got 1; allowed: from 2 to 48"));
  EXPECT_THAT(error_of({.classes = 49}), HasSubstr("classes: got 49; allowed: from 2 to 48"));
  EXPECT_THAT(error_of({.images = 0}), HasSubstr("images: got 0; allowed: from 1 to 1000000"));
  EXPECT_THAT(error_of({.val_images = -2}), HasSubstr("val_images: got -2; allowed: from 1 to"));
  EXPECT_THAT(error_of({.min_side = 4}), HasSubstr("min_side: got 4; allowed: from 16 to 4096"));
  EXPECT_THAT(error_of({.max_side = 9000}), HasSubstr("max_side: got 9000; allowed: from 20 to"));
  EXPECT_THAT(error_of({.min_side = 150}), HasSubstr("max_side: got 160; allowed: at least 1.25"));
  EXPECT_TRUE(fs::is_empty(dir_));
}

TEST_F(GenerateDataset, GoesAheadAfterARunThatWasKilled) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    generate_dataset({.classes = 48, .images = 100000}, dir_, 1);  // for hours
    ::_exit(0);
  }
  while (fs::is_empty(dir_)) ::usleep(1000);
  const auto left = fs::directory_iterator(dir_)->path();
  EXPECT_THROW(generate_dataset(kSmall, dir_, 1), Error) << "that run goes on";
  ::kill(child, SIGTERM);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_TRUE(fs::exists(left));
  generate_dataset(kSmall, dir_, 1);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), {}), 2) << "train and val";
}

TEST_F(GenerateDataset, LeftoversBesideOtherFilesStay) {
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  ::waitpid(dead, nullptr, 0);
  fs::create_directories(dir_ / (".generating.tmp" + std::to_string(dead)));
  std::ofstream(dir_ / "mine.txt") << "mine";
  EXPECT_THROW(generate_dataset(kSmall, dir_, 1), Error);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), {}), 2);
}

/// While it lives no file may grow beyond a limit: a write fails in the middle, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit lower{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &lower);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST_F(GenerateDataset, ErrorInTheMiddleIsNamedAndLeavesNothing) {
  try {
    const FileSizeLimit limit(1000);
    generate_dataset(kSmall, dir_, 2);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::system);
    EXPECT_THAT(error.what(), HasSubstr(".jpg: cannot write: File too large"));
  }
  EXPECT_TRUE(fs::is_empty(dir_));
}

TEST_F(GenerateDataset, ErrorWhereNothingCanBeWritten) {
  EXPECT_THROW(generate_dataset(kSmall, "/proc/no-such-place", 2), Error);
}

class GeneratedSource : public ::testing::Test {
 protected:
  static Value source(std::initializer_list<std::pair<const char*, const char*>> keys) {
    Value value = Value::map();
    Value& options = value["generated"] = Value::map();
    for (const auto& [key, text] : keys) options[key] = Value::text(text);
    return value;
  }
  static std::string error_of(const Value& value) {
    try {
      static_cast<void>(open_dataset(Params(value, "data.train"), "."));
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::spec);
      return error.what();
    }
    return "";
  }
};

TEST_F(GeneratedSource, ReadsItsKeys) {
  const Value train = source({{"classes", "3"}, {"images", "2"}});
  EXPECT_EQ(open_dataset(Params(train, "data"), ".")->size(), 6U);
  const Value val = source({{"classes", "3"}, {"val_images", "5"}, {"split", "val"}});
  EXPECT_EQ(open_dataset(Params(val, "data"), ".")->description(),
            "generated val, seed 1, 15 images, 3 classes");
}

TEST_F(GeneratedSource, ErrorOfKeysAndValues) {
  EXPECT_THAT(
      error_of(source({{"imges", "3"}})),
      HasSubstr("data.train.generated.imges: is not a known key; allowed: classes, images"));
  EXPECT_THAT(error_of(source({{"classes", "49"}})),
              HasSubstr("generated.classes: got '49'; allowed: a whole number from 2 to 48"));
  EXPECT_THAT(error_of(source({{"split", "test"}})),
              HasSubstr("generated.split: got 'test'; allowed: train or val"));
  EXPECT_THAT(error_of(source({{"max_side", "80"}})),
              HasSubstr("generated.max_side: got 80; allowed: at least 1.25 of min_side, 90"));
}

}  // namespace
}  // namespace vggflow

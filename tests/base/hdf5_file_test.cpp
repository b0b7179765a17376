#include "base/hdf5_file.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>

#include "base/atomic_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct LossRow {
  std::int32_t epoch = 0;
  double loss = 0;  // 4 bytes of padding before it
  std::uint64_t images = 0;
  friend bool operator==(const LossRow&, const LossRow&) = default;
};

std::vector<Hdf5Column> loss_columns() {
  return {hdf5_column("epoch", &LossRow::epoch), hdf5_column("loss", &LossRow::loss),
          hdf5_column("images", &LossRow::images)};
}

class Hdf5FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) /
              ("vggflow_hdf5_" + std::string(info->name()) + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] fs::path path(const std::string& name = "file.h5") const { return folder_ / name; }
  static std::string bytes(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder_;
};

template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Error(Origin::usage, "nothing was thrown");
}

template <class T>
void expect_round_trip(const fs::path& path, const Hdf5Dims& dims, const std::vector<T>& values) {
  for (const Hdf5Storage storage : {Hdf5Storage::contiguous, Hdf5Storage::compressed}) {
    Hdf5File file = Hdf5File::create(path);
    file.write<T>("/a/b/values", dims, values, storage);
    file.close();
    const auto read = Hdf5File::open(path).read<T>("/a/b/values");
    EXPECT_EQ(read.dims, dims);
    EXPECT_EQ(read.values, values);
  }
}

TEST_F(Hdf5FileTest, NumbersOfEveryTypeComeBack) {
  expect_round_trip<std::int32_t>(path(), {3}, {std::numeric_limits<std::int32_t>::min(), 0, 7});
  expect_round_trip<std::int64_t>(path(), {1, 2}, {std::numeric_limits<std::int64_t>::min(), -1});
  expect_round_trip<std::uint64_t>(path(), {2}, {std::numeric_limits<std::uint64_t>::max(), 0});
  expect_round_trip<float>(path(), {2, 1, 2}, {0.1F, -0.0F, 1e-42F, 3.4e38F});
  expect_round_trip<double>(path(), {}, {0.1});
  expect_round_trip<float>(path(), {0, 5}, {});
}

TEST_F(Hdf5FileTest, ManyCompressedChunksComeBack) {
  std::mt19937 random(1);
  std::vector<float> values(1000 * 700);
  for (float& value : values) value = static_cast<float>(random() % 5);
  expect_round_trip<float>(path(), {1000, 700}, values);
  EXPECT_LT(fs::file_size(path()), values.size());  // a quarter of the bytes, at most
}

TEST_F(Hdf5FileTest, ARowLargerThanAChunkComesBack) {
  expect_round_trip<double>(path(), {2, 50000}, std::vector<double>(100000, 0.5));
}

TEST_F(Hdf5FileTest, TextsComeBack) {
  const std::vector<std::string> texts{"", "n01440764/x.JPEG", "Übermäßig", std::string(3000, 'x')};
  Hdf5File file = Hdf5File::create(path());
  file.write_texts("/names", texts);
  file.write_texts("/none", {});
  file.write_texts("/empty", {"", ""});
  file.close();
  const Hdf5File read = Hdf5File::open(path());
  EXPECT_EQ(read.read_texts("/names"), texts);
  EXPECT_TRUE(read.read_texts("/none").empty());
  EXPECT_THAT(read.read_texts("/empty"), ElementsAre("", ""));
}

TEST_F(Hdf5FileTest, TablesComeBack) {
  const std::vector<LossRow> rows{{1, 2.5, 100}, {-2, 1e-300, ~0ULL}};
  Hdf5File file = Hdf5File::create(path());
  file.write_table<LossRow>("/training/log", loss_columns(), rows);
  file.write_table<LossRow>("/training/none", loss_columns(), {});
  file.close();
  const Hdf5File read = Hdf5File::open(path());
  EXPECT_EQ(read.read_table<LossRow>("/training/log", loss_columns()), rows);
  EXPECT_TRUE(read.read_table<LossRow>("/training/none", loss_columns()).empty());
}

TEST_F(Hdf5FileTest, AMissingColumnIsNamed) {
  Hdf5File file = Hdf5File::create(path());
  file.write_table<LossRow>("/log", loss_columns(), {});
  auto columns = loss_columns();
  columns[1].name = "top1";
  const Error error = error_of([&] { (void)file.read_table<LossRow>("/log", columns); });
  EXPECT_EQ(error.origin(), Origin::data);
  EXPECT_THAT(error.what(), HasSubstr("file.h5: /log: has no column 'top1'"));
}

TEST_F(Hdf5FileTest, AttributesOfEveryKindComeBack) {
  const std::vector<std::pair<std::string, Hdf5Attribute>> all{
      {"integer", std::int64_t{-3}},
      {"number", 29.6},
      {"text", std::string("wörter\nzeilen")},
      {"long", std::string(200'000, 'y')},
      {"empty", std::string()},
      {"integers", std::vector<std::int64_t>{256, 384}},
      {"numbers", std::vector<double>{0.1, 0.2}},
      {"texts", std::vector<std::string>{"a", "", "ccc"}},
      {"no texts", std::vector<std::string>{}}};
  Hdf5File file = Hdf5File::create(path());
  file.make_group("/group/inner");
  for (const auto& [name, value] : all) file.set_attribute("/group/inner", name, value);
  file.close();
  const Hdf5File read = Hdf5File::open(path());
  for (const auto& [name, value] : all) {
    EXPECT_EQ(read.attribute("/group/inner", name), value) << name;
  }
  EXPECT_EQ(read.attribute_names("/group/inner").size(), all.size());
  EXPECT_FALSE(read.has_attribute("/group", "text"));
}

TEST_F(Hdf5FileTest, AnAttributeCanBeReplaced) {
  Hdf5File file = Hdf5File::create(path());
  file.set_attribute("/", "n", std::int64_t{1});
  file.set_attribute("/", "n", std::string("one"));
  EXPECT_EQ(file.attribute<std::string>("/", "n"), "one");
}

TEST_F(Hdf5FileTest, MissingAndWrongAttributesAreNamed) {
  Hdf5File file = Hdf5File::create(path());
  file.set_attribute("/", "n", std::int64_t{1});
  EXPECT_THAT(error_of([&] { (void)file.attribute("/", "m"); }).what(), HasSubstr("'m'"));
  EXPECT_THAT(error_of([&] { (void)file.attribute<double>("/", "n"); }).what(),
              HasSubstr("file.h5: /: attribute 'n' is of another type"));
}

TEST_F(Hdf5FileTest, ExistenceAndChildren) {
  Hdf5File file = Hdf5File::create(path());
  file.make_group("/b/c");
  file.make_group("/a");
  file.link_external("/a/away", "nowhere.h5", "/x");
  EXPECT_TRUE(file.exists("/"));
  EXPECT_TRUE(file.exists("/b/c"));
  EXPECT_FALSE(file.exists("/b/d"));
  EXPECT_FALSE(file.exists("/no/parents/here"));
  EXPECT_FALSE(file.exists("/a/away"));
  EXPECT_THAT(file.children("/"), ElementsAre("a", "b"));
  EXPECT_THAT(file.children("/a"), ElementsAre("away"));
  EXPECT_THAT(error_of([&] { (void)file.children("/z"); }).what(), HasSubstr("file.h5: /z"));
}

TEST_F(Hdf5FileTest, ExternalLinksStartAtTheFilesOwnFolder) {
  fs::create_directories(path("inner"));
  Hdf5File target = Hdf5File::create(path("inner/target.h5"));
  target.write<double>("/group/x", {1}, std::vector<double>{5});
  target.close();
  Hdf5File file = Hdf5File::create(path());
  file.link_external("/links/there", "inner/target.h5", "/group");
  file.close();
  const Hdf5File read = Hdf5File::open(path());
  EXPECT_TRUE(read.exists("/links/there/x"));
  EXPECT_THAT(read.read<double>("/links/there/x").values, ElementsAre(5));
}

TEST_F(Hdf5FileTest, EqualCallsLeaveEqualBytes) {
  for (const char* name : {"one.h5", "two.h5"}) {
    if (name == std::string("two.h5")) ::sleep(1);  // HDF5's time stamps count seconds
    Hdf5File file = Hdf5File::create(path(name));
    file.make_group("/group");
    file.write<float>("/values", {3, 1}, std::vector<float>{1, 2, 3}, Hdf5Storage::compressed);
    file.write_texts("/names", {"a", "bc"});
    file.write_table<LossRow>("/log", loss_columns(), std::vector<LossRow>(3));
    file.set_attribute("/group", "texts", std::vector<std::string>{"x", "yz"});
    file.close();
  }
  EXPECT_EQ(bytes(path("one.h5")), bytes(path("two.h5")));
}

TEST_F(Hdf5FileTest, MissingForeignAndDamagedFilesAreDataErrors) {
  const Error missing = error_of([&] { (void)Hdf5File::open(path("none.h5")); });
  EXPECT_EQ(missing.origin(), Origin::data);
  EXPECT_THAT(missing.what(), HasSubstr("none.h5: there is no such file"));

  std::ofstream(path("text.h5")) << "not HDF5 at all";
  const Error foreign = error_of([&] { (void)Hdf5File::open(path("text.h5")); });
  EXPECT_EQ(foreign.origin(), Origin::data);
  EXPECT_THAT(foreign.what(), HasSubstr("is not an HDF5 file"));

  Hdf5File file = Hdf5File::create(path());
  file.write<float>("/x", {10000}, std::vector<float>(10000));
  file.close();
  fs::resize_file(path(), 2000);
  const Error damaged = error_of([&] { (void)Hdf5File::open(path()); });
  EXPECT_EQ(damaged.origin(), Origin::data);
  EXPECT_THAT(damaged.what(), HasSubstr("damaged"));
}

TEST_F(Hdf5FileTest, ADamagedCompressedChunkIsAnError) {
  std::mt19937 random(1);
  std::vector<float> values(10000);
  for (float& value : values) value = static_cast<float>(random() % 1000);
  Hdf5File file = Hdf5File::create(path());
  file.write<float>("/x", {values.size()}, values, Hdf5Storage::compressed);
  file.close();
  std::fstream damaged(path(), std::ios::in | std::ios::out | std::ios::binary);
  damaged.seekp(static_cast<std::streamoff>(fs::file_size(path()) - 3000));
  damaged << "garbage";
  damaged.close();
  const Error error = error_of([&] { (void)Hdf5File::open(path()).read<float>("/x"); });
  EXPECT_EQ(error.origin(), Origin::data);
  EXPECT_THAT(error.what(), HasSubstr("file.h5: /x: cannot read"));
}

TEST_F(Hdf5FileTest, AMissingDatasetIsNamed) {
  const Hdf5File file = Hdf5File::create(path());
  const Error error = error_of([&] { (void)file.read<float>("/scores"); });
  EXPECT_EQ(error.origin(), Origin::data);
  EXPECT_THAT(error.what(), HasSubstr("file.h5: /scores: cannot open the dataset"));
}

TEST_F(Hdf5FileTest, AFolderThatIsNotThereIsASystemError) {
  const Error error = error_of([&] { (void)Hdf5File::create(path("no/file.h5")); });
  EXPECT_EQ(error.origin(), Origin::system);
  EXPECT_THAT(error.what(), HasSubstr("No such file"));
}

/// In a child: writes with a limit on the size of files, which fails as a full disk does.
/// Exit code 0: the right Error came, and the process could end normally.
void write_beyond_the_limit(const fs::path& path, Hdf5Storage storage) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{100'000, 100'000};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::mt19937 random(1);
  std::vector<float> values(200'000);
  for (float& value : values) value = static_cast<float>(random());
  const Error error = error_of([&] {
    write_atomically(path, [&](const fs::path& temporary) {
      Hdf5File file = Hdf5File::create(temporary);
      for (int i = 0; i < 3; ++i) {
        file.write<float>("/x" + std::to_string(i), {values.size()}, values, storage);
      }
      file.close();
    });
  });
  const bool right = error.origin() == Origin::system &&
                     std::string(error.what()).find("File too large") != std::string::npos;
  if (!right) std::fputs(error.what(), stderr);
  std::exit(right ? 0 : 1);
}

TEST_F(Hdf5FileTest, AFullDiskIsAnErrorAndTheOldFileStays) {
  for (const Hdf5Storage storage : {Hdf5Storage::contiguous, Hdf5Storage::compressed}) {
    std::ofstream(path()) << "old";
    EXPECT_EXIT(write_beyond_the_limit(path(), storage), ::testing::ExitedWithCode(0), "");
    EXPECT_EQ(bytes(path()), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
  }
}

TEST_F(Hdf5FileTest, AFullDiskThatShowsOnlyAtTheEndIsAnError) {
  const auto many_attributes = [&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{3000, 3000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const Error error = error_of([&] {
      Hdf5File file = Hdf5File::create(path());
      file.set_attribute("/", "text", std::string(6000, 'x'));
      file.close();
    });
    std::exit(error.origin() == Origin::system ? 0 : 1);
  };
  EXPECT_EXIT(many_attributes(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace vggflow

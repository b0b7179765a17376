#include "pipeline/plugins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/sha256.h"
#include "base/version.h"
#include "pipeline/stage.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

fs::path plugin(const std::string& name) {
  return fs::path(VGGFLOW_TEST_PLUGINS) / ("libplugin_" + name + ".so");
}

std::string bytes_of(const fs::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

/// A file with these bytes, removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& bytes)
      : path_(fs::temp_directory_path() / ("vggflow_plugin_" + std::to_string(::getpid()))) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { fs::remove(path_); }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string error_of(const fs::path& path) {
  const std::size_t loaded = loaded_plugins().size();
  try {
    load_plugin(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::usage);
    EXPECT_EQ(error.place(), path.string());
    EXPECT_EQ(loaded_plugins().size(), loaded);
    return error.message();
  }
  return "no error";
}

TEST(Plugins, AStageIsThereOnceItIsLoaded) {
  ASSERT_EQ(StageRegistry::instance().find("plugin_brighten"), nullptr);
  load_plugin(plugin("good"));
  Value list = Value::list();
  list.items.push_back(Value::text("plugin_brighten"));
  const StageList stages = make_stages(list, "pipeline");
  Sample sample;
  Rng rng = stage_rng(stages[1], 0, 0, 0);
  stages[1].stage->apply(sample, rng);
  EXPECT_EQ(sample.picture.pending_colour().m[3], 10.0F);
}

TEST(Plugins, AreNamedWithTheirDigestAndLoadedOnce) {
  const fs::path link = fs::temp_directory_path() / ("vggflow_link_" + std::to_string(::getpid()));
  fs::create_symlink(plugin("good"), link);
  for (const fs::path& path : {plugin("good"), plugin("good"), link}) load_plugin(path);
  fs::remove(link);
  ASSERT_EQ(loaded_plugins().size(), 1U);
  EXPECT_EQ(loaded_plugins()[0].path.filename(), "libplugin_good.so");
  Sha256 sha;
  sha.update(bytes_of(plugin("good")));
  EXPECT_EQ(loaded_plugins()[0].sha256, sha.hex());
}

TEST(Plugins, ErrorForNoSuchFile) {
  EXPECT_THAT(error_of("libnowhere.so"), StartsWith("there is no such plugin"));
  EXPECT_THAT(error_of(fs::temp_directory_path()), StartsWith("there is no such plugin"));
}

TEST(Plugins, ErrorForWhatIsNoLibrary) {
  EXPECT_THAT(error_of(TemporaryFile("").path()), StartsWith("cannot be loaded: "));
  EXPECT_THAT(error_of(TemporaryFile("#!/bin/sh\n").path()), StartsWith("cannot be loaded: "));
}

TEST(Plugins, ErrorForOneThatIsCutShortNotAnEndOfTheProcess) {
  const std::string whole = bytes_of(plugin("good"));
  // Before the end of what is loaded; behind it are tables and debug information.
  for (const std::size_t bytes : {20, 100, 5000, 12000}) {
    EXPECT_THAT(error_of(TemporaryFile(whole.substr(0, bytes)).path()), StartsWith("is cut short"))
        << bytes;
  }
}

TEST(Plugins, ErrorForAMissingSymbolNamesIt) {
  EXPECT_THAT(error_of(plugin("unresolved")),
              AllOf(StartsWith("cannot be loaded: "), HasSubstr("vggflow_test_is_nowhere")));
}

TEST(Plugins, ErrorForNoStage) {
  EXPECT_THAT(error_of(plugin("empty")), StartsWith("registers no stage"));
}

TEST(Plugins, ErrorForATakenNameNotAnEndOfTheProcess) {
  const StageSchema* flip = StageRegistry::instance().find("flip");
  EXPECT_EQ(error_of(plugin("taken")), "there are two stages named 'flip'");
  EXPECT_EQ(StageRegistry::instance().find("flip"), flip);
}

TEST(Plugins, ErrorForAnotherVersionComesBeforeItsCodeRuns) {
  std::string bytes = bytes_of(plugin("taken"));  // it would be refused otherwise if it ran
  const auto at = bytes.find(kBuiltFor);
  ASSERT_NE(at, std::string::npos);
  const std::string other = "9" + std::string(VGGFLOW_VERSION).substr(1);
  bytes.replace(bytes.find(VGGFLOW_VERSION, at), other.size(), other);
  EXPECT_THAT(error_of(TemporaryFile(bytes).path()),
              StartsWith("is built for vggflow " + other + ", this is " VGGFLOW_VERSION));
}

TEST(StageRegistry, EnrolKeepsErrorsForWhoeverAsksNext) {
  StageRegistry& registry = StageRegistry::instance();
  StageSchema taken{.name = "flip", .doc = {}, .make = {}};
  registry.enrol(taken, kBuiltFor);
  EXPECT_THROW(static_cast<void>(registry.find("flip")), Error);
  EXPECT_THROW(static_cast<void>(registry.all()), Error);
  const auto refused = registry.take_refused();
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_STREQ(refused[0].what(), "there are two stages named 'flip'");
  EXPECT_NE(registry.find("flip"), nullptr);
}

TEST(StageRegistry, EnrolDoesNotLookAtASchemaOfOtherHeaders) {
  StageRegistry& registry = StageRegistry::instance();
  StageSchema foreign{.name = "from_elsewhere", .doc = {}, .make = {}};
  registry.enrol(foreign, "built for vggflow 9.9.9");
  const auto refused = registry.take_refused();
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_THAT(refused[0].what(), HasSubstr("built for vggflow 9.9.9"));
  EXPECT_EQ(registry.find("from_elsewhere"), nullptr);
}

}  // namespace
}  // namespace vggflow

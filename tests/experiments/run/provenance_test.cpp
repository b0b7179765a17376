#include "experiments/run/provenance.h"

#include <gmock/gmock.h>

#include <map>

#include "experiments/spec/yaml.h"
#include "tests/experiments/command/command_runner.h"

namespace vggflow::testing {
namespace {

TEST(Provenance, NamesEveryLibraryWithItsVersion) {
  const Spec spec = make_spec(parse_yaml(tiny_spec("tiny"), "tiny.yaml"));
  const auto engine = make_engine("reference", spec.net, {});
  const Provenance entries = provenance(spec, *engine, utc_now());
  const std::string libraries = std::map(entries.begin(), entries.end())["libraries"];
  EXPECT_THAT(libraries, ::testing::ContainsRegex(engine->description()));
  for (const char* library : {"oneTBB 20[0-9]+", "libjpeg-turbo [0-9]+\\.[0-9]", "HDF5 1\\.[0-9]",
                              "(GNU|Clang) [0-9]+\\."}) {
    EXPECT_THAT(libraries, ::testing::ContainsRegex(library));
  }
}

}  // namespace
}  // namespace vggflow::testing

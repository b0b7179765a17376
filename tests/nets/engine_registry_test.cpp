#include <gmock/gmock.h>

#include "base/error.h"
#include "nets/engine.h"
#include "tests/nets/tiny.h"

namespace vggflow {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

TEST(EngineRegistryTest, ReferenceIsAlwaysThere) {
  EXPECT_THAT(engine_names(), Contains("reference"));
  EXPECT_THAT(make_engine("reference", tiny_net(), {})->description(), HasSubstr("reference"));
}

TEST(EngineRegistryTest, ErrorUnknownEngineListsTheKnown) {
  EXPECT_THAT([] { (void)make_engine("abacus", tiny_net(), {}); },
              Throws<Error>(AllOf(Property(&Error::origin, Origin::usage),
                                  Property(&Error::message, HasSubstr("engine 'abacus'")),
                                  Property(&Error::message, HasSubstr("reference")))));
}

TEST(EngineRegistryTest, ErrorTwoEnginesOfOneName) {
  EngineRegistry registry;
  registry.add({"b", "", {}});
  registry.add({"a", "", {}});
  EXPECT_EQ(registry.all().front()->name, "a");
  EXPECT_THROW(registry.add({"a", "", {}}), Error);
}

TEST(EngineRegistryTest, ErrorNetThatCannotBe) {
  EXPECT_THAT(
      [] {
        (void)make_engine("reference", {"n", {4, 4}, {Relu{}}}, {});
      },
      Throws<Error>(Property(&Error::origin, Origin::spec)));
}

}  // namespace
}  // namespace vggflow

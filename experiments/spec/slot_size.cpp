#include "experiments/spec/slot_size.h"

#include "base/error.h"

namespace vggflow {

Size slot_size(const Spec& spec) {
  const Extent made = extent_of(spec.stages);
  if (made.fixed) return *made.fixed;
  throw Error(Origin::spec,
              "pipeline: makes pictures of many sizes, a batch holds one; end it with a crop",
              spec.resolved.place());
}

}  // namespace vggflow

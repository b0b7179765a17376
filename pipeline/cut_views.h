#pragma once

#include <span>
#include <vector>

#include "base/batch.h"
#include "pipeline/planner.h"
#include "pipeline/sample.h"

namespace vggflow {

/// Writes the pixels of a job's samples, one for each destination, into the batches. Where a batch
/// allows cuts, slots in a row that are windows of one rendered picture get it once, in the places
/// of them all, if it fits there.
void draw_slots(std::span<const Sample> samples, std::span<const Destination> destinations,
                std::vector<Batch>& batches);

/// The slot's own place, from now on what the slot shows.
[[nodiscard]] ImageView own_slot(Batch& batch, int slot);

}  // namespace vggflow

#pragma once

namespace vggflow {

/// OpenMP's compute threads spin at barriers by default and take the processors that decode the
/// next batch. Where OMP_WAIT_POLICY is not set, starts the program again with `passive`: libgomp
/// reads it once, while libraries load.
void wait_passively(char** argv);

}  // namespace vggflow

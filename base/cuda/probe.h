#pragma once

namespace vggflow::cuda {

/// Whether a kernel of this build can run on the card.
[[nodiscard]] bool holds_code_for(int index);

}  // namespace vggflow::cuda

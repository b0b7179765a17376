// The development kit's table of classes.
#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "pipeline/dataset/devkit.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vggflow::testing::MemoryFile file({data, size});
  try {
    const auto synsets = vggflow::read_meta_mat(file.path());
    static_cast<void>(vggflow::devkit_classes(synsets, "meta.mat"));
  } catch (const vggflow::Error&) {
  }
  return 0;
}

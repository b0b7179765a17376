// A tar of tars, as the training images of ILSVRC-2012 are shipped.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "pipeline/dataset/flat_tar.h"
#include "tests/fuzz/memory_file.h"

namespace {

/// Every image has a class, a name and bytes that lie in the file.
void check(const vggflow::Index& index, std::size_t file_bytes) {
  for (std::uint64_t id = 0; id < index.size(); ++id) {
    const std::int32_t label = index.label(id);
    if (label < 0 || static_cast<std::size_t>(label) >= index.classes().size()) std::abort();
    if (index.name(id).empty()) std::abort();
    const vggflow::ByteRange range = index.range(id);
    if (range.offset > file_bytes || range.bytes > file_bytes - range.offset) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vggflow::testing::MemoryFile file({data, size});
  try {
    const vggflow::FileDescriptor fd = vggflow::open_for_reading(file.path());
    check(vggflow::index_tar_of_tars(fd.get(), "train.tar", {}), size);
  } catch (const vggflow::Error&) {
  }
  return 0;
}

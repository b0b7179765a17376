#include "tests/fuzz/dataset_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vggflow::testing::open_and_read("webdataset", {data, size});
  return 0;
}

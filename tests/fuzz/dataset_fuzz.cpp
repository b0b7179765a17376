#include "tests/fuzz/dataset_fuzz.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/params.h"
#include "base/value.h"
#include "pipeline/dataset.h"
#include "tests/fuzz/memory_file.h"

namespace vggflow::testing {
namespace {

void read_all(const Dataset& dataset) {
  std::vector<std::byte> buffer;
  for (std::uint64_t id = 0; id < dataset.size(); ++id) {
    const std::int32_t label = dataset.label(id);
    if (label < 0 || static_cast<std::size_t>(label) >= dataset.classes().size()) std::abort();
    if (dataset.name(id).empty()) std::abort();
    try {
      dataset.read(id, buffer);
    } catch (const Error&) {  // what a list names need not be there
    }
  }
}

}  // namespace

void open_and_read(std::string_view kind, std::span<const std::uint8_t> bytes) {
  const MemoryFile file(bytes);
  Value source = Value::map();
  source[std::string(kind)] = Value::text(file.path());
  try {
    read_all(*open_dataset(Params(source, "data.train"), {}));
  } catch (const Error&) {
  }
}

}  // namespace vggflow::testing

#include "nets/tensor_groups.h"

#include <algorithm>

namespace vggflow {
namespace {

/// "conv1_1.weight" of a group is <group>/conv1_1/weight.
std::string path_of(const std::string& group, const std::string& tensor) {
  std::string path = (group == "/" ? "" : group) + "/" + tensor;
  std::ranges::replace(path, '.', '/');
  return path;
}

}  // namespace

void write_tensors(Hdf5File& file, const std::string& group, const Parameters& parameters) {
  std::vector<std::string> names;
  for (const Tensor& tensor : parameters.tensors) {
    names.push_back(tensor.name);
    file.write<float>(path_of(group, tensor.name), Hdf5Dims(tensor.dims.begin(), tensor.dims.end()),
                      tensor.values);
  }
  file.set_attribute(group, "tensors", names);
}

Parameters read_tensors(const Hdf5File& file, const std::string& group) {
  Parameters parameters;
  for (std::string& name : file.attribute<std::vector<std::string>>(group, "tensors")) {
    Hdf5Array<float> array = file.read<float>(path_of(group, name));
    parameters.tensors.push_back({.name = std::move(name),
                                  .dims = {array.dims.begin(), array.dims.end()},
                                  .values = std::move(array.values)});
  }
  return parameters;
}

void check_format(const Hdf5File& file, const std::string& format, const std::string& what) {
  if (file.has_attribute("/", "format") && file.attribute("/", "format") == Hdf5Attribute(format)) {
    return;
  }
  throw file.data_error("/", "is not " + what + "; attribute 'format' has to be '" + format + "'");
}

}  // namespace vggflow

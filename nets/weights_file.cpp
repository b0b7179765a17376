#include "nets/weights_file.h"

#include <span>

#include "base/atomic_file.h"
#include "base/hdf5_file.h"
#include "base/sha256.h"
#include "nets/tensor_groups.h"

namespace vggflow {
namespace {

constexpr const char* kFormat = "vggflow weights 1";
constexpr const char* kClassNames = "/class_names";

/// Over names and values in order: contiguous data has no checksum of its own.
std::string digest_of(const Parameters& parameters) {
  Sha256 sha;
  for (const Tensor& tensor : parameters.tensors) {
    sha.update(tensor.name);
    sha.update(std::as_bytes(std::span(tensor.values)));
  }
  return sha.hex();
}

void write_facts(Hdf5File& file, const Weights& weights) {
  const Preprocessing& how = weights.preprocessing;
  file.set_attribute("/", "format", std::string(kFormat));
  file.set_attribute("/", "net", weights.net);
  file.set_attribute("/", "crop", std::int64_t{weights.crop});
  file.set_attribute("/", "mean", std::vector<double>(how.mean.begin(), how.mean.end()));
  file.set_attribute("/", "divisor", std::vector<double>(how.divisor.begin(), how.divisor.end()));
  file.set_attribute("/", "channel_order", how.channel_order);
  file.set_attribute("/", "profile", how.profile);
  file.set_attribute("/", "scaled", how.scaled);
  file.set_attribute("/", "init_sha256", weights.init_sha256);
  file.set_attribute("/", "training", weights.training);
  file.write_texts(kClassNames, weights.class_names);
}

std::array<double, 3> rgb(const Hdf5File& file, const std::string& name) {
  const auto values = file.attribute<std::vector<double>>("/", name);
  if (values.size() != 3) throw file.data_error("/", "attribute '" + name + "' has not 3 values");
  return {values[0], values[1], values[2]};
}

Preprocessing read_preprocessing(const Hdf5File& file) {
  const bool tells_scaled = file.has_attribute("/", "scaled");  // files of version 0.1 do not
  return {.mean = rgb(file, "mean"),
          .divisor = rgb(file, "divisor"),
          .channel_order = file.attribute<std::string>("/", "channel_order"),
          .profile = file.attribute<std::string>("/", "profile"),
          .scaled = tells_scaled ? file.attribute<std::string>("/", "scaled") : "off"};
}

Weights read_facts(const Hdf5File& file) {
  const bool tells_training = file.has_attribute("/", "training");  // files of version 0.1 do not
  return {.parameters = {},
          .net = file.attribute<std::string>("/", "net"),
          .crop = static_cast<int>(file.attribute<std::int64_t>("/", "crop")),
          .class_names = file.read_texts(kClassNames),
          .preprocessing = read_preprocessing(file),
          .init_sha256 = file.attribute<std::string>("/", "init_sha256"),
          .training = tells_training ? file.attribute<std::string>("/", "training") : "",
          .sha256 = file.attribute<std::string>("/", "sha256")};
}

}  // namespace

void save_weights(const std::filesystem::path& path, const Weights& weights) {
  write_atomically(path, [&](const std::filesystem::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    write_facts(file, weights);
    write_tensors(file, "/", weights.parameters);
    file.set_attribute("/", "sha256", digest_of(weights.parameters));
    file.close();
  });
}

Weights load_weights_facts(const std::filesystem::path& path) {
  const Hdf5File file = Hdf5File::open(path);
  check_format(file, kFormat, "a weights file");
  return read_facts(file);
}

Weights load_weights(const std::filesystem::path& path) {
  const Hdf5File file = Hdf5File::open(path);
  check_format(file, kFormat, "a weights file");
  Weights weights = read_facts(file);
  weights.parameters = read_tensors(file, "/");
  if (digest_of(weights.parameters) != weights.sha256) {
    throw file.data_error("/", "the weights are damaged: their SHA-256 is not the stored one");
  }
  return weights;
}

}  // namespace vggflow

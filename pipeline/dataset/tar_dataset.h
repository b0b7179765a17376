#pragma once

#include <filesystem>
#include <string>

#include "base/file_descriptor.h"
#include "pipeline/dataset/indexed.h"

namespace vggflow {

/// Images of one container, read by offset.
class TarDataset final : public IndexedDataset {
 public:
  TarDataset(std::string kind, std::filesystem::path path, FileDescriptor fd, Index index);
  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override;
  void will_need(std::uint64_t id) const override;

 private:
  FileDescriptor fd_;
};

}  // namespace vggflow

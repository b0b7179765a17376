#include "pipeline/dataset/tar_index.h"

#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/tar_reader.h"
#include "pipeline/dataset/tar_tree.h"

namespace vggflow {

Index index_tar(int fd, const std::string& place) {
  TarReader tar(fd, {0, file_size(fd, place)}, place);
  TarTree tree;
  while (tar.next()) {
    if (tar.kind() == TarKind::folder) {
      tree.add_folder(tar.path());
    } else {
      tree.add_file(tar.path(), tar.range(), tar.kind());
    }
  }
  return std::move(tree).index(place);
}

}  // namespace vggflow

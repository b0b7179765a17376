#pragma once

#include <map>
#include <set>

#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {

/// The classes of golden/meta.mat by their ILSVRC2012_ID, which is not their order.
inline const std::vector<std::string> kWnids{"n02119789", "n02100735", "n01440764", "n02110185",
                                             "n02096294", "n03947888", "n01443537", "n07768694",
                                             "n02102040", "n01484850"};

/// ILSVRC in small, in every layout that it is met in, the tars made by tar itself: `official`,
/// `extracted`, `flat`, `kaggle`.
class IlsvrcFiles : public DatasetFiles {
 protected:
  static constexpr int kValImages = 30;

  void SetUp() override {
    for (std::size_t c = 0; c < kWnids.size(); ++c) {
      for (std::size_t i = 0; i < 1 + c % 3; ++i) {
        const std::string file = kWnids[c] + "_" + std::to_string(9 * i + c) + ".JPEG";
        write("train/" + kWnids[c] + "/" + file, "bytes of " + file + std::string(400 * i, '.'));
      }
    }
    for (int k = 1; k <= kValImages; ++k) write("val/" + val_file(k), "val " + std::to_string(k));
  }

  static std::string val_file(int number) {
    const std::string digits = std::to_string(number);
    return "ILSVRC2012_val_" + std::string(8 - digits.size(), '0') + digits + ".JPEG";
  }
  /// The kit's number of an image's class, from 1.
  static int truth(int number) { return 1 + (number * 7 + number / 10) % 10; }
  static const std::string& wnid_of(int number) {
    return kWnids[static_cast<std::size_t>(truth(number) - 1)];
  }

  void make_devkit(const fs::path& data, const char* meta = "meta.mat") const {
    fs::create_directories(root() / data);
    fs::copy_file(fs::path(GOLDEN_FOLDER) / meta, root() / data / "meta.mat");
    std::string text;
    for (int k = 1; k <= kValImages; ++k) text += std::to_string(truth(k)) + "\n";
    write(data / "ILSVRC2012_validation_ground_truth.txt", text);
  }

  void make_train_tar() const {
    shell(
        "mkdir -p official && for c in $(ls train | sort -r); do"
        "  tar cf $c.tar -C train/$c $(ls train/$c); done"
        " && tar cf official/ILSVRC2012_img_train.tar $(ls -r n*.tar) && rm n*.tar");
  }

  void make_official() const {
    make_train_tar();
    shell("tar cf official/ILSVRC2012_img_val.tar -C val .");
    make_devkit("official/ILSVRC2012_devkit_t12/data");
  }

  /// Class folders both, no development kit.
  void make_extracted() const {
    shell("mkdir extracted && cp -r train extracted/train");
    for (int k = 1; k <= kValImages; ++k) {
      write("extracted/val/" + wnid_of(k) + "/" + val_file(k), "val " + std::to_string(k));
    }
  }

  /// As the two tars and the kit unpack.
  void make_flat() const {
    shell("mkdir flat && cp -r train val flat");
    make_devkit("flat/data", "meta_plain.mat");
  }

  void make_kaggle() const {
    shell("mkdir -p kaggle/ILSVRC/Data/CLS-LOC && cp -r train val kaggle/ILSVRC/Data/CLS-LOC");
    std::string mapping;
    for (const std::string& wnid : std::set<std::string>(kWnids.begin(), kWnids.end())) {
      mapping += wnid + " some words, others\n";
    }
    write("kaggle/LOC_synset_mapping.txt", mapping);
    std::string solution = "ImageId,PredictionString\n";
    for (int k = kValImages; k >= 1; --k) {
      solution += fs::path(val_file(k)).stem().string() + "," + wnid_of(k) + " 85 1 499 272 " +
                  (k % 2 == 0 ? "n99999999 1 2 3 4 " : "") + "\n";
    }
    write("kaggle/LOC_val_solution.csv", solution);
  }

  std::string error_of_split(const char* split, const std::string& layout = "official") const {
    return error_of({{"ilsvrc", layout}, {"split", split}}, Origin::data);
  }
};

}  // namespace vggflow::testing

#include "tests/stages/test_images.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>

#include <jpeglib.h>

#include "base/error.h"
#include "base/rng.h"

namespace vggflow::testing {

Image test_picture(Size size, std::uint32_t seed) {
  Image image(size);
  Rng rng(seed, "test_picture", 0, static_cast<std::uint64_t>(size.area()));
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      std::uint8_t* pixel = image.view().at(x, y);
      const auto noise = static_cast<int>(rng.below(64));
      pixel[0] = static_cast<std::uint8_t>((x * 5 + y * 2 + noise) & 255);
      pixel[1] = static_cast<std::uint8_t>((x * y / 7 + 2 * noise) & 255);
      pixel[2] = static_cast<std::uint8_t>((y * 9 - x * 3 + (noise & 7)) & 255);
    }
  }
  return image;
}

std::vector<JpegKind> jpeg_kinds() {
  return {{"yuv444", 1, 1},
          {"yuv422", 2, 1},
          {"yuv420", 2, 2},
          {"yuv440", 1, 2},
          {"yuv411", 4, 1},
          {.name = "grey", .grey = true},
          {.name = "progressive420", .h = 2, .v = 2, .progressive = true},
          {.name = "progressive444", .progressive = true},
          {.name = "restarts420", .h = 2, .v = 2, .restart_rows = 1},
          {.name = "rgb", .rgb = true},
          {.name = "separate420", .h = 2, .v = 2, .separate = true},
          {.name = "cmyk", .cmyk = true},
          {.name = "ycck", .h = 2, .v = 2, .ycck = true},
          {.name = "progressiveCmyk", .progressive = true, .cmyk = true}};
}

std::vector<std::byte> test_jpeg(const Image& picture, const JpegKind& kind) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* buffer = nullptr;
  unsigned long length = 0;
  jpeg_mem_dest(&info, &buffer, &length);
  info.image_width = static_cast<JDIMENSION>(picture.size().width);
  info.image_height = static_cast<JDIMENSION>(picture.size().height);
  const bool inks = kind.cmyk || kind.ycck;
  info.input_components = kind.grey ? 1 : inks ? 4 : 3;
  info.in_color_space = kind.grey ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(&info);
  if (kind.ycck) jpeg_set_colorspace(&info, JCS_YCCK);
  if (kind.rgb) jpeg_set_colorspace(&info, JCS_RGB);
  jpeg_set_quality(&info, 90, TRUE);
  if (!kind.grey && !kind.cmyk) {
    info.comp_info[0].h_samp_factor = kind.h;
    info.comp_info[0].v_samp_factor = kind.v;
    if (kind.ycck) info.comp_info[3].h_samp_factor = kind.h;
    if (kind.ycck) info.comp_info[3].v_samp_factor = kind.v;
  }
  if (kind.progressive) jpeg_simple_progression(&info);
  std::array<jpeg_scan_info, 3> scans{};
  for (int c = 0; c < 3; ++c) scans.at(c) = {1, {c}, 0, 63, 0, 0};
  if (kind.separate) info.scan_info = scans.data();
  if (kind.separate) info.num_scans = 3;
  info.restart_in_rows = kind.restart_rows;
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(picture.size().width) * 4);
  for (int y = 0; y < picture.size().height; ++y) {
    for (int x = 0; x < picture.size().width; ++x) {
      for (int c = 0; c < info.input_components; ++c) {
        row[static_cast<std::size_t>(x * info.input_components + c)] =
            picture.view().at(x, y)[c % kChannels];
      }
    }
    JSAMPROW pointer = row.data();
    jpeg_write_scanlines(&info, &pointer, 1);
  }
  jpeg_finish_compress(&info);
  std::vector<std::byte> encoded(length);
  std::memcpy(encoded.data(), buffer, length);
  std::free(buffer);
  jpeg_destroy_compress(&info);
  return encoded;
}

Image whole(ImageSource& source) {
  return window_of(source, {0, 0, source.size().width, source.size().height});
}

Image window_of(ImageSource& source, Rect window) {
  Image image(window.size());
  source.read(window, image.view());
  return image;
}

Rect random_window(Rng& rng, Size size) {
  const auto width = static_cast<int>(rng.between(1, size.width));
  const auto height = static_cast<int>(rng.between(1, size.height));
  return {static_cast<int>(rng.between(0, size.width - width)),
          static_cast<int>(rng.between(0, size.height - height)), width, height};
}

std::string text_of(Rect r) {
  return to_string(r.size()) + "+" + std::to_string(r.x) + "+" + std::to_string(r.y);
}

std::vector<std::uint8_t> bytes(ConstImageView view) {
  std::vector<std::uint8_t> all;
  for (int y = 0; y < view.size.height; ++y) {
    all.insert(all.end(), view.row(y), view.row(y) + view.size.width * kChannels);
  }
  return all;
}

void MemorySource::read(Rect window, ImageView out) {
  ++reads_;
  last_read_ = window;
  if (window.y + window.height > damaged_from_) throw Error(Origin::data, "damaged");
  const ConstImageView in = std::as_const(pixels_).view().window(window);
  for (int y = 0; y < window.height; ++y) {
    std::memcpy(out.row(y), in.row(y), static_cast<std::size_t>(window.width) * kChannels);
  }
}

namespace {

Value value_of(const std::string& text) {
  if (!text.starts_with('[')) return Value::text(text);
  Value list = Value::list();
  std::istringstream entries(text.substr(1, text.size() - 2));
  for (std::string entry; std::getline(entries, entry, ',');) {
    list.items.push_back(Value::text(entry));
  }
  return list;
}

}  // namespace

Value stage_list(const std::string& text) {
  Value list = Value::list();
  list.file = "spec.yaml";
  list.line = 1;
  std::istringstream entries(text);
  for (std::string entry; std::getline(entries, entry, ';');) {
    std::istringstream words(entry);
    std::string name;
    words >> name;
    Value params = Value::map();
    params.file = "spec.yaml";
    params.line = static_cast<int>(list.items.size()) + 2;
    for (std::string word; words >> word;) {
      const std::size_t equals = word.find('=');
      Value value = value_of(word.substr(equals + 1));
      value.file = params.file;
      value.line = params.line;
      params[word.substr(0, equals)] = std::move(value);
    }
    Value item = Value::map();
    item.file = params.file;
    item.line = params.line;
    item[name] = std::move(params);
    list.items.push_back(std::move(item));
  }
  return list;
}

}  // namespace vggflow::testing

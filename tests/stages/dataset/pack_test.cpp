#include "stages/dataset/pack.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "pipeline/dataset/tar_writer.h"
#include "stages/dataset/whole_picture.h"
#include "stages/resample/profile.h"
#include "tests/stages/dataset/encoded_dataset.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Pack : public DatasetFolder {
 protected:
  PackedDataset pack(const std::string& dir, const PackOptions& options = {.shard_images = 7},
                     int workers = 2) {
    return pack_dataset(dataset_, folder(dir), options, {.workers = workers});
  }
  std::string error_of(const std::string& dir, const PackOptions& options) {
    try {
      static_cast<void>(pack(dir, options));
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::usage) << error.what();
      return error.what();
    }
    return "no error";
  }
  std::vector<std::byte> original(std::uint64_t id) const {
    std::vector<std::byte> encoded;
    dataset_.read(id, encoded);
    return encoded;
  }
  /// The bytes of a tar that holds these entries.
  std::string tar_of(const std::vector<std::pair<std::string, std::vector<std::byte>>>& entries) {
    const fs::path path = folder("expected.tar");
    TarWriter tar(path, "expected");
    for (const auto& [name, content] : entries) tar.add(name, content);
    tar.close();
    return text_of(path);
  }
  static std::vector<std::byte> label(const std::string& digits) {
    const auto view = std::as_bytes(std::span(digits));
    return {view.begin(), view.end()};
  }

  EncodedDataset dataset_ = jpeg_dataset(20);
};

TEST_F(Pack, WritesTheFilesAsTheyAreWithTheirLabels) {
  const PackedDataset packed = pack("out");
  EXPECT_EQ(packed.shards, 3U);
  EXPECT_EQ(packed.shards_made, 3U);
  EXPECT_TRUE(packed.dropped.empty());
  const auto files = files_in(folder("out"));
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("classes.txt", "dropped.txt", "pack.yaml", "shard-000000.tar",
                                 "shard-000001.tar", "shard-000002.tar"));
  EXPECT_EQ(files.at("classes.txt"), "c0\nc1\nc2\n");
  EXPECT_EQ(files.at("dropped.txt"), "");
  std::vector<std::pair<std::string, std::vector<std::byte>>> last;
  for (std::uint64_t id = 14; id < 20; ++id) {
    last.emplace_back("c2/" + std::to_string(1000 + id) + ".jpg", original(id));
    last.emplace_back("c2/" + std::to_string(1000 + id) + ".cls", label("2"));
  }
  EXPECT_EQ(files.at("shard-000002.tar"), tar_of(last));
}

TEST_F(Pack, TheBytesAreTheSameForAnyWorkers) {
  static_cast<void>(pack("expected", {.shard_images = 7, .short_side = 33}, 1));
  for (const int workers : {2, 3, 8}) {
    const std::string dir = "workers" + std::to_string(workers);
    static_cast<void>(pack(dir, {.shard_images = 7, .short_side = 33}, workers));
    EXPECT_EQ(files_in(folder(dir)), files_in(folder("expected")));
  }
}

TEST_F(Pack, ShrinksWhatIsLargerAndLeavesTheRestAsItIs) {
  dataset_ = {};
  const Image large = test_picture({90, 60});
  const Image small = test_picture({50, 40});
  dataset_.add("c/a.jpg", encode_jpeg(large.view(), 95));
  dataset_.add("c/b.jpg", encode_jpeg(small.view(), 95));
  const auto encoded = [&](std::uint64_t id, int quality) {
    const Image picture =
        shrunk_to_short_side(decode_whole(original(id)), 40, resampling_profile("pillow-bilinear"));
    return encode_jpeg(picture.view(), quality);
  };
  static_cast<void>(pack("side", {.short_side = 40}));
  EXPECT_EQ(text_of(folder("side/shard-000000.tar")), tar_of({{"c/a.jpg", encoded(0, 90)},
                                                              {"c/a.cls", label("0")},
                                                              {"c/b.jpg", original(1)},
                                                              {"c/b.cls", label("0")}}));
  static_cast<void>(pack("both", {.short_side = 40, .quality = 70}));
  EXPECT_EQ(text_of(folder("both/shard-000000.tar")), tar_of({{"c/a.jpg", encoded(0, 70)},
                                                              {"c/a.cls", label("0")},
                                                              {"c/b.jpg", encoded(1, 70)},
                                                              {"c/b.cls", label("0")}}));
}

TEST_F(Pack, APngUnderAnyNameIsCalledPngUntilItIsEncodedAnew) {
  const std::string png(
      "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01"
      "\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90\x77\x53\xde\x00\x00\x00\x0c\x49\x44\x41"
      "\x54\x78\x9c\x63\x68\x70\x50\x00\x00\x02\x24\x00\xe1\xab\x59\x62\x27\x00\x00\x00"
      "\x00\x49\x45\x4e\x44\xae\x42\x60\x82",
      69);
  dataset_ = {};
  dataset_.add("c/a.JPEG", label(png));
  static_cast<void>(pack("as_stored"));
  EXPECT_THAT(text_of(folder("as_stored/shard-000000.tar")), HasSubstr("c/a.png"));
  static_cast<void>(pack("anew", {.quality = 90}));
  EXPECT_THAT(text_of(folder("anew/shard-000000.tar")), HasSubstr("c/a.jpg"));
}

TEST_F(Pack, DropsDamagedImagesAndNamesThem) {
  cut_end(dataset_.file(3));
  dataset_.file(15).clear();
  const PackedDataset packed = pack("out");
  ASSERT_EQ(packed.dropped.size(), 2U);
  EXPECT_EQ(packed.dropped[0].name, "c0/1003.JPEG");
  const std::string list = text_of(folder("out/dropped.txt"));
  EXPECT_EQ(list, "3\tc0/1003.JPEG\t" + packed.dropped[0].reason +
                      "\n15\tc2/1015.JPEG\tread: cannot open\n");
  const std::string shard = text_of(folder("out/shard-000000.tar"));
  EXPECT_THAT(shard, HasSubstr("c0/1002.cls"));
  EXPECT_EQ(shard.find("c0/1003"), std::string::npos);
}

TEST_F(Pack, GoesOnWithWhatIsMissingAndEndsWithTheSameBytes) {
  for (const std::uint64_t id : {3, 10, 19}) cut_end(dataset_.file(id));
  static_cast<void>(pack("expected"));
  const auto expected = files_in(folder("expected"));
  for (const int after : {0, 1, 6, 7, 8, 13, 20}) {
    const std::string dir = "stopped" + std::to_string(after);
    std::atomic<bool> stop{after == 0};
    const PackedDataset first = pack_dataset(
        dataset_, folder(dir), {.shard_images = 7},
        {.workers = 1, .stop = &stop, .on_progress = [&](std::uint64_t done, std::uint64_t) {
           if (done >= static_cast<std::uint64_t>(after)) stop = true;
         }});
    const int reads = dataset_.reads();
    const PackedDataset second = pack(dir);
    EXPECT_EQ(first.shards_made + second.shards_made, 3U);
    const auto kept = std::min<int>(static_cast<int>(first.shards_made) * 7, 20);
    constexpr int kLooks = 20;  // at what tells sources of the same names apart
    EXPECT_EQ(dataset_.reads() - reads, kLooks + 20 - kept)
        << "packs no image of a shard that is there";
    EXPECT_EQ(files_in(folder(dir)), expected) << after;
  }
}

TEST_F(Pack, MakesAShardThatWasLostAgain) {
  for (const std::uint64_t id : {3, 10, 19}) cut_end(dataset_.file(id));
  static_cast<void>(pack("out"));
  const auto expected = files_in(folder("out"));
  fs::remove(folder("out/shard-000001.tar"));
  fs::remove(folder("out/classes.txt"));
  const PackedDataset again = pack("out");
  EXPECT_EQ(again.shards_made, 1U);
  ASSERT_EQ(again.dropped.size(), 1U);
  EXPECT_EQ(again.dropped[0].id, 10U);
  EXPECT_EQ(files_in(folder("out")), expected);
  EXPECT_EQ(pack("out").shards_made, 0U);
}

TEST_F(Pack, MakesAShardThatIsCutOffAgain) {
  static_cast<void>(pack("out"));
  const auto expected = files_in(folder("out"));
  const fs::path shard = folder("out/shard-000001.tar");
  const std::uintmax_t whole = fs::file_size(shard);
  const std::uintmax_t content = expected.at("shard-000001.tar").find_last_not_of('\0');
  for (const std::uintmax_t size : {std::uintmax_t{0}, std::uintmax_t{512}, whole / 2,
                                    content / 512 * 512, content / 512 * 512 + 512, whole - 1}) {
    fs::resize_file(shard, size);
    EXPECT_EQ(pack("out").shards_made, 1U) << size;
    EXPECT_EQ(files_in(folder("out")), expected) << size;
  }
}

TEST_F(Pack, ErrorOfAFolderInTheShardsPlace) {
  static_cast<void>(pack("out"));
  fs::remove(folder("out/shard-000001.tar"));
  fs::create_directories(folder("out/shard-000001.tar"));
  EXPECT_THAT(error_of("out", {.shard_images = 7}),
              HasSubstr("out/shard-000001.tar: is no file; allowed: "));
}

TEST_F(Pack, ErrorOfAFolderThatAnotherIsPacking) {
  std::string refusal;
  static_cast<void>(pack_dataset(dataset_, folder("out"), {.shard_images = 7},
                                 {.workers = 1, .on_progress = [&](std::uint64_t, std::uint64_t) {
                                    refusal = error_of("out", {.shard_images = 7});
                                  }}));
  EXPECT_THAT(refusal, HasSubstr("out: another process is at work in it; allowed: one at a time"));
  const auto files = files_in(folder("out"));
  EXPECT_EQ(pack("out").shards_made, 0U);
  EXPECT_EQ(files_in(folder("out")), files);
  EXPECT_FALSE(files.contains(".lock"));
}

TEST_F(Pack, TheLockOfAKilledProcessIsNoObstacle) {
  fs::create_directories(folder("out"));
  std::ofstream(folder("out/.lock")) << "";
  EXPECT_EQ(pack("out").shards_made, 3U);
  EXPECT_FALSE(fs::exists(folder("out/.lock")));
}

TEST_F(Pack, WhatAKilledRunLeftIsOverwrittenAndIsNoObstacle) {
  static_cast<void>(pack("expected"));
  fs::create_directories(folder("out"));
  std::ofstream(folder("out/pack.yaml.tmp4194305")) << "half";  // no such process: above pid_max
  static_cast<void>(pack("out"));
  fs::remove(folder("out/shard-000001.tar"));
  std::ofstream(folder("out/shard-000001.tar.tmp4194305")) << "half";
  static_cast<void>(pack("out"));
  EXPECT_EQ(files_in(folder("out")), files_in(folder("expected")));
}

TEST_F(Pack, ErrorOfAFolderThatHoldsAnythingElse) {
  fs::create_directories(folder("out"));
  std::ofstream(folder("out/mine.txt")) << "precious";
  EXPECT_THAT(error_of("out", {}),
              AllOf(HasSubstr("out: is not empty and holds no pack.yaml"), HasSubstr("allowed: ")));
  EXPECT_EQ(files_in(folder("out")).size(), 1U);
}

TEST_F(Pack, ErrorOfOtherOptionsOrAnotherSourceInTheSameFolder) {
  static_cast<void>(pack("out", {.shard_images = 7, .short_side = 33}));
  const auto before = files_in(folder("out"));
  EXPECT_THAT(error_of("out", {.shard_images = 8, .short_side = 33}),
              AllOf(HasSubstr("out: holds shards of another source or of other options: "
                              "'shard_images: 7' there, 'shard_images: 8' wanted"),
                    HasSubstr("allowed: the same command again, or another folder")));
  for (const PackOptions& other :
       {PackOptions{.shard_images = 7}, PackOptions{.shard_images = 7, .short_side = 34},
        PackOptions{.shard_images = 7, .short_side = 33, .quality = 90},
        PackOptions{.shard_images = 7, .short_side = 33, .profile = "opencv-linear"}}) {
    EXPECT_THAT(error_of("out", other), HasSubstr("other options"));
  }
  dataset_ = jpeg_dataset(21);
  EXPECT_THAT(error_of("out", {.shard_images = 7, .short_side = 33}),
              HasSubstr("'source: memory, 20 images, 3 classes' there, 'source: memory, 21"));
  EXPECT_EQ(files_in(folder("out")), before);
}

TEST_F(Pack, ErrorOfOtherImagesOfTheSameNames) {
  static_cast<void>(pack("out"));
  const auto before = files_in(folder("out"));
  dataset_.file(13).swap(dataset_.file(14));
  EXPECT_THAT(error_of("out", {.shard_images = 7}),
              HasSubstr("out: holds shards of another source or of other options: 'images_sha256"));
  EXPECT_EQ(files_in(folder("out")), before);
}

TEST_F(Pack, CountsWhatRunsBeforeDroppedAndNamesClassesThatAreEmptied) {
  for (const std::uint64_t id : {3, 14, 15, 16, 17, 18, 19}) cut_end(dataset_.file(id));
  const PackedDataset packed = pack("out");
  EXPECT_EQ(packed.dropped_in_all, 7U);
  EXPECT_THAT(packed.emptied_classes, ElementsAre("c2"));
  fs::remove(folder("out/shard-000000.tar"));
  const PackedDataset again = pack("out");
  EXPECT_EQ(again.dropped.size(), 1U);
  EXPECT_EQ(again.dropped_in_all, 7U);
  EXPECT_THAT(again.emptied_classes, ElementsAre("c2"));
}

TEST_F(Pack, ErrorOfAFolderWithoutAName) {
  try {
    static_cast<void>(pack_dataset(dataset_, "", {}, {}));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::usage);
    EXPECT_STREQ(error.what(), "the folder's name is empty; allowed: a path");
  }
}

TEST_F(Pack, ErrorOfOptionsOutOfBounds) {
  EXPECT_EQ(error_of("out", {.shard_images = 0}), "the shard size is 0; allowed: 1 to 16777216");
  EXPECT_EQ(error_of("out", {.short_side = 0}), "the short side is 0; allowed: 1 to 65500");
  EXPECT_EQ(error_of("out", {.quality = 101}), "the quality is 101; allowed: 1 to 100");
  EXPECT_FALSE(fs::exists(folder("out")));
}

TEST_F(Pack, ErrorOfADataSetThatCannotBePacked) {
  const auto error = [&] {
    try {
      static_cast<void>(pack("out"));
    } catch (const Error& refusal) {
      EXPECT_EQ(refusal.origin(), Origin::data);
      return std::string(refusal.what());
    }
    return std::string("no error");
  };
  dataset_ = {};
  EXPECT_THAT(error(), HasSubstr("holds no images"));
  dataset_.add("two\nlines/x.jpg", {});
  EXPECT_THAT(error(), HasSubstr("line break"));
  EXPECT_FALSE(fs::exists(folder("out")));
}

TEST_F(Pack, ErrorOfADroppedListOfAnotherForm) {
  static_cast<void>(pack("out"));
  std::ofstream(folder("out/dropped.txt")) << "mine\n";
  EXPECT_THROW(static_cast<void>(pack("out")), Error);
}

}  // namespace
}  // namespace vggflow::testing

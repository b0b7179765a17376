// Images to batches, without a net: feed '{folder: imagenet/train}'
#include <cstdio>

#include "experiments/spec/yaml.h"
#include "pipeline/flow.h"

using namespace vggflow;

constexpr const char* kStages = R"(
- random_rescale: {min: 256, max: 512}
- random_crop: {size: 224}
- flip: {probability: 0.5}
)";

int main(int argc, char** argv) try {
  const Value source = parse_yaml(argc > 1 ? argv[1] : "{generated: {}}", "SOURCE");
  const auto dataset = open_dataset(Params(source, "SOURCE"), ".");
  Flow flow(
      *dataset, make_stages(parse_yaml(kStages, "stages"), "stages"),
      plan_training(dataset->size(), {.seed = 1, .batch = 64, .image = {224, 224}, .batches = 2}),
      {.seed = 1, .workers = 2, .on_error = OnError::skip});
  while (const BatchLease batch = flow.next()) {
    // batch->pixels holds (N, H, W, 3) u8 RGB, batch->labels (N): a training step reads them here.
    std::printf("%d pictures of %s px, digest %s\n", batch->shape.slots,
                to_string(batch->shape.image).c_str(), digest(*batch).c_str());
  }
} catch (const Error& error) {
  std::fprintf(stderr, "feed: %s\n", error.what());
  return error.exit_code();
}

#pragma once

#include <ostream>
#include <vector>

#include "nets/vgg.h"
#include "tests/nets/tiny.h"

namespace vggflow {

/// A net that an engine is compared on.
struct EngineCase {
  const char* name;
  Net net;
  friend void PrintTo(const EngineCase& one, std::ostream* out) { *out << one.name; }
};

/// Nets that differ in what is fused, in what sizes round down, and in how channels fill the blocks
/// of a layout.
inline std::vector<EngineCase> engine_cases() {
  const FullyConnected last{"fc8", 7};
  return {
      {"EveryLayer", tiny_net()},
      {"Dropout", tiny_net(0.5)},
      {"PoolsRoundDown",
       {"odd",
        {11, 9},
        {Convolution{"conv1", 16, 3}, Relu{}, MaxPool{2}, Convolution{"conv2", 32, 3}, Relu{},
         MaxPool{2}, last}}},
      {"PaddedBlocksPooled",
       {"padded",
        {15, 13},
        {Convolution{"conv1", 6, 3}, Relu{}, MaxPool{2}, Convolution{"conv2", 20, 3}, Relu{},
         MaxPool{2}, last}}},
      {"FullBlocks",
       {"blocks",
        {8, 8},
        {Convolution{"conv1", 16, 3}, Relu{}, Convolution{"conv2", 16, 3}, Relu{},
         Convolution{"conv3", 32, 1}, Relu{}, MaxPool{2}, FullyConnected{"fc6", 32}, Relu{},
         Dropout{0.3}, last}}},
      {"NothingFused",
       {"bare",
        {6, 6},
        {Convolution{"conv1", 5, 5}, MaxPool{2}, Relu{}, Lrn{5, 1, 0.1, 0.75}, Relu{},
         Convolution{"conv2", 3, 3}, Dropout{0.25}, Relu{}, last}}},
      {"DropoutOfMaps",
       {"maps", {7, 5}, {Convolution{"conv1", 20, 3}, Relu{}, Dropout{0.5}, MaxPool{2}, last}}},
      {"PoolFirst",
       {"pool", {8, 8}, {MaxPool{2}, Relu{}, Convolution{"conv1", 6, 3}, Relu{}, last}}},
      {"FullyConnectedOnly",
       {"fc", {5, 4}, {FullyConnected{"fc6", 20}, Relu{}, Dropout{0.5}, last}}},
      {"PoolAfterFullyConnected",
       {"late", {4, 4}, {FullyConnected{"fc6", 9}, Relu{}, MaxPool{1}, last}}},
      {"ALrn", vgg_net("A-LRN", {32, 16, 24, 10, 0.5})},
      {"C", vgg_net("C", {32, 16, 24, 10, 0.5})},
  };
}

}  // namespace vggflow

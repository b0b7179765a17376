#include "nets/cudnn/convolution_problem.h"

namespace vggflow::cudnn {
namespace {

const char* name(Pass pass) {
  switch (pass) {
    case Pass::forward:
      return "forward";
    case Pass::backward_data:
      return "backward data";
    case Pass::backward_filter:
      return "backward filter";
  }
  return "";
}

std::string times(int a, int b, int c) {
  return std::to_string(a) + "x" + std::to_string(b) + "x" + std::to_string(c);
}

}  // namespace

std::string ConvolutionProblem::text() const {
  return std::string(name(pass)) + " " + to_string(precision) + " " + std::to_string(slots) + "x" +
         times(height, width, inputs) + " " + times(kernel_height, kernel_width, outputs) +
         (same ? "" : " valid") + (relu ? " relu" : "") + (deterministic ? " deterministic" : "");
}

}  // namespace vggflow::cudnn

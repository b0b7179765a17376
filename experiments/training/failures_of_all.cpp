#include "experiments/training/failures_of_all.h"

#include <nlohmann/json.hpp>

namespace vggflow {
namespace {

using Json = nlohmann::json;

/// MessagePack takes names of any bytes; JSON's text would want UTF-8.
std::string packed(const std::vector<FailedSample>& failures) {
  Json list = Json::array();
  for (const FailedSample& one : failures) list.push_back({one.id, one.name, one.reason});
  const auto bytes = Json::to_msgpack(list);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::vector<FailedSample> failures_of_all(Communicator& all,
                                          const std::vector<FailedSample>& mine) {
  if (all.size() == 1) return mine;
  std::vector<FailedSample> failures;
  for (const std::string& of_one : all.gather(packed(mine))) {
    for (const Json& one : Json::from_msgpack(of_one)) {
      failures.push_back({one.at(0), one.at(1), one.at(2)});
    }
  }
  return failures;
}

}  // namespace vggflow

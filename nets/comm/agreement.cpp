#include "nets/comm/agreement.h"

#include "base/error.h"

namespace vggflow {
namespace {

constexpr char kTold = 't';
constexpr char kFailed = 'f';

/// "fOMESSAGE\0PLACE", O the origin.
std::string text_of(const Error& error) {
  return std::string{kFailed, static_cast<char>('0' + static_cast<int>(error.origin()))} +
         error.message() + '\0' + error.place();
}

Error error_of(const std::string& text) {
  const auto end = text.find('\0');
  return {static_cast<Origin>(text[1] - '0'), text.substr(2, end - 2), text.substr(end + 1)};
}

std::string answer_of(const std::function<std::string()>& tell) {
  try {
    return kTold + tell();
  } catch (const Error& error) {
    return text_of(error);
  }
}

}  // namespace

std::string first_tells(Communicator& all, const std::function<std::string()>& tell) {
  if (all.size() == 1) return tell();
  const std::string answer = all.gather(all.rank() == 0 ? answer_of(tell) : "").front();
  if (answer.front() == kFailed) throw error_of(answer);
  return answer.substr(1);
}

void first_does(Communicator& all, const std::function<void()>& work) {
  first_tells(all, [&] {
    work();
    return std::string();
  });
}

bool first_says(Communicator& all, const std::function<bool()>& ask) {
  return !first_tells(all, [&] { return std::string(ask() ? "yes" : ""); }).empty();
}

}  // namespace vggflow

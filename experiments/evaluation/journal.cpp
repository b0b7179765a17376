#include "experiments/evaluation/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/crc.hpp>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/log.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

enum class Kind : char { subject = 'V', scored = 'S' };

constexpr std::string_view kFormat = "vggflow scores in progress, 1\n";
constexpr std::uint64_t kMostBytes = 1ULL << 32;  // of a record; more is damage

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

struct Head {
  std::uint64_t bytes = 0;  // of the payload
  std::uint32_t crc = 0;    // of the payload
  std::uint32_t head = 0;   // of the fields before
};

std::uint32_t crc_of(const Head& head) {
  return crc32c({reinterpret_cast<const char*>(&head), offsetof(Head, head)});
}

/// The next payload; none where the file ends or is damaged.
std::optional<std::string> next_payload(std::istream& file) {
  Head head;
  if (!file.read(reinterpret_cast<char*>(&head), sizeof head)) return std::nullopt;
  if (head.head != crc_of(head) || head.bytes < 1 || head.bytes > kMostBytes) return std::nullopt;
  std::string payload(head.bytes, '\0');
  if (!file.read(payload.data(), static_cast<std::streamsize>(payload.size()))) return std::nullopt;
  if (crc32c(payload) != head.crc) return std::nullopt;
  return payload;
}

template <class T>
void put(std::string& payload, std::span<const T> values) {
  payload.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

/// Takes values off the front.
template <class T>
bool take(std::string_view& payload, std::span<T> values) {
  if (payload.size() < values.size_bytes()) return false;
  std::memcpy(values.data(), payload.data(), values.size_bytes());
  payload.remove_prefix(values.size_bytes());
  return true;
}

std::string payload_of(const std::string& subject, std::size_t row) {
  return std::string(1, static_cast<char>(Kind::subject)) + std::string(kFormat) +
         std::to_string(row) + "\n" + subject;
}

std::string payload_of(const ScoredImages& images) {
  std::string payload(1, static_cast<char>(Kind::scored));
  const std::uint64_t count = images.ids.size();
  put<std::uint64_t>(payload, {&count, 1});
  put<std::uint64_t>(payload, images.ids);
  put<float>(payload, images.rows);
  return payload;
}

/// None of a record that this program does not write.
std::optional<ScoredImages> scored_images(std::string_view payload, std::size_t row) {
  if (static_cast<Kind>(payload.front()) != Kind::scored) return std::nullopt;
  payload.remove_prefix(1);
  std::uint64_t count = 0;
  if (!take<std::uint64_t>(payload, {&count, 1})) return std::nullopt;
  if (count > payload.size() / sizeof(std::uint64_t)) return std::nullopt;
  ScoredImages images{std::vector<std::uint64_t>(count), std::vector<float>(count * row)};
  if (!take<std::uint64_t>(payload, images.ids) || !take<float>(payload, images.rows)) {
    return std::nullopt;
  }
  return images;
}

}  // namespace

EvaluationJournal::EvaluationJournal(fs::path path, const std::string& subject, std::size_t row,
                                     const Replay& replay)
    : path_(std::move(path)), row_(row) {
  fs::create_directories(path_.parent_path());
  const std::uint64_t whole = replay_records(payload_of(subject, row), replay);
  file_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0666));
  if (!file_ || ::ftruncate(file_.get(), static_cast<off_t>(whole)) != 0) {
    throw system_error("cannot be written", path_.string());
  }
  if (whole == 0) append(payload_of(subject, row));
}

/// Returns how many bytes hold whole records of the subject.
std::uint64_t EvaluationJournal::replay_records(const std::string& subject, const Replay& replay) {
  std::ifstream file(path_, std::ios::binary);
  if (!file || next_payload(file) != subject) return 0;
  std::uint64_t whole = 0;
  do {
    whole = static_cast<std::uint64_t>(file.tellg());
    const auto payload = next_payload(file);
    const auto images = payload ? scored_images(*payload, row_) : std::nullopt;
    if (!images) return whole;
    replay(*images);
  } while (true);
}

void EvaluationJournal::add(const ScoredImages& images) { append(payload_of(images)); }

void EvaluationJournal::append(const std::string& payload) {
  if (warned_) return;
  Head head{.bytes = payload.size(), .crc = crc32c(payload), .head = 0};
  head.head = crc_of(head);
  try {
    const std::string start(reinterpret_cast<const char*>(&head), sizeof head);
    write_all(file_.get(), start + payload, path_.string());
  } catch (const Error& error) {
    warned_ = true;
    log_warning(error.what() + std::string("; what is scored from here on is not kept until the "
                                           "evaluation is done"));
  }
}

void EvaluationJournal::remove() {
  file_.reset();
  std::error_code failure;
  fs::remove(path_, failure);
  if (failure) log_warning(path_.string() + ": cannot be removed: " + failure.message());
}

}  // namespace vggflow

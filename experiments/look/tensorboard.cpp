#include "experiments/look/tensorboard.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/crc.hpp>
#include <cerrno>
#include <chrono>

#include "base/error.h"
#include "experiments/look/tensorboard_event.pb.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVersion = "brain.Event:2";

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4), masked as TFRecord wants it.
std::uint32_t masked_crc(const std::string& bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t sum = crc.checksum();
  return (sum >> 15U | sum << 17U) + 0xA282EAD8U;
}

template <class Number>
std::string little_endian(Number number) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    bytes += static_cast<char>(number >> 8U * i & 0xFFU);
  }
  return bytes;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

std::chrono::duration<double> now() { return std::chrono::system_clock::now().time_since_epoch(); }

tensorboard::Event event_at(std::uint64_t iteration) {
  tensorboard::Event event;
  event.set_wall_time(now().count());
  event.set_step(static_cast<std::int64_t>(iteration));
  return event;
}

}  // namespace

EventFile::EventFile(const fs::path& dir, std::uint64_t already) {
  std::error_code failure;
  fs::create_directories(dir, failure);
  if (failure) throw Error(Origin::system, "cannot create: " + failure.message(), dir.string());
  const std::string name = "events.out.tfevents." +
                           std::to_string(static_cast<std::int64_t>(now().count())) + "." +
                           host_name() + "." + std::to_string(::getpid()) + ".";
  for (int number = 0; !file_; ++number) {
    path_ = dir / (name + std::to_string(number));
    file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file_ && errno != EEXIST) throw system_error("cannot create", path_.string());
  }
  tensorboard::Event version = event_at(0);
  version.set_file_version(kVersion);
  append(version.SerializeAsString());
  tensorboard::Event start = event_at(already + 1);
  start.mutable_session_log()->set_status(tensorboard::SessionLog::START);
  append(start.SerializeAsString());
}

void EventFile::write(std::uint64_t iteration, std::span<const EventScalar> scalars) {
  tensorboard::Event event = event_at(iteration);
  for (const EventScalar& scalar : scalars) {
    auto& value = *event.mutable_summary()->add_value();
    value.set_tag(scalar.tag);
    value.set_simple_value(static_cast<float>(scalar.value));
  }
  append(event.SerializeAsString());
}

void EventFile::append(const std::string& event) {
  const std::string length = little_endian<std::uint64_t>(event.size());
  const std::string record =
      length + little_endian(masked_crc(length)) + event + little_endian(masked_crc(event));
  try {
    write_all(file_.get(), record, path_.string());
  } catch (const Error&) {
    // A reader takes half an event for the end of the file, or for damage once more follows.
    const auto whole = static_cast<off_t>(bytes_);
    if (::ftruncate(file_.get(), whole) == 0) ::lseek(file_.get(), whole, SEEK_SET);
    throw;
  }
  bytes_ += record.size();
}

void write_row(EventFile& events, const TrainingRow& row, const TimingRow& timing) {
  events.write(row.iteration,
               std::to_array<EventScalar>({{"train/loss", row.loss},
                                           {"train/top1_error", row.top1_error},
                                           {"train/top5_error", row.top5_error},
                                           {"train/rate", row.rate},
                                           {"time/images_per_s", timing.images_per_s},
                                           {"time/wait_share", timing.wait_share}}));
}

void write_row(EventFile& events, const ValidationRow& row) {
  events.write(row.iteration,
               std::to_array<EventScalar>({{"validation/top1_error", row.top1_error},
                                           {"validation/top5_error", row.top5_error}}));
}

}  // namespace vggflow

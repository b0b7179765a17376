#include "experiments/bench/peers.h"

#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "experiments/bench/peers_script.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// A folder of its own under the system's temporary one.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "vggflow-peers.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw system_error("cannot make a folder", name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write(const fs::path& path, const char* bytes, std::size_t count) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes, static_cast<std::streamsize>(count));
  out.close();
  if (!out) throw system_error("cannot write", path.string());
}

void write_images(const Dataset& dataset, const fs::path& folder) {
  constexpr std::uint64_t kMostImages = 512;
  fs::create_directory(folder);
  std::vector<std::byte> bytes;
  for (std::uint64_t id = 0; id < std::min<std::uint64_t>(dataset.size(), kMostImages); ++id) {
    try {
      dataset.read(id, bytes);
    } catch (const Error&) {
      continue;  // the pipeline has reported it
    }
    write(folder / (std::to_string(id) + ".jpg"), reinterpret_cast<const char*>(bytes.data()),
          bytes.size());
  }
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// What the command prints. Error (system) unless it ends with status 0.
std::string output_of(const std::string& command) {
  struct Close {
    void operator()(std::FILE* pipe) const { ::pclose(pipe); }
  };
  std::unique_ptr<std::FILE, Close> pipe(::popen(command.c_str(), "r"));
  if (!pipe) throw system_error("cannot run", command);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), got);
  }
  if (::pclose(pipe.release()) == 0) return output;
  throw Error(Origin::system, "timing other pipelines failed; its messages are above", command);
}

PeerFigures figures_of(const nlohmann::json& peer) {
  PeerFigures figures;
  figures.name = peer.at("name");
  figures.skipped = peer.value("skipped", "");
  figures.note = peer.value("note", "");
  figures.images_per_s = peer.value("images_per_s", 0.0);
  figures.images_per_cpu_s = peer.value("images_per_cpu_s", 0.0);
  if (!peer.contains("versions")) return figures;
  for (const auto& [library, version] : peer.at("versions").items()) {
    figures.versions.append(figures.versions.empty() ? "" : ", ").append(library);
    figures.versions += " " + (version.is_string() ? version.get<std::string>() : version.dump());
  }
  return figures;
}

std::vector<PeerFigures> figures_in(const std::string& output) {
  try {
    const nlohmann::json answer = nlohmann::json::parse(output);
    std::vector<PeerFigures> peers;
    for (const auto& peer : answer.at("peers")) peers.push_back(figures_of(peer));
    return peers;
  } catch (const nlohmann::json::exception& error) {
    throw Error(Origin::system,
                std::string("what other pipelines said is not understood: ") + error.what());
  }
}

const Value* stage_named(const Value& pipeline, std::string_view name) {
  for (const Value& item : pipeline.items) {
    if (const Value* params = item.find(name)) return params;
  }
  return nullptr;
}

int whole_number(const Value& params, std::string_view key) {
  Params checked(params, "pipeline");
  return static_cast<int>(checked.integer({.key = key}));
}

}  // namespace

PeerJob peer_job(const Spec& spec) {
  const Value* pipeline = spec.resolved.find("pipeline");
  const Value none = Value::list();
  if (pipeline == nullptr) pipeline = &none;
  const Value* crop = stage_named(*pipeline, "random_crop");
  const Value* rescale = stage_named(*pipeline, "rescale");
  const Value* jitter = stage_named(*pipeline, "random_rescale");
  if (crop == nullptr || (rescale == nullptr && jitter == nullptr)) {
    throw Error(Origin::usage,
                "other pipelines are timed on rescale (or random_rescale) and random_crop; this "
                "spec has other geometry",
                spec.resolved.place());
  }
  const int side = whole_number(*crop, "size");  // fits: make_stages() has seen to it
  if (jitter == nullptr) {
    const int to = whole_number(*rescale, "side");
    return {to, to, side};
  }
  return {whole_number(*jitter, "min"), whole_number(*jitter, "max"), side};
}

std::vector<PeerFigures> time_peers(const PeerJob& job, const Dataset& dataset, int threads,
                                    const std::string& python) {
  const TemporaryFolder folder;
  const fs::path script = folder.path() / "pipeline.py";
  const std::string_view text = peers_script();
  write(script, text.data(), text.size());
  write_images(dataset, folder.path() / "images");
  const std::string output =
      output_of(quoted(python) + " " + quoted(script.string()) + " --images " +
                quoted((folder.path() / "images").string()) + " --min " + std::to_string(job.min) +
                " --max " + std::to_string(job.max) + " --crop " + std::to_string(job.crop) +
                " --rounds 3 --seconds 3 --threads " + std::to_string(threads));
  return figures_in(output);
}

}  // namespace vggflow

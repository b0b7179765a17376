#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "experiments/evaluation/results_file.h"

namespace vggflow {

/// A folder of results of its own, removed at the end.
class ReportFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    out_ = std::filesystem::path(::testing::TempDir()) /
           ("vggflow_report_" + std::string(info->test_suite_name()) + info->name() +
            std::to_string(::getpid()));
    std::filesystem::remove_all(out_);
    std::filesystem::create_directories(out_);
  }
  void TearDown() override { std::filesystem::remove_all(out_); }

  /// Three images of two classes; b failed.
  static EvaluationResult evaluation() {
    EvaluationResult result;
    result.name = "single";
    result.classes = 2;
    result.scores = {0.25F, 0.75F, 0.5F, 0.5F, 1, 0};
    result.labels = {1, 1, 0};
    result.ids = {0, 1, 2};
    result.names = {"a", "b", "c"};
    result.class_names = {"x", "y"};
    result.scales = {256, 384};
    result.views = "dense+mirror";
    result.profile = "opencv-linear";
    result.failed = {{1, "b", "premature end of the file"}};
    compute_errors(result);
    return result;
  }
  static Provenance provenance(const std::string& name) {
    return {{"commit", "abc"}, {"libraries", "onednn 2.6.3"}, {"note", name},
            {"seed", "7"},     {"spec", "a: 1\nb: 2"},        {"started", "2026-01-01T00:00:00Z"}};
  }
  /// An experiment with one evaluation and a log of so many rows.
  static void add(const std::filesystem::path& folder, const std::string& name, std::size_t rows) {
    std::vector<TrainingRow> log;
    for (std::size_t i = 1; i <= rows; ++i) {
      log.push_back({i * 20, static_cast<double>(i) / 10, 0.01, 2.0, 90, 50});
    }
    save_evaluation(folder, evaluation(), provenance(name));
    save_results(folder, {.log = log, .timing = {}, .validation = {}, .failed = {}},
                 provenance(name));
  }
  static void write(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }

  std::filesystem::path out_;
};

}  // namespace vggflow

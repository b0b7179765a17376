#pragma once

#include <filesystem>

#include "base/export.h"
#include "experiments/tables/render/render_table.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// OUT/tables/<name>.{md,csv,tex,html,json}, each whole or not at all. Returns the path of the
/// Markdown.
VGGFLOW_API std::filesystem::path write_table(const std::filesystem::path& out, const Table& table,
                                              const TableMaking& making);

}  // namespace vggflow

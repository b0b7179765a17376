#include "experiments/tables/render/write_table.h"

#include "base/atomic_file.h"

namespace vggflow {

std::filesystem::path write_table(const std::filesystem::path& out, const Table& table,
                                  const TableMaking& making) {
  const std::filesystem::path folder = out / "tables";
  write_text_atomically(folder / (table.name + ".csv"), to_csv(table));
  write_text_atomically(folder / (table.name + ".tex"), to_latex(table));
  write_text_atomically(folder / (table.name + ".html"), to_html(table));
  write_text_atomically(folder / (table.name + ".json"), to_json(table, making));
  write_text_atomically(folder / (table.name + ".md"), to_markdown(table));
  return folder / (table.name + ".md");
}

}  // namespace vggflow

#include "experiments/tables/read_member.h"

namespace vggflow {

CellMember read_member(Params& params, const std::filesystem::path& folder,
                       const std::string& evaluation) {
  CellMember member;
  member.experiment =
      (folder / params.text({.key = "experiment", .doc = "the path of an experiment's spec"}))
          .lexically_normal();
  member.evaluation = params.text(
      {.key = "evaluation", .fallback = evaluation, .doc = "one of the experiment's `evaluate:`"});
  return member;
}

CellMember read_member(Params&& params, const std::filesystem::path& folder,
                       const std::string& evaluation) {
  CellMember member = read_member(params, folder, evaluation);
  params.finish();
  return member;
}

}  // namespace vggflow

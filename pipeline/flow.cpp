#include "pipeline/flow.h"

#include <tbb/flow_graph.h>
#include <tbb/task_arena.h>

#include <new>
#include <utility>

#include "base/error.h"
#include "pipeline/flow_cells.h"
#include "pipeline/flow_counters.h"
#include "pipeline/flow_reservation.h"
#include "pipeline/flow_runner.h"
#include "pipeline/flow_workers.h"
#include "pipeline/task_pool.h"

namespace vggflow {
namespace {

namespace flow = tbb::flow;

/// A job of a planned cell: what waits in front of `read`.
struct JobPlace {
  Cell* cell = nullptr;
  std::size_t job = 0;
};

FlowOptions checked(const FlowOptions& options) {
  const auto at_least_one = [](const char* what, int value) {
    if (value >= 1) return;
    throw Error(Origin::spec,
                std::string(what) + " is " + std::to_string(value) + "; allowed: at least 1");
  };
  at_least_one("workers", options.workers);
  at_least_one("prefetch", options.prefetch);
  return options;
}

std::vector<std::string> node_names(const StageList& stages) {
  std::vector<std::string> names{"plan", "read"};
  for (const PlacedStage& placed : stages) names.push_back(placed.stream);
  names.emplace_back("render");
  return names;
}

}  // namespace

/// plan (serial) -> read (as many as workers, first come first served) -> stages -> render.
///
/// A full batch leaves the graph: it goes to the consumer, or to the batch stage, from the thread
/// that filled it. A node would want a worker to hand it on, and they have pictures to decode.
///
/// A node with one successor hands it its next task by TBB's bypass: the thread that read goes on
/// to the end before it takes another job. So a worker has one sample at a time. (Lightweight nodes
/// would do the same under a lock of the edge: all samples of a flow one after the other.)
class Flow::Graph {
 public:
  Graph(const Dataset& dataset, StageList stages, std::unique_ptr<Planner> planner,
        const FlowOptions& options)
      : options_(checked(options)),
        dataset_(dataset),
        planner_(std::move(planner)),
        counters_(node_names(stages), options_.spans),
        batch_stage_(options_.batch_stage ? options_.batch_stage(options_.spans) : nullptr),
        cells_owner_(std::make_shared<FlowCells>(
            options_.prefetch, FailureLimit(options_.max_errors, options_.failed_before),
            batch_stage_.get())),
        cells_(*cells_owner_),
        runner_(dataset, std::move(stages), planner_->views(), options_,
                [this](const Job& job, int attempt) { return substitute(job, attempt); }),
        allowance_(options_.workers),
        arena_(options_.workers, 0) {
    arena_.execute([&] { nodes_ = std::make_unique<Nodes>(*this); });
    for (std::size_t cell = 0; cell < cells_.size(); ++cell) offer(cells_[cell]);
  }

  ~Graph() {
    cancel();
    nodes_->graph.wait_for_all();
    batch_stage_.reset();  // what it has lies in the cells
  }

  FlowCells::Delivery next() { return cells_.next(); }
  void cancel() {
    cells_.cancel();
    planner_->stop();
  }
  void offer(std::size_t index) noexcept { offer(cells_[index]); }
  [[nodiscard]] const std::shared_ptr<FlowCells>& cells() const { return cells_owner_; }

  FlowStatistics statistics() const {
    FlowStatistics all = counters_.read();
    const FlowCells::Times times = cells_.times();
    all.batches = times.batches;
    all.starved_s = times.starved_s;
    all.no_free_slot_s = times.no_free_slot_s;
    all.workers = options_.workers;
    if (batch_stage_) all.nodes.push_back(batch_stage_->statistics());
    return all;
  }
  std::vector<FailedSample> failures() const { return runner_.failures().all(); }

 private:
  using StageNode = flow::function_node<Task*, Task*>;

  struct Nodes {
    explicit Nodes(Graph& owner);
    flow::graph graph;
    flow::function_node<Cell*> plan;
    flow::function_node<JobPlace, Task*> read;
    std::vector<std::unique_ptr<StageNode>> stages;
    flow::function_node<Task*> render;
  };

  std::optional<std::uint64_t> substitute(const Job& job, int attempt) {
    const std::lock_guard lock(planner_mutex_);
    return planner_->substitute(job, attempt);
  }
  void offer(Cell& cell) noexcept;
  template <class Work>
  void guarded(Work&& work) noexcept;
  [[nodiscard]] std::exception_ptr current_error() const noexcept;
  std::optional<Error> note_unreadable(const Plan& plan);
  void plan(Cell& cell) noexcept;
  bool plan_into(Cell& cell);
  void feed(Cell& cell, Plan plan, std::optional<Error> failure);
  Task* read(const JobPlace& place) noexcept;
  Task* stage(std::size_t index, Task* task) noexcept;
  void render(Task* task) noexcept;

  FlowOptions options_;
  const Dataset& dataset_;
  std::unique_ptr<Planner> planner_;
  std::mutex planner_mutex_;
  FlowCounters counters_;
  std::unique_ptr<BatchStage> batch_stage_;
  std::shared_ptr<FlowCells> cells_owner_;  // leases share it
  FlowCells& cells_;
  std::vector<FailedSample> unreadable_;  // found by `plan`, and not yet part of a cell
  // Made while there is memory.
  std::exception_ptr out_of_memory_ =
      std::make_exception_ptr(Error(Origin::system, "out of memory"));
  JobRunner runner_;
  TaskPool pool_;
  WorkerAllowance allowance_;
  tbb::task_arena arena_;
  std::unique_ptr<Nodes> nodes_;
};

// Bodies are noexcept: an exception that left one would end the whole graph.
Flow::Graph::Nodes::Nodes(Graph& owner)
    : plan(graph, flow::serial,
           [&owner](Cell* cell) noexcept {
             owner.plan(*cell);
             return flow::continue_msg{};
           }),
      read(graph, static_cast<std::size_t>(owner.options_.workers),
           [&owner](const JobPlace& place) noexcept { return owner.read(place); }),
      render(graph, flow::unlimited, [&owner](Task* task) noexcept {
        owner.render(task);
        return flow::continue_msg{};
      }) {
  flow::sender<Task*>* last = &read;
  for (std::size_t s = 0; s < owner.runner_.stages().size(); ++s) {
    stages.push_back(std::make_unique<StageNode>(
        graph, flow::unlimited, [&owner, s](Task* task) noexcept { return owner.stage(s, task); }));
    flow::make_edge(*last, *stages.back());
    last = stages.back().get();
  }
  flow::make_edge(*last, render);
}

/// Hands a free cell to `plan` from any thread. A task that an outside thread spawns may wait for a
/// worker for ever where the host allows TBB no more threads; an enqueued one always gets a worker,
/// and what it spawns is that worker's own.
void Flow::Graph::offer(Cell& cell) noexcept {
  guarded([&] {
    arena_.enqueue([this, &cell, reservation = FlowReservation(nodes_->graph)] {
      guarded([&] { nodes_->plan.try_put(&cell); });
    });
  });
}

/// What is no image's fault ends the flow.
template <class Work>
void Flow::Graph::guarded(Work&& work) noexcept {
  try {
    work();
  } catch (...) {
    cells_.break_off(current_error());
  }
}

std::exception_ptr Flow::Graph::current_error() const noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return out_of_memory_;
  } catch (...) {
    return std::current_exception();
  }
}

std::optional<Error> Flow::Graph::note_unreadable(const Plan& plan) {
  for (const FailedSample& failure : plan.failed) {
    runner_.failures().add(failure, {.epoch = 0, .position = failure.id});
  }
  if (plan.failed.empty() || options_.on_error == OnError::skip) return std::nullopt;
  return Error(Origin::data, plan.failed.front().reason, plan.failed.front().name);
}

void Flow::Graph::plan(Cell& cell) noexcept {
  try {
    if (!plan_into(cell)) cells_.end(nullptr, std::move(unreadable_));
  } catch (...) {
    cells_.end(current_error());
  }
}

/// False: there are no more plans. Counted before the consumer can learn of the end.
bool Flow::Graph::plan_into(Cell& cell) {
  while (cells_.planning()) {
    const FlowCounters::Busy busy(counters_, 0);
    std::unique_lock planning(planner_mutex_);
    std::optional<Plan> plan = planner_->next();
    planning.unlock();
    if (!plan) return false;
    std::optional<Error> failure = note_unreadable(*plan);
    unreadable_.insert(unreadable_.end(), plan->failed.begin(), plan->failed.end());
    if (plan->batches.empty() && !failure) continue;  // all it has is images to report
    plan->failed = std::exchange(unreadable_, {});
    feed(cell, std::move(*plan), std::move(failure));
    break;
  }
  return true;
}

void Flow::Graph::feed(Cell& cell, Plan plan, std::optional<Error> failure) {
  for (const Job& job : plan.jobs) dataset_.will_need(job.id);
  const std::size_t jobs = plan.jobs.size();
  cells_.queue(cell, std::move(plan), std::move(failure));
  // The cell is in the order already: should one not get in, next() would wait for it for ever.
  guarded([&] {
    for (std::size_t job = 0; job < jobs; ++job) nodes_->read.try_put({&cell, job});
  });
}

Task* Flow::Graph::read(const JobPlace& place) noexcept {
  Task* task = nullptr;  // stays so where there is no memory for it: the flow has ended then
  guarded([&] {
    task = pool_.take();
    task->cell = place.cell->index;
    task->job = &place.cell->plan.jobs[place.job];
    task->destinations = place.cell->plan.destinations_of(*task->job);
    task->batches = &place.cell->batches;
    task->id = task->job->id;
    task->failure.reset();
    if (cells_.stopped()) return;
    const FlowCounters::Busy busy(counters_, 1);
    runner_.read(*task);
  });
  return task;
}

Task* Flow::Graph::stage(std::size_t index, Task* task) noexcept {
  guarded([&] {
    if (cells_.stopped()) return;
    const FlowCounters::Busy busy(counters_, 2 + index);
    runner_.stage(index, *task);
  });
  return task;
}

void Flow::Graph::render(Task* task) noexcept {
  if (task == nullptr) return;
  Cell& cell = cells_[task->cell];
  guarded([&] {
    if (cells_.stopped()) return;
    const FlowCounters::Busy busy(counters_, 2 + runner_.stages().size());
    runner_.render(*task);
    const auto place = static_cast<std::size_t>(task->job - cell.plan.jobs.data());
    if (auto error = runner_.settle(*task)) cells_.fail(cell, place, std::move(*error));
    if (!task->failures.empty()) cells_.note_failures(cell, {place, task->failures});
  });
  task->samples.clear();
  pool_.put(task);
  cells_.job_done(cell);
}

Flow::Flow(const Dataset& dataset, StageList stages, std::unique_ptr<Planner> planner,
           const FlowOptions& options)
    : graph_(std::make_unique<Graph>(dataset, std::move(stages), std::move(planner), options)) {}

Flow::~Flow() = default;

BatchLease Flow::next() {
  FlowCells::Delivery delivery = graph_->next();
  if (delivery.batch == nullptr) return {};
  return {*this, graph_->cells(), *delivery.batch, delivery.cell, std::move(delivery.failures)};
}

void Flow::cancel() { graph_->cancel(); }
FlowStatistics Flow::statistics() const { return graph_->statistics(); }
std::vector<FailedSample> Flow::failures() const { return graph_->failures(); }
void Flow::offer(std::size_t cell) noexcept { graph_->offer(cell); }

}  // namespace vggflow

"""A folder of results as `run` and `reproduce` leave it, and its page: what the tests look at."""
import pathlib
import shutil
import subprocess

NET = """
  crop: 24
  layers:
    - conv: {name: conv1_1, outputs: 8}
    - relu
    - pool
    - fc: {name: fc6, outputs: 16}
    - relu
"""
REST = """
seed: 3
init: {kind: he}
data: {train: {folder: train}, val: {folder: val}}
pipeline:
  - random_rescale: {min: 28, max: 40}
  - random_crop: {size: 24}
  - flip: {probability: 0.5}
train:
  batch: 8
  epochs: 4
  sgd: {rate: 0.001, momentum: 0.9}
  schedule: {step: {epochs: [2], factor: 0.1}}
  validation: {epochs: 1, scale: 32}
  log_every: 1
evaluate:
  single: {scales: [32], views: dense}
  center: {scales: [28, 36], views: center, mirror: false}
"""


def spec(name, classes):
    return f"name: {name}\nnet:\n  name: small\n  classes: {classes}{NET}" \
           f"    - fc: {{name: fc8, outputs: {classes}}}\n{REST}"


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False)


def must_run(*command):
    done = run(*command)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: {done.stderr}")


class ResultsFolder:
    """Two experiments on generated images: `tiny` has three classes, `wide` 120 of which three have
    images; a fusion; a table. `page` is the report of it, in a folder of its own."""

    def __init__(self, folder, vggflow, sample_table):
        self.folder = pathlib.Path(folder)
        self.vggflow = vggflow
        self.data = self.folder / "data"
        self.out = self.folder / "out"
        self.page = self.folder / "pages/report.html"
        must_run(vggflow, "dataset", "generate", self.data, "--train", 24, "--val", 30,
                 "--classes", 3)
        for name, classes in (("tiny", 3), ("wide", 120)):
            (self.folder / f"{name}.yaml").write_text(spec(name, classes))
            must_run(vggflow, "run", self.folder / f"{name}.yaml", "--data", self.data, "--out",
                     self.out, "--quiet")
        for part in ("fusions", "tables"):
            (self.out / part).mkdir()
        shutil.copy(self.out / "tiny/evaluations/center.h5", self.out / "fusions/pair.h5")
        shutil.copy(sample_table, self.out / "tables/table3.json")
        self.report(self.page)

    def report(self, file, *more):
        must_run(self.vggflow, "report", self.out, "-o", file, "--data", self.data, *more)
        return file.read_text()

    def page_of_one_row(self):
        """Of an experiment whose log has one row, and no validation."""
        out, page = self.folder / "brief", self.folder / "pages/brief.html"
        must_run(self.vggflow, "run", self.folder / "tiny.yaml", "--data", self.data, "--out", out,
                 "--quiet", "--set", "train.log_every=1000", "--set", "train.validation=null",
                 "--set", "train.epochs=1", "--set", "train.schedule=constant")
        must_run(self.vggflow, "report", out, "-o", page)
        return page

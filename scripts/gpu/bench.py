"""What all checks work with: where everything is, and how long there is."""
import json
import os
import pathlib
import re
import time

from gpu import command
from gpu.table import Fail, Skip

LEAST_S = 5  # nothing is begun with less time left


class Layout:
    """Of an unpacked bundle or, beside a build, of a checkout."""

    def __init__(self, root, build=None):
        self.root = root
        bundled = root / "bin/vggflow"
        if build is None and bundled.exists():
            self.programs, self.notes = root / "bin", root
        else:
            builds = [build] if build else [root / "build/bundle", root / "build/cuda"]
            found = [folder for folder in builds if (folder / "vggflow").exists()]
            if not found:
                raise SystemExit("gpu_check: no vggflow in " + " or ".join(map(str, builds)) +
                                 "; cmake --build --preset bundle makes it")
            self.programs, self.notes = found[0], found[0]
        self.vggflow = self.programs / "vggflow"

    def tests(self):
        listed = self.notes / "gpu_tests.txt"
        names = listed.read_text().split() if listed.exists() else []
        return [self.programs / name for name in names if (self.programs / name).exists()]

    def commit(self):
        for header in (self.notes / "vggflow_version.h", self.notes / "generated/vggflow_version.h"):
            if header.exists():
                return re.search(r'VGGFLOW_COMMIT "(.*)"', header.read_text())[1]
        return "unknown"


class Bench:
    def __init__(self, layout, scratch, *, python="python3", data=None, seconds=540, environment=None,
                 why_no_card=""):
        self.layout, self.scratch, self.python, self.data = layout, scratch, python, data
        self.why_no_card = why_no_card  # empty where there is one
        self.environment = dict(os.environ) if environment is None else environment
        self.peer_environment = dict(os.environ)  # PyTorch finds its own libraries
        self.deadline = time.monotonic() + seconds
        self.measured = {}  # by step: what programs wrote
        self.product_rate = None  # operations a second, once known

    def limit(self, seconds):
        left = self.deadline - time.monotonic()
        if left < LEAST_S:
            raise Skip("no time is left for it")
        return min(seconds, left)

    def run(self, words, seconds, environment=None):
        """The program's Done, whatever its status. Fail if it took `seconds`, Skip if less were left."""
        limit = self.limit(seconds)
        done = command.run(words, limit, environment or self.environment)
        name = pathlib.Path(words[0]).name
        if done.timed_out and limit < seconds:
            raise Skip(f"{name} was stopped after {limit:.0f} s: no more time was left")
        if done.timed_out:
            raise Fail(f"{name} was stopped after {seconds:.0f} s: {command.last_line(done.output)}")
        return done

    def vggflow(self, *words, seconds):
        """What it said. Fail if it did not end well."""
        done = self.run([self.layout.vggflow, *words], seconds)
        if done.status != 0:
            raise Fail(f"vggflow {words[0]} ended with {done.status}: {command.last_line(done.output)}")
        return done.output

    def figures(self, step, *words, seconds):
        """What `vggflow ... --json FILE` wrote."""
        file = self.scratch / f"{step.replace(' ', '-')}.json"
        self.vggflow(*words, "--json", file, seconds=seconds)
        self.measured[step] = json.loads(file.read_text())
        return self.measured[step]

    def peer(self, step, script, *words, seconds):
        """What a script of bench/peers/ printed. Skip without PyTorch or where it does not work there."""
        path = self.layout.root / "bench/peers" / script
        try:
            has = command.run([self.python, "-c", "import torch; print(torch.cuda.is_available())"],
                              self.limit(60), self.peer_environment)
        except OSError:
            raise Skip(f"there is no {self.python}") from None
        if has.status != 0:
            raise Skip(f"{self.python} has no PyTorch: {command.last_line(has.output)}")
        if command.last_line(has.output) != "True":
            raise Skip(f"the PyTorch of {self.python} does not find the card")
        try:
            done = command.run([self.python, path, *words], self.limit(seconds), self.peer_environment,
                               separate_errors=True)
        except OSError as error:
            raise Skip(str(error)) from None
        if done.timed_out or done.status != 0:
            how = f"took longer than {done.seconds:.0f} s" if done.timed_out else f"ended with {done.status}"
            raise Skip(f"PyTorch: {script} {how}: {command.last_line(done.errors)}")
        self.measured[step] = json.loads(command.last_line(done.output))
        return self.measured[step]

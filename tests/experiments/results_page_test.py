#!/usr/bin/env python3
"""Runs the Python of docs/results.md on the results of a real run.

    results_page_test.py VGGFLOW DOCS
"""
import pathlib
import re
import subprocess
import sys
import tempfile

SPEC = """
name: A-256
net: {name: tiny, crop: 24, classes: 3, layers: [{conv: {name: conv1_1, outputs: 8}}, relu, pool,
  {fc: {name: fc8, outputs: 3}}]}
init: {kind: he}
data:
  train: {generated: {classes: 3, images: 8, seed: 1}}
  val: {generated: {classes: 3, val_images: 20, seed: 1, split: val}}
pipeline: [{rescale: {side: 28}}, {random_crop: {size: 24}},
  {normalize: {mean: [123.68, 116.779, 103.939], divisor: [58, 58, 58]}}]
train: {batch: 8, epochs: 2, sgd: {rate: 0.01}}
evaluate:
  single: {scales: [28], views: dense}
  crops: {scales: [28, 32], views: {grid: 3}, keep: views}
  both: {combine: [single, crops]}
"""


def main():
    command, docs = sys.argv[1:]
    page = pathlib.Path(docs, "results.md").read_text()
    snippets = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    assert len(snippets) == 2, f"{len(snippets)} snippets"
    with tempfile.TemporaryDirectory() as folder:
        spec = pathlib.Path(folder, "spec.yaml")
        spec.write_text(SPEC)
        out = pathlib.Path(folder, "out/tour")
        subprocess.run([command, "run", spec, "--out", out, "--quiet"], check=True)
        for snippet in snippets:
            assert "out/tour/A-256" in snippet
            run = subprocess.run([sys.executable, "-c", snippet], cwd=folder, text=True,
                                 capture_output=True)
            assert run.returncode == 0, run.stderr
            print(run.stdout)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times one training step in vggflow and in PyTorch, in turn, on the same number of threads, and prints
ratios: training.py beside this file does it in PyTorch, `vggflow bench train --synthetic` in vggflow.

    compare_training.py VGGFLOW [--python PYTHON]... [--net D] [--crop 224] [--batch 8] [--threads 2]
                        [--width-divisor 1] [--classes 1000] [--fully-connected 4096]
                        [--steps 2] [--rounds 5] [--json FILE]

VGGFLOW is the built command. Each --python is timed in the modes that its PyTorch has: eager, channels_last
and, from version 2 on, compile and compile_channels_last; without any, /usr/bin/python3 is. A ratio is vggflow's images/s over the
peer's of the same round; median, least and most of the rounds are printed. A PyTorch net stays in memory
between its rounds (D at 224 px with batches of 8: 2 to 4 GB each); vggflow is started anew for each.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

MODES = ("eager", "channels_last", "compile", "compile_channels_last")
SPEC = """name: compared
net: {{config: {net}, crop: {crop}, width_divisor: {width_divisor}, fully_connected: {fully_connected},
  classes: {classes}}}
init: {{kind: he}}
data: {{train: {{folder: not opened}}}}
pipeline: [{{rescale: {{side: {crop}}}}}, {{center_crop: {{size: {crop}}}}},
  {{normalize: {{mean: [123.68, 116.779, 103.939], divisor: [58, 58, 58]}}}}]
train: {{batch: {batch}, iterations: 1, sgd: {{rate: 0.001, momentum: 0.9, decay: 5.0e-4}}}}
compute: {{engine: onednn, threads: {threads}}}
"""


def parse():
    parser = argparse.ArgumentParser(description="Compares training steps of vggflow and PyTorch.")
    parser.add_argument("vggflow", help="the built command")
    parser.add_argument("--python", action="append", metavar="PYTHON", help="an interpreter with PyTorch")
    parser.add_argument("--net", default="D")
    for name, value in (("crop", 224), ("batch", 8), ("threads", 2), ("width-divisor", 1),
                        ("classes", 1000), ("fully-connected", 4096), ("steps", 2), ("rounds", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE")
    return parser.parse_args()


class Peer:
    """A PyTorch net in a process of its own, which does a round when asked to."""

    def __init__(self, python, mode, options):
        self.name, self.rates, self.said = f"{python} {mode}", [], {}
        flags = [f"--{name}={getattr(options, name.replace('-', '_'))}" for name in (
            "net", "crop", "batch", "threads", "width-divisor", "classes", "fully-connected", "steps")]
        script = pathlib.Path(__file__).with_name("training.py")
        self.log = tempfile.TemporaryFile("w+")
        threads = {f"{library}_NUM_THREADS": str(options.threads) for library in ("OMP", "OPENBLAS", "MKL")}
        self.process = subprocess.Popen(
            [python, script, f"--mode={mode}", "--on-demand", *flags], text=True, stderr=self.log,
            env={**os.environ, **threads}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.failed = not self.answer().get("ready")
        if not self.failed:
            print(f"{self.name}: ready", file=sys.stderr)

    def answer(self):
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        self.process.wait()
        self.log.seek(0)
        last = (self.log.read().strip().splitlines() or ["it said nothing"])[-1]
        self.failed = True
        print(f"{self.name}: not timed, its process ended with status {self.process.returncode}: {last}",
              file=sys.stderr)
        return {}

    def ask(self, what):
        """A process that has ended is found out by its answer."""
        try:
            what()
        except OSError:
            pass
        return self.answer()

    def time_round(self):
        if self.failed:
            return

        def next_round():
            self.process.stdin.write("\n")
            self.process.stdin.flush()

        rate = self.ask(next_round).get("images_per_s")
        if rate:
            self.rates.append(rate)
            print(f"{self.name}: {rate:.3f} images/s", file=sys.stderr)

    def finish(self):
        if self.failed:
            return
        self.said = self.ask(self.process.stdin.close)
        self.process.wait()


def major_version(python):
    """Of its PyTorch; 0 where there is none."""
    try:
        found = subprocess.run([python, "-c", "import torch; print(torch.__version__)"], text=True,
                               capture_output=True)
    except OSError:
        return 0
    return int(found.stdout.split(".")[0]) if found.returncode == 0 else 0


def start_peers(options):
    peers = []
    for python in options.python or ["/usr/bin/python3"]:
        major = major_version(python)
        if major == 0:
            print(f"{python}: not timed, it has no PyTorch", file=sys.stderr)
            continue
        peers += [Peer(python, mode, options) for mode in (MODES if major > 1 else MODES[:2])]
    return [peer for peer in peers if not peer.failed]


def time_vggflow(options, folder):
    spec, answer = folder / "spec.yaml", folder / "answer.json"
    spec.write_text(SPEC.format(**vars(options)))
    subprocess.run([options.vggflow, "bench", "train", spec, "--synthetic", f"--steps={options.steps}",
                    "--rounds=1", "--json", answer], check=True, stdout=subprocess.DEVNULL)
    seen = json.loads(answer.read_text())
    print(f"vggflow: {seen['images_per_s']:.3f} images/s, {seen['ratio_to_bare']['median']:.3f} of bare",
          file=sys.stderr)
    return seen


def spread(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def text_of(name, rates, ratios, note):
    ratio = "{median:8.3f} ({least:.3f} to {most:.3f})".format(**spread(ratios))
    return f"{name:44} {statistics.median(rates):8.3f} {ratio}  {note}"


def main():
    options = parse()
    peers = start_peers(options)
    ours = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            ours.append(time_vggflow(options, pathlib.Path(folder)))
            for peer in peers:
                peer.time_round()
    rates = [seen["images_per_s"] for seen in ours]
    bare = [seen["ratio_to_bare"]["median"] for seen in ours]
    print(f"net {options.net}, {options.crop} px, batch {options.batch}, {options.threads} threads, "
          f"{options.rounds} rounds of {options.steps} steps")
    print(f"{'':44} images/s  vggflow against it (least to most)")
    print(f"{'vggflow':44} {statistics.median(rates):8.3f}  {ours[0]['engine']}, "
          f"peak {ours[0]['peak_rss_bytes'] / 1e6:.0f} MB")
    print(text_of("bare oneDNN primitives", [seen["bare_images_per_s"] for seen in ours], bare, ""))
    result = {"vggflow": ours, "ratio_to_bare": spread(bare), "peers": []}
    for peer in peers:
        peer.finish()
        if peer.failed or len(peer.rates) != options.rounds:
            continue
        if peer.said["parameters"] != ours[0]["parameters"]:
            print(f"{peer.name}: not compared, its net has {peer.said['parameters']} parameters, vggflow's "
                  f"{ours[0]['parameters']}", file=sys.stderr)
            continue
        ratios = [mine / theirs for mine, theirs in zip(rates, peer.rates)]
        said = peer.said
        note = (f"torch {said['versions']['torch']}, {said['threads']} threads, "
                f"peak {said['peak_rss_bytes'] / 1e6:.0f} MB")
        print(text_of(peer.name, peer.rates, ratios, note))
        result["peers"].append({**said, "name": peer.name, "ratio": spread(ratios), "ratios": ratios})
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")


main()

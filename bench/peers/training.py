#!/usr/bin/env python3
"""Times the training step of PyTorch on the CPU: a net of the VGG paper in f32, one batch of noise (u8
pixels, normalised in the step), dropout, cross entropy, SGD with momentum 0.9 and decay 5e-4.

    training.py [--net D] [--crop 224] [--batch 8] [--threads 2] [--width-divisor 1] [--classes 1000]
                [--fully-connected 4096] [--mode eager|channels_last|compile|compile_channels_last]
                [--steps 2] [--rounds 5] [--on-demand]

One JSON document on stdout: {"mode", "versions", "threads", "blas", "parameters", "batch", "steps",
"images_per_s": median of the rounds, "rounds": [images/s, ...], "loss", "peak_rss_bytes"}. Every round
begins with a step that is not timed. With --on-demand a JSON line says that the net is ready, and every
line on stdin asks for a round, which is answered by a line {"images_per_s": ...}; the document follows
when stdin ends. `blas` is the library behind the matrix products as far as it is a shared one:
Debian's PyTorch takes whatever libblas.so.3 is, and the reference BLAS is many times slower than OpenBLAS.
"""
import argparse
import json
import os
import re
import statistics
import sys
import time

# Table 1 of the paper: convolutions 3x3 (c: 1x1) of so many channels, n: LRN, m: max-pooling.
NETS = {
    "A": "64 m 128 m 256 256 m 512 512 m 512 512 m",
    "A-LRN": "64 n m 128 m 256 256 m 512 512 m 512 512 m",
    "B": "64 64 m 128 128 m 256 256 m 512 512 m 512 512 m",
    "C": "64 64 m 128 128 m 256 256 c256 m 512 512 c512 m 512 512 c512 m",
    "D": "64 64 m 128 128 m 256 256 256 m 512 512 512 m 512 512 512 m",
    "E": "64 64 m 128 128 m 256 256 256 256 m 512 512 512 512 m 512 512 512 512 m",
}
MEAN, DIVISOR = (123.68, 116.779, 103.939), 58.0


def parse():
    parser = argparse.ArgumentParser(description="Times the training step of PyTorch on the CPU.")
    parser.add_argument("--net", choices=NETS, default="D")
    parser.add_argument("--crop", type=int, default=224, help="side of the pictures, px")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--width-divisor", type=int, default=1, help="of all convolutions' channels")
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--fully-connected", type=int, default=4096, help="width of fc6 and fc7")
    parser.add_argument("--mode", choices=["eager", "channels_last", "compile", "compile_channels_last"],
                        default="eager")
    parser.add_argument("--steps", type=int, default=2, help="of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--on-demand", action="store_true", help="a round for every line on stdin")
    options = parser.parse_args()
    if options.crop < 32 or options.width_divisor not in (1, 2, 4, 8, 16, 32, 64):
        parser.error("allowed: --crop of at least 32, --width-divisor a power of two up to 64")
    if min(options.batch, options.threads, options.classes, options.fully_connected, options.steps,
           options.rounds) < 1:
        parser.error("allowed: numbers of at least 1")
    return options


def make_net(options):
    from torch import nn
    layers, channels, side = [], 3, options.crop
    for item in NETS[options.net].split():
        if item == "m":
            layers.append(nn.MaxPool2d(2))
            side //= 2
        elif item == "n":
            layers.append(nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2))
        else:
            outputs, kernel = int(item.lstrip("c")) // options.width_divisor, 1 if item[0] == "c" else 3
            layers += [nn.Conv2d(channels, outputs, kernel, padding=kernel // 2), nn.ReLU(inplace=True)]
            channels = outputs
    layers.append(nn.Flatten())
    inputs = channels * side * side
    for _ in range(2):
        layers += [nn.Linear(inputs, options.fully_connected), nn.ReLU(inplace=True), nn.Dropout(0.5)]
        inputs = options.fully_connected
    layers.append(nn.Linear(inputs, options.classes))
    net = nn.Sequential(*layers)
    for layer in net:
        if hasattr(layer, "weight"):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    return net.train()


def make_optimiser(net):
    """The fused one where this version has it for the CPU."""
    import torch
    settings = {"lr": 1e-3, "momentum": 0.9, "weight_decay": 5e-4}
    try:
        return torch.optim.SGD(net.parameters(), fused=True, **settings)
    except (TypeError, RuntimeError):
        return torch.optim.SGD(net.parameters(), **settings)


class Training:
    def __init__(self, options):
        import torch
        torch.set_num_threads(options.threads)  # some builds start with one
        torch.manual_seed(1)
        side = options.crop
        self.options, self.rounds = options, []
        self.net = make_net(options)
        layout = torch.channels_last if "channels_last" in options.mode else torch.contiguous_format
        self.net = self.net.to(memory_format=layout)
        self.optimiser = make_optimiser(self.net)
        self.pixels = torch.randint(0, 256, (options.batch, side, side, 3), dtype=torch.uint8)
        self.labels = torch.randint(0, options.classes, (options.batch,))
        mean = torch.tensor(MEAN).view(1, 3, 1, 1)

        def loss_of(pixels, labels):
            pictures = (pixels.permute(0, 3, 1, 2).float() - mean) / DIVISOR
            scores = self.net(pictures.contiguous(memory_format=layout))
            return torch.nn.functional.cross_entropy(scores, labels)

        self.loss_of = torch.compile(loss_of) if options.mode.startswith("compile") else loss_of
        self.step()

    def step(self):
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.loss_of(self.pixels, self.labels)
        loss.backward()
        self.optimiser.step()
        self.loss = loss.item()

    def time_round(self):
        self.step()
        start = time.perf_counter()
        for _ in range(self.options.steps):
            self.step()
        seconds = time.perf_counter() - start
        self.rounds.append(self.options.batch * self.options.steps / seconds)
        return self.rounds[-1]

    def result(self):
        import torch
        with open("/proc/self/maps") as maps, open("/proc/self/status") as status:
            blas = sorted({os.path.realpath(line.split()[-1]) for line in maps if
                           re.search(r"/lib(open)?blas[^/]*\.so|/libmkl_core", line)})
            peak = int(re.search(r"VmHWM:\s*(\d+)", status.read())[1]) * 1024
        return {"mode": self.options.mode, "versions": {"torch": torch.__version__},
                "threads": torch.get_num_threads(), "blas": blas,
                "parameters": sum(p.numel() for p in self.net.parameters()),
                "batch": self.options.batch, "steps": self.options.steps,
                "images_per_s": statistics.median(self.rounds) if self.rounds else None,
                "rounds": self.rounds, "loss": self.loss, "peak_rss_bytes": peak}


def say(document):
    print(json.dumps(document), flush=True)


def main():
    options = parse()
    os.environ.setdefault("OMP_NUM_THREADS", str(options.threads))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(options.threads))
    training = Training(options)
    if options.on_demand:
        say({"ready": True})
        for _ in sys.stdin:
            say({"images_per_s": training.time_round()})
    else:
        for number in range(options.rounds):
            print(f"round {number + 1}: {training.time_round():.3f} images/s", file=sys.stderr)
    say(training.result())


if __name__ == "__main__":
    main()

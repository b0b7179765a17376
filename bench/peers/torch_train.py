#!/usr/bin/env python3
"""Times the training step of a VGG net in PyTorch on a card (or, to try it, on the CPU).

    torch_train.py [--net D] [--batch 256] [--crop 224] [--mode eager|compile] [--device cuda|cpu]
                   [--steps 20] [--warm-up 5] [--width-divisor 1] [--classes 1000] [--fully-connected 4096]

channels_last, autocast to bfloat16, SGD with momentum and decay (fused where this version has it), f32
weights, dropout; the pictures lie on the device, normalised. Prints a JSON line: "images_per_s" of the median
step, "step_ms" (each), "peak_memory_bytes" (torch.cuda.max_memory_allocated; of the CPU null), "parameters",
"loss", "versions". The net is that of training.py, torchvision's vgg16 but for its names.
"""
import argparse
import json
import statistics
import time

from training import NETS, make_net, make_optimiser


def parse():
    parser = argparse.ArgumentParser(description="Times training steps of PyTorch on a card.")
    parser.add_argument("--net", choices=NETS, default="D")
    parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    for name, value in (("batch", 256), ("crop", 224), ("steps", 20), ("warm-up", 5), ("width-divisor", 1),
                        ("classes", 1000), ("fully-connected", 4096)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    if min(options.batch, options.steps, options.warm_up) < 1 or options.crop < 32:
        parser.error("allowed: numbers of at least 1, --crop of at least 32")
    return options


class Clock:
    """Marks between steps; the card's own, so that nothing waits for it."""

    def __init__(self, device):
        self.device, self.marks = device, []

    def mark(self):
        import torch
        if self.device == "cpu":
            self.marks.append(time.perf_counter())
            return
        self.marks.append(torch.cuda.Event(enable_timing=True))
        self.marks[-1].record()

    def steps_ms(self):
        import torch
        pairs = list(zip(self.marks, self.marks[1:]))
        if self.device == "cpu":
            return [1e3 * (end - begin) for begin, end in pairs]
        torch.cuda.synchronize()
        return [begin.elapsed_time(end) for begin, end in pairs]


def make_step(options):
    import torch
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = True
    net = make_net(options).to(options.device, memory_format=torch.channels_last)
    optimiser = make_optimiser(net)
    pictures = torch.randn(options.batch, 3, options.crop, options.crop, device=options.device)
    pictures = pictures.to(memory_format=torch.channels_last)
    labels = torch.randint(0, options.classes, (options.batch,), device=options.device)

    def loss_of(pictures, labels):
        with torch.autocast(options.device, dtype=torch.bfloat16):
            scores = net(pictures)
        return torch.nn.functional.cross_entropy(scores.float(), labels)

    forward = torch.compile(loss_of) if options.mode == "compile" else loss_of

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss = forward(pictures, labels)
        loss.backward()
        optimiser.step()
        return loss

    return net, step


def main():
    options = parse()
    import torch
    net, step = make_step(options)
    for _ in range(options.warm_up):
        loss = step()
    clock = Clock(options.device)
    clock.mark()
    for _ in range(options.steps):
        loss = step()
        clock.mark()
    times = clock.steps_ms()
    on_card = options.device == "cuda"
    print(json.dumps({
        "mode": options.mode, "images_per_s": 1e3 * options.batch / statistics.median(times), "step_ms": times,
        "peak_memory_bytes": torch.cuda.max_memory_allocated() if on_card else None,
        "parameters": sum(p.numel() for p in net.parameters()), "batch": options.batch, "loss": loss.item(),
        "device": torch.cuda.get_device_name() if on_card else "cpu",
        "versions": {"torch": torch.__version__, "cuda": torch.version.cuda,
                     "cudnn": torch.backends.cudnn.version()}}))


if __name__ == "__main__":
    main()

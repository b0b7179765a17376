#!/usr/bin/env python3
"""Times in PyTorch the forward passes of what `vggflow bench score --json FILE` scored: the batches of all its
dense shapes, and its crops.

    torch_score.py FILE [--device cuda|cpu] [--rounds 3] [--no-compile]
                   [--width-divisor 1] [--fully-connected 4096]

channels_last, weights and activations in bfloat16, fully connected layers as convolutions, the class-score map
averaged before the softmax, posteriors brought to the host. Pictures lie on the device, normalised: nothing is
decoded, rescaled or uploaded. Crops are timed eagerly and compiled, the better one counts; dense shapes
eagerly, as each would be compiled anew. Prints a JSON line: "dense_images_per_s", "crops_per_s", "mode" (of
the crops), "versions".
"""
import argparse
import json
import math
import pathlib
import statistics
import sys
import time
import types

from training import NETS, make_net


def parse():
    parser = argparse.ArgumentParser(description="Times scoring in PyTorch.")
    parser.add_argument("file", type=pathlib.Path, help="what vggflow bench score wrote")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--no-compile", action="store_true", help="crops eagerly alone")
    for name, value in (("rounds", 3), ("width-divisor", 1), ("fully-connected", 4096)):
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def dense_net(net, crop):
    """The same net for pictures of any size."""
    from torch import nn
    layers, channels, side = [], 3, crop
    for layer in net:
        if isinstance(layer, nn.Linear):
            side = math.isqrt(layer.in_features // channels)
            convolution = nn.Conv2d(channels, layer.out_features, side)
            convolution.weight.data = layer.weight.data.view(convolution.weight.shape)
            convolution.bias.data = layer.bias.data
            layers.append(convolution)
            channels = layer.out_features
        elif not isinstance(layer, (nn.Flatten, nn.Dropout)):
            layers.append(layer)
            channels = getattr(layer, "out_channels", channels)
    return nn.Sequential(*layers).eval()


class Scorer:
    def __init__(self, options, seen):
        import torch
        torch.backends.cudnn.benchmark = True
        self.device = options.device
        sizes = types.SimpleNamespace(net=seen["net"], crop=seen["crop"], classes=1000,
                                      width_divisor=options.width_divisor,
                                      fully_connected=options.fully_connected)
        net = dense_net(make_net(sizes), seen["crop"])
        self.net = net.to(options.device, torch.bfloat16, memory_format=torch.channels_last)

    def pictures(self, slots, height, width):
        import torch
        made = torch.randn(slots, 3, height, width, device=self.device, dtype=torch.bfloat16)
        return made.to(memory_format=torch.channels_last)

    def posteriors(self, pictures):
        return self.net(pictures).float().mean((2, 3)).softmax(1)

    def seconds(self, work, forward):
        """Of all (pictures, batches) once; an untimed pass comes first."""
        import torch
        with torch.inference_mode():
            for pictures, _ in work:
                forward(pictures).cpu()
            started = time.perf_counter()
            for pictures, batches in work:
                for _ in range(batches):
                    forward(pictures).cpu()
            return time.perf_counter() - started


def main():
    options = parse()
    import torch
    seen = json.loads(options.file.read_text())
    if seen["net"] not in NETS:
        sys.exit(f"torch_score: {options.file} is of net '{seen['net']}'; allowed: {', '.join(NETS)}")
    scorer = Scorer(options, seen)
    dense = [(scorer.pictures(shape["slots"], shape["height"], shape["width"]), shape["batches"])
             for shape in seen["shapes"]]
    dense_s = statistics.median(scorer.seconds(dense, scorer.posteriors) for _ in range(options.rounds))
    batches = max(1, seen["crop_images"] * seen["crops"] // seen["batch"])
    crops = [(scorer.pictures(seen["batch"], seen["crop"], seen["crop"]), batches)]
    forwards = {"eager": scorer.posteriors}
    if not options.no_compile and hasattr(torch, "compile"):
        forwards["compile"] = torch.compile(scorer.posteriors)
    rates = {mode: seen["batch"] * batches / statistics.median(scorer.seconds(crops, forward)
                                                               for _ in range(options.rounds))
             for mode, forward in forwards.items()}
    best = max(rates, key=rates.get)
    print(json.dumps({"dense_images_per_s": seen["images"] / dense_s, "crops_per_s": rates[best], "mode": best,
                      "versions": {"torch": torch.__version__, "cuda": torch.version.cuda}}))


if __name__ == "__main__":
    main()

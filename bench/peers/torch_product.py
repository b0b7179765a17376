#!/usr/bin/env python3
"""The rate of an N^3 product of bfloat16 matrices in PyTorch: torch_product.py [--side 8192] [--device cuda|cpu].

Prints a JSON line: "bf16_tflop_per_s" (2 N^3 over the median time), "versions".
"""
import argparse
import json
import statistics
import time


def main():
    parser = argparse.ArgumentParser(description="Times a matrix product in PyTorch.")
    parser.add_argument("--side", type=int, default=8192)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    options = parser.parse_args()
    import torch
    a, b = (torch.randn(options.side, options.side, device=options.device).to(torch.bfloat16) for _ in range(2))
    wait = torch.cuda.synchronize if options.device == "cuda" else lambda: None
    times = []
    for _ in range(30):
        wait()
        started = time.perf_counter()
        a @ b
        wait()
        times.append(time.perf_counter() - started)
    rate = 2 * options.side**3 / statistics.median(times[10:])
    print(json.dumps({"bf16_tflop_per_s": 1e-12 * rate, "versions": {"torch": torch.__version__}}))


main()

#!/usr/bin/env python3
"""Writes what Pillow makes of colours, by the steps of torchvision's adjust_* for PIL images.

golden/pillow_adjust.bin: a sequence of records, all little-endian: u16 kind (0 brightness, 1 contrast,
2 saturation, 3 hue), u16 width, u16 height, f64 factor, then the input's and the output's pixels,
(height, width, 3) u8 RGB.
golden/pillow_hue.txt: lines "TURN SHA256", the digest of all 2^24 colours in order, R slowest, shifted.
Made with Pillow 9.4.0 and numpy 1.24.2.
"""
import hashlib
import pathlib
import struct

import numpy as np
from PIL import Image, ImageEnhance

GOLDEN = pathlib.Path(__file__).parent / "golden"


def shifted_hue(image, turn):
    h, s, v = image.convert("HSV").split()
    h = np.asarray(h) + np.int32(turn * 255).astype(np.uint8)
    return Image.merge("HSV", (Image.fromarray(h, "L"), s, v)).convert("RGB")


KINDS = [
    lambda image, factor: ImageEnhance.Brightness(image).enhance(factor),
    lambda image, factor: ImageEnhance.Contrast(image).enhance(factor),
    lambda image, factor: ImageEnhance.Color(image).enhance(factor),
    shifted_hue,
]
FACTORS = [0.0, 0.2, 0.6180339887, 0.9, 1.0, 1.1, 1.4142135624, 1.8, 3.0]
TURNS = [-0.5, -0.31, -0.1, -0.003, 0.0, 0.002, 0.1, 0.25, 0.5]

rng = np.random.default_rng(11)
with open(GOLDEN / "pillow_adjust.bin", "wb") as out:
    for kind, adjust in enumerate(KINDS):
        for factor in TURNS if kind == 3 else FACTORS:
            for width, height in [(17, 12), (1, 1)]:
                pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
                pixels[: height // 4] = pixels[: height // 4, :, :1]  # greys
                pixels[height // 4 : height // 2] //= 6
                adjusted = adjust(Image.fromarray(pixels), factor)
                out.write(struct.pack("<3Hd", kind, width, height, factor))
                out.write(pixels.tobytes())
                out.write(np.asarray(adjusted).tobytes())

every = np.arange(1 << 24, dtype=np.uint32).reshape(4096, 4096)
colours = Image.fromarray(np.stack([every >> 16, every >> 8 & 255, every & 255], -1).astype(np.uint8))
with open(GOLDEN / "pillow_hue.txt", "w") as out:
    for turn in [0.0, 0.1]:
        digest = hashlib.sha256(shifted_hue(colours, turn).tobytes()).hexdigest()
        out.write(f"{turn} {digest}\n")

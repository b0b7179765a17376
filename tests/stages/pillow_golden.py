#!/usr/bin/env python3
"""Writes golden/pillow_{bilinear,bicubic}.bin: what Pillow's Image.resize makes of pictures.

A sequence of records, all little-endian: four u16 (in width, in height, out width, out height), then
the input's and the output's pixels, (height, width, 3) u8 RGB. Made with Pillow 9.4.0.
"""
import pathlib
import struct

import numpy as np
from PIL import Image

CASES = [
    ((31, 23), (13, 17)), ((13, 17), (31, 23)), ((40, 30), (20, 15)), ((9, 41), (30, 5)),
    ((1, 20), (3, 7)), ((20, 1), (6, 2)), ((1, 1), (4, 3)), ((48, 36), (7, 36)),
    ((48, 36), (48, 5)), ((64, 3), (1, 1)), ((33, 33), (32, 34)),
]


def write(name, resampling):
    rng = np.random.default_rng(7)
    with open(pathlib.Path(__file__).parent / "golden" / name, "wb") as out:
        for (in_size, out_size) in CASES:
            pixels = rng.integers(0, 256, (in_size[1], in_size[0], 3), dtype=np.uint8)
            pixels[: in_size[1] // 3] = np.where(pixels[: in_size[1] // 3] > 127, 255, 0)
            resized = Image.fromarray(pixels).resize(out_size, resampling)
            out.write(struct.pack("<4H", *in_size, *out_size))
            out.write(pixels.tobytes())
            out.write(np.asarray(resized).tobytes())


write("pillow_bilinear.bin", Image.BILINEAR)
write("pillow_bicubic.bin", Image.BICUBIC)

#!/usr/bin/env python3
"""Writes golden/numpy_pad.bin: what numpy.pad makes of pictures.

A sequence of records, all little-endian: u16 mode (0 constant, of colour (10, 20, 30), 1 edge, 2 reflect),
u16 width, u16 height, u16 px, then the input's and the output's pixels, (height, width, 3) u8 RGB.
Made with numpy 1.24.2.
"""
import pathlib
import struct

import numpy as np

CASES = [((9, 7), 2), ((9, 7), 6), ((5, 4), 3), ((4, 3), 11), ((1, 6), 3), ((6, 1), 2), ((1, 1), 2)]
COLOUR = (10, 20, 30)


def padded(pixels, px, mode):
    if mode == 0:
        return np.stack([np.pad(pixels[..., c], px, "constant", constant_values=COLOUR[c])
                         for c in range(3)], -1)
    return np.pad(pixels, ((px, px), (px, px), (0, 0)), ["", "edge", "reflect"][mode])


rng = np.random.default_rng(13)
with open(pathlib.Path(__file__).parent / "golden" / "numpy_pad.bin", "wb") as out:
    for mode in range(3):
        for (width, height), px in CASES:
            pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
            out.write(struct.pack("<4H", mode, width, height, px))
            out.write(pixels.tobytes())
            out.write(padded(pixels, px, mode).tobytes())

#!/usr/bin/env python3
"""Writes golden/pillow_rgb.bin: files of every kind that ILSVRC holds, and odder ones, with what
Pillow's Image.open(file).convert("RGB") makes of them.

A sequence of records, all little-endian: u16 length of the name, the name, u32 length of the file, the
file, u16 width, u16 height, then the pixels, (height, width, 3) u8 RGB. Made with Pillow 9.4.0 and
libjpeg-turbo 2.1.5.
"""
import io
import pathlib
import struct
import warnings
import zlib

import numpy as np
from PIL import Image

rng = np.random.default_rng(11)


def picture(width, height, channels):
    """Gradients and some noise, without symmetry."""
    y, x, c = np.mgrid[:height, :width, :channels]
    values = x * (3 + c) + y * (5 - 2 * c) + 60 * c + rng.integers(0, 48, (height, width, channels))
    return (values % 256).astype(np.uint8)


def jpeg(mode, **options):
    channels = {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    file = io.BytesIO()
    Image.fromarray(picture(29, 21, channels).squeeze(), mode).save(file, "JPEG", quality=85, **options)
    return file.getvalue()


def without_adobe(file):
    at = file.index(b"\xff\xee")
    return file[:at] + file[at + 16:]


def with_adobe(file, transform):
    """transform 0: RGB or CMYK as they are; 2: YCCK."""
    plain = without_adobe(file) if b"Adobe" in file else file
    segment = b"\xff\xee" + struct.pack(">H5sHHHB", 14, b"Adobe", 100, 0, 0, transform)
    return plain[:2] + segment + plain[2:]


def without_jfif(file):
    at = file.index(b"\xff\xe0")
    return file[:at] + file[at + 2 + struct.unpack(">H", file[at + 2:at + 4])[0]:]


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples, bits):
    """(height, width, channels) to a PNG's rows, each behind its filter type 0."""
    height = samples.shape[0]
    if bits == 16:
        rows = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    else:
        each = np.unpackbits(samples.astype(np.uint8).reshape(height, -1, 1), axis=2)[:, :, 8 - bits:]
        rows = np.packbits(each.reshape(height, -1), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in rows)


def png(samples, bits, colour, *chunks, interlaced=False):
    height, width = samples.shape[:2]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
                  (0, 1, 1, 2)]
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes]
        rows = b"".join(packed_rows(part, bits) for part in parts if part.size)
    else:
        rows = packed_rows(samples, bits)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pngs():
    size = (11, 17)
    names = {0: "grey", 2: "rgb", 3: "palette", 4: "grey_alpha", 6: "rgb_alpha"}
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
    palette = chunk(b"PLTE", rng.integers(0, 256, 3 * 256, dtype=np.uint8).tobytes())
    for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
        for bits in depths:
            samples = rng.integers(0, 1 << bits, (*size, channels[colour]))
            if colour == 0 and bits == 16:
                samples[:6] = rng.integers(0, 300, (6, size[1], 1))  # most of the rest clips
            chunks = []
            if colour == 3:
                chunks = [chunk(b"PLTE", rng.integers(0, 256, 3 << bits, dtype=np.uint8).tobytes())]
            yield f"png_{names[colour]}_{bits}", png(samples, bits, colour, *chunks)
            if bits in (1, 16):
                yield (f"png_{names[colour]}_{bits}_interlaced",
                       png(samples, bits, colour, *chunks, interlaced=True))
    indices = rng.integers(0, 256, (*size, 1))
    yield "png_palette_8_interlaced", png(indices, 8, 3, palette, interlaced=True)
    yield "png_palette_with_trns", png(indices, 8, 3, palette, chunk(b"tRNS", bytes(range(200))))
    short = chunk(b"PLTE", rng.integers(0, 256, 3 * 40, dtype=np.uint8).tobytes())
    yield "png_palette_too_short", png(indices, 8, 3, short)
    yield "png_grey_with_trns", png(indices, 8, 0, chunk(b"tRNS", struct.pack(">H", 7)))
    yield "png_rgb_with_gamma", png(picture(*size, 3), 8, 2, chunk(b"gAMA", struct.pack(">I", 30000)))


def jpegs():
    yield "jpeg_grey", jpeg("L")
    yield "jpeg_420", jpeg("RGB", subsampling="4:2:0")
    yield "jpeg_422", jpeg("RGB", subsampling="4:2:2")
    yield "jpeg_444_progressive", jpeg("RGB", subsampling="4:4:4", progressive=True)
    yield "jpeg_rgb", with_adobe(without_jfif(jpeg("RGB", subsampling="4:4:4")), 0)
    cmyk = jpeg("CMYK")
    yield "jpeg_cmyk", with_adobe(cmyk, 0)
    yield "jpeg_cmyk_without_adobe", without_adobe(cmyk) if b"Adobe" in cmyk else cmyk
    yield "jpeg_ycck", with_adobe(cmyk, 2)
    yield "jpeg_ycck_progressive", with_adobe(jpeg("CMYK", progressive=True), 2)
    for value in (3, 6):
        yield f"jpeg_orientation_{value}", jpeg("RGB", exif=orientation(value))


warnings.simplefilter("ignore")  # Pillow's, of a transparency that it drops
with open(pathlib.Path(__file__).parent / "golden" / "pillow_rgb.bin", "wb") as out:
    for name, file in (*jpegs(), *pngs()):
        rgb = Image.open(io.BytesIO(file)).convert("RGB")
        out.write(struct.pack("<H", len(name)) + name.encode() + struct.pack("<I", len(file)) + file)
        out.write(struct.pack("<2H", *rgb.size) + np.asarray(rgb).tobytes())

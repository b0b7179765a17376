#!/usr/bin/env python3
"""Writes the seeds of a fuzz target: good files of every kind, and each of them damaged.

    make_corpus.py TARGET FOLDER      TARGET: image, list, tar; any other has none
"""
import io
import pathlib
import random
import struct
import sys
import tarfile

GOLDEN = pathlib.Path(__file__).parent.parent / "stages" / "golden" / "pillow_rgb.bin"


def images():
    """The encoded files of the conversions' golden data."""
    data, at = GOLDEN.read_bytes(), 0
    while at < len(data):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2:at + 2 + length].decode()
        at += 2 + length
        (length,) = struct.unpack_from("<I", data, at)
        yield name, data[at + 4:at + 4 + length]
        at += 4 + length
        width, height = struct.unpack_from("<2H", data, at)
        at += 4 + 3 * width * height


def tars():
    long_name = "n01440764/" + "x" * 120 + ".JPEG"
    kinds = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
    for kind, form in kinds.items():
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w", format=form) as tar:
            for name in ("a/1.jpg", "a/2.png", "b/3.JPEG", "top.txt", long_name):
                if kind == "ustar" and len(name) > 100:
                    continue
                info = tarfile.TarInfo(name)
                info.size = 700
                tar.addfile(info, io.BytesIO(bytes(700)))
            link = tarfile.TarInfo("b/4.jpg")
            link.type, link.linkname = tarfile.SYMTYPE, "3.JPEG"
            tar.addfile(link)
        yield kind, file.getvalue()


def lists():
    yield "plain", b"a/1.jpg 0\nb/2.jpg 1\nc d/3.jpg 2\n"
    yield "blank_lines", b"\r\na/1.jpg\t7\r\n\n# no comment\nb 8"
    yield "odd", b"../x 0\n/abs 1\na 99999999999999999999\nb -1\nc\n\xff\xfe\x00 3\n"


def damaged(data, rng):
    yield data[:rng.randrange(len(data))]
    flipped = bytearray(data)
    for _ in range(3):
        flipped[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    yield bytes(flipped)
    start = rng.randrange(len(data))
    yield data[:start] + data[start + rng.randrange(1, 40):]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    seeds = {"image": images, "list": lists, "tar": tars}.get(sys.argv[1], tuple)
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(1)
    for name, data in seeds():
        (folder / name).write_bytes(data)
        for number, variant in enumerate(damaged(data, rng)):
            (folder / f"{name}_damaged_{number}").write_bytes(variant)


main()

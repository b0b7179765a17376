#!/usr/bin/env python3
"""Writes the seeds of a fuzz target: good files of every kind, and each of them damaged.

    make_corpus.py TARGET FOLDER      TARGET: annotations, image, list, meta_mat, tar, webdataset
"""
import io
import pathlib
import random
import struct
import sys
import tarfile

METAS = pathlib.Path(__file__).parent.parent / "pipeline" / "dataset" / "golden"
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


def shards():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, data in (("c/1.jpg", b"x" * 700), ("c/1.cls", b"0"), ("c/2.png", b"y"),
                           ("c/2.cls", b"1\n"), ("c/2.json", b"{}"), ("d.e.jpg", b""),
                           ("d.cls", b"-7"), ("f.cls", b"99999999999")):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    yield "shard", file.getvalue()


def metas():
    for path in sorted(METAS.glob("*.mat")):
        yield path.name, path.read_bytes()


def annotations():
    yield "truth", b"\x00" + b"1\n3\n2\n\n"
    yield "mapping", b"\x01" + b"n01440764 tench, Tinca tinca\nn01443537 goldfish\n"
    yield "solution", (b"\x02" + b"ImageId,PredictionString\nILSVRC2012_val_00000001,n01751748 111 "
                       b"108 441 253 \nILSVRC2012_val_00000002,n01440764 1 2 3 4\n")


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
    kinds = {"annotations": annotations, "image": images, "list": lists, "meta_mat": metas,
             "tar": tars, "webdataset": shards}
    if sys.argv[1] not in kinds:
        sys.exit(__doc__)
    seeds = kinds[sys.argv[1]]
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(1)
    for name, data in seeds():
        (folder / name).write_bytes(data)
        for number, variant in enumerate(damaged(data, rng)):
            (folder / f"{name}_damaged_{number}").write_bytes(variant)


main()

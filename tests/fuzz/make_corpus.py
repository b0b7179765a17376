#!/usr/bin/env python3
"""Writes the seeds of a fuzz target: good files of every kind, some that are odd, and each of
them damaged.

    make_corpus.py TARGET FOLDER      TARGET: annotations, ilsvrc, image, list, meta_mat, tar,
                                      webdataset
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


def tar_of(files, form=tarfile.GNU_FORMAT, links=()):
    """A tar without the zeros that fill its last record: a small seed is tried more often."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name, kind, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            tar.addfile(info)
        end = tar.offset + 2 * tarfile.BLOCKSIZE
    return file.getvalue()[:end]


FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def tars():
    for kind, form in FORMATS.items():
        # ustar's second field takes 155 bytes of folders.
        long_name = "p" * 110 + "/x.jpg" if kind == "ustar" else "b/" + "x" * 120 + ".jpg"
        files = [(name, bytes(700))
                 for name in ("a/1.jpg", "a/2.png", "b/3.JPEG", "top.txt", long_name)]
        yield kind, tar_of(files, form)
        for odd, link in (("symbolic", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE)):
            yield f"{kind}_odd_{odd}", tar_of(files, form, [("b/4.jpg", link, "b/3.JPEG")])
        yield f"{kind}_odd_folders", tar_of([("a/1.jpg", b"x"), ("b/c/1.jpg", b"y")], form)


def tars_of_tars():
    for kind, form in FORMATS.items():
        long_name = "x.JPEG" if kind == "ustar" else "x" * 120 + ".JPEG"
        inner = [("n01440764.tar", tar_of([("n01440764_1.JPEG", b"1"), (long_name, b"")], form)),
                 ("n02119789.tar", tar_of([("n02119789_1.JPEG", bytes(700))], form))]
        yield kind, tar_of(inner, form)
        linked = tar_of([("1.JPEG", b"1")], form, [("2.JPEG", tarfile.LNKTYPE, "1.JPEG")])
        yield f"{kind}_odd_hard", tar_of([*inner, ("n03.tar", linked)], form)
        # Its two blocks of zeros are gone but for 200 bytes.
        yield f"{kind}_odd_cut", tar_of([("n03.tar", inner[0][1][:-824]), *inner], form)


def lists():
    yield "plain", b"a/1.jpg 0\nb/2.jpg 1\nc d/3.jpg 2\n"
    yield "blank_lines", b"\r\na/1.jpg\t7\r\n\n# no comment\nb 8"
    yield "odd", b"../x 0\n/abs 1\na 99999999999999999999\nb -1\nc\n\xff\xfe\x00 3\n"


def shards():
    good = [("c/1.jpg", b"x" * 700), ("c/1.cls", b"0"), ("c/2.png", b"y"), ("c/2.cls", b"1\n"),
            ("c/2.json", b"{}"), ("d.e.jpg", b"z"), ("d.cls", b"1")]
    yield "shard", tar_of(good[:5] + [("d.jpeg", b"z"), ("d.cls", b"1")])
    yield "odd_endings", tar_of(good)
    yield "odd_labels", tar_of([*good[:4], ("e.jpg", b""), ("e.cls", b"-7"), ("f.jpg", b""),
                                ("f.cls", b"99999999999")])


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
    kinds = {"annotations": annotations, "ilsvrc": tars_of_tars, "image": images, "list": lists,
             "meta_mat": metas, "tar": tars, "webdataset": shards}
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

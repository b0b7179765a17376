#!/usr/bin/env python3
"""Makes a tar of ILSVRC's shape in which all but the headers and the first bytes of each image are
holes: 138 GB in appearance, 6 GB of disk.

    sparse_tar.py PATH [IMAGES] [tars|folders]

IMAGES (1281167) in 1000 classes of nearly one size; a tar of a tar for each class, or one tar of class
folders. Image i has 100000 bytes and more, by class c 100000 + (7 i + 13 c) % 15439, of which the first are its name.
"""
import os
import sys
import tarfile

CLASSES = 1000
BLOCK = 512
END = bytes(2 * BLOCK)


def padded(size):
    return -(-size // BLOCK) * BLOCK


def size_of(i, c):
    return 100000 + (7 * i + 13 * c) % 15439


def header(name, size):
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.USTAR_FORMAT)


def main():
    path = sys.argv[1]
    images = int(sys.argv[2]) if len(sys.argv) > 2 else 1281167
    folders = len(sys.argv) > 3 and sys.argv[3] == "folders"
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
    at = 0
    for c in range(CLASSES):
        wnid = f"n{10000000 + 7919 * c % 90000000}"
        sizes = [size_of(i, c) for i in range(images * c // CLASSES, images * (c + 1) // CLASSES)]
        if not folders:
            inner = sum(BLOCK + padded(size) for size in sizes) + len(END)
            os.pwrite(file, header(f"{wnid}.tar", inner), at)
            at += BLOCK
        for i, size in enumerate(sizes):
            name = f"{wnid}_{i}.JPEG"
            start = header(f"{wnid}/{name}" if folders else name, size) + name.encode()
            os.pwrite(file, start, at)
            at += BLOCK + padded(size)
        if not folders:
            at += len(END)
    os.pwrite(file, END, at)
    os.close(file)


main()

#!/usr/bin/env python3
"""Makes golden/meta.mat and golden/meta_plain.mat: the `synsets` of a development kit in small, with
SciPy, whose writer shares nothing with the library that reads them. Ten classes, numbered otherwise
than their WordNet ids are ordered, and three synsets above them.

    meta_mat_golden.py FOLDER      needs SciPy, which no test does
"""
import pathlib
import sys

import numpy as np
from scipy.io import savemat

# By ILSVRC2012_ID.
WNIDS = ["n02119789", "n02100735", "n01440764", "n02110185", "n02096294",
         "n03947888", "n01443537", "n07768694", "n02102040", "n01484850"]
ABOVE = ["n00001740", "n02084071", "n01471682"]
FIELDS = ["ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children", "wordnet_height",
          "num_train_images"]


def synsets():
    rows = []
    for number, wnid in enumerate(WNIDS + ABOVE, 1):
        children = np.array([[1.0, 2.0, 4.0]]) if wnid in ABOVE else np.zeros((0, 0))
        rows.append((float(number), wnid, "some words, é", "a gloss", float(children.size),
                     children, 0.0, 1300.0))
    table = np.empty((len(rows), 1), dtype=[(field, object) for field in FIELDS])
    for row, values in enumerate(rows):
        table[row, 0] = values
    return table


def main():
    folder = pathlib.Path(sys.argv[1])
    savemat(folder / "meta.mat", {"synsets": synsets()}, do_compression=True)
    savemat(folder / "meta_plain.mat", {"other": np.eye(2), "synsets": synsets()})


main()

#!/usr/bin/env python3
"""Scores images with PyTorch and Pillow, and compares with what vggflow stored.

    score_torch.py OUT/NAME/evaluations/EVALUATION.h5 ... --images FOLDER_OR_TAR [--weights FILE]
                   [--limit N] [--tolerance 1e-4] [--threads N] [--double] [--golden FILE]

An independent implementation of every evaluation that scores images, written from DESIGN's and the
paper's words: net and weights are those of weights.h5 (beside the evaluation's folder unless --weights
says otherwise), pixels are decoded and rescaled by Pillow (so the profile has to be pillow-bilinear),
fully connected layers are convolutions. Scales, views and how score maps are averaged are read from the
evaluation's file. Prints the largest difference of a posterior for each evaluation (and of its single
views where they were kept); exit status 1 if one is larger than the tolerance. --golden also writes the
posteriors made here, for tests where PyTorch is not installed.
"""
import argparse
import fractions
import io
import math
import os
import pathlib
import re
import sys
import tarfile

import h5py
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image


def parse():
    parser = argparse.ArgumentParser(description="Scores with PyTorch what vggflow scored.")
    parser.add_argument("evaluations", nargs="+", type=pathlib.Path)
    parser.add_argument("--images", required=True, type=pathlib.Path,
                        help="a folder or tar of CLASS/FILE")
    parser.add_argument("--weights", type=pathlib.Path)
    parser.add_argument("--limit", type=int, help="so many images, evenly spread; all if not given")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--double", action="store_true", help="compute in f64")
    parser.add_argument("--golden", type=pathlib.Path, help="write the posteriors to this file")
    return parser.parse_args()


class Net:
    """VGG by the names in weights.h5: a pool follows the last convolution convG_* of each group G."""

    def __init__(self, path, dtype):
        with h5py.File(path) as file:
            self.mean = torch.tensor(file.attrs["mean"], dtype=dtype).view(3, 1, 1)
            self.divisor = torch.tensor(file.attrs["divisor"], dtype=dtype).view(3, 1, 1)
            self.crop = int(file.attrs["crop"])
            self.lrn = text(file.attrs["net"]).endswith("LRN")
            assert text(file.attrs["channel_order"]).lower() == "rgb"
            assert text(file.attrs["profile"]) == "pillow-bilinear", "pixels are Pillow's here"
            assert text(file.attrs["scaled"]) == "off"
            layers = sorted((name for name in file if re.fullmatch(r"(conv|fc)\d+(_\d+)?", name)),
                            key=lambda name: (name[0], [int(n) for n in re.findall(r"\d+", name)]))
            self.layers = [(name, torch.tensor(file[name]["weight"][:], dtype=dtype),
                            torch.tensor(file[name]["bias"][:], dtype=dtype)) for name in layers]
        self.dtype = dtype

    def score_map(self, pixels):
        """(N, 3, H, W) u8 levels to (N, classes, h, w)."""
        x = (pixels.to(self.dtype) - self.mean) / self.divisor
        names = [name for name, _, _ in self.layers] + ["end"]
        for (name, weight, bias), following in zip(self.layers, names[1:]):
            if name.startswith("fc"):
                side = math.isqrt(weight.shape[1] // x.shape[1])
                x = F.conv2d(x, weight.view(weight.shape[0], x.shape[1], side, side), bias)
                x = x if following == "end" else F.relu(x)
                continue
            x = F.relu(F.conv2d(x, weight, bias, padding=weight.shape[2] // 2))
            if self.lrn and name == "conv1_1":
                x = F.local_response_norm(x, 5, alpha=1e-4, beta=0.75, k=2)
            if following.split("_")[0] != name.split("_")[0]:
                x = F.max_pool2d(x, 2)  # rounds down
        return x

    def posteriors(self, pixels, aggregate):
        """(N, 3, H, W) u8 levels to (N, classes) f64."""
        scores = self.score_map(pixels).double()
        if aggregate == "scores":
            return scores.mean((2, 3)).softmax(1)
        return scores.softmax(1).mean((2, 3))


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def half_up(number):
    return math.floor(number + fractions.Fraction(1, 2))


def rescaled(picture, short_side):
    """The picture with its smallest side at `short_side`, isotropically."""
    width, height = picture.size
    longer = half_up(fractions.Fraction(max(width, height) * short_side, min(width, height)))
    size = (short_side, longer) if width <= height else (longer, short_side)
    return np.asarray(picture.resize(size, Image.BILINEAR))


def windows(views, crop, height, width):
    """(top, left, height, width) of each window, in the order of the average."""
    centre = ((height - crop) // 2, (width - crop) // 2, crop, crop)
    if views == "dense":
        return [(0, 0, height, width)]
    if views == "center":
        return [centre]
    grid = 2 if views == "ten_crop" else int(views.removeprefix("grid"))
    place = lambda i, side: half_up(fractions.Fraction(i * (side - crop), grid - 1))
    places = [(place(i, height), place(j, width), crop, crop)
              for i in range(grid) for j in range(grid)]
    return places + [centre] if views == "ten_crop" else places


def views_of(picture, evaluation, crop):
    """A (V, 3, H, W) tensor for each scale: the windows, each followed by its mirror image."""
    views, mirrored = re.fullmatch(r"(.*?)(\+mirror)?", evaluation["views"]).groups()
    for scale in evaluation["scales"]:
        pixels = rescaled(picture, scale)
        stack = []
        for top, left, height, width in windows(views, crop, *pixels.shape[:2]):
            window = pixels[top:top + height, left:left + width]
            stack.append(window)
            if mirrored or views == "ten_crop":
                stack.append(window[:, ::-1])
        yield torch.from_numpy(np.stack(stack).transpose(0, 3, 1, 2).copy())


class Images:
    """The files of a folder or tar, by the last two parts of their paths."""

    def __init__(self, path):
        self.folder = path if path.is_dir() else None
        self.tar = None if self.folder else tarfile.open(path)
        self.members = {} if self.folder else {
            "/".join(m.name.split("/")[-2:]): m for m in self.tar if m.isfile()}

    def open(self, name):
        name = "/".join(name.split("/")[-2:])
        data = ((self.folder / name).read_bytes() if self.folder
                else self.tar.extractfile(self.members[name]).read())
        return Image.open(io.BytesIO(data)).convert("RGB")


def read_evaluation(path):
    with h5py.File(path) as file:
        stored = file["evaluation"]
        assert not len(stored.attrs.get("members", [])), f"{path}: an average of other evaluations"
        aggregate = re.search(r"^aggregate: *(\w+)", text(stored.attrs["identity"]), re.MULTILINE)
        return {"scores": stored["scores"][:].astype(np.float64),
                "view_scores": stored["view_scores"][:] if "view_scores" in stored else None,
                "names": [text(name) for name in stored["names"]],
                "scales": [int(scale) for scale in np.atleast_1d(stored.attrs["scales"])],
                "views": text(stored.attrs["views"]),
                "aggregate": aggregate.group(1)}


def compare(path, options, images, golden):
    evaluation = read_evaluation(path)
    net = Net(options.weights or path.parent.parent / "weights.h5",
              torch.float64 if options.double else torch.float32)
    total = len(evaluation["names"])
    wanted = [i * total // n for n in [min(options.limit or total, total)] for i in range(n)]
    chosen = [i for i in wanted if not np.isnan(evaluation["scores"][i]).any()]
    worst, worst_image, worst_view, means = 0.0, "", 0.0, []
    for i in chosen:
        picture = images.open(evaluation["names"][i])
        with torch.no_grad():
            views = torch.cat([net.posteriors(stack, evaluation["aggregate"])
                               for stack in views_of(picture, evaluation, net.crop)]).numpy()
        means.append(views.mean(0))
        difference = np.abs(means[-1] - evaluation["scores"][i]).max()
        if difference >= worst:
            worst, worst_image = difference, evaluation["names"][i]
        if evaluation["view_scores"] is not None:
            worst_view = max(worst_view, np.abs(views - evaluation["view_scores"][i]).max())
    print(f"{path.stem}: {evaluation['views']} at {evaluation['scales']}, {evaluation['aggregate']}, "
          f"{len(chosen)} images: largest difference {worst:.3g} ({worst_image})" +
          (f", of a view {worst_view:.3g}" if evaluation["view_scores"] is not None else ""))
    if golden is not None:
        print(path.stem, len(means), len(means[0]), file=golden)
        for row in means:
            print(*(format(p, ".9g") for p in row), file=golden)
    return len(chosen) > 0 and max(worst, worst_view) <= options.tolerance


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    images = Images(options.images)
    golden = open(options.golden, "w") if options.golden else None
    agree = [compare(path, options, images, golden) for path in options.evaluations]
    return 0 if all(agree) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Mean and principal components of RGB as numpy finds them, of PNGs that this script makes.

    colours_oracle.py make FOLDER       writes FOLDER/CLASS/*.png
    colours_oracle.py expect FOLDER     prints the mean (u8 levels), 255 times the eigenvalues of the
                                        covariance of RGB in [0, 1], and the eigenvectors, each by rows
    colours_oracle.py expect FOLDER S   the same after shrinking to a short side of S px with Pillow
"""
import pathlib
import sys

import numpy as np
from PIL import Image


def make(folder):
    random = np.random.RandomState(5)
    for n in range(12):
        height, width = random.randint(20, 90, 2)
        # Correlated channels of different spread, as in photographs.
        light = random.normal(0, 50, (height, width, 1))
        tint = random.normal(0, 1, (height, width, 3)) * [20, 8, 14]
        pixels = np.clip(light + tint + [124, 117, 104], 0, 255).astype(np.uint8)
        path = folder / f"class{n % 3}" / f"{n:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)


def shrunk(image, side):
    short = min(image.size)
    if side is None or short <= side:
        return image
    longest = (2 * max(image.size) * side + short) // (2 * short)  # round half up
    size = (side, longest) if image.width <= image.height else (longest, side)
    return image.resize(size, Image.BILINEAR)


def expect(folder, side=None):
    images = [shrunk(Image.open(path), side) for path in sorted(folder.glob("*/*.png"))]
    pixels = np.concatenate([np.asarray(image).reshape(-1, 3) for image in images]).astype(float)
    values, vectors = np.linalg.eigh(np.cov(pixels.T / 255, bias=True))
    vectors = vectors[:, ::-1]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(0), range(3)])
    print(*pixels.mean(0), *(255 * values[::-1]), *vectors.ravel())


what, folder, *side = sys.argv[1:]
if what == "make":
    make(pathlib.Path(folder))
else:
    expect(pathlib.Path(folder), *map(int, side))

#!/usr/bin/env python3
"""Finds the pixels that Pillow wrote on the sheet that `vggflow preview` draws, as Pillow reads it.
preview_test.py VGGFLOW"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy
    from PIL import Image
except ImportError as missing:
    print(missing)
    sys.exit(77)  # skipped

VGGFLOW = sys.argv.pop()
SIDE = 120


def stands_on(sheet, picture):
    """Whether the sheet holds the picture, pixel for pixel."""
    height, width, _ = picture.shape
    corners = numpy.argwhere((sheet[:-height + 1, :-width + 1] == picture[0, 0]).all(axis=2))
    return any((sheet[y:y + height, x:x + width] == picture).all() for y, x in corners)


class Preview(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name)
        (self.folder / "images/cat").mkdir(parents=True)
        random = numpy.random.default_rng(1)
        self.pictures = []
        for number in range(5):
            picture = random.integers(0, 256, (SIDE, SIDE, 3), dtype=numpy.uint8)
            Image.fromarray(picture).save(self.folder / f"images/cat/{number}.png")
            self.pictures.append(picture)
        (self.folder / "spec.yaml").write_text(
            "name: cats\ndata: {train: {folder: images}}\npipeline:\n"
            "  - center_crop: {size: 120}\n  - normalize: {divisor: [58, 57, 56]}\n")

    def tearDown(self):
        self.scratch.cleanup()

    def sheet(self, *more):
        file = self.folder / "sheet.png"
        done = subprocess.run([VGGFLOW, "preview", self.folder / "spec.yaml", "--data", self.folder,
                               "-o", file, *more], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        image = Image.open(file)
        self.assertEqual(image.mode, "RGB")
        self.assertIn(f"{image.width}x{image.height} px", done.stdout)
        return numpy.asarray(image)

    def test_pictures_are_the_ones_that_pillow_wrote(self):
        sheet = self.sheet()
        for picture in self.pictures:
            self.assertTrue(stands_on(sheet, picture))

    def test_ids_choose(self):
        sheet = self.sheet("--id", "1", "--id", "3")
        self.assertEqual([stands_on(sheet, picture) for picture in self.pictures],
                         [False, True, False, True, False])

    def test_a_larger_cell_enlarges(self):
        doubled = self.pictures[2].repeat(2, axis=0).repeat(2, axis=1)
        self.assertTrue(stands_on(self.sheet("--id", "2", "--cell", "250"), doubled))

    def test_a_smaller_cell_shrinks_as_pillow_does(self):
        sheet = self.sheet("--id", "2", "--cell", "50").astype(int)
        wanted = numpy.asarray(Image.fromarray(self.pictures[2]).resize((50, 50), Image.BILINEAR))
        views = numpy.lib.stride_tricks.sliding_window_view(sheet, (50, 50, 3))[:, :, 0]
        self.assertLessEqual(abs(views - wanted).max(axis=(2, 3, 4)).min(), 1)

    def test_the_same_command_gives_the_same_bytes(self):
        self.sheet("--epochs", "3")
        first = (self.folder / "sheet.png").read_bytes()
        self.sheet("--epochs", "3", "--workers", "1")
        self.assertEqual((self.folder / "sheet.png").read_bytes(), first)


unittest.main(verbosity=2)

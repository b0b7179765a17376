"""The scripts that time PyTorch, on the CPU with nets of a hand's breadth. Skipped (77) without PyTorch."""
import json
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest

try:
    import torch
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

PEERS = pathlib.Path(__file__).resolve().parent.parent.parent / "bench/peers"
sys.path.insert(0, str(PEERS))

import torch_score  # noqa: E402
import training  # noqa: E402

SMALL = ("--width-divisor", "64", "--fully-connected", "8")


def run(script, *words):
    done = subprocess.run([sys.executable, PEERS / script, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


class Training(unittest.TestCase):
    def test_steps_are_timed(self):
        seen = run("torch_train.py", "--device", "cpu", "--net", "A", "--batch", 3, "--crop", 32, "--steps", 3,
                   "--warm-up", 1, "--classes", 5, *SMALL)
        self.assertEqual(len(seen["step_ms"]), 3)
        self.assertAlmostEqual(seen["images_per_s"] * sorted(seen["step_ms"])[1], 3000)
        self.assertIsNone(seen["peak_memory_bytes"])
        self.assertGreater(seen["loss"], 0)
        widths = [3, 1, 2, 4, 4, 8, 8, 8, 8]
        convolutions = sum(9 * a * b + b for a, b in zip(widths, widths[1:]))
        self.assertEqual(seen["parameters"], convolutions + (8 * 8 + 8) * 2 + 8 * 5 + 5)

    def test_what_cannot_be_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "allowed: numbers of at least 1"):
            run("torch_train.py", "--device", "cpu", "--batch", 0)


class Scoring(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(3)
        self.sizes = types.SimpleNamespace(net="D", crop=64, classes=7, width_divisor=16, fully_connected=12)
        self.net = training.make_net(self.sizes).eval()
        self.dense = torch_score.dense_net(self.net, self.sizes.crop)

    def test_a_dense_net_scores_crops_as_the_net_does(self):
        pictures = torch.randn(2, 3, 64, 64)
        with torch.no_grad():
            maps = self.dense(pictures)
            self.assertEqual(maps.shape, (2, 7, 1, 1))
            self.assertLess((maps[:, :, 0, 0] - self.net(pictures)).abs().max(), 1e-5)

    def test_it_slides_over_larger_pictures(self):
        with torch.no_grad():
            self.assertEqual(self.dense(torch.randn(1, 3, 96, 128)).shape, (1, 7, 2, 3))

    def test_the_batches_of_a_file_are_scored(self):
        written = {"net": "A", "crop": 32, "batch": 2, "images": 3, "crop_images": 1, "crops": 50,
                   "shapes": [{"slots": 2, "height": 32, "width": 48, "batches": 3}]}
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "score.json")
            file.write_text(json.dumps(written))
            seen = run("torch_score.py", file, "--device", "cpu", "--no-compile", "--rounds", 1, *SMALL)
            self.assertGreater(seen["dense_images_per_s"], 0)
            self.assertGreater(seen["crops_per_s"], 0)
            self.assertEqual(seen["mode"], "eager")
            file.write_text(json.dumps({**written, "net": "none"}))
            with self.assertRaisesRegex(AssertionError, "is of net 'none'; allowed: A, A-LRN"):
                run("torch_score.py", file, "--device", "cpu")


class Product(unittest.TestCase):
    def test_a_product_is_timed(self):
        self.assertGreater(run("torch_product.py", "--device", "cpu", "--side", 64)["bf16_tflop_per_s"], 0)


if __name__ == "__main__":
    unittest.main()

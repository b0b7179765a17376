#!/usr/bin/env python3
"""scripts/gpu_check as a whole, with programs that answer what they are told to and a card that is said to
be there."""
import contextlib
import importlib.machinery
import importlib.util
import io
import json
import os
import pathlib
import subprocess
import time
import unittest
from unittest import mock

from fake_bundle import CARD, ROOT, FakeBundle, script

TRAINED = {"images_per_s": 6000.0, "step_ms": {"median": 42.0}, "gflop_per_s": 500e3, "engine": "cudnn",
           "batch": 256, "crop": 224, "accounted_bytes": 20e9}
SCORED = {"dense_images_per_s": 600.0, "crops_per_s": 9000.0}
PEER = {"mode": "eager", "images_per_s": 4000.0, "peak_memory_bytes": 30e9, "versions": {"torch": "2.9"}}
VGGFLOW = {
    "--version": {"says": "0.1.0"},
    "bench device": {"json": {"bf16_tflop_per_s": 790.0}},
    "bench train": {"json": {**TRAINED, "ratio_to_synthetic": {"median": 0.97}}},
    "bench pipeline": {"json": {"images_per_s": 9000.0, "workers": 16}},
    "bench score": {"json": SCORED},
    "dataset generate": {},
    "run": {"files": {"twice/weights.h5": "equal"}},
}
TORCH = {"torch_train": PEER, "torch_train compile": {**PEER, "mode": "compile", "images_per_s": 4800.0},
         "torch_score": {"dense_images_per_s": 400.0, "crops_per_s": 6000.0}}


def load():
    loader = importlib.machinery.SourceFileLoader("gpu_check", str(ROOT / "scripts/gpu_check"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("gpu_check", loader))
    loader.exec_module(module)
    return module


class GpuCheck(unittest.TestCase):
    def setUp(self):
        self.bundle = FakeBundle()
        self.addCleanup(self.bundle.remove)
        self.file = self.bundle.root.parent / "seen.json"

    def check(self, *words, found=CARD, why=""):
        """(exit status, printed, rows by check's name)."""
        gpu_check = load()
        printed = io.StringIO()
        with mock.patch.object(gpu_check, "ROOT", self.bundle.root), \
                mock.patch.object(gpu_check.card, "find", lambda: (found, why)), \
                mock.patch.object(gpu_check.kernels, "sanitizer", lambda python: None), \
                contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            status = gpu_check.main(["--json", str(self.file), "--python", str(self.bundle.python), *words])
        self.seen = json.loads(self.file.read_text())
        return status, printed.getvalue(), {row["check"]: row for row in self.seen["checks"]}

    def verdicts(self, rows):
        return {row["step"]: row["verdict"] for row in rows.values()}

    def test_a_good_card_meets_all_that_can_be_tried(self):
        self.bundle.answer(VGGFLOW)
        self.bundle.torch(TORCH)
        status, printed, rows = self.check()
        self.assertEqual(status, 0)
        self.assertEqual(self.verdicts(rows), {
            "start": "met", "tests": "met", "product": "met", "train": "met", "torch": "met", "fed": "met",
            "score": "met", "twice": "met", "miniature": "skipped", "memcheck": "skipped",
            "racecheck": "skipped"})
        figures = {row["step"]: row["figure"] for row in rows.values()}
        self.assertEqual(figures["product"], "790 TFLOP/s")
        self.assertEqual(figures["train"], "0.633")
        self.assertEqual(rows["training step against PyTorch"]["figure"], "1.25")
        self.assertIn("compile: 4800 images/s", rows["training step against PyTorch"]["why"])
        self.assertEqual(rows["peak memory of the card"]["figure"], "20.00 GB")
        self.assertEqual(rows["dense scoring, Q = 384, against PyTorch"]["figure"], "1.50")
        self.assertEqual(self.seen["commit"], "abc123")
        self.assertEqual(self.seen["card"]["name"], "NVIDIA H200")
        self.assertEqual(self.seen["measured"]["train"]["batch"], 256)
        self.assertEqual(printed.count("verdict\n"), 1, "one table")
        self.assertIn("NVIDIA H200", printed)
        trained = [line for line in self.bundle.asked() if line.startswith("bench train")]
        self.assertTrue(all("--device cuda" in line for line in trained), trained)

    def test_a_missed_aim_is_no_failure(self):
        slow = {**TRAINED, "gflop_per_s": 300e3, "accounted_bytes": 31e9,
                "ratio_to_synthetic": {"median": 0.5}}
        self.bundle.answer({**VGGFLOW, "bench train": {"json": slow}})
        self.bundle.torch(TORCH)
        status, printed, rows = self.check()
        self.assertEqual(status, 0)
        for step in ("train", "fed"):
            self.assertEqual(self.verdicts(rows)[step], "missed")
        self.assertEqual(rows["peak memory of the card"]["verdict"], "missed")
        self.assertIn("3 missed", printed)

    def test_a_failure_is_told_and_ends_nothing(self):
        self.bundle.answer({**VGGFLOW, "bench train": {"status": 1, "says": "vggflow: out of memory"}})
        self.bundle.torch(TORCH)
        status, printed, rows = self.check()
        self.assertEqual(status, 1)
        self.assertEqual(rows["training step, D, batch 256: share of it"]["why"],
                         "vggflow bench ended with 1: vggflow: out of memory")
        self.assertEqual(self.verdicts(rows)["torch"], "skipped", "nothing to compare with")
        self.assertEqual(self.verdicts(rows)["score"], "met")
        self.assertIn("vggflow: out of memory", printed)

    def test_figures_that_are_not_there_are_a_failure(self):
        self.bundle.answer({**VGGFLOW, "bench train": {"json": {}}})
        status, _, rows = self.check("--only", "train")
        self.assertEqual(status, 1)
        self.assertIn("gflop_per_s", rows["training step, D, batch 256: share of it"]["why"])

    def test_without_pytorch_comparisons_are_skipped(self):
        self.bundle.answer(VGGFLOW)
        status, _, rows = self.check()
        self.assertEqual(status, 0)
        for name in ("training step against PyTorch", "multi-crop scoring against PyTorch"):
            self.assertEqual(rows[name]["verdict"], "skipped")
            self.assertIn("No module named 'torch'", rows[name]["why"])
        self.bundle.torch({**TORCH, "sees_card": False})
        row = self.check("--only", "train", "--only", "torch")[2]["training step against PyTorch"]
        self.assertIn("does not find the card", row["why"])

    def test_a_mode_of_pytorch_that_does_not_work_leaves_the_other(self):
        self.bundle.answer(VGGFLOW)
        self.bundle.torch({"torch_train": PEER})
        row = self.check("--only", "train", "--only", "torch")[2]["training step against PyTorch"]
        self.assertEqual((row["figure"], row["verdict"]), ("1.50", "met"))
        self.assertIn("out of memory", row["why"])

    def test_pytorch_measures_the_card_where_the_command_cannot(self):
        answers = {key: value for key, value in VGGFLOW.items() if key != "bench device"}
        self.bundle.answer(answers)
        self.bundle.torch({"torch_product": {"bf16_tflop_per_s": 700.0}})
        rows = self.check("--only", "product", "--only", "train")[2]
        self.assertEqual(rows["matrix product, 8192^3, bf16"]["figure"], "700 TFLOP/s")
        self.assertEqual(rows["training step, D, batch 256: share of it"]["figure"], "0.714")
        self.bundle.torch({"torch": False})
        rows = self.check("--only", "product", "--only", "train")[2]
        self.assertIn("rate is not known; 6000 images/s",
                      rows["training step, D, batch 256: share of it"]["why"])

    def test_without_a_card_all_is_skipped(self):
        self.bundle.test("cuda_device_test", ["skipped", "passed"])
        status, printed, rows = self.check(found=None, why="no NVIDIA driver is installed")
        self.assertEqual(status, 0)
        self.assertEqual({step for step, verdict in self.verdicts(rows).items() if verdict != "skipped"},
                         {"start"})
        for row in rows.values():
            if row["step"] != "start":
                self.assertIn("no NVIDIA driver is installed", row["why"])
        self.assertEqual(self.bundle.asked(), ["--version"])
        self.assertIn("no card", printed)

    def test_it_runs_as_a_program_where_there_is_no_card(self):
        if os.path.exists("/proc/driver/nvidia/version"):
            self.skipTest("there is a card")
        done = subprocess.run([self.bundle.root / "scripts/gpu_check", "--json", self.file, "--python",
                               self.bundle.python], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 met, 0 missed", done.stdout)
        self.assertIn("NVIDIA", done.stdout)

    def test_without_libraries_nothing_is_started(self):
        folder = self.bundle.root.parent / "ldd"
        script(folder / "ldd", 'print("\\tlibcudart.so.13 => not found")')
        with mock.patch.dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"):
            status, _, rows = self.check()
        self.assertEqual(status, 0)
        self.assertTrue(all(row["verdict"] == "skipped" for row in rows.values()))
        self.assertIn("libcudart.so.13", rows["the command starts"]["why"])
        self.assertEqual(self.bundle.asked(), [])

    def test_the_time_for_all_is_a_limit(self):
        self.bundle.answer({**VGGFLOW, "bench device": {"sleep": 60}})
        status, _, rows = self.check("--minutes", "0.1", "--only", "product", "--only", "twice")
        self.assertEqual(status, 0)
        self.assertIn("no more time was left", rows["matrix product, 8192^3, bf16"]["why"])
        self.assertEqual(rows["two deterministic runs"]["why"], "no time is left for it")

    def test_what_it_started_ends_with_it(self):
        self.bundle.answer({"--version": {"sleep": 60}})
        running = subprocess.Popen([self.bundle.root / "scripts/gpu_check", "--json", self.file, "--python",
                                    self.bundle.python], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.bundle.asked():
            time.sleep(0.05)
        running.terminate()
        self.assertEqual(running.wait(20), 143)
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                self.assertNotIn(str(self.bundle.root), entry.read_text())

    def test_no_build_is_told(self):
        (self.bundle.root / "bin/vggflow").unlink()
        with self.assertRaisesRegex(SystemExit, "no vggflow in .*bundle"):
            self.check()


if __name__ == "__main__":
    unittest.main()

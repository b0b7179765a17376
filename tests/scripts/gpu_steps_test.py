#!/usr/bin/env python3
"""The parts of scripts/gpu: time limits, libraries, tests, compute-sanitizer, images, verdicts."""
import os
import tarfile
import time
import unittest
from unittest import mock

from fake_bundle import FakeBundle, script

from gpu import command, images, kernels, libraries, table, training
from gpu.bench import Bench, Layout
from gpu.table import Fail, Skip


class WithBundle(unittest.TestCase):
    def setUp(self):
        self.bundle = FakeBundle()
        self.addCleanup(self.bundle.remove)
        self.scratch = self.bundle.root.parent / "scratch"
        self.scratch.mkdir()
        self.data = self.bundle.root.parent / "data"
        self.data.mkdir()
        self.bench = Bench(Layout(self.bundle.root), self.scratch, python=str(self.bundle.python),
                           data=self.data)


class Commands(WithBundle):
    def test_children_are_stopped_as_well(self):
        mark = self.scratch / "late"
        started = time.monotonic()
        done = command.run(["sh", "-c", f"(sleep 2; touch {mark}) & echo begun; wait"], 0.5)
        self.assertTrue(done.timed_out)
        self.assertEqual(done.output, "begun\n")
        self.assertLess(time.monotonic() - started, 1.9)
        time.sleep(2)
        self.assertFalse(mark.exists())

    def test_a_program_that_hangs_is_a_failure(self):
        self.bundle.answer({"stages": {"sleep": 60}})
        with self.assertRaisesRegex(Fail, "vggflow was stopped after 0 s"):
            self.bench.vggflow("stages", seconds=0.4)

    def test_errors_may_be_kept_apart(self):
        done = command.run(["sh", "-c", "echo out; echo error >&2"], 5, separate_errors=True)
        self.assertEqual((done.output, done.errors), ("out\n", "error\n"))


class Libraries(WithBundle):
    """An ldd that finds what lies in LD_LIBRARY_PATH."""

    LDD = """
        import os
        for name in ("libcudart.so.13", "libcudnn.so.9", "libnccl.so.2"):
            places = [f"{folder}/{name}" for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":")]
            found = [place for place in places if os.path.exists(place)]
            print(f"\\t{name} => {found[0] if found else 'not found'}")
        """

    def setUp(self):
        super().setUp()
        script(self.scratch / "bin/ldd", self.LDD)
        path = mock.patch.dict(os.environ, PATH=f"{self.scratch}/bin:{os.environ['PATH']}")
        path.start()
        self.addCleanup(path.stop)
        toolkits = mock.patch.object(libraries, "TOOLKITS", (str(self.scratch / "toolkit"),))
        toolkits.start()
        self.addCleanup(toolkits.stop)
        self.site = self.scratch / "site-packages"
        self.bundle.torch({"folders": [str(self.site)]})

    def put(self, *names):
        for name in names:
            (self.scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (self.scratch / name).touch()

    def find(self, **environment):
        found, lacking = libraries.find(self.bench.layout.vggflow, self.bench.python,
                                        {"PATH": os.environ["PATH"], **environment})
        return found.get("LD_LIBRARY_PATH", ""), lacking

    def test_wheels_for_cuda_13_are_found(self):
        self.put("site-packages/nvidia/cu13/lib/libcudart.so.13", "site-packages/nvidia/cudnn/lib/libcudnn.so.9",
                 "site-packages/nvidia/nccl/lib/libnccl.so.2", "site-packages/nvidia/cufft/lib/libcufft.so.12")
        wheels = f"{self.site}/nvidia"
        self.assertEqual(self.find(), (f"{wheels}/cu13/lib:{wheels}/cudnn/lib:{wheels}/nccl/lib", []))

    def test_the_toolkit_comes_last_and_the_callers_path_first(self):
        self.put("own/libcudart.so.13", "toolkit/libcudart.so.13", "toolkit/libcudnn.so.9",
                 "site-packages/nvidia/nccl/lib/libnccl.so.2")
        own = str(self.scratch / "own")
        self.assertEqual(self.find(LD_LIBRARY_PATH=own),
                         (f"{own}:{self.site}/nvidia/nccl/lib:{self.scratch}/toolkit", []))

    def test_what_is_nowhere_is_told(self):
        self.put("toolkit/libcudart.so.13")
        self.assertEqual(self.find()[1], ["libcudnn.so.9", "libnccl.so.2"])

    def test_a_python_that_is_not_there_has_no_wheels(self):
        self.assertEqual(libraries.python_folders("/nowhere/python3"), [])


class Kernels(WithBundle):
    def test_failed_tests_are_named(self):
        self.bundle.test("cuda_device_test", ["passed", "failed"], status=1)
        with self.assertRaisesRegex(Fail, r"1 of 2 tests failed: Suite\.T1"):
            kernels.run_tests(self.bench)

    def test_a_program_that_crashes_is_a_failure(self):
        self.bundle.test("cuda_device_test", None, status=134)
        with self.assertRaisesRegex(Fail, "cuda_device_test ended with 134: the last line"):
            kernels.run_tests(self.bench)
        self.bundle.test("cuda_device_test", ["passed"], status=139)
        with self.assertRaisesRegex(Fail, "ended with 139"):
            kernels.run_tests(self.bench)

    def test_skipped_tests_are_counted(self):
        self.bundle.test("cuda_device_test", ["passed", "skipped"])
        outcome, = kernels.run_tests(self.bench)
        self.assertEqual((outcome.figure, outcome.why), ("1 passed", "1 were skipped: no card"))
        self.bundle.test("cuda_device_test", ["skipped", "skipped"])
        with self.assertRaisesRegex(Skip, "2 were skipped: no card"):
            kernels.run_tests(self.bench)

    def sanitize(self, says, status=0):
        program = script(self.scratch / "compute-sanitizer", f"""
            import sys
            print({says!r})
            sys.exit({status})
            """)
        with mock.patch.object(kernels, "sanitizer", lambda python: program):
            return kernels.run_sanitizer(self.bench, "memcheck")

    def test_errors_of_the_sanitizer_are_a_failure(self):
        self.assertTrue(self.sanitize("========= ERROR SUMMARY: 0 errors")[0].met)
        with self.assertRaisesRegex(Fail, "cuda_device_test: ERROR SUMMARY: 2 errors"):
            self.sanitize("========= ERROR SUMMARY: 2 errors", 99)
        with self.assertRaisesRegex(Fail, "ended with 1 under memcheck"):
            self.sanitize("========= ERROR SUMMARY: 0 errors", 1)
        hazards = "========= RACECHECK SUMMARY: 1 hazard displayed (1 error, 0 warnings)"
        with self.assertRaisesRegex(Fail, "1 hazard displayed"):
            self.sanitize(hazards)

    def test_a_host_that_refuses_the_sanitizer_is_a_skip(self):
        with self.assertRaisesRegex(Skip, "refuses memcheck: .*insufficient permissions"):
            self.sanitize("========= Error: insufficient permissions", 1)

    def test_kernel_tests_alone_are_sanitized(self):
        for name in ("cudnn_kernels_test", "cudnn_step_test"):
            self.bundle.test(name, ["passed"])
        (self.bundle.root / "gpu_tests.txt").write_text("cudnn_kernels_test\ncudnn_step_test\nnot_built_test\n")
        self.assertEqual([test.name for test in kernels.kernel_tests(self.bench)], ["cudnn_kernels_test"])
        self.assertEqual(len(self.bench.layout.tests()), 2)


class Images(WithBundle):
    def test_the_sample_is_repeated(self):
        with tarfile.open(self.data / images.SAMPLE, "w") as tar:
            for name in ("n01/a.JPEG", "n01/b.JPEG", "n02/a.JPEG"):
                (self.scratch / "member").write_text(name)
                tar.add(self.scratch / "member", f"./sample/{name}")
        with mock.patch.object(images, "IMAGES", 7):
            folder, what = images.prepare(self.bench)
        made = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.JPEG"))
        self.assertEqual(len(made), 9)
        self.assertIn("train/n02/2-a.JPEG", made)
        self.assertEqual((folder / "train/n02/2-a.JPEG").read_text(), "n02/a.JPEG")
        self.assertIn("repeated", what)

    def test_without_it_jpegs_are_drawn(self):
        self.bundle.answer({"dataset generate": {}})
        self.assertEqual(images.prepare(self.bench)[1], "generated JPEGs")
        self.assertIn("--max-side 500", self.bundle.asked()[0])


class Training(WithBundle):
    def fed(self, rate, ratio, pipeline):
        self.bundle.answer({
            "dataset generate": {},
            "bench train": {"json": {"images_per_s": rate, "ratio_to_synthetic": {"median": ratio}}},
            "bench pipeline": {"json": {"images_per_s": pipeline, "workers": 2}}})
        return training.fed(self.bench)[0]

    def test_a_pipeline_at_its_own_limit_is_enough(self):
        self.assertTrue(self.fed(960, 0.96, 5000).met)
        self.assertFalse(self.fed(900, 0.90, 1000).met)
        bounded = self.fed(960, 0.5, 1000)
        self.assertTrue(bounded.met)
        self.assertIn("bounded by the host's cores, 0.960", bounded.why)

    def test_other_weights_are_a_failure(self):
        self.bundle.answer({"run": {"files": {"twice/weights.h5": "of OUT"}}})
        with self.assertRaisesRegex(Fail, "other weights"):
            training.twice(self.bench)

    def test_the_miniature_is_held_against_the_cpus_error(self):
        for name in training.TARS:
            (self.data / name).touch()
        for error, met in ((34.79, True), (34.81, False), (20.0, True)):
            self.bundle.answer({"run": {"says": f"A-256 single: top-1 error 53.00 %, x\n"
                                                f"A-256 center: top-1 error {error:.2f} %, top-5 error 5 %"}})
            self.assertEqual(training.miniature(self.bench)[0].met, met, error)

    def test_packed_shards_come_before_tars(self):
        with self.assertRaisesRegex(Skip, "holds neither"):
            training.imagenette(self.bench)
        for name in training.TARS:
            (self.data / name).touch()
        self.assertEqual(training.imagenette(self.bench)[1], "data.train={tar: imagenette224-train.tar}")
        for name in training.PACKED:
            (self.data / name).mkdir(parents=True)
        self.assertEqual(training.imagenette(self.bench)[1],
                         "data.train={tar: null, webdataset: imagenette64/train}")


class Table(unittest.TestCase):
    def test_a_table_names_every_row_and_counts(self):
        rows = [table.Row("a", "first", "1.5", ">= 1", table.MET, ""),
                table.Row("b", "second one", "-", "", table.SKIPPED, "because " * 30)]
        lines = table.text_of(rows).splitlines()
        self.assertEqual(lines[2].split(), ["first", "1.5", ">=", "1", "met"])
        self.assertTrue(all(len(line) <= 100 for line in lines))
        self.assertEqual(lines[-1], "1 met, 0 missed, 1 skipped, 0 failed")


if __name__ == "__main__":
    unittest.main()

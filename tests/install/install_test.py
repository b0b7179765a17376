#!/usr/bin/env python3
"""Installs a build into a temporary folder and uses it from outside: every public header compiles
alone, examples/custom_stage becomes a plugin, examples/feed a program, both by find_package."""
import argparse
import hashlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

OPTIONS = None  # of the command line
FEED_SPEC = """name: feed
seed: 1
data: {train: {generated: {classes: 4, images: 40}}}
pipeline:
  - random_rescale: {min: 256, max: 512}
  - random_crop: {size: 224}
  - flip: {probability: 0.5}
"""


def run(*command, **more):
    return subprocess.run([str(word) for word in command], text=True, capture_output=True, **more)


def succeed(*command):
    done = run(*command)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.prefix = cls.folder / "prefix"
        succeed(OPTIONS.cmake, "--install", OPTIONS.build, "--prefix", cls.prefix)
        cls.vggflow = cls.prefix / "bin/vggflow"
        cls.headers = cls.prefix / "include/vggflow"

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def build(self, example):
        """Configures and builds a copy of the example: nothing of the tree is in its reach."""
        source = self.folder / example
        build = source / "build"
        source.mkdir()
        for file in (OPTIONS.source / "examples" / example).iterdir():
            (source / file.name).write_bytes(file.read_bytes())
        succeed(OPTIONS.cmake, "-G", "Ninja", "-S", source, "-B", build,
                f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={OPTIONS.compiler}",
                f"-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror {OPTIONS.flags}")
        succeed(OPTIONS.cmake, "--build", build)
        return build

    def test_everything_is_at_its_place(self):
        for name in ("bin/vggflow", "share/vggflow/LICENSE", "share/vggflow/configs/vgg/base.yaml",
                     "include/vggflow/pipeline/stage.h"):
            self.assertTrue((self.prefix / name).is_file(), name)
        version = succeed(self.vggflow, "--version").strip()
        library = next(self.prefix.glob(f"lib*/**/libvggflow.so.{version}"))
        links = [path.name for path in library.parent.glob("libvggflow.so*") if path.is_symlink()]
        self.assertEqual(sorted(links),
                         ["libvggflow.so", "libvggflow.so." + version.rsplit(".", 1)[0]])
        self.assertTrue(next(self.prefix.glob("lib*/**/cmake/vggflow/vggflow-config.cmake")))
        self.assertIn("flip", succeed(self.vggflow, "stages"))

    def test_headers_include_the_standard_library_and_each_other(self):
        headers = sorted(self.headers.rglob("*.h"))
        self.assertGreater(len(headers), 20)
        for header in headers:
            for kind, name in re.findall(r'#\s*include\s*([<"])([^>"]+)', header.read_text()):
                if kind == "<":
                    self.assertRegex(name, r"^[a-z_]+$", f"{header} includes <{name}>")
                else:
                    self.assertTrue((self.headers / name).is_file(), f"{header}: {name}")

    def test_every_header_compiles_alone(self):
        sources = []
        for number, header in enumerate(sorted(self.headers.rglob("*.h"))):
            source = self.folder / f"alone_{number}.cpp"
            source.write_text(f'#include "{header.relative_to(self.headers)}"\n')
            sources.append(source)
        succeed(OPTIONS.compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                f"-I{self.headers}", *sources)

    def test_a_stage_from_outside_is_a_plugin(self):
        plugin = self.build("custom_stage") / "libsolarize.so"
        listed = succeed(self.vggflow, "stages", "--plugin", plugin)
        self.assertIn("solarize (augmentation, renders what is pending)", listed)
        self.assertNotIn("solarize", succeed(self.vggflow, "stages"))

        spec = self.folder / "solarized.yaml"
        spec.write_text(FEED_SPEC + "  - solarize: {probability: 1}\n")
        self.assertIn("unknown stage 'solarize'", run(self.vggflow, "explain", spec).stderr)
        self.assertIn("solarize {probability: 1}",
                      succeed(self.vggflow, "explain", "--plugin", plugin, spec))
        sheet = self.folder / "sheet.png"
        succeed(self.vggflow, "preview", spec, "--plugin", plugin, "-n", "2", "-o", sheet)
        self.assertEqual(sheet.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    def test_a_program_feeds_itself(self):
        source = "{generated: {classes: 4, images: 40}}"
        program = self.build("feed") / "feed"
        printed = succeed(program, source)
        digests = re.findall(r"^64 pictures of 224x224 px, digest ([0-9a-f]{64})$", printed, re.M)
        self.assertEqual(len(digests), 2, printed)
        spec = self.folder / "feed.yaml"
        spec.write_text(FEED_SPEC)
        figures = self.folder / "figures.json"
        succeed(self.vggflow, "bench", "pipeline", spec, "--batches", "2", "--json", figures)
        self.assertEqual(json.loads(figures.read_text())["digest"],
                         hashlib.sha256("".join(digests).encode()).hexdigest())
        wrong = run(program, "{floder: x}")
        self.assertEqual(wrong.returncode, 2)
        self.assertRegex(wrong.stderr, "^feed: .*floder")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("cmake", "compiler", "flags"):
        parser.add_argument("--" + name, required=True)
    for name in ("build", "source"):
        parser.add_argument("--" + name, required=True, type=pathlib.Path)
    OPTIONS = parser.parse_args()
    os.environ.pop("LD_LIBRARY_PATH", None)
    unittest.main(argv=[__file__], verbosity=2)

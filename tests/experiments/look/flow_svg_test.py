#!/usr/bin/env python3
"""Reads what `vggflow explain --svg` draws with Python's XML parser.  flow_svg_test.py VGGFLOW"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

VGGFLOW = sys.argv.pop()
SVG = "{http://www.w3.org/2000/svg}"
SPEC = """name: D-jitter
data: {train: {list: 'a<b>&"c''.txt'}}
pipeline:
  - random_rescale: {min: 40, max: 60}
  - random_crop: {size: 32}
  - flip: {probability: 0.5}
  - flip: {probability: 1}
  - colour_shift: {eigenvalues: [55.4625, 4.794, 1.1475], sigma: 0.1, always: false}
  - subtract_mean
"""
GRAPH = ["plan", "read", "decode#0", "random_rescale#0", "random_crop#0", "flip#0", "flip#1",
         "colour_shift#0", "subtract_mean#0", "render"]


class FlowSvg(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name)
        (self.folder / "spec.yaml").write_text(SPEC)

    def tearDown(self):
        self.scratch.cleanup()

    def vggflow(self, *arguments):
        return subprocess.run([VGGFLOW, *map(str, arguments)], capture_output=True, text=True)

    def drawn(self, *more):
        """The boxes by name: their classes and the text in them; and the root."""
        file = self.folder / "flow.svg"
        done = self.vggflow("explain", self.folder / "spec.yaml", "--svg", file, *more)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        root = ElementTree.parse(file).getroot()
        self.assertEqual(root.tag, SVG + "svg")
        boxes = {}
        for group in root.iter(SVG + "g"):
            boxes[group.get("data-name")] = (set(group.get("class").split()),
                                             " | ".join(group.itertext()))
        return boxes, root

    def figures(self, **more):
        nodes = [{"name": name, "samples": 100, "busy_s": 0.1} for name in GRAPH]
        values = dict(images_per_s=50.0, workers=2, batches=3, elapsed_s=2.0, starved_s=1.0,
                      no_free_slot_s=0.25, nodes=nodes) | more
        file = self.folder / "figures.json"
        file.write_text(json.dumps(values))
        return file

    def test_has_every_node_in_order_and_what_is_said_of_it(self):
        boxes, root = self.drawn()
        self.assertEqual(list(boxes), ["dataset", *GRAPH, "batch"])
        self.assertIn("list a<b>&\"c'.txt", boxes["dataset"][1])
        self.assertIn("deferred", boxes["random_crop#0"][0])
        self.assertIn("joins the colour map", boxes["colour_shift#0"][1])
        self.assertNotIn("deferred", boxes["render"][0])
        self.assertIn("(64, 32, 32, 3) u8 RGB", boxes["batch"][1])
        self.assertIn("prefers-color-scheme: dark", root.find(SVG + "style").text)

    def test_needs_no_other_file(self):
        _, root = self.drawn()
        for element in root.iter():
            self.assertNotIn(element.tag.removeprefix(SVG), ("image", "script", "use", "link"))
            for name in element.keys():
                self.assertNotIn("href", name)
        self.assertNotIn("url(", root.find(SVG + "style").text)

    def test_boxes_lie_one_below_the_other_within_the_picture(self):
        _, root = self.drawn("--figures", self.figures())
        width, height = float(root.get("width")), float(root.get("height"))
        below = 0.0
        for group in root.iter(SVG + "g"):
            for rect in group.iter(SVG + "rect"):
                x, y = float(rect.get("x")), float(rect.get("y"))
                self.assertLessEqual(x + float(rect.get("width")), width)
                self.assertLessEqual(y + float(rect.get("height")), height)
                if rect.get("class") == "box":
                    self.assertGreater(y, below)
                    below = y + float(rect.get("height"))

    def test_figures_mark_one_bottleneck(self):
        nodes = [{"name": name, "samples": 100, "busy_s": 1.5 if name == "read" else 0.1}
                 for name in GRAPH]
        boxes, _ = self.drawn("--figures", self.figures(nodes=nodes))
        self.assertEqual([name for name in boxes if "bottleneck" in boxes[name][0]], ["read"])
        self.assertIn("37.5 % busy", boxes["read"][1])
        boxes, _ = self.drawn("--figures", self.figures(starved_s=0.0))
        self.assertEqual([name for name in boxes if "bottleneck" in boxes[name][0]], ["batch"])

    def test_a_bench_is_drawn(self):
        spec = self.folder / "spec.yaml"
        spec.write_text(SPEC.replace("list: 'a<b>&\"c''.txt'",
                                     "generated: {classes: 2, images: 40}"))
        figures = self.folder / "bench.json"
        bench = self.vggflow("bench", "pipeline", spec, "--batches", "1", "--json", figures)
        self.assertEqual(bench.returncode, 0, bench.stderr)
        boxes, _ = self.drawn("--figures", figures)
        self.assertIn("% busy", boxes["render"][1])

    def test_bad_figures_are_named(self):
        for text, message in [
                ("no JSON", "is not JSON"), ("[1]", "is not JSON"),
                ("{}", "'images_per_s' not found"),
                (json.dumps(json.loads(self.figures().read_text()) | {"workers": "two"}),
                 "must be number"),
                (self.figures(elapsed_s=0).read_text(), "elapsed_s"),
                (self.figures(nodes=[{"name": "x", "samples": 1, "busy_s": 1}]).read_text(),
                 "no node 'x'")]:
            file = self.folder / "bad.json"
            file.write_text(text)
            done = self.vggflow("explain", self.folder / "spec.yaml", "--svg",
                                self.folder / "bad.svg", "--figures", file)
            self.assertEqual(done.returncode, 1, text)
            self.assertIn(message, done.stderr)
            self.assertFalse((self.folder / "bad.svg").exists())
        done = self.vggflow("explain", self.folder / "spec.yaml", "--figures", "x.json")
        self.assertEqual(done.returncode, 2)


unittest.main(verbosity=2)

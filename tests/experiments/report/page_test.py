#!/usr/bin/env python3
"""The page of `vggflow report`, as Python's HTML parser and Pillow read it: well formed, whole
without JavaScript, with links that lead somewhere and the very pictures.
page_test.py VGGFLOW SAMPLE_TABLE"""
import base64
import html.parser
import io
import re
import shutil
import sys
import tempfile
import unittest
import urllib.parse

import h5py
import numpy
from PIL import Image

from results_folder import ResultsFolder, run

SAMPLE_TABLE = sys.argv.pop()
VGGFLOW = sys.argv.pop()
VOID = {"meta", "link", "img", "br"}


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children, self.text = [], ""

    def all(self, tag):
        return [own for child in self.children for own in [child, *child.all(tag)]
                if own.tag == tag] if tag else []

    def whole_text(self):
        return self.text + "".join(child.whole_text() for child in self.children)


class Parser(html.parser.HTMLParser):
    """A tree of elements; what is not closed in its order is an error."""

    def __init__(self):
        super().__init__()
        self.root = self.at = Element("", [], None)
        self.elements = []

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs, self.at)
        self.at.children.append(element)
        self.elements.append(element)
        if tag not in VOID:
            self.at = element

    def handle_endtag(self, tag):
        if tag != self.at.tag:
            raise ValueError(f"</{tag}> in <{self.at.tag}>")
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.text += data


def setUpModule():
    global scratch, results, text, page
    scratch = tempfile.TemporaryDirectory()
    results = ResultsFolder(scratch.name, VGGFLOW, SAMPLE_TABLE)
    text = results.page.read_text()
    page = Parser()
    page.feed(text)
    page.close()


def tearDownModule():
    scratch.cleanup()


def elements(tag):
    return [element for element in page.elements if element.tag == tag]


class Page(unittest.TestCase):
    def test_everything_is_closed(self):
        self.assertIs(page.at, page.root)

    def test_ids_are_unique_and_links_lead_somewhere(self):
        ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
        self.assertEqual(len(ids), len(set(ids)))
        links = [e.attributes["href"] for e in elements("a")]
        self.assertGreater(len(links), 20)
        missing = {link for link in links if not self.leads_somewhere(link, ids)}
        # The sample names a cell of an experiment that is not there.
        self.assertEqual(missing, {"../out/elsewhere/evaluations/single.h5"})

    def leads_somewhere(self, link, ids):
        if link.startswith("#"):
            return link[1:] in ids
        if link.startswith("https://"):
            return link == "https://www.chartjs.org"
        return (results.page.parent / urllib.parse.unquote(link)).exists()

    def test_headings_are_in_order(self):
        levels = [int(e.tag[1]) for e in page.elements if re.fullmatch("h[1-6]", e.tag)]
        self.assertEqual(levels[0], 1)
        self.assertEqual(levels.count(1), 1)
        for before, after in zip(levels, levels[1:]):
            self.assertLessEqual(after, before + 1)

    def test_pictures_and_drawings_have_a_name(self):
        self.assertTrue(all(e.attributes.get("alt") for e in elements("img")))
        self.assertTrue(all(e.attributes.get("aria-label") for e in elements("canvas")))
        self.assertEqual(len(elements("canvas")), 2 * 2 + 2)  # curves, and `wide` twice

    def test_tables_are_whole_without_javascript(self):
        self.assertFalse(elements("button"))
        for table in elements("table"):
            widths = {len(row.children) for row in table.all("tr")}
            self.assertEqual(len(widths), 1, table.all("caption")[0].text)
        captions = [caption.text for caption in elements("caption")]
        self.assertIn("All evaluations", captions)
        self.assertIn("Table 3: a single test scale <b>", captions)

    def test_errors_are_those_of_the_files(self):
        table = next(t for t in elements("table")
                     if t.all("caption")[0].text == "All evaluations")
        rows = table.all("tbody")[0].all("tr")
        self.assertEqual(len(rows), 5)
        for row in rows:
            cells = row.children
            file = results.page.parent / urllib.parse.unquote(cells[6].children[0].attributes["href"])
            with h5py.File(file) as scored:
                evaluation = scored["evaluation"]
                scores, labels = evaluation["scores"][:], evaluation["labels"][:]
            wrong = 100 * numpy.mean(scores.argmax(axis=1) != labels)
            self.assertEqual(cells[6].whole_text(), f"{wrong:.2f}")

    def test_mistakes_are_the_most_confident_and_shown(self):
        with h5py.File(results.out / "tiny/evaluations/single.h5") as scored:
            evaluation = scored["evaluation"]
            scores, labels = evaluation["scores"][:], evaluation["labels"][:]
            names = [name.decode() for name in evaluation["names"][:]]
        wrong = [n for n in range(len(labels)) if scores[n].argmax() != labels[n]]
        wrong.sort(key=lambda n: -scores[n].max())  # stable
        section = next(e for e in elements("details") if e.attributes.get("id") == "experiment-1-2")
        self.assertEqual(section.all("h3")[0].text, "single")
        shown = next(e for e in section.all("ul") if e.attributes["class"] == "mistakes").all("li")
        self.assertEqual(len(shown), min(12, len(wrong)))
        self.assertGreater(len(shown), 0)
        for n, item in zip(wrong, shown):
            self.assertEqual(item.all("p")[-1].text, names[n])
            self.check_picture(item.all("img")[0], results.data / "val" / names[n])

    def check_picture(self, element, file):
        kind, data = element.attributes["src"].split(",")
        self.assertEqual(kind, "data:image/jpeg;base64")
        shown = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
        self.assertLessEqual(min(shown.size), 120)
        with Image.open(file) as original:
            self.assertLess(abs(self.coarse(original) - self.coarse(shown)).max(), 24)

    @staticmethod
    def coarse(image):
        """What is left without the grain of the generated pictures, which no JPEG keeps."""
        return numpy.asarray(image.convert("RGB").resize((12, 12), Image.BOX)).astype(float)

    def test_nothing_is_asked_of_a_network(self):
        for element in page.elements:
            for name in ("src", "srcset", "data", "poster", "background"):
                self.assertTrue(element.attributes.get(name, "data:").startswith("data:"))
        links = [e.attributes for e in elements("link")]
        self.assertEqual([link["href"] for link in links], ["data:,"])
        self.assertNotRegex(elements("style")[0].text, r"@import|url\(")
        policy = elements("meta")[3].attributes["content"]
        self.assertTrue(policy.startswith("default-src 'none';"))

    def test_the_licence_of_chart_js_is_kept(self):
        self.assertIn("Chart.js Contributors", text)
        self.assertIn("Released under the MIT License", text)
        self.assertIn("The above copyright notice and this permission notice shall be included",
                      text)

    def test_the_same_results_give_the_same_bytes(self):
        self.assertEqual(results.report(results.folder / "pages/again.html"), text)


class Command(unittest.TestCase):
    def report(self, file, *more):
        return run(VGGFLOW, "report", results.out, "-o", file, *more)

    def test_the_ending_says_the_format(self):
        file = results.folder / "report.md"
        self.assertEqual(self.report(file).returncode, 0)
        self.assertTrue(file.read_text().startswith("# Report of 2 experiments"))
        wrong = self.report(results.folder / "report.txt")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("allowed: .html or .md", wrong.stderr)

    def test_a_page_that_cannot_be_written_is_an_error(self):
        blocked = results.folder / "blocked"
        blocked.write_text("a file")
        failed = self.report(blocked / "report.html")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("blocked", failed.stderr)

    def test_without_data_the_page_says_so(self):
        file = results.folder / "pages/bare.html"
        self.assertEqual(self.report(file).returncode, 0)
        self.assertIn("Without pictures", file.read_text())
        self.assertEqual(self.report(file, "--data", results.folder / "nowhere").returncode, 0)
        self.assertIn("nowhere", file.read_text())
        self.assertNotIn("data:image/jpeg", file.read_text())

    def test_images_of_another_set_are_not_shown(self):
        other = results.folder / "other"
        shutil.copytree(results.data, other)
        for image in (other / "val").glob("*/*"):
            image.rename(image.with_name("z" + image.name))
        file = results.folder / "pages/other.html"
        self.assertEqual(self.report(file, "--data", other).returncode, 0)
        self.assertNotIn("data:image/jpeg", file.read_text())
        self.assertIn("is not image", file.read_text())


unittest.main(verbosity=2)

#!/usr/bin/env python3
"""The page of `vggflow report` in headless Chromium: no errors, no requests, charts and matrices are
drawn, tables sort, the keyboard reaches everything, light and dark, wide and narrow.
browser_test.py VGGFLOW SAMPLE_TABLE"""
import json
import sys
import tempfile
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from results_folder import ResultsFolder

SAMPLE_TABLE = sys.argv.pop()
VGGFLOW = sys.argv.pop()
PATIENCE_S = 120  # of a machine that does much else


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def setUpModule():
    global scratch, results, driver
    scratch = tempfile.TemporaryDirectory()
    results = ResultsFolder(scratch.name, VGGFLOW, SAMPLE_TABLE)
    driver = browser()
    driver.set_page_load_timeout(PATIENCE_S)
    driver.set_script_timeout(PATIENCE_S)


def tearDownModule():
    driver.quit()
    scratch.cleanup()


def wait(condition, what):
    return WebDriverWait(driver, PATIENCE_S).until(lambda _: condition(), what)


def script(code, *arguments):
    return driver.execute_script(code, *arguments)


def open_page(width=1200, scheme="light", anchor="", page=None):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": 800, "deviceScaleFactor": 1,
                            "mobile": width < 600})
    prefer(scheme)
    driver.get("about:blank")
    driver.get((page or results.page).as_uri() + anchor)
    wait(lambda: script("return 'ready' in document.documentElement.dataset"), "the script ended")


def prefer(scheme):
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})


def brightness(colour):
    """Of "rgb(20, 23, 28)", 0 to 255."""
    return sum(int(part) for part in colour[4:-1].split(",")) / 3


def column(table, index):
    return script("return [...arguments[0].tBodies[0].rows].map("
                  "(row) => row.cells[arguments[1]].textContent)", table, index)


class Browser(unittest.TestCase):
    def table(self, caption):
        return next(t for t in driver.find_elements(By.CSS_SELECTOR, "table.sortable")
                    if t.find_element(By.TAG_NAME, "caption").get_attribute("textContent") == caption)

    def test_no_errors_and_no_requests(self):
        driver.get_log("browser")
        driver.get_log("performance")
        open_page()
        self.assertEqual(driver.get_log("browser"), [])
        asked = set()
        for entry in driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.add(message["params"]["request"]["url"])
        self.assertIn(results.page.as_uri(), asked)
        elsewhere = {url for url in asked if not url.startswith(("data:", "about:"))}
        self.assertEqual(elsewhere, {results.page.as_uri()})
        self.assertEqual(script("return performance.getEntriesByType('resource')"
                                ".filter((e) => !e.name.startsWith('data:')).length"), 0)

    def test_the_policy_lets_nothing_out(self):
        open_page()
        refused = driver.execute_async_script("""
            const done = arguments[0];
            document.addEventListener("securitypolicyviolation", (e) => done(e.violatedDirective));
            const image = new Image();
            image.src = "https://localhost/a.png";""")
        self.assertEqual(refused, "img-src")
        driver.get_log("browser")

    def test_curves_are_drawn(self):
        open_page()
        charts = driver.find_elements(By.CSS_SELECTOR, "canvas[data-curves]")
        self.assertEqual(len(charts), 4)
        for canvas in charts:
            self.assertGreater(canvas.size["width"], 200)
            self.assertGreater(canvas.size["height"], 100)
            self.assertGreater(script("""
                const { width, height } = arguments[0];
                const pixels = arguments[0].getContext("2d").getImageData(0, 0, width, height).data;
                return pixels.filter((level, i) => i % 4 === 3 && level > 0).length""", canvas), 500)
        names = script("return Chart.getChart(arguments[0]).data.datasets.map((d) => d.label)",
                       charts[1])
        self.assertEqual(names, ["training", "validation"])

    def test_a_curve_of_one_row_is_a_point(self):
        open_page(page=results.page_of_one_row())
        charts = driver.find_elements(By.CSS_SELECTOR, "canvas[data-curves]")
        self.assertEqual(len(charts), 2)
        for canvas in charts:
            points, colour, accent = script("""
                const chart = Chart.getChart(arguments[0]);
                const { data } = chart.getDatasetMeta(0);
                const ratio = chart.currentDevicePixelRatio;
                const at = [data[0].x, data[0].y].map((place) => Math.round(ratio * place));
                const pixel = arguments[0].getContext("2d").getImageData(...at, 1, 1).data;
                const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent");
                return [data.length, [...pixel], accent.trim()]""", canvas)
            self.assertEqual(points, 1)
            self.assertEqual("#" + bytes(colour).hex(), accent + "ff")

    def test_matrices_are_drawn_and_read_with_arrow_keys(self):
        open_page(anchor="#experiment-2-1")
        figure = driver.find_element(By.CSS_SELECTOR, "#experiment-2-1 figure.confusion")
        canvas = figure.find_element(By.TAG_NAME, "canvas")
        self.assertTrue(canvas.is_displayed())
        counted = script("""
            const canvas = arguments[0];
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            return [canvas.width, pixels.filter((level, i) => i % 4 === 3 && level > 0).length]""",
            canvas)
        self.assertEqual(counted[0], 60)  # blocks of two of 120 classes
        self.assertGreater(counted[1], 0)
        words = figure.find_element(By.CSS_SELECTOR, ".cell")
        canvas.send_keys(Keys.ARROW_DOWN)
        first = words.text
        canvas.send_keys(Keys.ARROW_RIGHT)
        self.assertRegex(first, r", taken for .*: \d+$")
        self.assertRegex(words.text, r", right: \d+$")

    def test_a_table_sorts_by_click(self):
        open_page()
        table = self.table("Table 3: a single test scale <b>")
        before = column(table, 5)
        self.assertEqual([cell[:5] for cell in before], ["27.50", "30.25", "9.75 ", ""])
        heading = table.find_elements(By.CSS_SELECTOR, "thead th")[5]
        button = heading.find_element(By.TAG_NAME, "button")
        button.click()
        self.assertEqual(heading.get_attribute("aria-sort"), "ascending")
        self.assertEqual([cell[:5] for cell in column(table, 5)], ["9.75 ", "27.50", "30.25", ""])
        button.click()
        self.assertEqual(heading.get_attribute("aria-sort"), "descending")
        self.assertEqual([cell[:5] for cell in column(table, 5)], ["30.25", "27.50", "9.75 ", ""])
        # The minus sign is no ASCII one, and the order is that of numbers.
        difference = table.find_elements(By.CSS_SELECTOR, "thead th")[6]
        difference.find_element(By.TAG_NAME, "button").click()
        self.assertIsNone(heading.get_attribute("aria-sort"))
        self.assertEqual(column(table, 6), ["\u221215.85", "\u22122.10", "+1.55", ""])

    def test_a_table_sorts_by_keyboard(self):
        open_page()
        table = self.table("All evaluations")
        button = table.find_elements(By.CSS_SELECTOR, "thead button")[6]
        for key, direction in ((Keys.ENTER, 1), (Keys.SPACE, -1)):
            button.send_keys(key)
            errors = [float(error) for error in column(table, 6)]
            self.assertEqual(errors, sorted(errors, reverse=direction < 0))
        self.assertEqual(script("return document.activeElement === arguments[0]", button), True)

    def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(self):
        open_page(width=700)
        wanted = script("""
            return [...document.querySelectorAll("a, button, summary, canvas[tabindex], .scroll[tabindex='0']")]
                .filter((e) => e.checkVisibility()).length""")
        seen = []
        for _ in range(min(wanted, 60)):
            driver.switch_to.active_element.send_keys(Keys.TAB)
            seen.append(script("""
                const e = document.activeElement;
                const style = getComputedStyle(e);
                e.dataset.seen = arguments[0];
                return [e.tagName, e.className, style.outlineStyle, parseFloat(style.outlineWidth)]""",
                len(seen)))
        self.assertTrue(all(outline != "none" and width >= 1 for _, _, outline, width in seen), seen)
        self.assertEqual(seen[0][:2], ["A", "skip"])
        tags = {tag for tag, _, _, _ in seen}
        self.assertTrue({"A", "BUTTON", "SUMMARY", "DIV"} <= tags, seen)  # DIV: a box that scrolls
        order = script("return [...document.querySelectorAll('[data-seen]')].map((e) => +e.dataset.seen)")
        self.assertEqual(order, list(range(len(seen))))

    def test_a_link_to_an_evaluation_opens_it(self):
        open_page()
        details = driver.find_element(By.ID, "experiment-1-2")
        self.assertIsNone(details.get_attribute("open"))
        driver.find_element(By.CSS_SELECTOR, "#tables a[href='#experiment-1-2']").click()
        wait(lambda: details.get_attribute("open"), "it is opened")
        wait(lambda: 0 <= details.rect["y"] - script("return scrollY") < 200, "it is scrolled to")
        pictures = details.find_elements(By.TAG_NAME, "img")
        self.assertGreater(len(pictures), 0)
        for picture in pictures:
            self.assertGreater(script("return arguments[0].naturalWidth", picture), 0)

    def test_a_telephone_scrolls_tables_and_not_the_page(self):
        open_page(width=360)
        script("for (const e of document.querySelectorAll('details')) e.open = true")
        self.assertEqual(script("return innerWidth"), 360)
        self.assertLessEqual(script("return document.documentElement.scrollWidth"), 360)
        box = self.table("All evaluations").find_element(By.XPATH, "..")
        self.assertGreater(box.get_property("scrollWidth"), box.get_property("clientWidth"))
        wait(lambda: box.get_attribute("tabindex") == "0", "the keyboard reaches the box")

    def test_tables_fit_a_wide_page(self):
        open_page()
        for caption in ("Table 3: a single test scale <b>", "All evaluations"):
            box = self.table(caption).find_element(By.XPATH, "..")
            self.assertLessEqual(box.get_property("scrollWidth"), box.get_property("clientWidth"),
                                 caption)

    def test_a_telephone_shows_an_error_of_each_row_at_once(self):
        open_page(width=360)
        columns = (("Table 3: a single test scale <b>", 5), ("All evaluations", 6))
        for caption, error in columns:
            table = self.table(caption)
            cells = script("""
                return [...arguments[0].rows].map((row) => {
                  const box = row.cells[arguments[1]].getBoundingClientRect();
                  return [box.width, box.right]})""", table, error)
            for width, right in cells:
                self.assertGreater(width, 0)
                self.assertLessEqual(right, 360, caption)
            # What has no column here is the second line of a cell.
            shown = script("""
                return [...arguments[0].querySelectorAll(".narrow")].map((e) => e.innerText)""", table)
            self.assertEqual(len(shown), len(table.find_elements(By.CSS_SELECTOR, "tbody tr")))
            self.assertTrue(all("Q\u00a0" in text for text in shown), shown)
        open_page()
        self.assertFalse(any(e.is_displayed()
                             for e in driver.find_elements(By.CSS_SELECTOR, ".narrow")))

    def test_a_name_sorts_without_its_second_line(self):
        open_page()
        table = self.table("All evaluations")
        table.find_elements(By.CSS_SELECTOR, "thead button")[1].send_keys(Keys.ENTER)
        names = script("""return [...arguments[0].tBodies[0].rows].map(
            (row) => row.cells[1].firstChild.textContent)""", table)
        self.assertEqual(names, sorted(names))

    def test_light_and_dark(self):
        open_page()
        seen = {}
        for scheme in ("light", "dark"):
            prefer(scheme)
            wait(lambda: script("return matchMedia('(prefers-color-scheme: dark)').matches")
                 == (scheme == "dark"), "the scheme changes")
            style = "return getComputedStyle(document.body)."
            seen[scheme] = [brightness(script(style + "backgroundColor")),
                            brightness(script(style + "color")),
                            wait(lambda: self.ticks(), "the charts are drawn")]
        self.assertGreater(seen["light"][0], 240)
        self.assertLess(seen["light"][1], 60)
        self.assertLess(seen["dark"][0], 40)
        self.assertGreater(seen["dark"][1], 200)
        wait(lambda: self.ticks() != seen["light"][2], "the charts are drawn anew")

    @staticmethod
    def ticks():
        return script("return Chart.getChart(document.querySelector('canvas[data-curves]'))"
                      ".options.scales.x.ticks.color")


unittest.main(verbosity=2)

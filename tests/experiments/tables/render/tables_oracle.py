"""Reads the files of a table with readers that are not ours and holds them against each other.

    tables_oracle.py PATH      PATH.json, PATH.csv, PATH.html, PATH.tex and PATH.md
"""
import csv
import html.parser
import json
import re
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    """Rows of cells' texts by table, links, all text, and whether tags are balanced."""
    VOID = {"meta"}

    def __init__(self):
        super().__init__()
        self.open, self.tables, self.links, self.texts = [], [], [], {}

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag == "a":
            self.links.append(dict(attributes)["href"])
        assert tag != "script" and not any(a in ("src", "onerror") for a, _ in attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th", "a"):
            self.tables[-1][-1][-1] += data
        elif self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def number(text):
    return float(text) if text else None


def check_csv(rows, table):
    assert len(rows) == len(table["rows"])
    for row, wanted in zip(rows, table["rows"]):
        assert None not in row and None not in row.values(), row
        for key in ("name", "net", "label", "train_scale", "test_scale", "views"):
            assert row[key] == wanted[key], (row[key], wanted[key])
        assert number(row["paper_top1"]) == wanted["paper"]["top1"]
        assert number(row["paper_top5"]) == wanted["paper"]["top5"]
        measured = wanted["measured"]
        if measured is None:
            assert not any(row[key] for key in ("top1", "images", "file", "top1_low"))
            continue
        assert abs(number(row["top1"]) - measured["top1"]) < 1e-9
        assert [number(row["top1_low"]), number(row["top1_high"])] == measured["top1_interval"]
        assert [number(row["top5_low"]), number(row["top5_high"])] == measured["top5_interval"]
        difference = measured["top1"] - wanted["paper"]["top1"]
        assert abs(number(row["top1_minus_paper"]) - difference) < 1e-9
        assert row["top5_minus_paper"] == ""
        assert int(row["images"]) == measured["images"] and int(row["failed"]) == measured["failed"]
        assert row["file"] == measured["file"]


def check_html(page, table):
    assert page.open == [], page.open
    head, *rows = page.tables[0]
    assert [row[0] for row in rows] == [row["label"] for row in table["rows"]]
    views = head.index("views")
    assert [row[views] for row in rows] == [row["views"] for row in table["rows"]]
    files = [row["measured"]["file"] for row in table["rows"] if row["measured"]]
    assert [urllib.parse.unquote(link) for link in page.links] == ["../" + f for f in files]
    assert all(not urllib.parse.urlsplit(link).fragment for link in page.links)
    assert page.texts["title"] == page.texts["h1"] == [table["title"]]
    assert page.texts["p"][:len(table["notes"])] == table["notes"]
    assert any(row["note"] and any(row["note"] in text for text in page.texts["p"])
               for row in table["rows"])
    finding = table["findings"][0]
    assert finding["claim"] in page.texts["h3"][0]
    assert [row[0] for row in page.tables[1][1:]] == [p["better"] for p in finding["pairs"]]


def check_latex(text, table):
    body = "\n".join(re.sub(r"(?<!\\)%.*", "", line) for line in text.splitlines())
    depth = 0
    for escaped, brace in re.findall(r"(\\.)|([{}])", body):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        assert depth >= 0
    assert depth == 0
    assert re.findall(r"\\begin\{(\w+)\}", body) == ["table", "tabular"]
    assert re.findall(r"\\end\{(\w+)\}", body) == ["tabular", "table"]
    plain = re.sub(r"\\[&%$#_{}\\]", "", body)
    assert not re.findall(r"[#~^|<>\"]", plain)
    assert "$" not in plain.replace("$-$", "")
    rows = [line for line in body.splitlines() if re.search(r"\\\\ *$", line)]
    assert len(rows) == 1 + len(table["rows"]), rows
    cells = {len(re.findall(r"(?<!\\)&", row)) for row in rows}
    assert len(cells) == 1, cells


def check_markdown(text, table):
    rows = [line for line in text.splitlines() if line.startswith("|")]
    of_table = rows[:2 + len(table["rows"])]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in of_table}) == 1
    for row, wanted in zip(of_table[2:], table["rows"]):
        first = re.split(r"(?<!\\)\|", row)[1].strip()
        assert re.sub(r"\\(.)", r"\1", first) == wanted["label"].replace("\n", " "), first


def main(path):
    with open(path + ".json", encoding="utf-8") as file:
        table = json.load(file)
    assert set(table) == {"title", "notes", "made", "command", "rows", "findings"}
    assert table["findings"][0]["pairs"][1]["p"] is None
    with open(path + ".csv", newline="", encoding="utf-8") as file:
        check_csv(list(csv.DictReader(file, strict=True)), table)
    page = Page()
    with open(path + ".html", encoding="utf-8") as file:
        page.feed(file.read())
    page.close()
    check_html(page, table)
    with open(path + ".tex", encoding="utf-8") as file:
        check_latex(file.read(), table)
    with open(path + ".md", encoding="utf-8") as file:
        check_markdown(file.read(), table)
    print("equal")


main(sys.argv[1])

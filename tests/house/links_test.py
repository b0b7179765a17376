#!/usr/bin/env python3
"""Do the documents point at what is there? Fails on a relative link of a *.md file that leads nowhere,
and on a `scripts/...` or `configs/...` path named in README.md that does not exist.

    links_test.py ROOT      checks the tree
    links_test.py --self    checks that this checker finds planted dead links
"""
import pathlib
import re
import sys
import tempfile

LINK = re.compile(r"\]\(\s*(?:<([^>\n]+)>|([^)\s]+))")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.I)  # another scheme, or a place in the same text
NAMED = re.compile(r"(?<![\w./-])(scripts/[\w.-]*[\w-]|configs/[\w./-]+\.yaml)")
NOT_OURS = {"build", "out"}  # what .gitignore leaves out


def documents(root):
    for path in sorted(root.rglob("*.md")):
        parts = path.relative_to(root).parts
        if parts[0] not in NOT_OURS and not any(part.startswith(".") for part in parts):
            yield path


def without_code(text):
    """Inline code and code blocks hold brackets that are no links; their lines stay, empty."""
    blank = lambda match: "\n" * match.group().count("\n")
    text = re.sub(r"^```.*?^```", blank, text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def dead(root, document, text, pattern, folder):
    for match in pattern.finditer(text):
        target = next(group for group in match.groups() if group)
        if ELSEWHERE.match(target):
            continue
        if not (folder / target.split("#")[0]).exists():
            line = text.count("\n", 0, match.start()) + 1
            yield f"{document.relative_to(root)}:{line}: {target} does not exist"


def dead_links(root):
    found = []
    for document in documents(root):
        text = document.read_text(encoding="utf-8")
        found += dead(root, document, without_code(text), LINK, document.parent)
        if document == root / "README.md":
            found += dead(root, document, text, NAMED, root)
    return found


def self_check():
    readme = """# Planted
[good](docs/a.md) [part](docs/a.md#there) [web](https://example.org/none.md) [here](#planted)
[gone](docs/gone.md) `[code](none.md)`
```sh
scripts/there && scripts/missing   # [block](none.md)
vggflow run configs/missing.yaml --out out/configs/mine.yaml
```
"""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {
            "README.md": readme,
            "docs/a.md": "[up](../README.md)\n[bad](<../no such.md>)\n",
            "build/b.md": "[not ours](none.md)\n",
            "scripts/there": "",
        }.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text)
        found = dead_links(root)
    expected = [
        "README.md:3: docs/gone.md does not exist",
        "README.md:5: scripts/missing does not exist",
        "README.md:6: configs/missing.yaml does not exist",
        "docs/a.md:2: ../no such.md does not exist",
    ]
    return [] if found == expected else ["expected", *expected, "but found", *found]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = self_check() if sys.argv[1] == "--self" else dead_links(pathlib.Path(sys.argv[1]))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

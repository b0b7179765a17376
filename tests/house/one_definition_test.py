#!/usr/bin/env python3
"""Two types of one name in one namespace are one type to the linker, which keeps one destructor for
both: fails where two headers define the same.

    one_definition_test.py ROOT      checks the tree
    one_definition_test.py --self    checks that this checker finds a planted pair
"""
import collections
import pathlib
import re
import sys
import tempfile

ROOMS = ("base", "pipeline", "stages", "nets", "experiments", "bench")
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{", re.M)
TYPE = re.compile(r"^(?:struct|class|enum class) (?:VGGFLOW_API )?(\w+)[^;{]*\{", re.M)


def definitions(root):
    """Headers by (namespace, type)."""
    found = collections.defaultdict(list)
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.h")):
            text = path.read_text()
            namespace = NAMESPACE.search(text)
            for name in set(TYPE.findall(text)):
                key = (namespace.group(1) if namespace else "", name)
                found[key].append(path.relative_to(root).as_posix())
    return found


def violations(root):
    return [f"{space}::{name} is defined in {' and in '.join(headers)}"
            for (space, name), headers in definitions(root).items() if len(headers) > 1]


def self_check():
    planted = {
        "base/a.h": "namespace vggflow {\nstruct Point {\n};\n}\n",
        "stages/b.h": "namespace vggflow {\nclass VGGFLOW_API Point final : public Shape {\n};\n}\n",
        "nets/c.h": "namespace vggflow::nets {\nstruct Point {\n};\n}\n",
        "nets/d.h": "namespace vggflow {\nstruct Point;\nstruct Line {\n};\n}\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in planted.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = violations(root)
    wanted = ["vggflow::Point is defined in base/a.h and in stages/b.h"]
    return [] if found == wanted else [f"found {found}, not {wanted}"]


if __name__ == "__main__":
    wrong = self_check() if sys.argv[1:] == ["--self"] else violations(pathlib.Path(sys.argv[1]))
    print("\n".join(wrong))
    sys.exit(bool(wrong))

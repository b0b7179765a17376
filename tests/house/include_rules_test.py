#!/usr/bin/env python3
"""Who may include whom: fails on an #include that breaks the rules of the house.

    include_rules_test.py ROOT      checks the tree
    include_rules_test.py --self    checks that this checker finds planted violations
"""
import pathlib
import re
import sys
import tempfile

ROOMS = {
    "base": {"base"},
    "pipeline": {"base", "pipeline"},
    "stages": {"base", "pipeline", "stages"},
    "nets": {"base", "nets"},
    "experiments": {"base", "pipeline", "stages", "nets", "experiments"},
}
# A third-party header and its one home (a path prefix).
HOMES = [
    (r"(tbb|oneapi/tbb)/", ("pipeline/",)),
    (r"jpeglib\.h|jerror\.h|spng\.h|opencv2/", ("stages/",)),
    (r"oneapi/dnnl/|dnnl", ("nets/onednn/",)),
    (r"cudnn|cublas", ("nets/cudnn/",)),
    (r"nccl|mpi\.h", ("nets/comm/",)),
    (r"cuda_runtime|cuda\.h", ("base/cuda/",)),
    (r"yaml-cpp/", ("experiments/spec/",)),
    (r"hdf5\.h|H5", ("base/hdf5_file",)),
    (r"archive(_entry)?\.h", ("pipeline/dataset/",)),
    (r"openssl/", ("base/sha256",)),
    (r"spdlog/", ("base/log",)),
    (r"CLI/", ("experiments/command/",)),
    (r"nlohmann/", ("experiments/",)),
]
HEAVY = {"tbb/flow_graph.h": 1, "yaml-cpp/yaml.h": 1}  # translation units that may include it
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def violations(root):
    found, heavy = [], {}
    for room, allowed in ROOMS.items():
        for path in sorted((root / room).rglob("*")):
            if path.suffix not in {".h", ".cpp", ".cu", ".cuh"}:
                continue
            name = path.relative_to(root).as_posix()
            for kind, header in INCLUDE.findall(path.read_text()):
                first = header.split("/")[0]
                if first in ROOMS and first not in allowed:
                    found.append(f"{name}: {room}/ may not include {header}; "
                                 f"allowed: {', '.join(sorted(allowed))}")
                if kind == '"' and first not in ROOMS and header != "vggflow_version.h":
                    found.append(f"{name}: {header} is not given from the repository root")
                for pattern, homes in HOMES:
                    if re.match(pattern, header) and not name.startswith(homes):
                        found.append(f"{name}: {header} has its home in {', '.join(homes)}")
                if header.removeprefix("oneapi/") in HEAVY:
                    heavy.setdefault(header.removeprefix("oneapi/"), []).append(name)
    for header, names in heavy.items():
        if len(names) > HEAVY[header]:
            found.append(f"{header} is included by {', '.join(names)}; one translation unit may")
    return found


def self_check():
    planted = {
        "pipeline/a.cpp": '#include "nets/net.h"\n',
        "nets/b.cpp": '#include "pipeline/flow.h"\n',
        "base/c.cpp": '#include "experiments/spec/spec.h"\n',
        "stages/d.cpp": "#include <yaml-cpp/yaml.h>\n",
        "nets/e.cpp": "#include <hdf5.h>\n",
        "pipeline/f.cpp": '#include "flow.h"\n',
        "pipeline/g.cpp": "#include <tbb/flow_graph.h>\n",
        "pipeline/h.cpp": "#include <oneapi/tbb/flow_graph.h>\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in planted.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text)
        found = "\n".join(violations(root))
    missed = [name for name in planted if name not in found]
    return [f"planted violation not found: {name}" for name in missed]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = self_check() if sys.argv[1] == "--self" else violations(pathlib.Path(sys.argv[1]))
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())

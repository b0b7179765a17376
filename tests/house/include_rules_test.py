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
    "bench": {"base", "pipeline", "stages", "nets", "experiments", "bench"},
}
# A third-party header and its one home (a path prefix). Tests are free to include what they want.
HOMES = [
    (r"(tbb|oneapi/tbb)/", ("pipeline/",)),
    (r"jpeglib\.h|jerror\.h|spng\.h|opencv2/", ("stages/", "bench/stages/")),
    (r"stb/", ("stages/preview/",)),
    (r"oneapi/dnnl/|dnnl", ("nets/onednn/",)),
    (r"cudnn|cublas", ("nets/cudnn/",)),
    (r"nccl|mpi\.h", ("nets/comm/",)),
    (r"cuda_runtime|cuda\.h|nvtx3/", ("base/cuda/",)),
    (r"yaml-cpp/", ("experiments/spec/",)),
    (r"hdf5\.h|H5", ("base/hdf5_file",)),
    (r"archive(_entry)?\.h", ("pipeline/dataset/",)),
    (r"matio", ("pipeline/dataset/",)),
    (r"zlib\.h", ("pipeline/dataset/",)),
    (r"openssl/", ("base/base64", "base/sha256")),
    (r"spdlog/", ("base/log",)),
    (r"CLI/", ("experiments/command/",)),
    (r"nlohmann/", ("experiments/",)),
    (r"google/protobuf/|.*\.pb\.h$", ("experiments/look/tensorboard",)),
    (r"boost/crc", ("experiments/look/tensorboard", "experiments/evaluation/journal")),
    (r"boost/math/", ("experiments/evaluation/statistics",)),
    (r"benchmark/", ("bench/",)),
    # The house's own internal headers, likewise.
    (r"base/hdf5_file_", ("base/hdf5_file",)),
]
HEAVY = {"tbb/flow_graph.h": 1, "yaml-cpp/yaml.h": 1, "cudnn_frontend.h": 1}  # translation units that may include it
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


# Every header that has a home, and a file that may include it.
AT_HOME = {
    "tbb/task_arena.h": "pipeline/home_tbb.cpp",
    "oneapi/tbb/task_arena.h": "pipeline/home_oneapi_tbb.cpp",
    "jpeglib.h": "stages/home_jpeg.cpp",
    "jerror.h": "stages/home_jpeg_error.cpp",
    "spng.h": "stages/home_png.cpp",
    "opencv2/imgproc.hpp": "stages/home_opencv.cpp",
    "stb/stb_easy_font.h": "stages/preview/home_stb.cpp",
    "oneapi/dnnl/dnnl.hpp": "nets/onednn/home_oneapi_dnnl.cpp",
    "dnnl.hpp": "nets/onednn/home_dnnl.cpp",
    "cudnn.h": "nets/cudnn/home_cudnn.cpp",
    "cublas_v2.h": "nets/cudnn/home_cublas.cpp",
    "nccl.h": "nets/comm/home_nccl.cpp",
    "mpi.h": "nets/comm/home_mpi.cpp",
    "cuda_runtime.h": "base/cuda/home_runtime.cu",
    "cuda.h": "base/cuda/home_driver.cu",
    "nvtx3/nvToolsExt.h": "base/cuda/home_nvtx.h",
    "yaml-cpp/node/node.h": "experiments/spec/home_yaml.cpp",
    "hdf5.h": "base/hdf5_file.cpp",
    "H5Cpp.h": "base/hdf5_file_cpp.cpp",
    "archive.h": "pipeline/dataset/home_archive.cpp",
    "archive_entry.h": "pipeline/dataset/home_archive_entry.cpp",
    "matio.h": "pipeline/dataset/home_matio.cpp",
    "zlib.h": "pipeline/dataset/home_zlib.cpp",
    "openssl/evp.h": "base/sha256.cpp",
    "spdlog/spdlog.h": "base/log.cpp",
    "CLI/CLI.hpp": "experiments/command/home_cli.cpp",
    "nlohmann/json.hpp": "experiments/home_json.cpp",
    "google/protobuf/message_lite.h": "experiments/look/tensorboard_home_protobuf.cpp",
    "experiments/look/tensorboard_event.pb.h": "experiments/look/tensorboard_home_event.cpp",
    "boost/crc.hpp": "experiments/look/tensorboard_home_crc.cpp",
    "boost/math/distributions/binomial.hpp": "experiments/evaluation/statistics_home.cpp",
    "benchmark/benchmark.h": "bench/home_benchmark.cpp",
    "base/hdf5_file_types.h": "base/hdf5_file_types.cpp",
}


def include(header):
    return f'#include "{header}"\n' if header.startswith("base/") else f"#include <{header}>\n"


def planted_violations():
    planted = {
        "pipeline/a.cpp": '#include "nets/net.h"\n',
        "nets/b.cpp": '#include "pipeline/flow.h"\n',
        "base/c.cpp": '#include "experiments/spec/spec.h"\n',
        "stages/d.cpp": '#include "nets/net.h"\n',
        "pipeline/e.cpp": '  #  include "stages/extents.h"\n',
        "pipeline/f.cpp": '#include "flow.h"\n',
        "pipeline/g.cpp": "#include <tbb/flow_graph.h>\n",
        "pipeline/h.cpp": "#include <oneapi/tbb/flow_graph.h>\n",
        "experiments/k.cpp": '#include "bench/stages/synthetic_picture.h"\n',
        "experiments/spec/i.cpp": "#include <yaml-cpp/yaml.h>\n",
        "experiments/spec/j.cpp": "#include <yaml-cpp/yaml.h>\n",
    }
    for number, (header, home) in enumerate(AT_HOME.items()):
        whole_room = home.count("/") == 1 and not home.startswith("base/")  # not one file of it
        for room in ROOMS:
            if whole_room and home.startswith(room):
                continue
            planted[f"{room}/abroad_{number}.cpp"] = include(header)
    return planted


def planted_innocents():
    planted = {name: include(header) for header, name in AT_HOME.items()}
    for number, header in enumerate(AT_HOME):
        planted[f"tests/nets/free_{number}.cpp"] = include(header)
    planted["tests/base/free.cpp"] = '#include "experiments/spec/spec.h"\n#include "near.h"\n'
    for room, allowed in ROOMS.items():
        planted[f"{room}/all.cpp"] = "".join(f'#include "{other}/some.h"\n' for other in allowed)
    planted["base/with_version.cpp"] = '#include "vggflow_version.h"\n'
    return planted


def found_in(planted):
    """What is found in a tree of the planted files, as one text."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in planted.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return "\n".join(violations(root))


def self_check():
    planted = planted_violations()
    found = found_in(planted)
    wrong = [f"planted violation not found: {name} with {text.strip()}"
             for name, text in planted.items() if name not in found]
    innocent = found_in(planted_innocents())
    if innocent:
        wrong.append(f"found where nothing is wrong: {innocent}")
    wrong += [f"no violation is planted for {pattern}" for pattern, _ in HOMES
              if not any(re.match(pattern, header) for header in AT_HOME)]
    return wrong


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = self_check() if sys.argv[1] == "--self" else violations(pathlib.Path(sys.argv[1]))
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())

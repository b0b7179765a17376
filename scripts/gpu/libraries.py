"""CUDA's run-time libraries: on the loader's path, in the toolkit, or in wheels of a Python."""
import json
import os
import pathlib
import re

from gpu import command

# How PyPI's wheels lay them out: nvidia/cu13/lib (runtime, cuBLAS, NVRTC), nvidia/cudnn/lib, nvidia/nccl/lib,
# and for CUDA 12 a folder for each.
WHEELS = "nvidia/*/lib"
TOOLKITS = ("/usr/local/cuda/lib64", "/usr/local/cuda/targets/x86_64-linux/lib")
PACKAGES = "nvidia-cuda-runtime nvidia-cublas nvidia-cuda-nvrtc nvidia-cudnn-cu13 nvidia-nccl-cu13"
FOLDERS_OF_PYTHON = "import json, site, sys; print(json.dumps([*site.getsitepackages(), *sys.path]))"


def missing(program, environment):
    """What the loader does not find of what a program wants."""
    listed = command.run(["ldd", program], 20, environment).output
    return sorted(set(re.findall(r"^\s*(\S+) => not found", listed, re.M)))


def python_folders(python):
    try:
        said = command.run([python, "-c", FOLDERS_OF_PYTHON], 20, separate_errors=True)
        listed = json.loads(said.output) if said.status == 0 else []
    except (OSError, ValueError):
        return []
    return list(dict.fromkeys(pathlib.Path(folder) for folder in listed if folder))


def candidates(python):
    for folder in python_folders(python):
        yield from sorted(folder.glob(WHEELS))
    yield from map(pathlib.Path, TOOLKITS)


def find(program, python, environment):
    """An environment in which the loader finds what `program` wants, and what it still does not
    find. Folders come after those of LD_LIBRARY_PATH, and only those that hold something."""
    lacking = missing(program, environment)
    chosen = []
    for folder in candidates(python) if lacking else ():
        if any((folder / name).exists() for name in lacking):
            chosen.append(str(folder))
            lacking = [name for name in lacking if not (folder / name).exists()]
    if not chosen:
        return environment, lacking
    path = [folder for folder in environment.get("LD_LIBRARY_PATH", "").split(":") if folder]
    found = {**environment, "LD_LIBRARY_PATH": ":".join([*path, *chosen])}
    return found, missing(program, found)


def resolved(program, environment):
    """Of CUDA's libraries: name to file."""
    listed = command.run(["ldd", program], 20, environment).output
    pattern = r"^\s*(lib(?:cudart|cudnn|cublas\w*|nccl|nvrtc)\.so\S*) => (/\S+)"
    return {name: os.path.realpath(path) for name, path in re.findall(pattern, listed, re.M)}

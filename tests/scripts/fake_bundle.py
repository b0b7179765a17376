"""A bundle whose programs are scripts that answer what a test tells them to."""
import json
import pathlib
import shutil
import stat
import sys
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

CARD = {"name": "NVIDIA H200", "memory_bytes": 141 << 30, "compute_capability": "9.0",
        "cuda_of_driver": "13.0", "driver": "580.1"}

# Answers are by the first words of the command line; "json" goes to --json FILE, "files" under --out DIR.
VGGFLOW = """
import json, pathlib, sys, time
answers = json.loads(pathlib.Path(sys.argv[0]).with_name("answers.json").read_text())
words = " ".join(sys.argv[1:])
with open(pathlib.Path(sys.argv[0]).with_name("asked.txt"), "a") as asked:
    print(words, file=asked)
matching = [key for key in answers if words.startswith(key)]
if not matching:
    sys.exit("vggflow: no such command")
answer = answers[max(matching, key=len)]
time.sleep(answer.get("sleep", 0))
def after(flag):
    return pathlib.Path(sys.argv[sys.argv.index(flag) + 1])
if "json" in answer:
    after("--json").write_text(json.dumps(answer["json"]))
for name, text in answer.get("files", {}).items():
    (after("--out") / name).parent.mkdir(parents=True, exist_ok=True)
    (after("--out") / name).write_text(text.replace("OUT", after("--out").name))
print(answer.get("says", ""))
sys.exit(answer.get("status", 0))
"""
# A PyTorch that is or is not there, and what the scripts of bench/peers/ print.
PYTHON = """
import json, pathlib, sys
answers = json.loads(pathlib.Path(sys.argv[0]).with_name("torch.json").read_text())
if sys.argv[1] == "-c":
    if "import torch" not in sys.argv[2]:
        print(json.dumps(answers.get("folders", [])))
        sys.exit(0)
    if not answers.get("torch", True):
        sys.exit("ModuleNotFoundError: No module named 'torch'")
    print(answers.get("sees_card", True))
    sys.exit(0)
name = pathlib.Path(sys.argv[1]).stem
key = name + (" compile" if "compile" in sys.argv else "")
if key not in answers:
    sys.exit("RuntimeError: out of memory")
print(json.dumps(answers[key]))
"""
TEST = """
import json, pathlib, sys
here = pathlib.Path(sys.argv[0])
answer = json.loads(here.with_name(here.name + ".answer").read_text())
for word in sys.argv:
    if word.startswith("--gtest_output=json:") and answer["tests"] is not None:
        tests = [{"name": f"T{i}", "result": "SKIPPED" if verdict == "skipped" else "COMPLETED",
                  **({"failures": [{"failure": "x"}]} if verdict == "failed" else {}),
                  **({"skipped": [{"message": "no card"}]} if verdict == "skipped" else {})}
                 for i, verdict in enumerate(answer["tests"])]
        pathlib.Path(word.partition(":")[2]).write_text(
            json.dumps({"testsuites": [{"name": "Suite", "testsuite": tests}]}))
print("the last line")
sys.exit(answer["status"])
"""


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/usr/bin/python3\n" + textwrap.dedent(text))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


class FakeBundle:
    def __init__(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.scratch.name) / "bundle"
        shutil.copytree(ROOT / "scripts/gpu", self.root / "scripts/gpu",
                        ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "scripts/gpu_check", self.root / "scripts/gpu_check")
        script(self.root / "bin/vggflow", VGGFLOW)
        self.python = script(self.root.parent / "python/python3", PYTHON)
        (self.root / "vggflow_version.h").write_text('#define VGGFLOW_COMMIT "abc123"\n')
        (self.root / "gpu_tests.txt").write_text("cuda_device_test\n")
        self.answer({"--version": {"says": "0.1.0"}})
        self.torch({"torch": False})
        self.test("cuda_device_test", ["passed"])

    def answer(self, answers):
        (self.root / "bin/answers.json").write_text(json.dumps(answers))

    def torch(self, answers):
        self.python.with_name("torch.json").write_text(json.dumps(answers))

    def test(self, name, tests, status=0):
        """What a test program reports; no list: it writes no report."""
        program = script(self.root / "bin" / name, TEST)
        program.with_name(name + ".answer").write_text(json.dumps({"tests": tests, "status": status}))

    def asked(self):
        file = self.root / "bin/asked.txt"
        return file.read_text().splitlines() if file.exists() else []

    def remove(self):
        self.scratch.cleanup()

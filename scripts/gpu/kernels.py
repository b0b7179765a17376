"""The tests that want a card, plainly and under compute-sanitizer."""
import json
import os
import pathlib
import re
import shutil

from gpu import command
from gpu.libraries import python_folders
from gpu.table import Check, Fail, Outcome, Skip, Step

TOOLKITS = ("/usr/local/cuda/bin", "/usr/local/cuda/compute-sanitizer", "/opt/cuda/bin")
ERRORS_FOUND = 99


def counts_of(report):
    """(passed, skipped, names that failed, why the first was skipped) of GoogleTest's JSON."""
    passed, skipped, failed, why = 0, 0, [], ""
    for suite in report["testsuites"]:
        for test in suite["testsuite"]:
            if test.get("failures"):
                failed.append(f"{suite['name']}.{test['name']}")
            elif test["result"] == "SKIPPED":
                skipped += 1
                why = why or test.get("skipped", [{}])[0].get("message", "")
            else:
                passed += 1
    return passed, skipped, failed, why.strip()


def start(bench):
    return (Outcome(f"version {bench.vggflow('--version', seconds=30).strip()}", True),)


def run_tests(bench):
    programs = bench.layout.tests()
    if not programs:
        raise Skip("this build has no tests that want a card")
    passed, skipped, failed, why = 0, 0, [], ""
    for program in programs:
        file = bench.scratch / f"{program.name}.json"
        done = bench.run([program, "--gtest_brief=1", f"--gtest_output=json:{file}"], 120)
        if not file.exists():
            raise Fail(f"{program.name} ended with {done.status}: {command.last_line(done.output)}")
        seen = counts_of(json.loads(file.read_text()))
        if done.status != 0 and not seen[2]:
            raise Fail(f"{program.name} ended with {done.status}: {command.last_line(done.output)}")
        passed, skipped, failed = passed + seen[0], skipped + seen[1], failed + seen[2]
        why = why or seen[3]
    bench.measured["tests"] = {"passed": passed, "skipped": skipped, "failed": failed}
    if failed:
        raise Fail(f"{len(failed)} of {passed + len(failed)} tests failed: {', '.join(failed[:5])}")
    skips = f"{skipped} were skipped" + (f": {why}" if why else "") if skipped else ""
    if bench.why_no_card or passed == 0:
        raise Skip(f"{bench.why_no_card or 'no test ran'}; {passed} passed, {skips}")
    return (Outcome(f"{passed} passed", True, skips),)


def sanitizer(python):
    """Where compute-sanitizer is, or nothing."""
    on_path = shutil.which("compute-sanitizer")
    wheels = [folder for root in python_folders(python) for folder in sorted(root.glob("nvidia/*/bin"))]
    places = [pathlib.Path(folder) / "compute-sanitizer" for folder in [*TOOLKITS, *wheels]]
    there = [place for place in places if os.access(place, os.X_OK)]
    return on_path or (there[0] if there else None)


def kernel_tests(bench):
    tests = bench.layout.tests()
    return [test for test in tests if "kernel" in test.name] or tests


def run_sanitizer(bench, tool):
    program = sanitizer(bench.python)
    if not program:
        raise Skip("compute-sanitizer is not there")
    tests = kernel_tests(bench)
    if not tests:
        raise Skip("this build has no tests that want a card")
    for test in tests:
        words = [program, "--tool", tool, "--error-exitcode", ERRORS_FOUND, test, "--gtest_brief=1"]
        done = bench.run(words, 60)
        said = re.search(r"^=+ (?:ERROR|RACECHECK) SUMMARY: (\d+) .*$", done.output, re.M)
        if not said:
            raise Skip(f"the host refuses {tool}: {command.last_line(done.output)}")
        if done.status == ERRORS_FOUND or int(said[1]) > 0:
            raise Fail(f"{test.name}: {said[0].lstrip('= ')}")
        if done.status != 0:
            raise Fail(f"{test.name} ended with {done.status} under {tool}: "
                       f"{command.last_line(done.output)}")
    return (Outcome("no errors in " + ", ".join(test.name for test in tests), True),)


STEPS = (
    Step("start", (Check("the command starts", "it does"),), start, wants_card=False),
    Step("tests", (Check("tests that want a card", "all pass"),), run_tests, wants_card=False),
)
SANITIZER_STEPS = (
    Step("memcheck", (Check("compute-sanitizer memcheck", "no errors"),),
         lambda bench: run_sanitizer(bench, "memcheck")),
    Step("racecheck", (Check("compute-sanitizer racecheck", "no errors"),),
         lambda bench: run_sanitizer(bench, "racecheck")),
)

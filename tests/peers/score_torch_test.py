"""score_torch.py against a run of the command: argument 1 is vggflow. Skipped (77) without PyTorch."""
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import PIL  # noqa: F401
    import torch  # noqa: F401
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE / "golden"


def score(evaluations, *more):
    return subprocess.run([sys.executable, HERE / "score_torch.py", *evaluations, "--images",
                           GOLDEN / "images", *more], capture_output=True, text=True)


with tempfile.TemporaryDirectory() as out:
    subprocess.run([sys.argv[1], "run", GOLDEN / "spec.yaml", "--data", GOLDEN, "--out", out, "--quiet"],
                   check=True)
    evaluations = sorted(pathlib.Path(out, "small", "evaluations").glob("*.h5"))
    assert len(evaluations) == 7, evaluations
    same = score(evaluations, "--tolerance", "1e-6")
    print(same.stdout, same.stderr)
    assert same.returncode == 0
    # The goldens are another run's: the script makes them again from the weights beside them.
    again = pathlib.Path(out, "posteriors.txt")
    score(evaluations, "--weights", GOLDEN / "weights.h5", "--double", "--golden", again)
    for made, kept in zip(again.read_text().splitlines(), (GOLDEN / "posteriors.txt").read_text()
                          .splitlines(), strict=True):
        if made[0].isalpha():
            assert made == kept, (made, kept)
        else:
            assert all(abs(float(a) - float(b)) < 1e-7 for a, b in zip(made.split(), kept.split(),
                                                                        strict=True)), (made, kept)
    # A score that is another than PyTorch's is seen.
    with h5py.File(evaluations[0], "r+") as file:
        file["evaluation/scores"][2, 1] += 0.001
    assert score(evaluations[:1]).returncode == 1

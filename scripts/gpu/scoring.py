"""What scoring reaches, against PyTorch doing the same work."""
from gpu.table import Check, Outcome, Step
from gpu.training import DEVICE, TIMES_PYTORCH, config


def score(bench):
    seen = bench.figures("score", "bench", "score", config(bench, "configs/vgg/D-384.yaml"), "--synthetic",
                         *DEVICE, "--scales", "384", "--images", "64", "--crop-images", "8", seconds=90)
    peer = bench.peer("torch score", "torch_score.py", bench.scratch / "score.json", seconds=90)
    outcomes = []
    for key, unit in (("dense_images_per_s", "images/s"), ("crops_per_s", "crops/s")):
        ratio = seen[key] / peer[key]
        outcomes.append(Outcome(f"{ratio:.2f}", ratio >= TIMES_PYTORCH,
                                f"{seen[key]:.1f} against {peer[key]:.1f} {unit}"))
    return outcomes


STEP = Step("score", (Check("dense scoring, Q = 384, against PyTorch", f">= {TIMES_PYTORCH}"),
                      Check("multi-crop scoring against PyTorch", f">= {TIMES_PYTORCH}")), score)

"""What training reaches: of the card's matrix products, of PyTorch, fed from JPEGs."""
import re

from gpu import images
from gpu.table import Check, Fail, Outcome, Skip, Step

DEVICE = ("--device", "cuda")
DETERMINISTIC = ("--set", "compute.deterministic=true")
D = "configs/vgg/D-256.yaml"  # crop 224, batch 256
SHARE, TIMES_PYTORCH, FED = 0.60, 1.2, 0.95
TERA = 1e12

# Top-1 error of centre crops, percent, of configs/imagenette/A-256.yaml on the CPU (docs/benchmarks.md).
CPU_ERROR, POINTS = 32.8, 2.0
# Imagenette as tars, and as `vggflow dataset pack '{tar: FILE}' DIR --short-side 64` leaves it.
TARS = "imagenette224-train.tar", "imagenette224-val.tar"
PACKED = "imagenette64/train", "imagenette64/val"

TWICE = """name: twice
net: {config: A, crop: 56, width_divisor: 4, classes: 10}
init: {kind: he}
data: {train: {generated: {classes: 10, images: 512}}}
pipeline: [{random_rescale: {min: 64, max: 80}}, {random_crop: {size: 56}}, {flip: {probability: 0.5}},
  {normalize: {mean: [123.68, 116.779, 103.939], divisor: [58, 58, 58]}}]
train: {batch: 64, iterations: 24, sgd: {rate: 0.01, momentum: 0.9, decay: 5.0e-4}}
"""


def config(bench, name):
    return bench.layout.root / name


def product_rate(bench):
    """Operations a second of an 8192^3 product in bf16: by the command or, without, by PyTorch."""
    try:
        seen = bench.figures("product", "bench", "device", seconds=40)
        rate, by = seen["bf16_tflop_per_s"] * TERA, ""
    except Fail as fail:
        seen = bench.peer("product", "torch_product.py", seconds=60)
        rate, by = seen["bf16_tflop_per_s"] * TERA, f"by PyTorch ({fail})"
    bench.product_rate = rate
    return (Outcome(f"{rate / TERA:.0f} TFLOP/s", True, by),)


def device_bytes(seen):
    """The most of the card's memory that was held at once, as far as the document tells."""
    return seen.get("peak_device_bytes") or seen.get("accounted_bytes")


def train(bench):
    seen = bench.figures("train", "bench", "train", config(bench, D), "--synthetic", *DEVICE, "--steps", "10",
                         "--rounds", "5", seconds=90)
    rate = 1e9 * seen["gflop_per_s"]
    speed = (f"{seen['images_per_s']:.0f} images/s, {seen['step_ms']['median']:.2f} ms a step, "
             f"{rate / TERA:.0f} TFLOP/s; {seen['engine']}")
    if not bench.product_rate:
        raise Skip(f"the card's matrix-product rate is not known; {speed}")
    share = rate / bench.product_rate
    return (Outcome(f"{share:.3f}", share >= SHARE, speed),)


def ours(bench, step):
    if step not in bench.measured:
        raise Skip("there is no figure of vggflow's own to compare with")
    return bench.measured[step]


def torch_train(bench):
    mine = ours(bench, "train")
    seen, why_not = [], []
    for mode, seconds in (("eager", 60), ("compile", 130)):
        try:
            seen.append(bench.peer(f"torch {mode}", "torch_train.py", "--mode", mode, "--net", "D", "--batch",
                                   mine["batch"], "--crop", mine["crop"], seconds=seconds))
        except Skip as skip:
            why_not.append(f"{mode}: {skip}")
    if not seen:
        raise Skip(why_not[0])
    best = max(seen, key=lambda peer: peer["images_per_s"])
    ratio = mine["images_per_s"] / best["images_per_s"]
    text = f"torch {best['versions']['torch']}, {best['mode']}: {best['images_per_s']:.0f} images/s"
    if why_not:
        text += f" ({'; '.join(why_not)})"
    held, peak = device_bytes(mine), best["peak_memory_bytes"]
    if not held:
        raise Fail("vggflow bench train does not say how much of the card's memory it held")
    return (Outcome(f"{ratio:.2f}", ratio >= TIMES_PYTORCH, text),
            Outcome(f"{held / 1e9:.2f} GB", held <= peak, f"PyTorch, {best['mode']}: {peak / 1e9:.2f} GB"))


def fed(bench):
    data, what = images.prepare(bench)
    seen = bench.figures("fed", "bench", "train", config(bench, D), "--data", data, *DEVICE, "--steps", "8",
                         "--rounds", "3", seconds=90)
    pipeline = bench.figures("pipeline", "bench", "pipeline", config(bench, D), "--data", data, "--batches", "7",
                             "--seconds", "4", seconds=60)
    rate, ratio = seen["images_per_s"], seen["ratio_to_synthetic"]["median"]
    limit = pipeline["images_per_s"]
    text = (f"{rate:.0f} images/s from {what}; the pipeline alone {limit:.0f} images/s with "
            f"{pipeline['workers']} workers")
    if ratio < FED <= rate / limit:
        text += f": bounded by the host's cores, {rate / limit:.3f} of the pipeline's own limit"
    return (Outcome(f"{ratio:.3f}", ratio >= FED or rate >= FED * limit, text),)


def twice(bench):
    spec = bench.scratch / "twice.yaml"
    spec.write_text(TWICE)
    weights = []
    for out in (bench.scratch / "first", bench.scratch / "second"):
        bench.vggflow("run", spec, *DEVICE, *DETERMINISTIC, "--out", out, "--quiet", seconds=60)
        weights.append((out / "twice/weights.h5").read_bytes())
    if weights[0] != weights[1]:
        raise Fail("the two runs ended with other weights")
    return (Outcome(f"{len(weights[0])} equal bytes", True),)


def imagenette(bench):
    if not bench.data:
        raise Skip("wants --data DIR with " + " and ".join(TARS) + ", or with packed shards in imagenette64/")
    for (train_part, val), kind in ((PACKED, "webdataset"), (TARS, "tar")):
        if (bench.data / train_part).exists() and (bench.data / val).exists():
            return [word for key, path in (("train", train_part), ("val", val)) for word in
                    ("--set", f"data.{key}={{tar: null, {kind}: {path}}}".replace("tar: null, tar", "tar"))]
    raise Skip(f"{bench.data} holds neither {' and '.join(TARS)} nor imagenette64/")


def miniature(bench):
    source = imagenette(bench)
    said = bench.vggflow("run", config(bench, "configs/imagenette/A-256.yaml"), "--data", bench.data, *source,
                         *DEVICE, "--out", bench.scratch / "miniature", seconds=150)
    found = re.search(r"^A-256 center: top-1 error ([\d.]+) %", said, re.M)
    if not found:
        raise Fail("vggflow run did not tell the error of centre crops")
    error = float(found[1])
    bench.measured["miniature"] = {"top1_error": error}
    return (Outcome(f"{error:.2f} %", error <= CPU_ERROR + POINTS, f"on the CPU {CPU_ERROR} %"),)


PRODUCT = Step("product", (Check("matrix product, 8192^3, bf16", "(a figure)"),), product_rate)
TRAIN = Step("train", (Check("training step, D, batch 256: share of it", f">= {SHARE:.2f}"),), train)
TORCH = Step("torch", (Check("training step against PyTorch", f">= {TIMES_PYTORCH}"),
                       Check("peak memory of the card", "<= PyTorch's")), torch_train)
FED_STEP = Step("fed", (Check("fed from JPEGs, share of synthetic", f">= {FED}"),), fed)
TWICE_STEP = Step("twice", (Check("two deterministic runs", "equal weights"),), twice)
MINIATURE = Step("miniature", (Check("Imagenette miniature of A, top-1 error",
                                     f"<= {CPU_ERROR + POINTS:.1f} %"),), miniature)

#!/usr/bin/env python3
"""Times the CPU input pipelines of other libraries on one job: JPEG files, decoded, rescaled so that the
short side is S (an integer, uniform in [min, max], per image), cropped to a random square, flipped with
probability 1/2, stacked into batches of 64 u8 pictures.

    pipeline.py --images DIR --min 256 --max 512 --crop 224 [--seconds 5] [--rounds 1] [--threads 1]
                [--only NAME ...]

One JSON document on stdout: {"images": n, "peers": [{"name", "versions", "threads", "images_per_s",
"images_per_cpu_s", "rounds", "mean_rgb", "note"} or {"name", "skipped"}]}. `images_per_s` is by the wall
clock, `images_per_cpu_s` by the processor time of the whole process, helper threads included; both are
the median of the rounds, which go round the peers so that all see the same machine. `mean_rgb` tells
that a peer did the job: every one draws its own crops, so theirs agree to a few units.
Files are held in memory, or, by peers that read files themselves, in the page cache. Each peer is a
process of its own: libraries that do not get on in one do not matter, and one that crashes is skipped.
"""
import argparse
import concurrent.futures
import importlib.metadata
import json
import multiprocessing
import os
import pathlib
import random
import statistics
import struct
import sys
import tempfile
import time

BATCH = 64


def jpeg_size(data):
    """(width, height) of a grey or three-channel JPEG, else None: peers differ in what else they take."""
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 10 <= len(data):
        marker, length = struct.unpack(">HH", data[at:at + 4])
        if marker >> 8 != 0xFF:
            return None
        if 0xFFC0 <= marker <= 0xFFC2:
            height, width, channels = struct.unpack(">HHB", data[at + 5:at + 10])
            return (width, height) if channels in (1, 3) and min(width, height) > 0 else None
        at += 2 + length
    return None


class Job:
    """The files and what is to be done with them; every peer draws S, place and flip from its own stream."""

    def __init__(self, options, folder):
        self.folder = folder  # for files that a peer wants to write
        self.low, self.high, self.crop = options.min, options.max, options.crop
        self.threads = options.threads
        self.paths, self.files, self.sizes = [], [], []
        for path in sorted(p for p in pathlib.Path(options.images).rglob("*") if p.is_file()):
            data = path.read_bytes()
            size = jpeg_size(data)
            if size:
                self.paths.append(str(path))
                self.files.append(data)
                self.sizes.append(size)
            else:
                print(f"{path}: left out, no grey or colour JPEG", file=sys.stderr)
        if not self.files:
            sys.exit(f"{options.images}: no JPEG files in this folder or below")

    def draws(self):
        """Endless (file's bytes, Random): every epoch in another order."""
        rng = random.Random(1)
        order = list(range(len(self.files)))
        while True:
            rng.shuffle(order)
            for i in order:
                yield self.files[i], rng

    def window(self, rng, width, height):
        """Left and top edge of the crop in a picture of this size."""
        return rng.randint(0, width - self.crop), rng.randint(0, height - self.crop)

    def rescaled(self, rng, width, height):
        """The size whose short side is a random S."""
        short, side = min(width, height), rng.randint(self.low, self.high)
        return (max(side, (2 * width * side + short) // (2 * short)),
                max(side, (2 * height * side + short) // (2 * short)))


def versions(*packages):
    return {name: importlib.metadata.version(name) for name in packages}


def sample_by_sample(job, make, stack):
    """Endless batches of a peer that makes one picture at a time, on `threads` Python threads."""
    draws = job.draws()
    seeds = random.Random(2)

    def batch_of(mapper):
        work = [(data, random.Random(seeds.random())) for (data, _), _ in zip(draws, range(BATCH))]
        return stack(list(mapper(lambda item: make(*item), work)))

    if job.threads == 1:
        while True:
            yield batch_of(map)
    with concurrent.futures.ThreadPoolExecutor(job.threads) as pool:
        while True:
            yield batch_of(pool.map)


def pillow(job):
    """decode and resize (bilinear, antialiased) whole, crop, flip; plain Pillow"""
    import io
    import numpy
    from PIL import Image

    def make(data, rng):
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        picture = picture.resize(job.rescaled(rng, *picture.size), Image.Resampling.BILINEAR)
        x, y = job.window(rng, *picture.size)
        picture = picture.crop((x, y, x + job.crop, y + job.crop))
        if rng.random() < 0.5:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return numpy.asarray(picture)

    return versions("pillow", "numpy"), sample_by_sample(job, make, numpy.stack)


def torchvision_pillow(job):
    """torchvision's transforms on Pillow images: Resize (bilinear, antialiased), RandomCrop, flip"""
    import io
    import torch
    from PIL import Image
    from torchvision.transforms import functional, InterpolationMode
    torch.set_num_threads(1)

    def make(data, rng):
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        picture = functional.resize(picture, rng.randint(job.low, job.high), InterpolationMode.BILINEAR)
        x, y = job.window(rng, *picture.size)
        picture = functional.crop(picture, y, x, job.crop, job.crop)
        if rng.random() < 0.5:
            picture = functional.hflip(picture)
        return functional.pil_to_tensor(picture)

    return versions("torchvision", "torch", "pillow"), sample_by_sample(job, make, torch.stack)


def torchvision_tensor(job):
    """io.decode_jpeg, then v2 transforms on u8 tensors: resize (bilinear, antialiased), crop, flip"""
    import torch
    from torchvision.io import decode_jpeg, ImageReadMode
    from torchvision.transforms.v2 import functional
    torch.set_num_threads(1)
    tensors = {id(data): torch.frombuffer(bytearray(data), dtype=torch.uint8) for data in job.files}

    def make(data, rng):
        picture = decode_jpeg(tensors[id(data)], mode=ImageReadMode.RGB)
        picture = functional.resize(picture, [rng.randint(job.low, job.high)], antialias=True)
        x, y = job.window(rng, picture.shape[2], picture.shape[1])
        picture = functional.crop(picture, y, x, job.crop, job.crop)
        return functional.horizontal_flip(picture) if rng.random() < 0.5 else picture

    return versions("torchvision", "torch"), sample_by_sample(job, make, torch.stack)


def resize_with_opencv(job, decode):
    import cv2
    import numpy
    cv2.setNumThreads(1)

    def make(data, rng):
        picture = decode(data)
        size = job.rescaled(rng, picture.shape[1], picture.shape[0])
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
        x, y = job.window(rng, *size)
        picture = picture[y:y + job.crop, x:x + job.crop]
        return picture[:, ::-1] if rng.random() < 0.5 else picture

    return sample_by_sample(job, make, numpy.stack)


def opencv_package():
    for name in ("opencv-python-headless", "opencv-python", "opencv-contrib-python-headless",
                 "opencv-contrib-python"):
        try:
            return versions(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    import cv2
    return {"opencv": cv2.__version__}


def opencv(job):
    """imdecode to RGB, resize INTER_LINEAR (not antialiased) whole, crop, flip"""
    import cv2
    import numpy
    flags = getattr(cv2, "IMREAD_COLOR_RGB", cv2.IMREAD_COLOR)

    def decode(data):
        picture = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), flags)
        return picture if flags != cv2.IMREAD_COLOR else cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)

    return opencv_package(), resize_with_opencv(job, decode)


def simplejpeg_opencv(job):
    """simplejpeg (libjpeg-turbo) to RGB, cv2.resize INTER_LINEAR whole, crop, flip"""
    import simplejpeg

    def decode(data):
        return simplejpeg.decode_jpeg(data, colorspace="RGB")

    return {**versions("simplejpeg"), **opencv_package()}, resize_with_opencv(job, decode)


def dali_package():
    for found in importlib.metadata.distributions():
        name = found.metadata["Name"] or ""
        if name.lower().replace("_", "-").startswith("nvidia-dali-cuda"):
            return {name.lower().replace("_", "-"): found.version}
    raise ImportError("No module named 'nvidia.dali'")


def dali(job, window_only):
    from nvidia.dali import fn, pipeline_def, types
    package = dali_package()

    @pipeline_def(batch_size=BATCH, num_threads=job.threads, device_id=None, seed=1,
                  prefetch_queue_depth=2)
    def graph():
        encoded, _ = fn.readers.file(files=job.paths, random_shuffle=True, initial_fill=len(job.paths))
        side = fn.cast(fn.random.uniform(range=(job.low - 0.5, job.high + 0.5)) + 0.5,
                       dtype=types.INT32)
        mirror = fn.random.coin_flip()
        if window_only:
            shape = fn.peek_image_shape(encoded)[:2]
            window = fn.reductions.min(shape) * float(job.crop) / side
            start = (shape - window) * fn.random.uniform(range=(0.0, 1.0), shape=2)
            pictures = fn.decoders.image_slice(
                encoded, start=fn.cast(start, dtype=types.INT32),
                shape=fn.cast(fn.stack(window, window), dtype=types.INT32), axis_names="HW",
                output_type=types.RGB)
            pictures = fn.resize(pictures, size=[job.crop, job.crop])
            return fn.flip(pictures, horizontal=mirror)
        pictures = fn.decoders.image(encoded, output_type=types.RGB)
        pictures = fn.resize(pictures, resize_shorter=fn.cast(side, dtype=types.FLOAT))
        return fn.crop_mirror_normalize(
            pictures, crop=(job.crop, job.crop), crop_pos_x=fn.random.uniform(range=(0.0, 1.0)),
            crop_pos_y=fn.random.uniform(range=(0.0, 1.0)), mirror=mirror, mean=0.0, std=1.0,
            dtype=types.UINT8, output_layout="HWC")

    pipeline = graph()
    pipeline.build()

    def batches():
        while True:
            yield pipeline.run()[0].as_array()

    return package, batches()


def dali_full(job):
    """CPU operators with their defaults: decode and resize (antialiased) whole, crop_mirror_normalize to
    u8; reads the page cache; the reader and the executor run on threads of their own"""
    return dali(job, window_only=False)


def dali_window(job):
    """CPU operators with their defaults: peek_image_shape, decode the crop's window alone (image_slice),
    resize it (antialiased), flip; reads the page cache; the reader and the executor run on threads of
    their own"""
    return dali(job, window_only=True)


def ffcv(job):
    """the same JPEG bytes in a .beton; its RandomResizedCrop decoder with square windows of about this job's
    areas (decodes whole with the fast, inexact DCT, resizes the window with INTER_AREA), flip; reads the
    page cache; makes batches on threads of its own"""
    import numpy
    from ffcv.fields import IntField, RGBImageField
    from ffcv.fields.decoders import IntDecoder, RandomResizedCropRGBImageDecoder
    from ffcv.loader import Loader, OrderOption
    from ffcv.transforms import RandomHorizontalFlip
    from ffcv.writer import DatasetWriter
    sizes = dict(zip(map(id, job.files), job.sizes))
    field = RGBImageField(write_mode="jpg")

    def store(destination, image, malloc):
        """Instead of field.encode: the file's bytes as they are, not its pixels encoded again."""
        width, height = sizes[id(image)]
        destination["mode"], destination["height"], destination["width"] = 0, height, width
        destination["data_ptr"], storage = malloc(len(image))
        storage[:] = numpy.frombuffer(image, numpy.uint8)

    class Files:
        def __len__(self):
            return len(job.files)

        def __getitem__(self, i):
            return job.files[i], i

    field.encode = store
    path = os.path.join(job.folder, "images.beton")
    DatasetWriter(path, {"image": field, "label": IntField()}, num_workers=1).from_indexed_dataset(Files())
    square = statistics.mean(min(size) / max(size) for size in job.sizes)  # of the area, on average
    decoder = RandomResizedCropRGBImageDecoder(
        (job.crop, job.crop), ratio=(1.0, 1.0),
        scale=((job.crop / job.high) ** 2 * square, min(1, (job.crop / job.low) ** 2 * square)))
    loader = Loader(path, batch_size=min(BATCH, len(job.files)), num_workers=job.threads, os_cache=True,
                    order=OrderOption.RANDOM, drop_last=True, batches_ahead=2,
                    pipelines={"image": [decoder, RandomHorizontalFlip()], "label": [IntDecoder()]})

    def batches():
        while True:
            for pictures, _ in loader:
                yield pictures

    return versions("ffcv", "numba"), batches()


PEERS = {"torchvision+pillow": torchvision_pillow, "pillow": pillow, "opencv": opencv,
         "simplejpeg+opencv": simplejpeg_opencv, "torchvision": torchvision_tensor,
         "dali-full": dali_full, "dali-window": dali_window, "ffcv": ffcv}


class Running:
    """A peer whose first batches are made; timed round by round."""

    def __init__(self, name, job):
        self.name, self.job, self.rounds = name, job, []
        self.versions, self.batches = PEERS[name](job)
        self.means = []
        for _ in range(max(2, min(8, -(-len(job.files) // BATCH)))):
            self.check(next(self.batches))

    def check(self, batch):
        import numpy
        pixels = numpy.asarray(batch)
        if pixels.shape[1] == 3:  # (N, 3, H, W)
            pixels = pixels.transpose(0, 2, 3, 1)
        if pixels.shape[1:] != (self.job.crop, self.job.crop, 3) or pixels.dtype != numpy.uint8:
            raise RuntimeError(f"made {pixels.dtype} {pixels.shape} instead of u8 pictures of "
                               f"{self.job.crop} px")
        self.means.append(pixels.mean((0, 1, 2)))

    def time(self, seconds):
        images, wall, cpu = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - wall < seconds:
            images += len(next(self.batches))
        self.rounds.append((images / (time.perf_counter() - wall),
                            images / (time.process_time() - cpu)))
        print(f"{self.name}: {self.rounds[-1][0]:.0f} images/s, {self.rounds[-1][1]:.0f} a CPU second",
              file=sys.stderr)

    def result(self):
        note = " ".join(PEERS[self.name].__doc__.split())
        walls, cpus = zip(*self.rounds)
        return {"name": self.name, "versions": self.versions, "threads": self.job.threads,
                "images_per_s": round(statistics.median(walls), 1),
                "images_per_cpu_s": round(statistics.median(cpus), 1),
                "rounds": [round(wall, 1) for wall in walls],
                "mean_rgb": [round(float(sum(c) / len(c)), 1) for c in zip(*self.means)],
                "note": note}


def parse():
    parser = argparse.ArgumentParser(description="Times the CPU input pipelines of other libraries.")
    parser.add_argument("--images", required=True, metavar="DIR", help="JPEG files, at any depth")
    parser.add_argument("--min", type=int, required=True, help="least S, px")
    parser.add_argument("--max", type=int, required=True, help="greatest S, px")
    parser.add_argument("--crop", type=int, required=True, help="side of the crop, px")
    parser.add_argument("--seconds", type=float, default=5, help="of each round of each peer")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="that each peer may use")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=PEERS, help=", ".join(PEERS))
    options = parser.parse_args()
    if not 1 <= options.crop <= options.min <= options.max:
        parser.error("allowed: 1 <= --crop <= --min <= --max")
    if options.threads < 1 or options.rounds < 1 or options.seconds <= 0:
        parser.error("allowed: --threads and --rounds of at least 1, --seconds above 0")
    return options


def serve(name, job, channel, of_parent):
    """One peer in its process: gets ready, times a round whenever asked, gives its result when told to."""
    os.dup2(2, 1)  # what libraries print is no part of the document
    for other in of_parent:
        other.close()
    try:
        running = Running(name, job)
        channel.send(("ready", None))
        while (seconds := channel.recv()) is not None:
            running.time(seconds)
            channel.send(("timed", None))
        channel.send(("result", running.result()))
    except (EOFError, BrokenPipeError):  # nobody is waiting
        os._exit(1)
    except Exception as error:  # whatever a peer's libraries throw
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        channel.send(("skipped", reason if len(reason) <= 400 else reason[:400] + " ..."))
    channel.close()
    sys.stderr.flush()
    os._exit(0)  # a peer's own threads may not know how to end


class Peer:
    """The parent's end of a peer's process."""

    channels = []  # of all peers; a child closes them, so that it notices when the parent is gone

    def __init__(self, name, job):
        context = multiprocessing.get_context("fork")
        self.name, self.answer = name, None
        self.channel, theirs = context.Pipe()
        self.channels.append(self.channel)
        self.process = context.Process(target=serve, args=(name, job, theirs, self.channels))
        self.process.start()
        theirs.close()
        self.receive()

    def receive(self):
        """What the peer has done; None if it is not to be had."""
        try:
            kind, value = self.channel.recv()
        except EOFError:
            self.process.join()
            kind, value = "skipped", f"its process died with status {self.process.exitcode}"
        if kind == "skipped":
            self.answer = {"name": self.name, "skipped": value}
            print(f"{self.name}: skipped, {value}", file=sys.stderr)
        return value

    def ask(self, request):
        if self.answer is None:
            self.channel.send(request)
            return self.receive()
        return None

    def finish(self):
        result = self.ask(None)
        self.answer = self.answer or result
        self.process.join()
        return self.answer


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        job = Job(options, folder)
        peers = []
        for name in options.only or PEERS:
            # Plain Pillow stands in where torchvision is missing.
            if options.only or name != "pillow" or peers[0].answer:
                peers.append(Peer(name, job))
        for _ in range(options.rounds):
            for peer in peers:
                peer.ask(options.seconds)
        answers = [peer.finish() for peer in peers]
    json.dump({"images": len(job.files), "peers": answers}, sys.stdout, indent=1)
    print()


main()

"""JPEGs to train from, in the page cache: those of a tar, several times over, or drawn ones."""
import os
import pathlib
import tarfile

SAMPLE = "ilsvrc-sample-250.tar"
IMAGES = 2000
DRAWN = ("--classes", "10", "--train", "768", "--val", "10", "--min-side", "375", "--max-side", "500")


def repeated(tar, folder):
    """Unpacks a tar of CLASS/FILE; links each file so often that there are IMAGES or more."""
    with tarfile.open(tar) as members:
        files = [member for member in members if member.isfile()]
        for member in files:
            kind, name = pathlib.PurePath(member.name).parts[-2:]
            (folder / kind).mkdir(parents=True, exist_ok=True)
            first = folder / kind / f"0-{name}"
            first.write_bytes(members.extractfile(member).read())
            for copy in range(1, -(-IMAGES // len(files))):
                os.link(first, folder / kind / f"{copy}-{name}")


def prepare(bench):
    """A folder with train/CLASS/*.jpg, and what these are."""
    data = bench.scratch / "jpegs"
    tar = bench.data / SAMPLE if bench.data else None
    if tar and tar.exists():
        repeated(tar, data / "train")
        return data, f"{SAMPLE}, repeated"
    bench.vggflow("dataset", "generate", data, *DRAWN, seconds=90)
    return data, "generated JPEGs"

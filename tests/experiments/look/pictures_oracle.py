"""Looks at what the report has drawn with readers that are not ours.

    pictures_oracle.py filters FOLDER   FOLDER/filters.png, as Pillow decodes it, is what numpy makes
                                        of the first layer of FOLDER/weights.h5
    pictures_oracle.py curves FILE      prints of the SVG, as an XML parser reads it: size; class and
                                        vertices of each curve; class and centre of each mark; the x
                                        of each drop of the rate and its text
"""
import pathlib
import re
import sys
import xml.etree.ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def filters(folder):
    import h5py
    import numpy as np
    from PIL import Image
    with h5py.File(folder / "weights.h5") as f:
        w = f[f.attrs["tensors"][0].replace(".", "/")][:].astype(np.float64)
        if f.attrs["channel_order"] == "BGR":
            w = w[:, ::-1]
    largest = np.abs(w).max() or 1
    levels = np.floor(127.5 + 127.5 * w / largest + 0.5).transpose(0, 2, 3, 1)
    factor = max(1, 48 // max(w.shape[2:]))
    drawn = [np.pad(np.kron(f, np.ones((factor, factor, 1))), ((4, 0), (4, 0), (0, 0)))
             for f in levels]
    columns = min(8, len(drawn))
    drawn += [np.zeros_like(drawn[0])] * (-len(drawn) % columns)
    rows = [np.concatenate(drawn[i:i + columns], 1) for i in range(0, len(drawn), columns)]
    expected = np.pad(np.concatenate(rows), ((0, 4), (0, 4), (0, 0)))
    seen = np.asarray(Image.open(folder / "filters.png"))
    assert seen.shape == expected.shape, (seen.shape, expected.shape)
    assert (seen == expected).all(), np.argwhere(seen != expected)[:5]
    print("equal")


def curves(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    assert root.tag == SVG + "svg"
    print("size", root.get("width"), root.get("height"))
    for e in root.findall(f"{SVG}path"):
        if e.get("class") in ("training", "validation") and "h22" not in e.get("d"):
            print(e.get("class"), re.sub("[ML]", " ", e.get("d")).strip())
    for e in root.findall(f"{SVG}circle"):
        print("mark", e.get("class"), e.get("cx"), e.get("cy"))
    for e in root.findall(f"{SVG}g[@class='rate']"):
        x = re.match("M([0-9.]+) ", e.find(f"{SVG}path").get("d")).group(1)
        print("drop", x, e.find(f"{SVG}text").text)


{"filters": filters, "curves": curves}[sys.argv[1]](pathlib.Path(sys.argv[2]))

#!/usr/bin/env python3
"""Compares this crate's decoder with others on a folder that the example `draw` wrote.

compare.py FOLDER DECODE [--only OURS]: DECODE is the built example `decode`. Reads rate, wrong
texts and time per picture; prints a table in Markdown. Needs zxing-cpp and pillow; OpenCV, zbar
(pyzbar) are taken along where they are installed.
"""

import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict

import numpy
from PIL import Image


def decoders():
    """Name -> function from an image array to a list of texts."""
    found = {}
    try:
        import zxingcpp

        found["ZXing-C++ (default)"] = lambda image: [r.text for r in zxingcpp.read_barcodes(image)]
    except ImportError:
        pass
    try:
        from pyzbar import pyzbar

        kinds = [pyzbar.ZBarSymbol.QRCODE]
        found["zbar"] = lambda image: [
            r.data.decode("utf-8", "replace") for r in pyzbar.decode(image, symbols=kinds)
        ]
    except ImportError:
        pass
    try:
        import cv2

        aruco = cv2.QRCodeDetectorAruco()

        def read(image):
            done, texts, *_ = aruco.detectAndDecodeMulti(image)
            return [t for t in texts if t] if done else []

        found["OpenCV (ArUco)"] = read
    except (ImportError, AttributeError):
        pass
    return found


def ours(decode, folder, names, effort):
    """The program's answers and its times in milliseconds."""
    command = [decode, f"--{effort}", "--times", *[os.path.join(folder, n) for n in names]]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    answers, times = [], []
    for line in result.stdout.splitlines():
        _, *texts = line.split("\t")
        answers.append([t for t in texts if t])
    for line in result.stderr.splitlines():
        times.append(float(line.split("\t")[1]))
    return answers, times


def main():
    folder, decode = sys.argv[1:3]
    rows = []
    with open(os.path.join(folder, "truth.tsv"), encoding="utf-8") as file:
        for line in file:
            name, kind, *texts = line.rstrip("\n").split("\t")
            rows.append((name, kind, [t for t in texts if t]))
    names = [row[0] for row in rows]
    columns = {}
    for effort in ["thorough", "camera", "quick"]:
        columns[f"ours, {effort}"] = ours(decode, folder, names, effort)
    if "--ours" not in sys.argv:
        images = [numpy.array(Image.open(os.path.join(folder, n)).convert("L")) for n in names]
        for label, read in decoders().items():
            answers, times = [], []
            for image in images:
                started = time.perf_counter()
                answers.append(read(image))
                times.append((time.perf_counter() - started) * 1000)
            columns[label] = (answers, times)

    kinds = list(dict.fromkeys(row[1] for row in rows if row[2]))
    print("| pictures | " + " | ".join(columns) + " |")
    print("| --- |" + " ---: |" * len(columns))
    counts = {label: defaultdict(int) for label in columns}
    wrong = dict.fromkeys(columns, 0)
    missed = defaultdict(list)
    for label, (answers, _) in columns.items():
        for (name, kind, truth), got in zip(rows, answers, strict=True):
            wrong[label] += sum(t not in truth for t in got)
            if truth and all(t in got for t in truth):
                counts[label][kind] += 1
            elif truth:
                missed[label].append(name)
    for kind in kinds:
        total = sum(row[1] == kind for row in rows)
        cells = [str(counts[label][kind]) for label in columns]
        print(f"| {kind} ({total}) | " + " | ".join(cells) + " |")
    total = sum(bool(row[2]) for row in rows)
    rates = [sum(counts[label].values()) for label in columns]
    cells = [f"{rate} ({100 * rate / total:.1f} %)" for rate in rates]
    print(f"| **all with a code ({total})** | " + " | ".join(cells) + " |")
    print("| wrong texts | " + " | ".join(str(wrong[label]) for label in columns) + " |")
    for title, pick in [
        ("median ms", statistics.median),
        ("95th percentile ms", lambda t: sorted(t)[int(len(t) * 0.95)]),
        ("longest ms", max),
    ]:
        cells = [f"{pick(times):.1f}" for _, times in columns.values()]
        print(f"| {title} | " + " | ".join(cells) + " |")
    if "--missed" in sys.argv:
        for label in list(columns)[:1] + [c for c in columns if c.startswith("ZX")]:
            print(label, *missed[label], sep="\n  ", file=sys.stderr)


main()

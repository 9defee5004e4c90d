"""A contact sheet of rendered pairs, to be looked at.

    python benchmarks/contact_sheet.py --pairs DIR --out FILE.png [--count 100] [--height 150]

DIR is a folder in the layout `rendered`.  Each tile: flat A, the person in A, in B, flat B.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

COLUMNS = 5
VIEWS = ("flat_a", "person_a", "person_b", "flat_b")


def tile(folder: Path, name: str, height: int) -> np.ndarray:
    """One pair's four pictures side by side, with its number, pose and kinds above."""
    meta = json.loads((folder / "meta" / f"{name}.json").read_text())
    pictures = [cv2.imread(str(folder / "pairs" / name / f"{view}.jpg")) for view in VIEWS]
    small = [
        cv2.resize(
            picture,
            (round(height * picture.shape[1] / picture.shape[0]), height),
            interpolation=cv2.INTER_AREA,
        )
        for picture in pictures
    ]
    row = np.hstack(small)
    head = np.full((14, row.shape[1], 3), 255, np.uint8)
    words = f"{int(name)} {meta['pose']}: {meta['a']['kind']}, {meta['b']['kind']}"
    cv2.putText(head, words, (2, 11), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([head, row])


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--height", type=int, default=150)
    arguments = parser.parse_args()
    names = sorted(path.stem for path in (arguments.pairs / "meta").glob("[0-9]*.json"))
    chosen = [names[k] for k in np.linspace(0, len(names) - 1, arguments.count).astype(int)]
    tiles = [tile(arguments.pairs, name, arguments.height) for name in chosen]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[k : k + COLUMNS]) for k in range(0, len(tiles), COLUMNS)]
    cv2.imwrite(str(arguments.out), np.vstack(rows))


if __name__ == "__main__":
    main()

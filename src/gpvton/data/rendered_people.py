"""People that `gpvton synthesize` rendered, as training photos with exact labels."""

from collections.abc import Iterator
from pathlib import Path

import cv2

from gpvton.analysis.label_files import read_person_parsing
from gpvton.analysis.pose_files import read_openpose
from gpvton.data.person_samples import PersonSample
from gpvton.domain.errors import InputError

GROUP = "rendered"


def rendered_people(root: Path, hidden: float = 1.0) -> Iterator[PersonSample]:
    """Both photos of every finished pair below `root`.

    hidden: confidence of points behind the person's own body (see `PersonSample`; 1 is known).
    Raises InputError when there is none.
    """
    folders = sorted(path for path in root.glob("**/pairs/*") if path.is_dir())
    count = 0
    for folder in folders:
        for letter in "ab":
            photo, parsing = folder / f"person_{letter}.jpg", folder / f"parsing_{letter}.png"
            points = folder / "keypoints.json"
            if not (photo.is_file() and parsing.is_file() and points.is_file()):
                continue
            pixels = cv2.imread(str(photo))
            if pixels is None:
                raise InputError(f"{photo} is no picture that OpenCV reads; render it again")
            keypoints = read_openpose(points)
            covered = (keypoints[:, 2] > 0) & (keypoints[:, 2] < 1)
            keypoints[covered, 2] = hidden
            labels = read_person_parsing(parsing)
            count += 1
            yield PersonSample(
                name=f"{GROUP}/{folder.parent.parent.name}_{folder.name}_{letter}",
                image=cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB),
                parsing=labels,
                keypoints=keypoints,
                person=labels > 0,
            )
    if not count:
        raise InputError(f"{root} holds no rendered pairs; make them with gpvton synthesize")

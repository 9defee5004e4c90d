"""What docs/python.md tells people to type works as it stands there, in order."""

import re
from pathlib import Path

from PIL import Image

import gpvton
from gpvton.domain.keypoints import KEYPOINT_NAMES
from gpvton.refine.adjustments import Adjustments
from gpvton.refine.file import adjustments_from

SAMPLES = Path(gpvton.__file__).parent / "samples"
DOCS = Path(__file__).parents[1] / "docs"


def test_all_examples(tmp_path, monkeypatch):
    for name, source in {
        "person.jpg": SAMPLES / "people" / "mara.jpg",
        "garment.jpg": SAMPLES / "garments" / "breton-top.jpg",
    }.items():
        with Image.open(source) as picture:  # small, so that the test is quick
            picture.resize((384, 512)).save(tmp_path / name, quality=95)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text(), re.DOTALL)
    assert len(blocks) >= 7
    names = {}
    for block in blocks:
        exec(block, names)
    assert (tmp_path / "refined.png").stat().st_size > 10_000
    assert (tmp_path / "steps" / "8-result.png").is_file()


def test_no_other_page_has_examples_that_nobody_runs():
    pages = {path.name for path in DOCS.rglob("*.md") if "```python" in path.read_text()}
    assert pages == {"python.md"}  # those of the README are run with its commands


def test_the_file_in_the_documentation_is_one(tmp_path):
    import json

    text = (DOCS / "fitting-room.md").read_text()
    values = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])
    for name in ("keep", "free", "parsing"):
        Image.new("L", (8, 6), 20).save(tmp_path / values[name])
    wanted = adjustments_from(values, tmp_path)
    assert wanted.hem_length == 0.85 and wanted.parsing.shape == (6, 8)
    assert set(values) == set(vars(Adjustments())) - {"sleeve"}
    for name in KEYPOINT_NAMES:
        assert name.split("_", 1)[-1].replace("_", " ") in text.replace("_", " ")

"""Dressing with the authors' networks: assembly, framing, and the path around the networks."""

import numpy as np
import pytest
import torch

from gpvton.conditions.published import DRESSCODE, VITONHD
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import GarmentError, InputError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.dressing.letterbox import Letterbox
from gpvton.dressing.published import PublishedNetworks, dress_published
from gpvton.dressing.published_assembly import assemble_parts
from gpvton.geometry.flow import identity_flow
from gpvton.networks.assembly import assemble


def test_numpy_assembly_is_the_torch_assembly():
    rng = np.random.default_rng(0)
    parts = rng.uniform(-1, 1, (3, 3, 20, 16)).astype(np.float32)
    masks = rng.uniform(size=(3, 20, 16)) > 0.5
    flow = rng.uniform(-1.3, 1.3, (3, 2, 14, 18)).astype(np.float32)
    logits = rng.uniform(-1, 1, (10, 14, 18)).astype(np.float32)
    kept = rng.uniform(size=(14, 18)) > 0.7
    garment, parsing = assemble_parts(
        parts, masks, flow, logits.argmax(axis=0), kept, (4, 5, 6), (7, 8, 9)
    )
    expected = assemble(
        torch.from_numpy(parts)[None],
        torch.from_numpy(masks)[None, :, None].float(),
        torch.from_numpy(flow)[None],
        torch.from_numpy(logits)[None],
        torch.from_numpy(kept)[None, None].float(),
        part_classes=(4, 5, 6),
        body_classes=(7, 8, 9),
    )
    assert np.allclose(garment, expected.garment[0].numpy(), atol=1e-5)
    assert np.array_equal(parsing, expected.parsing[0, 0].numpy())


@pytest.mark.parametrize("source", [(64, 48), (100, 40), (30, 90)])
def test_a_letterbox_puts_points_where_it_puts_pixels(source):
    box = Letterbox(source=source, frame=(256, 192))
    point = np.array([source[1] * 0.6, source[0] * 0.3])
    assert np.allclose(box.points_back(box.points(point)), point)
    picture = np.zeros(source, np.float32)
    x, y = np.rint(point).astype(int)
    picture[y, x] = 1
    framed = box.fit(picture, 0)
    rows, columns = np.indices(framed.shape)
    centre = (framed * columns).sum() / framed.sum(), (framed * rows).sum() / framed.sum()
    assert np.allclose(centre, box.points(np.array([x, y])), atol=0.5)
    assert box.back(framed).shape == source


def scene() -> tuple[np.ndarray, PersonAnnotation, np.ndarray, GarmentAnnotation]:
    photo = np.full((160, 100, 3), 200, np.uint8)
    parsing = np.zeros((160, 100), np.uint8)
    parsing[10:30, 40:60] = P.FACE
    parsing[40:100, 30:70] = P.UPPER_TORSO
    parsing[100:155, 30:70] = P.LEFT_PANTS
    keypoints = np.zeros((25, 3), np.float32)
    for name, place in {
        "left_shoulder": (70, 45),
        "right_shoulder": (30, 45),
        "left_hip": (62, 100),
        "right_hip": (38, 100),
    }.items():
        keypoints[KEYPOINT_INDEX[name]] = (*place, 1)
    silhouette = (parsing > 0).astype(np.float32)
    person = PersonAnnotation(parsing=parsing, keypoints=keypoints, silhouette=silhouette)
    flat = np.zeros((80, 60), np.uint8)
    flat[10:70, 10:50] = GarmentLabel.UPPER
    mask = (flat > 0).astype(np.float32)
    colours = np.full((80, 60, 3), (250, 20, 20), np.uint8)
    garment = GarmentAnnotation(mask=mask, parsing=flat, category=Category.UPPER)
    return photo, person, colours, garment


class Recorder:
    """Stands for the two graphs: identity flow, torso everywhere; the garment wins the blend."""

    def __init__(self, classes, size, warping_size):
        self.seen = {}
        self.networks = PublishedNetworks(
            warping=self.warp,
            generator=self.render,
            warping_size=warping_size,
            size=size,
            classes=classes,
        )

    def warp(self, **inputs):
        self.seen |= inputs
        height, width = inputs["garment"].shape[-2:]
        logits = np.zeros((1, self.networks.classes.count, height, width), np.float32)
        logits[:, 2] = 1
        flow = np.broadcast_to(identity_flow(height, width), (1, 3, 2, height, width))
        return {"flow": flow.copy(), "logits": logits}

    def render(self, inputs):
        self.seen["inputs"] = inputs
        raw = np.zeros((1, 4, *inputs.shape[-2:]), np.float32)
        raw[:, :3], raw[:, 3] = -9, 20
        return {"raw": raw}


@pytest.mark.parametrize("size", [(128, 96), (256, 192)])
def test_the_garment_shows_where_the_parsing_puts_it(size):
    photo, person, colours, garment = scene()
    recorder = Recorder(VITONHD, size, (128, 96))
    dressed = dress_published(photo, person, colours, garment, recorder.networks)
    assert dressed.image.shape == photo.shape and dressed.parsing.shape == photo.shape[:2]
    assert np.abs(dressed.image[70, 50].astype(int) - (250, 20, 20)).max() <= 2
    assert dressed.image[130, 50].max() <= 2  # preserved: not the garment, but the rendering
    assert dressed.parsing[70, 50] == P.UPPER_TORSO
    assert recorder.seen["inputs"].shape == (1, 36, *size)
    assert recorder.seen["person_condition"].shape == (1, 51, 128, 96)
    assert "category" not in recorder.seen
    assert dressed.flow.shape[:2] == (3, 2) and dressed.edit_mask.all()
    assert any("stands in" in text for text in dressed.warnings)


def test_a_densepose_map_is_used_and_checked():
    photo, person, colours, garment = scene()
    recorder = Recorder(DRESSCODE, (128, 96), (128, 96))
    densepose = np.full(photo.shape[:2], 2, np.uint8)
    dressed = dress_published(
        photo, person, colours, garment, recorder.networks, densepose=densepose
    )
    assert not any("stands in" in text for text in dressed.warnings)
    assert recorder.seen["person_condition"][0, 2, 64, 48] == 1
    assert np.allclose(recorder.seen["category"], 1 / 3)
    with pytest.raises(InputError, match="DensePose"):
        dress_published(
            photo, person, colours, garment, recorder.networks, densepose=colours[..., 0]
        )


def test_a_category_that_the_network_does_not_know_is_refused():
    photo, person, colours, garment = scene()
    recorder = Recorder(VITONHD, (128, 96), (128, 96))
    with pytest.raises(GarmentError, match="DressCode"):
        dress_published(photo, person, colours, garment, recorder.networks, category=Category.LOWER)

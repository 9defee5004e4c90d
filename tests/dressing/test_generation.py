"""The generator in the dressing path, with networks that say nothing, or one known thing."""

import numpy as np
import pytest

from gpvton.conditions.generation import BASE, CHANNELS, CLASSES, KNOWN
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.labels import WornClass
from gpvton.dressing.dress import dress
from gpvton.dressing.generation import LearnedGenerator
from gpvton.weights.source import EMBEDDED
from tests.figures import person, skirt, top, trousers

SIZE = (256, 192)


class Graph:
    """Answers with constants and remembers its inputs."""

    def __init__(self, correction: float = 0.0, blend: float = 1.0, shading: float = 1.0):
        self.values = {"correction": correction, "blend": blend, "shading": shading}
        self.inputs = np.zeros(0)

    def __call__(self, *, inputs: np.ndarray) -> dict[str, np.ndarray]:
        self.inputs = inputs
        assert inputs.shape == (1, CHANNELS, *SIZE) and np.isfinite(inputs).all()
        channels = {"correction": 3, "blend": 1, "shading": 1}
        return {
            name: np.full((1, channels[name], *SIZE), value, np.float32)
            for name, value in self.values.items()
        }


def dressed(graph: Graph, garment=top, **figure):
    pixels, annotation = person(**figure)
    picture, flat = garment()
    generator = LearnedGenerator(graph=graph, size=SIZE)
    return pixels, dress(pixels, annotation, picture, flat, generator=generator)


@pytest.mark.parametrize("garment", [top, trousers, skirt])
def test_outside_the_edit_mask_the_photo_is_untouched(garment):
    pixels, result = dressed(Graph(correction=0.3), garment)
    assert np.array_equal(result.image[~result.edit_mask], pixels[~result.edit_mask])
    assert 0.02 < result.edit_mask.mean() < 0.5


def test_face_hands_and_the_other_garment_are_never_edited():
    _, annotation = person(sleeve=1.6)
    _, result = dressed(Graph(correction=0.3), sleeve=1.6)
    kept = np.isin(annotation.parsing, (P.FACE, P.HAIR))
    assert not result.edit_mask[kept].any()
    trousers_far = np.isin(annotation.parsing, (P.LEFT_PANTS, P.RIGHT_PANTS))
    trousers_far[:300] = False
    assert not result.edit_mask[trousers_far].any()


def test_the_texture_inside_the_garment_is_the_warp_times_the_shading():
    _, plain = dressed(Graph())
    _, lit = dressed(Graph(correction=0.5, blend=0.0, shading=0.8))
    inner = np.zeros(plain.edit_mask.shape, bool)
    inner[150:230, 170:214] = True
    inner &= plain.warped[..., 3] > 0.999
    assert inner.sum() > 1000
    expected = plain.image[inner].astype(float) * 0.8
    assert np.abs(lit.image[inner] - expected).max() <= 1.0


def test_the_network_sees_skin_where_a_long_sleeve_was():
    graph = Graph()
    dressed(graph, sleeve=1.8)
    inputs = graph.inputs[0]
    arms = inputs[CLASSES + WornClass.LEFT_ARM] + inputs[CLASSES + WornClass.RIGHT_ARM]
    hidden = (arms > 0) & (inputs[KNOWN] == 0)
    assert hidden.sum() > 200
    red, _, blue = (inputs[BASE + k][hidden].mean() for k in range(3))
    assert red > blue + 0.3  # skin, not the old red cloth's green and blue of 60
    assert inputs[BASE + 1][hidden].mean() > 0.1


def test_what_the_network_corrects_shows_where_the_photo_was_not_known():
    _, plain = dressed(Graph(), sleeve=1.8)
    _, brighter = dressed(Graph(correction=0.1), sleeve=1.8)
    difference = brighter.image.astype(int) - plain.image
    skin = (difference > 5).all(axis=2)
    assert skin.sum() > 300
    assert not (difference[~plain.edit_mask & ~brighter.edit_mask] != 0).any()


def test_without_any_skin_the_drawn_result_stays():
    pixels, annotation = person(sleeve=2.0)
    parsing = annotation.parsing.copy()
    skin = (P.FACE, P.NECK, P.LEFT_ARM, P.RIGHT_ARM)
    parsing[np.isin(parsing, skin)] = P.HAIR
    headless = type(annotation)(
        parsing=parsing, keypoints=annotation.keypoints, silhouette=annotation.silhouette
    )
    picture, flat = top()
    drawn = dress(pixels, headless, picture, flat)
    generator = LearnedGenerator(graph=Graph(correction=0.5), size=SIZE)
    assert np.array_equal(
        dress(pixels, headless, picture, flat, generator=generator).image, drawn.image
    )


def test_the_embedded_network_keeps_to_its_task():
    pixels, annotation = person(sleeve=1.8)
    picture, flat = top()
    generator = LearnedGenerator.from_folder(EMBEDDED / "generator", threads=1)
    assert generator.size == SIZE
    drawn = dress(pixels, annotation, picture, flat)
    result = dress(pixels, annotation, picture, flat, generator=generator)
    assert np.array_equal(result.image[~result.edit_mask], pixels[~result.edit_mask])
    arms = drawn.edit_mask & result.edit_mask & (result.warped[..., 3] == 0)
    arms &= np.isin(annotation.parsing, (P.UPPER_LEFT_SLEEVE, P.UPPER_RIGHT_SLEEVE))
    assert arms.sum() > 300
    skin = result.image[arms].mean(axis=0)
    assert np.abs(skin - np.array([224, 172, 140])).max() < 40  # not the old red sleeve


def test_it_is_the_default():
    from gpvton.pipeline import TryOn

    try_on = TryOn.from_pretrained(threads=1)
    assert try_on.generator is not None and "generator" in try_on.provenance.weights

"""What the network laid follows the lengths without the network."""

import numpy as np
import pytest

from gpvton.conditions.warping import garment_maps, person_maps, start_flow
from gpvton.domain.fit import Fit
from gpvton.domain.labels import WornClass
from gpvton.dressing.dress import dress
from gpvton.dressing.lay import Laid, carried, lay_by_geometry
from gpvton.dressing.learned import Warped
from gpvton.dressing.scene import frame
from gpvton.geometry.part_flow import part_meshes
from tests.figures import person, skirt, top, trousers


def _meshes(scene, garment, fit):
    lengths = {"hem_length": fit.hem_length, "sleeve_length": fit.sleeve_length}
    return part_meshes(garment, scene.category, scene.work_body(), scene.work_parsing(), **lengths)


@pytest.mark.parametrize("garment", [top(), trousers(), skirt()])
@pytest.mark.parametrize("factor", [0.7, 1.2, 1.6])
def test_cloth_keeps_its_size_and_the_hem_its_place_at_the_end(garment, factor):
    scene = frame(*person(20), garment[1].category)
    plain, wanted = (
        lay_by_geometry(scene, garment[1], Fit(hem_length=f)).coordinates for f in (1.0, factor)
    )
    part = 0 if garment[1].category == "lower" and np.isfinite(plain[0]).any() else 1
    rates = [np.abs(np.diff(places[part, 1], axis=0)) for places in (plain, wanted)]
    usual, found = (float(np.nanmedian(rate)) for rate in rates)
    assert found == pytest.approx(usual, rel=0.1)  # stretched it were usual / factor
    ends = [float(np.nanmax(places[part, 1])) for places in (plain, wanted)]
    assert ends[0] == pytest.approx(ends[1], abs=3.0)
    lowest = [np.flatnonzero(np.isfinite(p[part, 0]).any(axis=1))[-1] for p in (plain, wanted)]
    assert (lowest[1] - lowest[0]) * (factor - 1.0) > 0
    shoulders = np.isfinite(plain[part]).all(axis=0) & np.isfinite(wanted[part]).all(axis=0)
    shoulders[np.flatnonzero(shoulders.any(axis=1))[0] + 40 :] = False
    away = np.abs(plain[part] - wanted[part])[:, shoulders]
    assert np.median(away) < 0.5  # above the hem nothing moves


def test_what_may_show_is_carried_along():
    garment = top()[1]
    scene = frame(*person(20), garment.category)
    meshes = [_meshes(scene, garment, Fit(hem_length=f)) for f in (1.0, 0.7)]
    plain = lay_by_geometry(scene, garment, Fit())
    edge = 240 - scene.box[1]
    visible = np.ones((3, *scene.size), np.float32)
    visible[1, edge:] = 0.0  # the network ended the torso here
    laid = Laid(coordinates=plain.coordinates, reach=plain.reach, visible=visible)
    found = carried(laid, *meshes, scene, garment.mask).visible[1]
    column = found[:edge, scene.size[1] // 2]
    assert column[: edge - 60].min() > 0.9 and column[edge - 15 :].max() < 0.1


class Network:
    """Gives the flow that it starts from, and counts its runs."""

    def __init__(self):
        self.runs = 0

    def __call__(self, scene, wearer, pixels, garment, *, tucked):
        self.runs += 1
        maps = person_maps(wearer, scene.category, tucked=tucked)
        worn = garment_maps(pixels, garment, scene.category)
        start, reach = start_flow(wearer, garment, maps, worn)
        classes = np.zeros((len(WornClass), *start.shape[-2:]), np.float32)
        return Warped(
            flow=start,
            classes=classes,
            person=maps.frame,
            garment=worn.frame,
            present=tuple(bool(np.abs(part).min() < 2.0) for part in start),
            reach=reach,
        )


def test_the_network_runs_once_for_all_lengths():
    photo, annotation = person(20)
    pixels, garment = top()
    network, scene = Network(), frame(photo, annotation, garment.category)
    for factor in (1.0, 0.9, 0.8):
        fit = Fit(hem_length=factor, sleeve_length=factor)
        dress(photo, annotation, pixels, garment, warping=network, fit=fit, scene=scene)
    assert network.runs == 1
    dress(photo, annotation, pixels, garment, warping=network, tucked=True, scene=scene)
    assert network.runs == 2
    other = top(long=True)[1]
    dress(photo, annotation, pixels, other, warping=network, scene=scene)
    assert network.runs == 3

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
@pytest.mark.parametrize("factor", [0.7, 1.2])
def test_what_geometry_laid_is_carried_to_where_geometry_lays_it(garment, factor):
    scene = frame(*person(20), garment[1].category)
    fit = Fit(hem_length=factor, sleeve_length=0.9)
    plain, wanted = (lay_by_geometry(scene, garment[1], f) for f in (Fit(), fit))
    meshes = [_meshes(scene, garment[1], f) for f in (Fit(), fit)]
    found = carried(plain, *meshes, scene)
    away = np.abs(found.coordinates - wanted.coordinates)
    known = np.isfinite(away)
    assert known.sum() > 0.93 * np.isfinite(wanted.coordinates).sum()
    assert np.median(away[known]) < 0.1 and np.percentile(away[known], 99) < 2.0
    assert found.reach == wanted.reach


def test_what_may_show_is_carried_along():
    garment = top()[1]
    scene = frame(*person(20), garment.category)
    meshes = [_meshes(scene, garment, Fit(hem_length=f)) for f in (1.0, 0.7)]
    plain = lay_by_geometry(scene, garment, Fit())
    edge = 240 - scene.box[1]
    visible = np.ones((3, *scene.size), np.float32)
    visible[1, edge:] = 0.0  # the network ended the torso here
    laid = Laid(coordinates=plain.coordinates, reach=plain.reach, visible=visible)
    found = carried(laid, *meshes, scene).visible[1]
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

"""Hoods worn down: around the neck, down the back, and what they leave alone."""

from dataclasses import replace

import numpy as np
import pytest

from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.synthetic import view, wardrobe
from gpvton.synthetic.bodies import build_body
from gpvton.synthetic.cuts import STRIP, cut_garment
from gpvton.synthetic.flat_values import FlatStyle
from gpvton.synthetic.mesh import vertex_normals
from gpvton.synthetic.passes import renderer
from gpvton.synthetic.setting import sample_setting


def _hoodie(seed=0):
    rng = np.random.default_rng(seed)
    while True:
        garment = wardrobe.sample_top(rng, kind="jumper")
        if garment.hood > 0:
            return garment


@pytest.mark.parametrize("index", [3, 40])
def test_a_hood_lies_on_the_back_and_around_the_neck(index):
    garment, body = _hoodie(), build_body(index)
    top, hood = cut_garment(garment, body)
    assert (hood.front == STRIP).all() and (hood.cut > 0).all()
    nape = top.points[(np.abs(top.neck) < 0.01) & (np.abs(top.points[:, 0]) < 0.02)]
    nape = nape[np.argmin(nape[:, 2])]
    lowest = hood.points[np.argmin(hood.points[:, 1])]
    assert lowest[2] < nape[2] - 0.02
    assert 0.6 * garment.hood < nape[1] - lowest[1] < 1.1 * garment.hood
    front = hood.points[hood.points[:, 2] > nape[2] + 0.1]
    assert front[:, 1].min() > nape[1] - 0.16  # beside and before the neck it is only a roll
    grid = hood.points.reshape(-1, 97, 3)
    np.testing.assert_allclose(grid[:, ::-1] * [-1, 1, 1], grid, atol=0.02)


def test_the_outside_of_a_hood_faces_outwards():
    top, hood = cut_garment(_hoodie(), build_body(3))
    normal = vertex_normals(hood.points, hood.quads)
    behind = np.argmin(hood.points[:, 2])
    assert normal[behind, 2] < -0.7
    assert len(top.points) > len(hood.points)


def test_a_hood_is_seen_from_behind_as_part_of_the_top(gl):
    rng = np.random.default_rng(5)
    setting = sample_setting(rng, "easy", (256, 192), Category.UPPER)
    camera = replace(setting.camera, matrix=setting.camera.matrix @ np.diag([-1.0, 1, -1, 1]))
    found = []
    for garment in (_hoodie(), replace(_hoodie(), hood=0.0)):
        fitted = view.fit(garment, setting.person, FlatStyle(), setting.size)
        label, _ = renderer().truth(
            view.worn_items(setting, [fitted]), camera=camera.matrix, size=setting.size
        )
        found.append(np.round(label[:, :, 0]).astype(int))
    with_hood, without = found
    added = (with_hood == P.UPPER_TORSO) & (without != P.UPPER_TORSO)
    assert added.sum() > 30  # over neck, hair and shoulders
    assert ((with_hood != P.UPPER_TORSO) & (without == P.UPPER_TORSO)).sum() < 5


def test_hoodies_and_tunics_change_no_other_garment(monkeypatch):
    def names():
        rng = np.random.default_rng(8)
        return [wardrobe.sample_garment(rng, Category.UPPER) for _ in range(160)]

    changed = names()
    monkeypatch.setattr(wardrobe, "_hooded", lambda garment: garment)
    monkeypatch.setattr(wardrobe, "_lengthened", lambda garment: garment)
    plain = names()
    kinds = {a.kind for a in changed}
    assert {"hoodie", "tunic"} <= kinds and not {"hoodie", "tunic"} & {b.kind for b in plain}
    for a, b in zip(changed, plain, strict=True):
        if a.kind not in ("hoodie", "tunic"):
            assert (a.kind, a.sleeve, a.hem, a.ease) == (b.kind, b.sleeve, b.hem, b.ease)
    for garment in changed:
        assert (garment.hood > 0) == (garment.kind == "hoodie")
        assert (garment.skirt > 0) == (garment.kind == "tunic")

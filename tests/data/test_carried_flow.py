"""The true flow goes on beyond what shows, so that a network learns where a garment ends."""

import numpy as np

from gpvton.data.carried_flow import FAR, LEAST, carried_on

H, W = 64, 48


def affine() -> np.ndarray:
    """A flow that is affine all over, (2, H, W)."""
    y, x = np.mgrid[:H, :W].astype(np.float32)
    return np.stack([0.03 * x - 0.01 * y - 0.4, 0.04 * y + 0.005 * x - 0.9])


def shown(bottom: int) -> np.ndarray:
    mask = np.zeros((H, W), bool)
    mask[10:bottom, 14:34] = True
    return mask


def test_an_affine_flow_goes_on_below_the_hem_as_it_is() -> None:
    carried, taught = carried_on(affine(), shown(30))
    assert taught[30:40, 24].all()
    assert np.allclose(carried[:, taught > 0], affine()[:, taught > 0], atol=1e-4)


def test_it_is_taught_as_far_as_the_part_is_large() -> None:
    mask = shown(30)
    _, taught = carried_on(affine(), mask)
    far = FAR * np.sqrt(mask.sum())
    column = taught[:, 24]
    assert column[29 + int(far) - 1] == 1 and column[29 + int(far) + 2] == 0


def test_what_shows_keeps_its_own_flow() -> None:
    rng = np.random.default_rng(0)
    flow, mask = affine() + rng.normal(0, 0.05, (2, H, W)).astype(np.float32), shown(40)
    carried, taught = carried_on(flow, mask)
    assert np.array_equal(carried[:, mask], flow[:, mask].astype(np.float32))
    assert taught[mask].all()


def test_a_few_pixels_are_not_carried_on() -> None:
    mask = np.zeros((H, W), bool)
    mask[20, : LEAST - 20] = True
    _, taught = carried_on(affine(), mask)
    assert np.array_equal(taught > 0, mask)


def test_the_median_of_what_is_taught_at_a_place_counts_the_short_garments_too() -> None:
    y = np.mgrid[:H, :W][0].astype(np.float32)
    place, found = (36, 24), []
    for bottom in (28, 32, 44):  # two of three garments end above the place
        flow = np.stack([np.zeros_like(y), 2 * (y - 10) / (bottom - 10) - 1])
        carried, taught = carried_on(flow, shown(bottom))
        assert taught[place] == 1
        found.append(carried[1][place])
    assert np.median(found) > 1 > min(found)  # beyond the hem for most, and rightly so

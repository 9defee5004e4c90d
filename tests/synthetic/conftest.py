import pytest

from gpvton.domain.errors import MissingExtraError
from gpvton.synthetic.pairs import PairSettings, make_pair
from gpvton.synthetic.passes import renderer

SIZE = (256, 192)


@pytest.fixture(scope="session")
def gl():
    """The renderer, or a skip that says what is missing."""
    try:
        return renderer()
    except MissingExtraError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def settings():
    return PairSettings(seed=3, size=SIZE)


@pytest.fixture(scope="session")
def pairs(gl, settings):
    """One easy pair of each category."""
    return [make_pair(settings, index) for index in range(3)]

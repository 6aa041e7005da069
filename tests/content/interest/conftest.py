import pytest
import time_machine

from tests.clock import NOW
from tests.content.availability.conftest import places, programmes  # noqa: F401  (fixtures)


@pytest.fixture(autouse=True)
def _clock():
    """Let pages be read at NOW, whatever day it is."""
    with time_machine.travel(NOW, tick=False):
        yield

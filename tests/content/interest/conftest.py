import pytest
import time_machine

from content.availability import actions as availability
from content.availability.rules import Assertion
from content.interest import actions
from portal.core.periods import Period
from tests.clock import NOW, instant
from tests.content.availability.conftest import places, programmes  # noqa: F401  (fixtures)

OPENS = instant("2027-02-28T21:00")  # 1 March in Nairobi


@pytest.fixture(autouse=True)
def _clock():
    """Let pages be read at NOW, whatever day it is."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kenya(places, programmes):  # noqa: F811
    """Return what states QOPI in an area from an instant on, published at another."""

    def publish(status, since, *, now=NOW, area="KE"):
        return availability.state(programmes["QOPI"], Assertion(places[area], status, Period(since, None)), by="Staff", now=now)

    return publish


@pytest.fixture
def register(places, programmes):  # noqa: F811
    def register(email="asha@clinic.example", *, place="KE", language="es", now=NOW, **said):
        about = (programmes["QOPI"], places[place])
        return actions.register(*about, email=email, language=language, said=actions.Said(**said), now=now)

    return register


@pytest.fixture
def waiting(register):
    def waiting(email="asha@clinic.example", *, now=NOW, **more):
        made = register(email, now=now, **more)
        return actions.confirm(actions.token_of(made), now=now)

    return waiting

"""What stands above tells what stands below by lists it appends to. Each list is named here with who is in it."""

import pytest

from content.availability import holders, impact, offers
from portal.accounts import idle

LISTS = {
    "impact": (
        impact.PROVIDERS,
        [
            "content.interest.impact.people_told",
            "content.interest.impact.people_told_otherwise",
            "licensing.staff.impact.licences_and_applications",
        ],
    ),
    "idle": (idle.PROVIDERS, ["licensing.needed.needed"]),
    "holders": (holders.PROVIDERS, ["licensing.holders.holders"]),
    "offers": (offers.PROVIDERS, ["licensing.offerings.queries.offers_in"]),
}


@pytest.mark.row("A10")
@pytest.mark.parametrize("name", LISTS)
def test_who_is_in_the_list(name):
    there, expected = LISTS[name]
    assert [f"{one.__module__}.{one.__qualname__}" for one in there] == expected

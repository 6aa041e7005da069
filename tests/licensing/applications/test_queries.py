"""By when a decision is promised, and what counts under which tab."""

import pytest

from licensing.applications import clock, queries
from licensing.applications.rules import State
from tests.clock import instant


@pytest.mark.parametrize(
    "sent, due",
    [
        ("2026-11-19T12:00", "2027-01-04"),
        ("2026-11-20T23:59", "2027-01-05"),
        ("2026-11-21T00:00", "2027-01-05"),
        ("2026-11-22T10:00", "2027-01-05"),
        ("2026-11-23T00:00", "2027-01-06"),
    ],
)
def test_a_decision_is_due_thirty_working_days_after_the_day_of_submission(sent, due):
    assert clock.decision_due(instant(sent)).isoformat() == due


def test_every_state_stands_under_a_tab():
    assert frozenset().union(*queries.TABS.values()) == set(State)

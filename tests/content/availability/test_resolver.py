"""Ten thousand random histories on the law alone: what ``put``, ``cut`` and ``at`` say is what a replay of all orders says."""

from dataclasses import dataclass, field

import pytest

from content.availability.rules import Assertion, Source, Status, at, cut, put
from i18n.places.load import ALWAYS
from portal.core.periods import Period
from tests.content.availability.histories import PLACES, REGIONS, SLOTS, history, logged, period_of, slot_at
from tests.content.availability.oracle import Oracle

NUMBER = {code: number for number, code in enumerate([*PLACES, *REGIONS])}
HISTORIES = 10_000


@dataclass
class Held:
    """What is held for true after some orders, as statements and memberships keep it, without a database."""

    assertions: frozenset[Assertion] = frozenset()
    members: dict[tuple[str, str], list[Period]] = field(default_factory=dict)

    def obey(self, order: tuple) -> None:
        if order[0] == "member":
            _, region, place, slots, is_member = order
            period = period_of(*slots)
            left = [part for one in self.members.get((region, place), []) for part in one - period]
            self.members[region, place] = left + ([period] if is_member else [])
            return
        _, area, slots, status, frozen = order
        if status is None:
            self.assertions = cut(self.assertions, area=NUMBER[area], period=period_of(*slots))
        else:
            members_at = None if frozen is None else slot_at(frozen)
            self.assertions = put(self.assertions, Assertion(NUMBER[area], Status(status), period_of(*slots), members_at))

    def sources(self) -> list[Source]:
        through = [(code, code, Period(ALWAYS)) for code in PLACES]
        through += [(region, place, period) for (region, place), periods in self.members.items() for period in periods]
        return [
            Source(
                NUMBER[place], one.area, area, one.status.value, 0, one.period.valid_from, one.period.valid_to, one.members_at,
                period.valid_from, period.valid_to,
            )
            for area, place, period in through
            for one in self.assertions
            if one.area == NUMBER[area]
        ]  # fmt: skip


@pytest.mark.row("A5")
def test_ten_thousand_histories_are_what_a_replay_of_all_orders_says():
    for number in range(HISTORIES):
        oracle, held = Oracle(PLACES), Held()
        for tick, order in enumerate(history(number)):
            held.obey(order)
            oracle.log.append(logged(tick, order))
        sources = held.sources()
        for slot in range(SLOTS):
            said = {place: answer.status for place, answer in at(sources, slot_at(slot)).items()}
            expected = {NUMBER[place]: status for place in PLACES if (status := oracle.status(place, slot=slot, tick=tick))}
            assert said == expected, (number, slot)

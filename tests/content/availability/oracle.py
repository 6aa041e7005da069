"""A naive full-log oracle: it keeps every order ever given and replays all of them for each question.

Time is cut into slots; nothing here uses periods, splices, SQL or the rules module.
"""

from dataclasses import dataclass, field

ORDER = ["available", "by_licence", "pilot", "on_request", "suspended", "withdrawn"]


@dataclass
class Oracle:
    """``log``: (tick of recording, order); an order is ("state", area, first, last, status or None, frozen slot) or ("member", region, place, first, last, bool)."""

    places: list[str]
    log: list[tuple[int, tuple]] = field(default_factory=list)

    def status(self, place: str, *, slot: int, tick: int) -> str | None:
        """Return the status of the place in the slot, by the orders recorded up to the tick."""
        stated: dict[tuple[str, int], tuple] = {}
        member: dict[tuple[str, str, int], bool] = {}
        for recorded, order in self.log:
            if recorded > tick:
                continue
            if order[0] == "member":
                _, region, who, first, last, is_member = order
                for at in range(first, last):
                    member[region, who, at] = is_member
            else:
                _, area, first, last, status, frozen = order
                for at in range(first, last):
                    stated[area, at] = (status, frozen)
        own = stated.get((place, slot), (None, None))[0]
        if own:
            return own
        found = []
        for (area, at), (status, frozen) in stated.items():
            if at == slot and status and area != place and member.get((area, place, slot if frozen is None else frozen)):
                found.append(status)
        return min(found, key=ORDER.index, default=None)

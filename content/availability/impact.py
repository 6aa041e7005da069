"""What publishing a draft would touch: the public answers that change, and what others hold there, asked of the packages above.

They register themselves in ``AppConfig.ready``; ``tests/house/test_providers.py`` lists them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from content.availability import queries
from content.availability.differences import Difference, differences
from content.availability.rules import Assertion


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One thing somebody holds or asked for: ``title`` is a name in ``lang``; no ``url``: the reader may not open it."""

    title: str
    lang: str = ""
    number: str = ""
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Things of one kind, how many there are, and the first of them. ``lines`` may be empty where the reader may only know how many.

    ``of``: how many lines there would be, where a line is about several things.
    """

    label: str
    count: int
    lines: list[Touched] = field(default_factory=list)
    of: int | None = None

    @property
    def all_lines(self) -> int:
        return self.count if self.of is None else self.of


class Provider(Protocol):
    """``may`` asks for a permission of the reader. The number of statements does not depend on that of the differences."""

    def __call__(
        self, programme_id: int, changes: Sequence[Difference], *, at: datetime, may: Callable[[str], bool]
    ) -> Sequence[Group]: ...


PROVIDERS: list[Provider] = []


def touched(programme_id: int, changes: Sequence[Difference], *, at: datetime, may: Callable[[str], bool]) -> list[Group]:
    """Return what stands on the answers that change, kind by kind, without kinds of which there is nothing."""
    if not changes:
        return []
    return [group for provider in PROVIDERS for group in provider(programme_id, changes, at=at, may=may) if group.count]


def changes(current: Collection[Assertion], wanted: Collection[Assertion]) -> list[Difference]:
    """Return which answers change where ``wanted`` takes the place of ``current``, all that is asserted for one programme. One statement."""
    areas = {one.area for one in set(current) ^ set(wanted)}
    before, after = queries.sources(current, wanted)
    places = {source.place for source in (*before, *after) if source.area in areas}
    return differences((one for one in before if one.place in places), (one for one in after if one.place in places))

"""What a desk is made of. Each room of licensing gives its part as a function of who looks and when; media and the portal add theirs on top.

``TURNS`` give what somebody has to do next, ``SECTIONS`` what the organisation has, in the order shown. A provider asks for itself whether
the person may see what it shows, and returns nothing where there is nothing. The lists are filled at the end of ``licensing/web/desk.py``
and, for what stands above licensing, in ``portal.web.apps.WebConfig.ready`` (``from licensing.web import turns; turns.SECTIONS.append(…)``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class TurnItem:
    """One thing to be done. ``yours`` False: it waits for somebody else, and ``state`` with its ``tone`` says for whom.

    ``due`` is the day or instant by which; ``zone`` is where that day ends; ``due_note`` what stands below it.
    ``application_id`` puts it on that application's page as well. ``main``: the grave or final act of its kind (sign, pay).
    """

    title: str
    url: str
    text: str = ""
    yours: bool = True
    action: str = ""
    due: date | datetime | None = None
    due_note: str = ""
    zone: str = "UTC"
    state: str = ""
    tone: str = "quiet"
    application_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the desk below the turns: ``template`` is drawn with ``context`` under ``title``. ``half``: two stand side by side."""

    key: str
    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    half: bool = False


Turns = Callable[[Any, User, datetime], list[TurnItem]]  # (acting, user, now)
Sections = Callable[[Any, User, datetime], Section | None]
TURNS: list[Turns] = []
SECTIONS: list[Sections] = []


def items(acting: Any, user: User, now: datetime) -> list[TurnItem]:
    """Return everything that waits, for the person and for others: what has a day first, the earliest first."""
    found = [item for turns in TURNS for item in turns(acting, user, now)]
    return sorted(found, key=_urgency)


def _urgency(item: TurnItem) -> tuple[bool, str]:
    return item.due is None, item.due.isoformat() if item.due else ""


def sections(acting: Any, user: User, now: datetime) -> list[Section]:
    return [section for provider in SECTIONS if (section := provider(acting, user, now))]

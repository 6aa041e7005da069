"""The history of a thing as people read it: one sentence for each event. Each room adds the sentences of its own commands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from licensing.history.models import Event

# (kind of subject, command) -> sentence, tone, shape. %(who)s is the actor as named then.
SENTENCES: dict[tuple[str, str], tuple[Any, str, str]] = {
    ("application", "create"): (gettext_lazy("%(who)s began the draft"), "none", "todo"),
    ("application", "submit"): (gettext_lazy("%(who)s submitted the application; its answers are frozen"), "info", "done"),
    ("application", "take"): (gettext_lazy("%(who)s took it for review"), "info", "begun"),
    ("application", "ask"): (gettext_lazy("%(who)s asked the applicant; the clock stands still"), "turn", "turn"),
    ("application", "answer"): (gettext_lazy("%(who)s answered; a new copy is frozen and the clock runs"), "info", "done"),
    ("application", "file_reply"): (gettext_lazy("%(who)s filed an answer that came by mail"), "info", "done"),
    ("application", "resume"): (gettext_lazy("%(who)s went on with the review; the clock runs"), "info", "begun"),
    ("application", "approve"): (gettext_lazy("%(who)s approved it"), "good", "done"),
    ("application", "decline"): (gettext_lazy("%(who)s declined it"), "ended", "withdrawn"),
    ("application", "send_paper"): (gettext_lazy("%(who)s sent a paper"), "info", "done"),
    ("application", "withdraw"): (gettext_lazy("%(who)s withdrew it"), "ended", "withdrawn"),
    ("application", "warn"): (gettext_lazy("A letter said when the draft will be erased"), "turn", "turn"),
    ("application", "lapse"): (gettext_lazy("It was closed, because nobody went on with it; what it held is erased"), "ended", "expired"),
    ("application", "erase"): (gettext_lazy("What it held is erased"), "none", "expired"),
}


@dataclass(frozen=True)
class Line:
    at: datetime
    sentence: str
    tone: str
    icon: str
    note: str = ""


def timeline(events: Iterable[Event]) -> list[Line]:
    """Return the events newest first; saves in a row by one person are one line."""
    lines: list[Line] = []
    saves: list[Event] = []
    for event in events:
        if saves and (event.command != "save" or event.actor_label != saves[-1].actor_label):
            lines.append(_saved(saves))
            saves = []
        if event.command == "save":
            saves.append(event)
        elif found := _found(event):
            _words, tone, icon = found
            lines.append(Line(event.recorded_at, sentence(event), tone, icon, event.reason))
    if saves:
        lines.append(_saved(saves))
    return lines[::-1]


def sentence(event: Event) -> str:
    """Return what one event says; a command nobody has words for is named as it is."""
    if event.command == "save":
        return _saved([event]).sentence
    found = _found(event)
    return str(found[0]) % {"who": who(event)} if found else event.command


def _found(event: Event) -> tuple[Any, str, str] | None:
    """Return how a command is said; one that holds from later on may have words of its own."""
    usual = SENTENCES.get((event.subject_kind, event.command))
    return SENTENCES.get((event.subject_kind, f"{event.command}_ahead"), usual) if event.effective_at > event.recorded_at else usual


def who(event: Event) -> str:
    """Return the actor as named then; the portal itself for a job."""
    return event.actor_label if event.actor_id else pgettext("who did it", "The portal")


def _saved(saves: list[Event]) -> Line:
    sections = len({event.payload.get("step") for event in saves})
    if not saves[-1].actor_id:
        return Line(saves[-1].recorded_at, gettext("Answers were saved"), "none", "done")
    words = ngettext("%(who)s saved answers in one section", "%(who)s saved answers in %(count)s sections", sections)
    return Line(saves[-1].recorded_at, words % {"who": who(saves[-1]), "count": sections}, "none", "done")

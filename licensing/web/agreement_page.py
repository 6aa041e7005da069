"""What an agreement's page shows, to its licensee and to staff alike: the lines in order, the text in two languages, what it waits for."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import get_language

from licensing.agreements import actions, sheet
from licensing.agreements.models import Agreement, Signature
from licensing.agreements.rules import Side, State, next_line
from licensing.conditions import conditions


@dataclass(frozen=True, slots=True)
class SigningLine:
    """A line to be signed: whether it is signed, whose turn it is, and whether that is the reader."""

    side: str
    name: str
    office: str
    signature: Signature | None
    turn: bool
    yours: bool


def signing_lines(agreement: Agreement, user: Any, *, may_countersign: bool = False) -> list[SigningLine]:
    """Return the lines in signing order."""
    rows = list(agreement.requests.select_related("signature", "user"))
    waits = next_line(actions.lines(rows)) if agreement.state == State.OUT_FOR_SIGNATURE else None
    return [
        SigningLine(
            side=row.side,
            name=row.name,
            office=row.office,
            signature=getattr(row, "signature", None),
            turn=waits is not None and waits.id == row.pk,
            yours=row.user_id == user.pk or (row.side == Side.LICENSOR and may_countersign),
        )
        for row in rows
    ]


def page(agreement: Agreement, user: Any, *, copy: str | None, may_countersign: bool = False) -> dict[str, Any]:
    """Return the context of the page; ``copy`` is the reading language asked for ('' = none, None = the reader's)."""
    language = get_language() or "en"
    lines = signing_lines(agreement, user, may_countersign=may_countersign)
    turn = next((line for line in lines if line.turn), None)
    reading = _reading(agreement, language if copy is None else copy)
    text = agreement.context["text"]
    return {
        "agreement": agreement,
        "lines": lines,
        "turn": turn,
        "your_turn": turn is not None and turn.yours,
        "signed_by_you": next((line.signature for line in lines if line.yours and line.signature), None),
        "key_terms": (agreement.context["reading"].get(language) or text)["key_terms"],
        "key_terms_language": language if language in agreement.context["reading"] else text["language"],
        "text": text,
        "reading": reading,
        "copies": list(agreement.context["reading"]),
        "clauses": _side_by_side(text["clauses"], reading and reading["clauses"], _clause),
        "schedules": _side_by_side(text["schedules"], reading and reading["schedules"], _schedule),
        "conditions": conditions(agreement.terms, agreement, language=language),
        "licence": getattr(agreement, "licence", None),
    }


def _reading(agreement: Agreement, language: str) -> dict[str, Any] | None:
    return agreement.context["reading"].get(language)


def _side_by_side(parts: list[dict], copies: list[dict] | None, shape: Any) -> list[tuple[Any, Any]]:
    return [(shape(part), shape(copy) if copy else None) for part, copy in zip_longest(parts, copies or [])]


def _clause(clause: dict) -> dict[str, Any]:
    return clause | {"paragraphs": sheet.paragraphs(clause["body"], str(clause["number"]))}


def _schedule(schedule: dict) -> dict[str, Any]:
    return schedule | {"paragraphs": sheet.paragraphs(schedule["body"])}


def closes_soon(agreement: Agreement, *, now: datetime) -> bool:
    """Say whether the signing window is over."""
    return agreement.window_ends_at is not None and now >= agreement.window_ends_at

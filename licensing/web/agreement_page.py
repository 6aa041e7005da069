"""What an agreement's page shows, to its licensee and to staff alike: the lines in order, the text in two languages, what it waits for."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import get_language

from licensing.agreements import comparison, moves, sheet, stated
from licensing.agreements.comparison import Change, Kind, Part
from licensing.agreements.models import Agreement, Signature
from licensing.agreements.naming import language_names
from licensing.agreements.rules import Side, State
from licensing.agreements.stated import Difference
from licensing.agreements.text import NumberedClause
from licensing.conditions import conditions
from licensing.history.models import Event
from licensing.organisations import queries
from licensing.organisations.models import SigningPower

LONG = 12  # rows of a schedule, or lines of it that changed
OPEN = (State.OUT_FOR_SIGNATURE, State.LAPSED_UNSIGNED)


@dataclass(frozen=True, slots=True)
class SigningLine:
    """A line to be signed: whether it is signed, whose turn it is, and whether that is the reader.

    ``lost``: it is not signed, and who stands on it has no power to sign any more.
    """

    pk: int
    side: str
    name: str
    office: str
    signature: Signature | None
    turn: bool
    yours: bool
    lost: bool

    @property
    def replaceable(self) -> bool:
        return self.side == Side.LICENSEE and self.signature is None


def signing_lines(agreement: Agreement, user: Any, *, now: datetime, may_countersign: bool = False) -> list[SigningLine]:
    """Return the lines in signing order."""
    rows = moves.rows_of(agreement)
    is_open = agreement.state == State.OUT_FOR_SIGNATURE
    waits = moves.upcoming(rows) if is_open else None
    return [
        SigningLine(
            pk=row.pk,
            side=row.side,
            name=row.name,
            office=row.office,
            signature=getattr(row, "signature", None),
            turn=waits is not None and waits.pk == row.pk,
            yours=row.user_id == user.pk or (row.side == Side.LICENSOR and may_countersign),
            lost=is_open and not moves.signed(row) and moves.lost_power(agreement, row, on=now.date()),
        )
        for row in rows
    ]


def page(agreement: Agreement, user: Any, *, copy: str | None, now: datetime, may_countersign: bool = False) -> dict[str, Any]:
    """Return the context of the page; ``copy`` is the reading language asked for ('' = none, None = the reader's)."""
    language = get_language() or "en"
    lines = signing_lines(agreement, user, now=now, may_countersign=may_countersign)
    turn = next((line for line in lines if line.turn), None)
    reading = agreement.context["reading"].get(language if copy is None else copy)
    text = agreement.context["text"]
    status = agreement.status(at=now)
    return {
        "agreement": agreement,
        "status": status,
        "is_open": status in OPEN,
        "over": status == State.LAPSED_UNSIGNED,
        "lines": lines,
        "turn": turn,
        "your_turn": turn is not None and turn.yours,
        "signed_by_you": next((line.signature for line in lines if line.yours and line.signature), None),
        "declined": Event.objects.of(agreement).filter(command="decline").first(),
        "key_terms": (agreement.context["reading"].get(language) or text)["key_terms"],
        "key_terms_language": language if language in agreement.context["reading"] else text["language"],
        "text": text,
        "reading": reading,
        "copy_language": language_names([agreement.reading_language], language)[0] if agreement.reading_key else "",
        "clauses": _side_by_side(text["clauses"], reading and reading["clauses"], _clause),
        "schedules": _side_by_side(text["schedules"], reading and reading["schedules"], _schedule),
        "renewal": renewal_changes(agreement, reading["language"] if reading else ""),
        "conditions": conditions(agreement.terms, agreement, language=language),
        "licence": getattr(agreement, "licence", None),
        "has_evidence": has_evidence(agreement),
    }


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A clause that is not what it was, with the words of both texts in parts."""

    change: Change
    before: list[Part]
    after: list[Part]


@dataclass(frozen=True, slots=True)
class StatementShown:
    """What the front page or a schedule states otherwise, with the words of both in parts."""

    difference: Difference
    before: list[Part]
    after: list[Part]

    @property
    def is_long(self) -> bool:
        return max(side.count("\n") for side in (self.difference.before, self.difference.after)) >= LONG


@dataclass(frozen=True, slots=True)
class RenewalChanges:
    """What a renewal says otherwise than the agreement ``former``, in one language; ``same`` are the clauses that say the same."""

    former: Agreement
    language: str
    statements: list[StatementShown]
    shown: list[ChangeShown]
    same: list[NumberedClause]

    @property
    def counts(self) -> dict[str, int]:
        kinds = [one.change.kind for one in self.shown]
        return {kind.value: kinds.count(kind) for kind in Kind}


def renewal_changes(agreement: Agreement, language: str) -> RenewalChanges | None:
    """Return the comparison with the agreement of the licence that is renewed; None where there is none in the portal.

    In the reading ``language`` if both have a copy in it, else in the text that prevails.
    """
    renewed = agreement.terms.application.renews
    former = renewed.agreement if renewed is not None else None
    if former is None:
        return None
    both = [one.context["reading"].get(language) for one in (former, agreement)]
    before, after = both if all(both) else [one.context["text"] for one in (former, agreement)]
    statements = [StatementShown(one, *comparison.words(one.before, one.after)) for one in stated.differences(before, after)]
    changes = comparison.compare(_clauses(before), _clauses(after))
    shown = [_change(change) for change in changes if change.kind is not Kind.SAME]
    return RenewalChanges(
        former, after["language"], statements, shown, [change.after for change in changes if change.after and change.kind is Kind.SAME]
    )


def _clauses(text: dict[str, Any]) -> list[NumberedClause]:
    return [NumberedClause(**clause) for clause in text["clauses"]]


def _change(change: Change) -> ChangeShown:
    return ChangeShown(change, *comparison.words(*(clause.body if clause else "" for clause in (change.before, change.after))))


def has_evidence(agreement: Agreement) -> bool:
    """Say whether the story of its signatures is told: it is sealed, or it ended without."""
    return agreement.sealed_at is not None or (agreement.state in (State.DECLINED, State.VOIDED) and agreement.sent_at is not None)


def may_replace_with(agreement: Agreement, *, now: datetime) -> list[SigningPower]:
    """Return who may be put on a line: everybody with the power to sign today who stands on none."""
    standing = set(agreement.requests.filter(user__isnull=False).values_list("user_id", flat=True))
    found = queries.signatories(agreement.organisation, on=now.date())
    able = {power.user_id: power for power in found if moves.power_of(agreement.organisation, power.user_id, on=now.date())}
    return [power for user_id, power in able.items() if user_id not in standing]


def _side_by_side(parts: list[dict], copies: list[dict] | None, shape: Any) -> list[tuple[Any, Any]]:
    return [(shape(part), shape(copy) if copy else None) for part, copy in zip_longest(parts, copies or [])]


def _clause(clause: dict) -> dict[str, Any]:
    return clause | {"paragraphs": sheet.paragraphs(clause["body"], str(clause["number"]))}


def _schedule(schedule: dict) -> dict[str, Any]:
    """Return a schedule with its table as (column, cell), to be read as records on a phone; a long one is closed until it is asked for."""
    lines = [list(zip_longest(schedule["columns"], row, fillvalue="")) for row in schedule["rows"]]
    return schedule | {"paragraphs": sheet.paragraphs(schedule["body"]), "lines": lines, "is_long": len(lines) > LONG}

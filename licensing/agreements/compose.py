"""The text of an agreement: a template and its clauses, filled with the facts of one licence.

Pure: no Django, no clock, no network. The same input gives the same text and the same ``context_sha256``; any other word gives another.
A body is plain text: a blank line parts paragraphs, a line that begins with ``- `` or ``(a) `` is an item of a list, ``{name}`` is a variable.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

# The closed list of what a clause may ask for. ``{clause_<code>}`` besides gives the number of another clause of the same agreement.
VARIABLES = frozenset(
    """
    agreement_number application_number quote_number
    licensor_name licensor_form licensor_registration licensor_address licensor_notices
    licensee_name licensee_form licensee_registration licensee_address licensee_notices
    offering_code offering_name programme_name edition kit_name release unit_of_use
    territory languages audience term zone working_day_city rights_until renewal
    fee fee_basis currency tier tier_list_date waiver due_days attendance_fee
    exclusivity exclusivity_until exclusivity_condition marks evidence
    governing_law dispute_seat liability_cap
    """.split()
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LINE_SPACES = str.maketrans({"\t": " ", "\u202f": "\xa0", "\u2009": "\xa0", "\u2007": "\xa0", "\r": None, "\ufeff": None})


class Incomplete(Exception):
    """The text cannot be composed; ``code`` is stable and translatable, ``facts`` name what is missing.

    ``missing_variable`` (name) · ``missing_clause`` (clause) · ``missing_fact`` (name) · ``stray_brace`` · ``no_such_clause`` (number)
    """

    def __init__(self, code: str, **facts: Any):
        super().__init__(code, facts)
        self.code, self.facts = code, facts
        self.name = facts.get("name")


@dataclass(frozen=True)
class ClauseText:
    """One version of one clause, as the library holds it: ``body`` still with its placeholders."""

    code: str
    version: int
    title: str
    body: str


@dataclass(frozen=True)
class TemplateClause:
    """The place of a clause in a template: used when ``when`` holds of the facts; an optional one may be absent from the library."""

    code: str
    when: Mapping[str, Any] = field(default_factory=dict)
    required: bool = True


@dataclass(frozen=True)
class TemplateText:
    """One version of a template: its title (with placeholders) and its clauses in order."""

    code: str
    version: int
    language: str
    title: str
    prevailing_note: str
    clauses: tuple[TemplateClause, ...]


@dataclass(frozen=True)
class Representative:
    """Who signs for a party; ``powers`` says on what powers, alone or jointly."""

    name: str
    office: str
    powers: str = ""


@dataclass(frozen=True)
class Party:
    """A party as registered. ``side`` is ``licensor`` or ``licensee``; ``local_name`` is the name in its own language and script."""

    side: str
    legal_name: str
    legal_form: str
    registration: str
    address: str
    represented_by: tuple[Representative, ...] = ()
    local_name: str = ""
    local_language: str = ""


@dataclass(frozen=True)
class KeyTerm:
    """A line of the front page; ``note`` says what the value rests on (a list date, a zone)."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class NumberedClause:
    """A clause as it stands in one agreement: numbered and filled; ``special`` is the special term that prevails over it, such as ``G.1``."""

    number: int
    code: str
    version: int
    title: str
    body: str
    special: str = ""


@dataclass(frozen=True)
class SpecialTerm:
    """A term agreed for this agreement only; it prevails over the clause with this code ('' = it stands beside all clauses)."""

    body: str
    clause: str = ""


@dataclass(frozen=True)
class Schedule:
    """An annex: text, a table, or both. ``special`` marks the special terms, which are shown apart."""

    letter: str
    title: str
    body: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    special: bool = False


@dataclass(frozen=True)
class AgreementText:
    """All that one agreement says, ready to be shown, rendered and hashed.

    ``template_sha256`` is of the unfilled clauses, so that two agreements on one text can be recognised; ``context_sha256`` of everything else here.
    """

    number: str
    title: str
    language: str
    prevailing_note: str
    demo: bool
    parties: tuple[Party, ...]
    key_terms: tuple[KeyTerm, ...]
    clauses: tuple[NumberedClause, ...]
    schedules: tuple[Schedule, ...]
    template_code: str
    template_version: int
    template_sha256: str
    context_sha256: str = ""


def plain(value: Any) -> str:
    """Return ``value`` as text in composed form (NFC), with ordinary spaces where a typographic one would need a rare glyph."""
    return unicodedata.normalize("NFC", str(value)).translate(_LINE_SPACES).strip()


def placeholders(body: str) -> set[str]:
    """Return the names that a body asks for."""
    return set(_PLACEHOLDER.findall(body))


def fill(body: str, variables: Mapping[str, Any]) -> str:
    """Return ``body`` with each ``{name}`` replaced by its value as plain text; braces inside a value stay what they are.

    :raises Incomplete: ``missing_variable`` for a name outside the closed list, without a value, or with an empty one; ``stray_brace``.
    """

    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        known = name in VARIABLES or name.startswith("clause_")
        value = plain(variables[name]) if known and variables.get(name) is not None else ""
        if not value:
            raise Incomplete("missing_variable", name=name)
        return value

    if {"{", "}"} & set(_PLACEHOLDER.sub("", body)):
        raise Incomplete("stray_brace", body=body[:80])
    return _PLACEHOLDER.sub(value_of, plain(body))


def applies(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Say whether a clause's rule holds: every key must match; a list means any of these; a fact of several values matches by any of them.

    :raises Incomplete: ``missing_fact``: a rule about something nobody stated must not drop a clause in silence.
    """
    for name, wanted in when.items():
        if name not in facts:
            raise Incomplete("missing_fact", name=name)
        if not set(_several(wanted)) & set(_several(facts[name])):
            return False
    return True


def compose(
    template: TemplateText,
    clauses: Iterable[ClauseText],
    facts: Mapping[str, Any],
    variables: Mapping[str, Any],
    *,
    number: str,
    parties: Sequence[Party],
    key_terms: Sequence[KeyTerm],
    schedules: Sequence[Schedule] = (),
    special_terms: Sequence[SpecialTerm] = (),
    demo: bool,
) -> AgreementText:
    """Return the text of agreement ``number``: the clauses whose rule holds, numbered in order and filled, with its hashes.

    :raises Incomplete: what is missing, by name; nothing is left out in silence.
    """
    chosen = _chosen(template, clauses, facts)
    numbers = {clause.code: position for position, clause in enumerate(chosen, start=1)}
    values = {"agreement_number": number, **variables, **{f"clause_{code}": position for code, position in numbers.items()}}
    marks = _special_marks(special_terms, numbers)
    text = AgreementText(
        number=plain(number),
        title=fill(template.title, values),
        language=template.language,
        prevailing_note=plain(template.prevailing_note),
        demo=demo,
        parties=tuple(_plain_fields(party) for party in parties),
        key_terms=tuple(_plain_fields(term) for term in key_terms),
        clauses=tuple(
            NumberedClause(numbers[c.code], c.code, c.version, fill(c.title, values), fill(c.body, values), marks.get(c.code, "")) for c in chosen
        ),
        schedules=(*(_filled_schedule(schedule, values) for schedule in schedules), *_special_schedule(special_terms, numbers, values)),
        template_code=template.code,
        template_version=template.version,
        template_sha256=_sha256({"template": asdict(template), "clauses": [asdict(clause) for clause in chosen]}),
    )
    return replace(text, context_sha256=context_sha256(text))


def context_sha256(text: AgreementText) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of everything in ``text`` but this hash itself."""
    return _sha256(asdict(replace(text, context_sha256="")))


def _several(value: Any) -> tuple[Any, ...]:
    """Return the values of a rule or fact; kinds are told apart, so that ``True`` is not 1."""
    values = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
    return tuple((type(one).__name__, one) for one in values)


def _chosen(template: TemplateText, clauses: Iterable[ClauseText], facts: Mapping[str, Any]) -> list[ClauseText]:
    library = {clause.code: clause for clause in clauses}
    chosen = []
    for place in template.clauses:
        if not applies(place.when, facts):
            continue
        if place.code in library:
            chosen.append(library[place.code])
        elif place.required:
            raise Incomplete("missing_clause", clause=place.code)
    return chosen


def _special_marks(terms: Sequence[SpecialTerm], numbers: Mapping[str, int]) -> dict[str, str]:
    """Return which special term prevails over which clause: ``{"fees": "G.1"}``."""
    for term in terms:
        if term.clause and term.clause not in numbers:
            raise Incomplete("no_such_clause", clause=term.clause)
    marks: dict[str, str] = {}
    for position, term in enumerate(terms, start=1):
        if term.clause:
            marks[term.clause] = ", ".join(filter(None, (marks.get(term.clause), f"G.{position}")))
    return marks


def _special_schedule(terms: Sequence[SpecialTerm], numbers: Mapping[str, int], values: Mapping[str, Any]) -> tuple[Schedule, ...]:
    if not terms:
        return ()
    rows = tuple((f"G.{at}", str(numbers.get(term.clause, "")), fill(term.body, values)) for at, term in enumerate(terms, start=1))
    return (Schedule("G", "", rows=rows, special=True),)


def _filled_schedule(schedule: Schedule, values: Mapping[str, Any]) -> Schedule:
    rows = tuple(tuple(plain(cell) for cell in row) for row in schedule.rows)
    columns = tuple(plain(column) for column in schedule.columns)
    return replace(schedule, title=plain(schedule.title), body=fill(schedule.body, values), columns=columns, rows=rows)


def _plain_fields(record: Any) -> Any:
    """Return a party or key term with every text in composed form, its representatives included."""
    changed = {name: plain(value) for name, value in vars(record).items() if isinstance(value, str)}
    if isinstance(record, Party):
        changed["represented_by"] = tuple(_plain_fields(person) for person in record.represented_by)
    return replace(record, **changed)


def _sha256(content: Any) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

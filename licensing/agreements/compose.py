"""The text of an agreement: a template and its clauses, filled with the facts of one licence.

Pure: no Django, no clock, no network. The same input gives the same text and
the same ``context_sha256``; any other word gives another.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from licensing.agreements.text import (
    AgreementText,
    ClauseText,
    KeyTerm,
    NumberedClause,
    Party,
    Schedule,
    SpecialTerm,
    TemplateText,
)

# The closed list of what a clause may ask for. ``{clause_<code>}`` besides gives the number of another clause of the same agreement.
VARIABLES = frozenset(
    {
        "agreement_number", "currency", "edition", "exclusivity", "fee", "kit", "languages", "law", "licensee", "licensee_address",
        "licensee_form", "licensee_registration", "licensor", "licensor_address", "licensor_registration", "notice_contact", "offering",
        "programme", "quote_number", "rights", "seat", "signatories", "term_end", "term_start_rule", "territory", "tier", "tier_list_date",
        "waiver", "zone",
    }
)  # fmt: skip
SPECIAL = "G"  # the schedule of special terms
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LINE_SPACES = str.maketrans({"\t": " ", "\u202f": "\xa0", "\u2009": "\xa0", "\u2007": "\xa0", "\r": None, "\ufeff": None})


class Incomplete(Exception):
    """The text cannot be composed; ``code`` is stable and translatable, ``facts`` name what is missing.

    ``missing_variable`` (name) · ``missing_clause`` (clause) · ``missing_fact`` (name) · ``missing_copy`` (language) · ``stray_brace`` · ``no_such_clause`` (number)
    """

    def __init__(self, code: str, **facts: Any):
        super().__init__(code, facts)
        self.code, self.facts = code, facts
        self.name = facts.get("name")


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
        clauses=tuple(_numbered(clause, numbers[clause.code], values, marks.get(clause.code, "")) for clause in chosen),
        schedules=_with_special_terms(schedules, special_terms, numbers, values),
        template_code=template.code,
        template_version=template.version,
        template_sha256=_sha256({"template": asdict(template), "clauses": [asdict(clause) for clause in chosen]}),
    )
    return replace(text, context_sha256=context_sha256(text))


def naming_copy(text: AgreementText, *, language: str, sha256: str) -> AgreementText:
    """Return ``text`` naming its reading copy, the PDF of that hash; its own hash changes with it."""
    named = replace(text, reading_language=language, reading_sha256=sha256)
    return replace(named, context_sha256=context_sha256(named))


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


def _numbered(clause: ClauseText, number: int, values: Mapping[str, Any], special: str) -> NumberedClause:
    return NumberedClause(number, clause.code, clause.version, fill(clause.title, values), fill(clause.body, values), special)


def _special_marks(terms: Sequence[SpecialTerm], numbers: Mapping[str, int]) -> dict[str, str]:
    """Return which special term prevails over which clause: ``{"fees": "G.1"}``."""
    for term in terms:
        if term.clause and term.clause not in numbers:
            raise Incomplete("no_such_clause", clause=term.clause)
    marks: dict[str, str] = {}
    for position, term in enumerate(terms, start=1):
        if term.clause:
            marks[term.clause] = ", ".join(filter(None, (marks.get(term.clause), f"{SPECIAL}.{position}")))
    return marks


def _with_special_terms(
    schedules: Sequence[Schedule], terms: Sequence[SpecialTerm], numbers: Mapping[str, int], values: Mapping[str, Any]
) -> tuple[Schedule, ...]:
    """Return the schedules filled; special terms stand in schedule G, which is added when the template has none."""
    rows = tuple((f"{SPECIAL}.{at}", str(numbers.get(term.clause, "")), fill(term.body, values)) for at, term in enumerate(terms, start=1))
    filled = [_filled_schedule(schedule, values) for schedule in schedules]
    if not terms:
        return tuple(filled)
    if all(schedule.letter != SPECIAL for schedule in filled):
        filled.append(Schedule(SPECIAL, ""))
    return tuple(replace(one, rows=rows, special=True) if one.letter == SPECIAL else one for one in filled)


def _filled_schedule(schedule: Schedule, values: Mapping[str, Any]) -> Schedule:
    rows = tuple(tuple(plain(cell) for cell in row) for row in schedule.rows)
    columns = tuple(plain(column) for column in schedule.columns)
    return replace(schedule, title=fill(schedule.title, values), body=fill(schedule.body, values), columns=columns, rows=rows)


def _plain_fields(record: Any) -> Any:
    """Return a party or key term with every text in composed form, its representatives included."""
    changed: dict[str, Any] = {name: plain(value) for name, value in vars(record).items() if isinstance(value, str)}
    if isinstance(record, Party):
        changed["represented_by"] = tuple(_plain_fields(person) for person in record.represented_by)
    return replace(record, **changed)


def _sha256(content: Any) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

"""What an agreement is made of, in words: clauses as the library holds them, and the text of one agreement. Pure data.

A body is plain text: a blank line parts paragraphs, a line that begins with ``- `` or ``(a) `` is an item of a list, ``{name}`` is a
variable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
    """A clause as it stands in one agreement: numbered and filled; ``special`` names the special term that prevails over it (``G.1``)."""

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
    """An annex: text, a table, or both; a title may or may not repeat "Schedule A". ``special`` marks the special terms, shown apart."""

    letter: str
    title: str
    body: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    special: bool = False


@dataclass(frozen=True)
class AgreementText:
    """All that one agreement says, ready to be shown, rendered and hashed.

    ``template_sha256`` is of the unfilled clauses, so that agreements on one text can be recognised; ``context_sha256`` of all the rest.
    ``reading_sha256`` is of the PDF of its reading copy in ``reading_language``, so that who signs this text signs that copy too.
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
    reading_language: str = ""
    reading_sha256: str = ""

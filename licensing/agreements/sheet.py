"""An agreement's text as it stands on paper: paragraphs numbered, items told apart, each label in the agreement's language. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from licensing.agreements import words
from licensing.agreements.naming import language_names
from licensing.agreements.text import AgreementText, NumberedClause, Party, Schedule

_ITEM = re.compile(r"^(-|\([0-9a-zA-Z]{1,4}\))\s+(.+)$")


def paragraphs(body: str, number: str = "") -> list[dict[str, Any]]:
    """Return the paragraphs of a body: text before its items, and the items with their marks.

    With ``number`` and more than one paragraph each gets its own: ``4.1``, ``4.2``.
    """
    blocks = [block for block in re.split(r"\n\s*\n", body.strip()) if block.strip()]
    numbered = number and len(blocks) > 1
    return [{"number": f"{number}.{at}" if numbered else "", **_block(block)} for at, block in enumerate(blocks, start=1)]


def printed(text: AgreementText) -> dict[str, Any]:
    """Return the values ready to print."""
    said = words.of(words.AGREEMENT, text.language)
    return {
        "language": text.language,
        "demo": text.demo,
        "words": said,
        "title": text.title,
        "author": next((party.legal_name for party in text.parties if party.side == "licensor"), ""),
        "footer": text.number,
        "number": text.number,
        "prevailing_note": text.prevailing_note,
        "parties": [_party(party, said) for party in text.parties],
        "key_terms": [[term.label, term.value, term.note] for term in text.key_terms],
        "template": said["template"].format(code=text.template_code, version=text.template_version),
        "checksums": _checksums(text, said),
        "clauses": [_clause(clause, said) for clause in text.clauses],
        "schedules": [_schedule(schedule, said) for schedule in text.schedules],
        "signatories": _signatories(text, said),
    }


def _checksums(text: AgreementText, said: dict[str, str]) -> list[list[str]]:
    rows = [[said["context_sha256"], text.context_sha256], [said["template_sha256"], text.template_sha256]]
    if text.reading_sha256:
        (language,) = language_names([text.reading_language], text.language)
        rows.append([said["reading_copy"].format(language=language), text.reading_sha256])
    return rows


def _block(block: str) -> dict[str, Any]:
    lead: list[str] = []
    items: list[dict[str, str]] = []
    for line in (line.strip() for line in block.splitlines()):
        found = _ITEM.match(line)
        if found:
            items.append({"mark": "–" if found[1] == "-" else found[1], "text": found[2]})
        elif items:
            items[-1]["text"] += f" {line}"
        else:
            lead.append(line)
    return {"text": " ".join(lead), "items": items}


def _party(party: Party, said: dict[str, str]) -> dict[str, Any]:
    return {
        "side": said[party.side],
        "name": party.legal_name,
        "local_name": party.local_name,
        "local_language": party.local_language,
        "details": [line for line in (party.legal_form, party.registration, *party.address.splitlines()) if line.strip()],
        "represented_by": [
            {"name": person.name, "office": ", ".join(filter(None, (person.office, person.powers)))} for person in party.represented_by
        ],
    }


def _clause(clause: NumberedClause, said: dict[str, str]) -> dict[str, Any]:
    return {
        "number": str(clause.number),
        "title": clause.title,
        "paragraphs": paragraphs(clause.body, str(clause.number)),
        "prevails": said["prevails"].format(special=clause.special) if clause.special else "",
    }


def heading(letter: str, title: str, *, special: bool, said: Mapping[str, str]) -> str:
    """Return what stands above a schedule: its letter, and its title once."""
    named = said["schedule"].format(letter=letter)
    rest = title.removeprefix(named).lstrip(" .:") or (said["special"] if special else "")
    return f"{named}: {rest}" if rest else named


def _schedule(schedule: Schedule, said: dict[str, str]) -> dict[str, Any]:
    columns = (said["special_number"], said["special_clause"], said["special_term"]) if schedule.special else schedule.columns
    return {
        "heading": heading(schedule.letter, schedule.title, special=schedule.special, said=said),
        "paragraphs": paragraphs(schedule.body or (said["special_lede"] if schedule.special else "")),
        "columns": list(columns),
        "rows": [list(row) for row in schedule.rows],
        "special": schedule.special,
    }


def _signatories(text: AgreementText, said: dict[str, str]) -> list[dict[str, str]]:
    """Return who signs, in order: the licensee's signatories first, then the licensor countersigns."""
    in_order = sorted(text.parties, key=lambda party: party.side == "licensor")
    return [
        {
            "name": person.name,
            "office": ", ".join(filter(None, (person.office, person.powers))),
            "for": said["for"].format(party=party.legal_name),
        }
        for party in in_order
        for person in party.represented_by
    ]

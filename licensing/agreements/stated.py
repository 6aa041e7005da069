"""What an agreement states besides its clauses, on its front page and in its schedules, and what of it a renewal states otherwise.

Pure: no Django, no clock, no network. A text is the one of ``Agreement.context``, the prevailing one or a reading copy.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from licensing.agreements import sheet, words

Stated = dict[str, tuple[str, tuple[str, ...]]]  # what it is known by -> label, lines


@dataclass(frozen=True, slots=True)
class Difference:
    """What is stated under one label, line by line, as far as it differs; '' = not stated there."""

    label: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what the two texts state otherwise, in the order of the new one; what is gone comes last.

    The order of lines says nothing. How often one stands counts, and so do the title of a schedule and the heads of its columns.
    """
    old, new = _stated(before), _stated(after)
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        label, now = new.get(key, ("", ()))
        former, then = old.get(key, ("", ()))
        if key in old and key in new and label != former:
            now, then = (label, *now), (former, *then)
        lost, added = _lacking(then, now), _lacking(now, then)
        if lost or added:
            found.append(Difference(label or former, "\n".join(lost), "\n".join(added)))
    return found


def _lacking(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return the lines that the others lack, each as often as it is lacking."""
    left, found = Counter(others), []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            found.append(line)
    return found


def _stated(text: Mapping[str, Any]) -> Stated:
    said = words.of(words.AGREEMENT, text["language"])
    found: Stated = {term["label"]: (term["label"], _lines(term["value"], term["note"])) for term in text["key_terms"]}
    for party in text["parties"]:
        label = said[party["side"]]
        named = found[label][1] if label in found else _lines(party["legal_name"], party["legal_form"])
        found[label] = label, (*named, *_lines(party["local_name"], party["registration"], party["address"]))
    signing = [_joined(one["name"], one["office"], one["powers"]) for party in text["parties"] for one in party["represented_by"]]
    found["signatories"] = said["represented_by"], tuple(signing)
    for schedule in text["schedules"]:
        rows = [" · ".join(" ".join(cell.split()) for cell in row if cell) for row in (schedule["columns"], *schedule["rows"])]
        heading = sheet.heading(schedule["letter"], schedule["title"], special=schedule["special"], said=said)
        found[f"schedule {schedule['letter']}"] = heading, (*_lines(schedule["body"]), *filter(None, rows))
    return found


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(line.strip() for text in texts for line in text.splitlines() if line.strip())


def _joined(*texts: str) -> str:
    return ", ".join(filter(None, texts))

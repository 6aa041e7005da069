"""What a renewed agreement says otherwise than the one before it, clause by clause, in the words of both. Pure: no Django, no clock, no network."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from licensing.agreements.text import NumberedClause

_WORD = re.compile(r"\S+\s*")


class Kind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One clause before and after, known by its code; a new one has no ``before``, one that is gone no ``after``."""

    before: NumberedClause | None
    after: NumberedClause | None

    @property
    def kind(self) -> Kind:
        if self.before is None:
            return Kind.NEW
        if self.after is None:
            return Kind.GONE
        return Kind.SAME if _said(self.before) == _said(self.after) else Kind.CHANGED

    @property
    def reworded(self) -> bool:
        """Whether the clause itself has another wording; else it changed only in what it states: a sum, a place, a name."""
        return (
            self.kind is Kind.CHANGED and self.before is not None and self.after is not None and self.before.version != self.after.version
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text, and whether the other text says it otherwise or not at all."""

    text: str
    differs: bool


def _said(clause: NumberedClause) -> tuple[str, str, str]:
    """Return what a clause says; its number is not of it."""
    return clause.title, clause.body, clause.special


def compare(before: Sequence[NumberedClause], after: Sequence[NumberedClause]) -> list[Change]:
    """Return every clause of both texts once, in the order of the new one; one that is gone stands after the one it followed."""
    old = {clause.code: clause for clause in before}
    new = {clause.code: clause for clause in after}
    follows: dict[str, list[NumberedClause]] = {}
    kept = ""  # the last clause that is still there; '' = none, the beginning
    for clause in before:
        if clause.code in new:
            kept = clause.code
        else:
            follows.setdefault(kept, []).append(clause)
    changes = [Change(gone, None) for gone in follows.get("", [])]
    for clause in after:
        changes.append(Change(old.get(clause.code), clause))
        changes += [Change(gone, None) for gone in follows.get(clause.code, [])]
    return changes


def words(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Return both texts in parts, so that the words in which they differ can be marked; joined, the parts are the texts."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    steps = SequenceMatcher(None, [word.rstrip() for word in old], [word.rstrip() for word in new], autojunk=False).get_opcodes()
    return (
        list(_parts(old, [(first, last, tag != "equal") for tag, first, last, _, _ in steps])),
        list(_parts(new, [(first, last, tag != "equal") for tag, _, _, first, last in steps])),
    )


def _parts(tokens: Sequence[str], stretches: Sequence[tuple[int, int, bool]]) -> Iterator[Part]:
    for first, last, differs in stretches:
        if first < last:
            yield Part("".join(tokens[first:last]), differs)

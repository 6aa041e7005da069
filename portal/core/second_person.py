"""Which commands need a second person, as one table for the whole house. Pure: no Django, no clock, no database.

The approver is never the author, and who edits is an author too: an edit takes an approval back.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

REFUND_ALONE_UP_TO_MINOR = 0  # a refund above this sum needs two

Facts = Mapping[str, Any]
TABLE: dict[str, Callable[[Facts], bool]] = {
    "availability.publish": lambda facts: True,
    "waiver.decide": lambda facts: True,
    "terms.issue": lambda facts: bool(facts.get("exclusive")),
    **dict.fromkeys(("licence.suspend", "licence.end", "licence.recall", "licence.revoke"), lambda facts: True),
    "invoice.refund": lambda facts: int(facts.get("amount_minor", 0)) > REFUND_ALONE_UP_TO_MINOR,
}


class SamePerson(Exception):
    """Who wants to approve is an author of the same matter; ``code`` is ``same_person``."""

    code = "same_person"


def needs_second_person(command: str, facts: Facts | None = None) -> bool:
    """Say whether ``command`` (``subject.verb``) waits for somebody else than its author; a command that is not in the table does not."""
    rule = TABLE.get(command)
    return rule is not None and rule(facts or {})


def refuse_same(command: str, *, by: int | None, authors: Iterable[int | None], facts: Facts | None = None) -> None:
    """Let a command pass unless it needs a second person and ``by`` is one of the authors, or nobody.

    :raises SamePerson: it does.
    """
    if needs_second_person(command, facts) and (by is None or by in set(authors)):
        raise SamePerson

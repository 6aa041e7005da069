"""What a file is told: why it or a line of it cannot be used, and what is accepted."""

from django.utils.translation import gettext, pgettext

from content.availability.incoming.rules import MOST_BYTES, MOST_LINES, MOST_NOTE, NEEDED, STATUSES, Outcome, Problem, Unreadable


def whole(refused: Unreadable) -> str:
    """Say why a file cannot be read at all."""
    columns = ", ".join(map(str, refused.facts.get("columns", ())))  # type: ignore[call-overload]
    accepted = ", ".join(map(str, refused.facts.get("accepted", NEEDED)))  # type: ignore[call-overload]
    sentences = {
        "empty": gettext("The file has no lines. The first one names the columns: %(accepted)s."),
        "too_large": gettext("The file is larger than %(bytes)s bytes. Split it."),
        "too_long": gettext("The file has more than %(lines)s lines. Split it."),
        "not_text": gettext("The file is no text in UTF-8. Save it as “CSV UTF-8”."),
        "malformed": gettext("Line %(line)s is no line of a CSV file: look for a quotation mark that is not closed."),
        "missing": gettext("A column is missing: %(columns)s. The first line names the columns."),
        "unknown": gettext("There is no such column: %(columns)s. Accepted are: %(accepted)s."),
        "twice": gettext("A column stands twice: %(columns)s."),
    }
    facts = {"columns": columns, "accepted": accepted, "bytes": MOST_BYTES, "lines": MOST_LINES, "line": refused.facts.get("line", "")}
    return sentences[refused.code] % facts


def said(problem: Problem) -> str:
    """Say why a line cannot be used, and what is accepted."""
    facts = {"value": problem.value, "other": problem.other, "most": MOST_NOTE, "accepted": ", ".join(STATUSES)}
    if not problem.value and problem.code in {"place", "programme", "status", "day"}:
        return _missing(problem.code) % facts
    sentences = {
        "place": gettext("There is no country, territory or region “%(value)s”. Accepted is a code such as KE or EU."),
        "programme": gettext("There is no program “%(value)s”. Accepted is a code such as QOPI."),
        "status": gettext("There is no status “%(value)s”. Accepted are: %(accepted)s."),
        "day": gettext("“%(value)s” is no day. Accepted is a day such as 2027-03-01."),
        "order": gettext("The last day, %(value)s, is before the first."),
        "note": gettext("The note is longer than %(most)s characters: “%(value)s”."),
        "characters": gettext("There are characters no page can show: “%(value)s”."),
        "cells": gettext("The line has more cells (%(value)s) than there are columns."),
        "duplicate": gettext("The same as line %(other)s."),
        "overlap": gettext("Line %(other)s says something else about the same place and time."),
    }
    return sentences[problem.code] % facts


def _missing(code: str) -> str:
    sentences = {
        "place": gettext("No place is named. Accepted is a code such as KE or EU."),
        "programme": gettext("No program is named. Accepted is a code such as QOPI."),
        "status": gettext("No status is named. Accepted are: %(accepted)s."),
        "day": gettext("No first day is named. Accepted is a day such as 2027-03-01."),
    }
    return sentences[code]


def outcome(found: Outcome) -> str:
    words = {
        Outcome.UNCHANGED: pgettext("line of a file", "unchanged"),
        Outcome.NEW: pgettext("line of a file", "new"),
        Outcome.CHANGED: pgettext("line of a file", "changed"),
        Outcome.CORRECTED: pgettext("line of a file", "corrected"),
    }
    return words[found]

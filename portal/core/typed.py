"""What was typed into a request that no form of ours reads."""

from django.http import HttpRequest

LIMIT = 10_000


def typed_text(request: HttpRequest, name: str, *, limit: int = LIMIT) -> str:
    """Return what was typed into the posted field ``name``, without outer blanks and NUL, at most ``limit`` characters; empty if it is missing.

    Forms refuse NUL by themselves; PostgreSQL refuses to store or compare text that holds one.
    """
    return request.POST.get(name, "").replace("\x00", "").strip()[:limit]


def whole_number(text: str) -> int | None:
    """Return the number in ``text``, of at most 18 digits (what a database column holds); None if it is none."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def typed_number(request: HttpRequest, name: str) -> int | None:
    """Return the number posted in the field ``name``; None if there is none."""
    return whole_number(request.POST.get(name, ""))

"""Free text of a request that no form of ours reads."""

from django.http import HttpRequest

LIMIT = 10_000


def typed_text(request: HttpRequest, name: str, *, limit: int = LIMIT) -> str:
    """Return what was typed into the posted field ``name``, without outer blanks and NUL, at most ``limit`` characters; empty if it is missing.

    Forms refuse NUL by themselves; PostgreSQL refuses to store or compare text that holds one.
    """
    return request.POST.get(name, "").replace("\x00", "").strip()[:limit]

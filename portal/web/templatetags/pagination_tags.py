"""Which pages of a long list are linked."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def numbered(page: Any) -> list[int | None]:
    """Return the page numbers to link from a page of a list; ``None`` is a gap."""
    last, here = page.paginator.num_pages, page.number
    shown = sorted({1, last, *(n for n in range(here - 1, here + 2) if 1 <= n <= last)})
    numbers: list[int | None] = []
    for at, n in enumerate(shown):
        if at and n - shown[at - 1] == 2:
            numbers.append(n - 1)
        elif at and n - shown[at - 1] > 2:
            numbers.append(None)
        numbers.append(n)
    return numbers

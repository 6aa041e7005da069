"""Every address of the portal as the URL conf has it, and who says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

OURS = ("portal.", "licensing.", "content.", "media.", "i18n.", "ninja.")


@dataclass(frozen=True)
class Address:
    """``route`` is the whole pattern as written, in English; ``name`` with its namespaces; ``parameters`` are the names of its arguments."""

    route: str
    name: str
    view: str
    parameters: tuple[str, ...]

    @property
    def key(self) -> str:
        """What rules call it: the name, or the route where it has none."""
        return self.name or self.route

    @property
    def in_cms(self) -> bool:
        return self.route.startswith("cms/")

    @property
    def is_ours(self) -> bool:
        return not self.name.startswith("wagtail") and (self.view.startswith(OURS) or self.route.startswith("api/"))


def addresses() -> list[Address]:
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)
        elif isinstance(pattern, URLPattern):
            name = ":".join((*namespaces, pattern.name)) if pattern.name else ""
            yield Address(route, name, _view(pattern.callback), tuple(re.findall(r"<(?:\w+:)?(\w+)>", route)))


def _view(callback: Any) -> str:
    """Return where a view is written: a decorated or class-based one names its own module."""
    made_of = getattr(callback, "view_class", None) or getattr(callback, "func", None) or callback
    return f"{made_of.__module__}.{getattr(made_of, '__qualname__', type(made_of).__name__)}"

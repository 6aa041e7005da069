"""What Lighthouse's answers are worth: the best of a few tries, of which one that failed is one. Pure: no browser, no network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class Failed(Exception):
    """Lighthouse could not look at the page, so it gave no points; the words say why."""


@dataclass(frozen=True, slots=True)
class Tried:
    """``best``: the most points each category got (None = every try failed), in ``tries`` tries; ``failed`` says why those failed that did."""

    best: dict[str, int | None]
    tries: int
    failed: tuple[str, ...]

    def reaches(self, least: Mapping[str, int]) -> bool:
        return all((got := self.best[category]) is not None and got >= wanted for category, wanted in least.items())

    def line(self, name: str) -> str:
        """Return what is printed of the page ``name``."""
        columns = "  ".join(f"{'–' if got is None else got:>{len(category)}}" for category, got in self.best.items())
        tries = f"{self.tries} {'try' if self.tries == 1 else 'tries'}"
        return f"{name:<14}{columns}  {tries}" + (f", {len(self.failed)} failed: {'; '.join(self.failed)}" if self.failed else "")


def points(report: Mapping[str, Any], categories: Mapping[str, int]) -> dict[str, int]:
    """Return the points of 100 that Lighthouse's ``report`` gives in each category.

    :raises Failed: the page could not be traced (``NO_NAVSTART`` and the like), or an audit that counts could not be run.
    """
    code = report.get("runtimeError", {}).get("code", "NO_ERROR")
    if code != "NO_ERROR":
        raise Failed(code)
    scores = {category: report["categories"][category]["score"] for category in categories}
    if None in scores.values():
        broken = sorted(audit["id"] for audit in report["audits"].values() if audit["scoreDisplayMode"] == "error")
        raise Failed(", ".join(broken) or "no score")
    return {category: round(score * 100) for category, score in scores.items()}


def best_of(look: Callable[[], dict[str, int]], *, least: Mapping[str, int], tries: int) -> Tried:
    """Look up to ``tries`` times, until the best of each category reaches ``least``; a look that failed is one of them."""
    tried = Tried(dict.fromkeys(least), 0, ())
    while tried.tries < tries and not tried.reaches(least):
        best, failed = tried.best, tried.failed
        try:
            given = look()
        except Failed as why:
            failed = (*failed, str(why))
        else:
            best = {category: max(given[category], best[category] or 0) for category in least}
        tried = Tried(best, tried.tries + 1, failed)
    return tried

"""The map: which outline or dot of one shared drawing stands for which place. It shows the rows of a listing and nothing else."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import i18n

SHAPES = {
    "by_licence": "licence",
    "on_request": "request",
    "not_stated": "unstated",
}  # other statuses are called the same in the style sheet


@dataclass(frozen=True, slots=True)
class Mark:
    """One place on the map: an outline or a dot, with its middle. ``style`` is its class."""

    code: str
    name: str
    status: str
    label: str
    style: str
    dot: bool
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class World:
    """The map of some statuses: outlines first, dots above them, and the dots of places nothing is stated about as one path."""

    width: int
    height: int
    outlines: tuple[Mark, ...]
    dots: tuple[Mark, ...]
    specks: str


@lru_cache(maxsize=1)
def layout() -> dict:
    return json.loads((Path(i18n.__file__).parent / "data" / "world.json").read_text())


def world(places: Iterable[tuple[str, str, str, str]]) -> World:
    """Return the map of (code, name, status, label)."""
    drawn = layout()
    dots_of, outlined, outlines, dots = drawn["dots"], drawn["shapes"], [], []
    for code, name, status, label in places:
        style = SHAPES.get(status, status)
        if code in outlined:
            outlines.append(Mark(code, name, status, label, f"map__place p-{style}", False, *outlined[code]))
        elif code in dots_of:
            solid = "p-available" if status in ("available", "scheduled") else f"d-{style}"
            dots.append(Mark(code, name, status, label, f"map__dot {solid}", True, *dots_of[code]))
    stated = {mark.code for mark in dots}
    specks = "".join(f"M{x:g},{y:g}h0" for code, (x, y) in dots_of.items() if code not in stated and "-" not in code)
    return World(drawn["view"][0], drawn["view"][1], tuple(outlines), tuple(dots), specks)

"""The pairs of colours the look relies on, in both schemes (WCAG 2.2: text 4.5, shapes and edges 3)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[3] / "portal/static/portal/css/tokens.css"
TOKENS = {name: pair for name, *pair in re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)", CSS.read_text())}
STATUSES = ("available", "licence", "request", "pilot", "suspended", "withdrawn")
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    *((front, back, TEXT) for front in ("ink", "ink-soft", "accent", "accent-deep", "oxide") for back in ("paper", "paper-sunk")),
    ("ink", "paper-edge", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-deep", TEXT),
    ("on-turn", "turn", TEXT),
    ("ink", "turn-wash", TEXT),
    ("ink-soft", "turn-wash", TEXT),
    ("accent", "turn-wash", TEXT),
    ("ink", "oxide-wash", TEXT),
    ("ink-soft", "oxide-wash", TEXT),
    ("oxide", "oxide-wash", TEXT),
    ("on-oxide", "oxide-fill", TEXT),
    ("accent", "accent-wash", TEXT),
    ("st-unstated", "paper", TEXT),
    ("st-unstated", "paper-sunk", TEXT),
    ("line-strong", "paper", SHAPE),
    ("line-strong", "paper-sunk", SHAPE),
    ("turn-edge", "turn-wash", SHAPE),
    ("oxide-fill", "paper", SHAPE),
    *((f"st-{status}", ground, TEXT) for status in STATUSES for ground in ("paper", "paper-sunk", f"st-{status}-wash")),
    *((f"st-{status}", "map-land", SHAPE) for status in STATUSES),
    *((front, f"st-{status}-wash", TEXT) for status in STATUSES for front in ("ink", "ink-soft", "accent")),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(front: str, back: str) -> float:
    high, low = sorted((luminance(front), luminance(back)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_agrees_with_the_two_ends_of_its_scale():
    assert (ratio("#000000", "#ffffff"), ratio("#777777", "#777777")) == (21.0, 1.0)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "needed"), PAIRS, ids=lambda value: str(value))
def test_a_pair_of_colours_can_be_read(front, back, needed, scheme):
    assert ratio(TOKENS[front][scheme], TOKENS[back][scheme]) >= needed

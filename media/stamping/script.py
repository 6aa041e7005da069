"""Letters as they are drawn: Arabic joined, and what is written from right to left in the order in which it is seen from the left.

Every drawn letter is a code point of its own (Unicode's presentation forms), so that a prefix knows its letters whatever the libraries'
versions. Vowel marks are left out: names are written without them, and a line this small could not place them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from media.stamping.rules import is_right_to_left

if TYPE_CHECKING:
    from arabic_reshaper import ArabicReshaper

FORMS = ((0xFB50, 0xFDFF), (0xFE70, 0xFEFF))  # Unicode's blocks of letters as drawn
LIGATURES = "ARABIC LIGATURE LAM WITH ALEF", "ARABIC LIGATURE LAM WITH ALEF WITH "  # the only ones that no Arabic does without
MIRRORED = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))
CLOSING = ")]}>»›"
UNSEEN = "\u200c\u200d"  # they keep letters apart or together, and have done so once the letters are joined


@lru_cache(maxsize=4096)
def shown(text: str) -> str:
    """Return ``text`` as its letters stand from left to right; text that has no letter from right to left is what it was."""
    if not any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text):
        return text
    from bidi import get_display

    bare = "".join(sign for sign in text if unicodedata.category(sign) != "Mn")
    ordered = get_display(_reshaper().reshape(bare), base_dir="R" if is_right_to_left(text) else "L")
    return _mirrored("".join(sign for sign in ordered if sign not in UNSEEN))


def forms(points: tuple[int, ...]) -> tuple[int, ...]:
    """Return the code points that ``shown`` may put in the place of the letters among ``points``."""
    from arabic_reshaper.letters import LETTERS_ARABIC
    from arabic_reshaper.ligatures import LIGATURES as TABLE

    drawn = {form for point in points for form in LETTERS_ARABIC.get(chr(point), ())[1:] if form}
    drawn |= {form for name, (_, found) in TABLE if _is_used(name) for form in found if form}
    return tuple(sorted(map(ord, drawn)))


def meaning(point: int) -> str:
    """Return the letter that a drawn one stands for, as it is written.

    Two letters drawn as one stay that one sign: programs disagree whether such a pair is given as it is read or as it is seen.
    """
    is_form = any(first <= point <= last for first, last in FORMS)
    letters = unicodedata.normalize("NFKC", chr(point)) if is_form else ""
    return letters if len(letters) == 1 else chr(point)


@lru_cache(maxsize=1)
def _reshaper() -> ArabicReshaper:
    from arabic_reshaper import ArabicReshaper
    from arabic_reshaper.ligatures import LIGATURES as TABLE

    return ArabicReshaper(configuration={"use_unshaped_instead_of_isolated": True, **{name: _is_used(name) for name, _ in TABLE}})


def _is_used(ligature: str) -> bool:
    return ligature == LIGATURES[0] or (ligature.startswith(LIGATURES[1]) and ligature.endswith(("ABOVE", "BELOW")))


def _mirrored(text: str) -> str:
    """Turn round the pairs of brackets that stand in a run from right to left: those whose closing one is seen first."""
    signs: list[str] = list(text)
    opened: list[tuple[int, str]] = []
    for place, sign in enumerate(text):
        if opened and sign == opened[-1][1]:
            start, _ = opened.pop()
            if text[start] in CLOSING:
                signs[start], signs[place] = sign, text[start]
        elif sign in MIRRORED:
            opened.append((place, MIRRORED[sign]))
    return "".join(signs)

"""What a look at a file tells its designer and its reviewer: hints, never a decision. Codes with facts; the words are at the door."""

from typing import Any, NamedTuple

from licensing.logos.previews import Drawn
from licensing.logos.rules import PRINTED, Medium

SCREEN_WIDTH = 600  # pixels: below that a picture looks poor on today's screens
PRINT_DPI = 300
GOOD = frozenset({"fonts_embedded", "print_colours", "screen_colours", "vector"})


class Finding(NamedTuple):
    """``code`` is a key of the words at the door; ``facts`` are numbers and names for its sentence."""

    code: str
    facts: dict[str, Any]


def found_in(drawn: Drawn, medium: Medium, *, artwork: tuple[str, bool] | None = None) -> list[Finding]:
    """Return what to know of a file that is meant for ``medium``. ``artwork``: the file itself is one of a pack (release, is the latest)."""
    printed, found = medium in PRINTED, []
    if artwork is not None:
        release, latest = artwork
        found.append(Finding("is_artwork" if latest else "old_artwork", {"release": release}))
    if "rgb" in drawn.colours and printed:
        found.append(Finding("rgb_for_print", {}))
    elif "cmyk" in drawn.colours and not printed:
        found.append(Finding("cmyk_for_screen", {}))
    elif drawn.colours:
        found.append(Finding("print_colours" if printed else "screen_colours", {}))
    if drawn.picture is not None:
        found.append(_size(drawn, printed=printed))
    elif drawn.kind.suffix == "pdf":
        found.append(Finding("fonts_missing", {"fonts": list(drawn.fonts)}) if drawn.fonts else Finding("fonts_embedded", {}))
    else:
        found.append(Finding("vector", {}))
    return found


def _size(drawn: Drawn, *, printed: bool) -> Finding:
    picture = drawn.picture
    assert picture is not None
    facts: dict[str, Any] = {"width": picture.width, "height": picture.height}
    if printed:
        return Finding("pixels_for_print", facts | {"millimetres": round(picture.width / PRINT_DPI * 25.4), "dpi": PRINT_DPI})
    return Finding("few_pixels" if picture.width < SCREEN_WIDTH else "pixels", facts)

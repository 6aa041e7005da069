"""What Schedule A of an agreement lists: the files of the kit's current release. Who keeps kits stands above and puts its answer here.

A provider is called with the offering, the edition (or None), the language of the text and the day's instant; nothing found = an empty list.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple


class KitLine(NamedTuple):
    """One file: what it is (in the language of the text), the language it is in, for whom it is meant, and its SHA-256 in hex."""

    item: str
    language: str
    audience: str
    sha256: str


KitList = Callable[[int, int | None, str, datetime], list[KitLine]]
PROVIDERS: list[KitList] = []

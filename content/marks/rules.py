"""Which names lack their marks in a text. Pure: no Django.

The licensed meeting carries its ™ wherever it is named; QOPI carries its ® where a page names it first. Codes are no names: ``QOPI-2``,
and what stands in an address.
"""

import re
from collections.abc import Iterable

MEETING = re.compile(r"\bASCO\s+Direct(?!\s*(?:™|&trade;|&#8482;))\b(?:\s+Highlights)?")
MEASURE = re.compile(r"(?<![\w/=.-])QOPI(?![\w/-])(®|&reg;|&#174;)?")
TAG = re.compile(r"<[^>]*>")


def lacking(texts: Iterable[str]) -> list[str]:
    """Return the names that lack their mark in the texts of one page, in the order readers meet them; markup is not read."""
    words = [TAG.sub(" ", text) for text in texts]
    found = [" ".join(match[0].split()) for text in words for match in MEETING.finditer(text)]
    first = next((match for text in words for match in MEASURE.finditer(text)), None)
    return found + ([first[0]] if first and not first[1] else [])

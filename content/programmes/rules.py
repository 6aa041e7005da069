"""What participation texts may say, and which translations no longer fit their English. Pure: no Django.

A translation is kept with the fingerprint of the English it was made from: ``{"cost_es": "5f2a…"}``. It is out of date once the English
has another fingerprint; until then a missing fingerprint means that it was there before fingerprints were kept.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping

FREE = re.compile(r"\bfree\b|\bgratis\b|\bgrátis\b|\bgratuit\w*|\bمجان\w*", re.IGNORECASE)
CODE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")


def says_free(text: str) -> str:
    """Return the word by which a text on costs calls something free, in any of our languages, or ``""``.

    A text says instead what is not charged and what the practice bears: nothing that takes staff time is free.
    """
    found = FREE.search(text)
    return found[0] if found else ""


def language_codes(text: str) -> list[str]:
    """Return the codes of languages in a text such as ``en, pt-br``.

    :raises ValueError: something in it is no code.
    """
    codes = re.findall(r"[^\s,;]+", text.lower())
    if not all(CODE.fullmatch(code) for code in codes):
        raise ValueError(text)
    return list(dict.fromkeys(codes))


def fingerprint(text: str) -> str:
    """Return what tells one English text from another; blanks and line breaks do not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def made_from(
    kept: Mapping[str, str],
    *,
    before: Mapping[str, str],
    after: Mapping[str, str],
    fields: Iterable[str],
    languages: Collection[str],
    confirmed: Collection[str] = (),
) -> dict[str, str]:
    """Return the fingerprints to keep once the texts ``before`` have become those ``after``.

    :param languages: the suffixes of the columns, without English.
    :param confirmed: columns that were not changed and are said to fit the English as it is now.
    """
    found = {}
    for field in fields:
        english = f"{field}_en"
        for column in (f"{field}_{language}" for language in languages):
            if not after.get(column):
                continue
            if after[column] != before.get(column) or column in confirmed:
                found[column] = fingerprint(after.get(english) or "")
            else:
                found[column] = kept.get(column) or fingerprint(before.get(english) or "")
    return found


def is_outdated(kept: Mapping[str, str], column: str, english: str) -> bool:
    """Say whether the translation in ``column`` was made from another English text than ``english``."""
    return kept.get(column) not in (None, fingerprint(english))

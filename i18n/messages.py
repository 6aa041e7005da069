"""The words on the screens: found in code and templates, compared with each language's catalogue. By Babel: no gettext on a bare machine."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from i18n.interface import COMPLETE, SOURCE

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("portal", "i18n", "content", "licensing", "media")
TRANSLATED = tuple(language for language in COMPLETE if language != SOURCE)  # the others fall back to English until they are complete
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)\{(\w+)\}")


def catalogue_path(language: str) -> Path:
    return ROOT / "i18n" / "locale" / language.replace("-", "_") / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[Path]:
    """Yield every file that may hold words for a screen or a letter."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts and "static" not in path.parts:
                yield path


def found() -> Catalog:
    """Return every message of the code, with the files it stands in."""
    catalogue = Catalog(charset="utf-8", project="Programme Portal")
    for path in sources():
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(ROOT))
        if path.suffix != ".py":
            text = templatize(text, origin=name)
        for line, message, _, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
            catalogue.add(message, locations=[(name, line)], context=context)
    return catalogue


def kept(language: str) -> Catalog:
    """Return the catalogue of a language as it lies in the tree; empty if there is none."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language.replace("-", "_"))
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def update(language: str) -> Catalog:
    """Bring a language's catalogue up to the code: new messages come empty, gone ones go. Returns it."""
    catalogue = kept(language)
    catalogue.update(found(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.fuzzy = False
    catalogue.project, catalogue.version = "Programme Portal", "1"
    catalogue.copyright_holder, catalogue.msgid_bugs_address = "the Programme Portal contributors", ""
    catalogue.last_translator, catalogue.language_team = "", ""
    catalogue.header_comment = f"# {language}: the words of the screens; written by python manage.py updatemessages"
    with path.open("wb") as file:
        write_po(file, catalogue, width=140, omit_header=False, sort_output=True, no_location=True, ignore_obsolete=True)
    return catalogue


def problems(language: str) -> list[str]:
    """Return one line for each message of the code that the language lacks, marks fuzzy, or fills with other placeholders."""
    there = kept(language)
    lines = []
    for message in found():
        if not message.id:
            continue
        known = there.get(message.id[0] if isinstance(message.id, tuple) else message.id, message.context)
        place = message.locations[0][0] if message.locations else ""
        shown = message.id[0] if isinstance(message.id, tuple) else message.id
        if known is None or not _filled(known):
            lines.append(f"missing: {shown!r} ({place})")
        elif known.fuzzy:
            lines.append(f"fuzzy: {shown!r} ({place})")
        elif not _same_placeholders(known):
            lines.append(f"placeholders differ: {shown!r} ({place})")
    return lines


def _filled(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(strings) and all(strings)


def _same_placeholders(message: Message) -> bool:
    """Plural forms may leave a placeholder out ("one letter"), but never bring a new one."""
    if isinstance(message.id, tuple):
        accepted = set().union(*(_names(text) for text in message.id))
        return all(_names(text) <= accepted for text in message.string or ())
    return _names(str(message.string)) == _names(str(message.id))


def _names(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}

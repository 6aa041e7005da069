"""What every page prints the same way: shapes, statuses, dates, sums, codes, names, translated text, links of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, Field
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy

from i18n import formats
from i18n.interface import listing, own, own_listing, spoken
from i18n.places.models import Area
from i18n.places.queries import name_in
from portal.accounts import browsers

register = template.Library()

FALLBACK = "en"
HYPHENATED = re.compile(r"<[^>]+>|&\w+;|\b\w{1,3}-\w{1,8}\b")
MIRRORED = {"turn"}  # shapes that point along the line; clocks, ticks and progress never mirror
STATUSES = {  # availability: key -> shape (and colour key), label
    "available": ("available", pgettext_lazy("availability", "Available")),
    "by_licence": ("licence", pgettext_lazy("availability", "By license")),
    "pilot": ("pilot", pgettext_lazy("availability", "Pilot")),
    "on_request": ("request", pgettext_lazy("availability", "On request")),
    "suspended": ("suspended", pgettext_lazy("availability", "Suspended")),
    "withdrawn": ("withdrawn", pgettext_lazy("availability", "Withdrawn")),
    "not_stated": ("unstated", pgettext_lazy("availability", "Not stated")),
    "scheduled": ("scheduled", pgettext_lazy("availability", "Available from a later date")),
}
TONES = {  # work: tone -> its usual shape
    "turn": "turn",
    "info": "begun",
    "quiet": "wait",
    "good": "done",
    "stop": "wrong",
    "ended": "expired",
    "none": "todo",
}


def language() -> str:
    """Return the reader's language; before any language is chosen, English."""
    return get_language() or FALLBACK


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a shape; it is hidden from screen readers, so a word must stand beside it."""
    turns = " icon--turns" if name in MIRRORED else ""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', turns, static("portal/img/icons.svg"), name
    )


def _tag(attribute: str, value: str, shape: str, label: Any, tag: bool) -> SafeString:
    ground = " status--tag" if tag else ""
    return format_html('<span class="status{}" data-{}="{}">{}<span>{}</span></span>', ground, attribute, value, icon(shape), label)


@register.simple_tag(takes_context=True)
def pinned(context: template.Context, organisation_id: int) -> str:
    """Return this page's address for a form that stays with its organisation, whichever one the person switches to in another tab."""
    return f"{context['request'].path}?for={organisation_id}"


@register.simple_tag
def status(key: str, label: str = "", tag: bool = False) -> SafeString:
    """Print an availability status as shape, word and colour; ``label`` replaces the word, ``tag`` gives it a ground."""
    shape, usual = STATUSES[key]
    return _tag("status", "available" if key == "scheduled" else shape, shape, label or usual, tag)


@register.simple_tag
def status_label(key: str) -> str:
    """Return the word of an availability status."""
    return str(STATUSES[key][1])


@register.simple_tag
def tone(name: str, label: str, icon: str = "", tag: bool = False) -> SafeString:
    """Print a state of work: ``turn info quiet good stop ended none``; ``icon`` replaces the tone's usual shape."""
    return _tag("tone", name, icon or TONES[name], label, tag)


@register.simple_tag
def interface_language() -> str:
    """Return the language the portal's own words are in for this reader: what a page's ``lang`` says."""
    return spoken(language())


@register.simple_tag
def own_lang() -> SafeString:
    """Return the attribute for words in the reader's language on a page whose own words are in another; nothing where they are in the same."""
    return SafeString("") if language() == interface_language() else format_html(' lang="{}"', language())


def _time(at: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}"{}>{}</time>', at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), own_lang(), text)


@register.simple_tag
def instant(at: datetime | None, zone: str | ZoneInfo | None = None, utc: bool = False) -> str:
    """Print an instant on a zone's clock, named by its city; with ``utc`` also in UTC. Nothing prints nothing."""
    return "" if at is None else _time(at, formats.instant(at, zone, language(), utc=utc))


@register.simple_tag
def until(valid_to: datetime | None, zone: str | ZoneInfo | None = None) -> str:
    """Print an exclusive end as people say it: midnight is 24:00 of the day before."""
    return "" if valid_to is None else _time(valid_to, formats.until_day(valid_to, zone, language()))


@register.simple_tag
def day(value: date | None, zone: str | ZoneInfo | None = None) -> str:
    """Print a calendar day; of an instant, the day it is in ``zone``."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(formats.zone_of(zone)).date()
    return format_html('<time datetime="{}"{}>{}</time>', value.isoformat(), own_lang(), formats.day(value, language()))


@register.simple_tag
def last_day(valid_to: date | None, zone: str | ZoneInfo | None = None) -> str:
    """Print the last calendar day of a half-open period."""
    return "" if valid_to is None else day(formats.last_day(valid_to, zone))


@register.simple_tag
def money(minor: int | None, currency: str, trim: bool = False) -> str:
    """Print a sum given in minor units; ``trim`` leaves out decimals that are all zero."""
    text = "" if minor is None else formats.money(minor, currency, language(), trim=trim)
    return text and format_html('<span class="sum" dir="ltr">{}</span>', text)


@register.simple_tag
def number(value: Any) -> str:
    """Print a number with the reader's separators and Latin digits."""
    return "" if value is None else formats.number(value, language())


@register.simple_tag
def size(octets: int | None) -> str:
    """Print a file size."""
    return "" if octets is None else format_html('<span class="sum" dir="ltr">{}</span>', formats.size(octets, language()))


@register.simple_tag
def code(text: Any) -> str:
    """Print a number, hash, file name or address that reads left to right in any language."""
    return "" if text in (None, "") else format_html('<span class="code" dir="ltr">{}</span>', text)


@register.simple_tag
def browser(agent: str) -> str:
    """Say with which browser on which system somebody came."""
    program, system = browsers.named(agent)
    if program and system:
        return gettext("%(browser)s on %(system)s") % {"browser": program, "system": system}
    return program or system or gettext("Unknown browser")


@register.simple_tag
def name(text: Any, lang: str = "") -> str:
    """Print the name of a person, body or program, which is never translated; ``lang`` is the language of the name."""
    if text in (None, ""):
        return ""
    return format_html('<bdi lang="{}">{}</bdi>', lang, text) if lang else format_html("<bdi>{}</bdi>", text)


class Translated(NamedTuple):
    """A value, the language it is in, and whether that is not the reader's."""

    text: Any
    lang: str
    fallback: bool


@register.simple_tag
def translation_of(obj: Any, field: str) -> Translated:
    """Return a translated column's value with its language; falls back to English only."""
    wanted = language()
    for lang in dict.fromkeys((wanted, FALLBACK)):
        text = getattr(obj, f"{field}_{lang.replace('-', '_')}", None)
        if text:
            return Translated(text, lang, lang != wanted)
    return Translated(getattr(obj, field, "") or "", wanted, False)


@register.simple_tag
def translated(obj: Any, field: str, mark: bool = True) -> str:
    """Print a translated column; where only English exists, that, said to be English."""
    value = translation_of(obj, field)
    if not value.fallback:
        marked = value.text and own_lang()
        return format_html("<span{}>{}</span>", marked, value.text) if marked else format_html("{}", value.text)
    english = format_html('<span lang="en" dir="ltr">{}</span>', value.text)
    word = pgettext("marks a text not yet translated", "in English")
    return format_html('{} <span class="in-english">{}</span>', english, word) if mark else english


@register.simple_tag
def list_of(items: Iterable[Any]) -> str:
    """Print things that are called by our own words as a list in a sentence."""
    return listing(items, language())


@register.simple_tag
def names_of(items: Iterable[Any]) -> str:
    """Print places or languages, which have names in the reader's language, as a list in a sentence that says it where that is not the page's."""
    reader = language()
    names = (name_in(item, reader, among=reader) if isinstance(item, Area) else item for item in items)
    return conditional_escape(own_listing(names, reader))


@register.filter(name="own")
def own_words(text: str) -> str:
    """Return words in the reader's language, such as the name of a city, which say so where the page's are in another: not for attributes."""
    return own(text, language())


@register.filter
def plain(text: str) -> str:
    """Return words without the marks of their languages: for attributes and titles, where no element can stand."""
    return str.__str__(text)


@register.filter
def named(place: Any) -> str:
    """Return the name of a place or region, which says its language where that is not the page's: for HTML, not for attributes and titles."""
    return name_in(place, language()) if place else ""


@register.simple_tag(takes_context=True)
def qs(context: template.Context, **changes: Any) -> str:
    """Return this page's query string with some values changed; ``None`` removes one. The page number starts over."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def problems(field: BoundField) -> list[str]:
    """Return what is wrong with a field, for a list away from it: a bare "required" says which question it means."""
    said, question = [], str(field.label).rstrip(".:")
    for error in field.errors.as_data():
        bare = error.code == "required" and field.field.error_messages["required"] == Field.default_error_messages["required"]
        for text in error.messages:
            said.append(gettext("%(question)s: %(problem)s") % {"question": question, "problem": text} if bare or field.is_hidden else text)
    return said


@register.simple_tag
def first_id(field: BoundField) -> str:
    """Return the id a link to a field's problem goes to: its first control."""
    widget = field.field.widget
    return widget.id_for_label(field.auto_id, index=0) if _is_group(widget) else (field.id_for_label or field.auto_id)


def _is_group(widget: Any) -> bool:
    return hasattr(widget, "create_option") and getattr(widget, "input_type", "") in {"radio", "checkbox"}


@register.filter
def unbroken(html: Any) -> SafeString:
    """Hold a short word with a hyphen, such as 1-day, on one line of a title. Tags and entities pass as they are."""
    held = HYPHENATED.sub(
        lambda found: found[0] if found[0][0] in "<&" else f'<span class="nowrap">{found[0]}</span>', conditional_escape(html)
    )
    return SafeString(held)


@register.filter
def control(field: BoundField) -> str:
    """Return what a field is operated with: ``checkbox``, ``file``, ``hidden`` or ``input``."""
    kind = getattr(field.field.widget, "input_type", "")
    if field.is_hidden:
        return "hidden"
    return kind if kind in {"checkbox", "file"} and not _is_group(field.field.widget) else "input"

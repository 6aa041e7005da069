"""Shapes and classes of availability statuses where a template draws them apart from their word."""

import json
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from content.availability.picture import SHAPES
from content.availability.words import Said

register = template.Library()
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.simple_tag
def pattern(status: str) -> str:
    """Return what the style sheet calls the status."""
    return SHAPES.get(status, status)


@register.simple_tag
def colour(status: str) -> str:
    """Return the colour key of the status: what is decided for later has that of what is available."""
    return "available" if status == "scheduled" else SHAPES.get(status, status)


@register.simple_tag
def shape(status: str) -> SafeString:
    """Draw the shape of the status; a word must stand beside it."""
    drawing = static("portal/img/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', drawing, SHAPES.get(status, status)
    )


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Print structured data as a script element that is never run; what HTML could read in it is written as an escape."""
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return SafeString(f'<script type="application/ld+json">{text}</script>')


@register.simple_tag
def said(moment: Said | None) -> str:
    """Print an instant in its words, with the instant for machines."""
    if moment is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', moment.iso, moment.text)

"""The rows of the list of availability and the marks of its map.

They are joined here and not looped over in a template: there are hundreds, and the few different cells in them are printed once each.
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from content.availability.page import Line
from content.availability.picture import Mark
from portal.web.templatetags.portal_tags import own_lang
from portal.web.templatetags.portal_tags import status as status_cell

register = template.Library()
LANG_EN = ' lang="en"'


@register.simple_tag
def rows(lines: Iterable[Line], places: str, status_word: str, period_label: str, basis_label: str) -> SafeString:
    """Print lines of the list as rows of a table; ``places`` is the address below which places have theirs."""
    period, basis, cells = get_template("content/period.html"), get_template("content/basis.html"), {}
    own = own_lang()
    status_word, period_label, basis_label = escape(status_word), escape(period_label), escape(basis_label)

    def once(key: Any, print_it: Any) -> str:
        if key not in cells:
            cells[key] = print_it()
        return cells[key]

    printed = []
    for line in lines:
        code, place, stated = escape(line.place.code), line.place, line.basis
        when = once((line.since, line.until, line.left), lambda line=line: period.render({"line": line}))
        why = once(
            (stated.kind, stated.area.id if stated.kind != "place" else None, stated.note),
            lambda stated=stated: basis.render({"basis": stated}),
        )
        more = f" {others(line.others)}" if line.others else ""
        printed.append(
            f'<tr id="place-{code}" data-status="{line.status}"><th scope="row"><a href="{places}{code}/"{LANG_EN if place.in_english else own}>'
            f"{escape(place.name)}</a></th>"
            f'<td data-label="{status_word}">{once(line.status, lambda line=line: status_cell(line.status))}</td>'
            f'<td data-label="{period_label}">{when}</td><td data-label="{basis_label}" class="soft">{why}{more}</td></tr>\n'
        )
    return SafeString("".join(printed))


def others(count: int) -> str:
    """Say how many more statements a row rests on."""
    return ngettext("and one more statement", "and %(counter)s more statements", count) % {"counter": count}


@register.simple_tag
def marks(some: Iterable[Mark], places: str) -> SafeString:
    """Print outlines or dots of the map, each a link to its place with what it is called and what holds there."""
    drawing, printed = static("portal/img/world.svg"), []
    for mark in some:
        facts = f'class="{mark.style}" data-place="{mark.code}" data-is="{mark.status}"'
        drawn = (
            f'<use {facts} href="{drawing}#{mark.code}"/>'
            if mark.dot is None
            else f'<circle {facts} cx="{mark.dot[0]}" cy="{mark.dot[1]}" r="3.6"/>'
        )
        printed.append(
            f'<a href="{places}{mark.code}/" tabindex="-1"><title>{escape(mark.name)}: {escape(mark.label)}</title>{drawn}</a>\n'
        )
    return SafeString("".join(printed))

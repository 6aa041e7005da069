"""The rows of the list of availability and the marks of its map.

They are joined here and not looped over in a template: there are hundreds, and the few different cells in them are printed once each.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from content.availability.page import Line
from content.availability.picture import Mark
from portal.web.templatetags.portal_tags import own_lang
from portal.web.templatetags.portal_tags import status as status_cell

register = template.Library()
LANG_EN = ' lang="en"'


@register.simple_tag(takes_context=True)
def rows(
    context: template.Context, lines: Iterable[Line], places: str, status_word: str, period_label: str, basis_label: str
) -> SafeString:
    """Print lines of the list as rows of a table; ``places`` is the address below which places have theirs."""
    period, basis = get_template("content/period.html"), get_template("content/basis.html")
    rendering: Any = context.render_context  # where what is the same in all tables of the page is kept while it is printed
    statuses, periods, reasons = rendering.setdefault("cells", ({}, {}, {}))
    own = own_lang()
    status_word, period_label, basis_label = escape(status_word), escape(period_label), escape(basis_label)
    printed = []
    for line in lines:
        place, stated = line.place, line.basis
        code = escape(place.code)
        if (what := statuses.get(line.status)) is None:
            what = statuses[line.status] = status_cell(line.status)
        if (when := periods.get(said := (line.since, line.until, line.left))) is None:
            when = periods[said] = period.render({"line": line})
        if (why := reasons.get(rests_on := (stated.kind, None if stated.kind == "place" else stated.area.id, stated.note))) is None:
            why = reasons[rests_on] = basis.render({"basis": stated})
        more = f" {others(line.others)}" if line.others else ""
        printed.append(
            f'<tr id="place-{code}" data-status="{line.status}"><th scope="row"><a href="{places}{code}/"{LANG_EN if place.in_english else own}>'
            f"{escape(place.name)}</a></th>"
            f'<td data-label="{status_word}">{what}</td>'
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
        drawn = f'<circle {facts} cx="{mark.x}" cy="{mark.y}" r="3.6"/>' if mark.dot else f'<use {facts} href="{drawing}#{mark.code}"/>'
        printed.append(
            f'<a href="{places}{mark.code}/" data-at="{mark.x:g} {mark.y:g}"><title>{escape(mark.name)}: {escape(mark.label)}</title>{drawn}</a>\n'
        )
    return SafeString("".join(printed))

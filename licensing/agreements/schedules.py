"""The tables in an agreement's schedules: the kit's files with their hashes, and how the fee was computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from i18n import formats
from licensing.agreements.naming import in_language, language_names
from licensing.agreements.phrases import choose, say
from licensing.offerings.kit_lists import PROVIDERS

if TYPE_CHECKING:
    from licensing.agreements.drawing import Sources
    from licensing.terms.models import TermsOffer

Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


def _kit(drawn: Sources, language: str) -> Table:
    """Return Schedule A: the files of the current release with their hashes; before there is one, the rights with their languages."""
    application = drawn.terms.application
    lines = [line for provider in PROVIDERS for line in provider(application.offering_id, application.edition_id, language, drawn.at)]
    if lines:
        columns = tuple(say(f"column.{name}", language) for name in ("file", "language", "audience", "sha256"))
        return columns, tuple(
            (line.item, language_names([line.language], language)[0], choose("audience", line.audience, language), _grouped(line.sha256))
            for line in lines
        )
    names = formats.listing(language_names(application.offering.kit_languages, language), language)
    columns = (say("column.right", language), say("column.languages", language))
    return columns, tuple((in_language(right, "name", language), names) for right in rights(drawn.terms))


def _grouped(sha256: str) -> str:
    """Return a hash in groups of eight on two lines, so that it leaves room beside it."""
    groups = [sha256[at : at + 8] for at in range(0, len(sha256), 8)]
    return "\n".join(" ".join(groups[at : at + 4]) for at in (0, 4))


def _calculation(drawn: Sources, language: str) -> Table:
    """Return Schedule B: the lines of the quote, the waiver and the total."""
    quote, waiver = drawn.terms.quote, approved_waiver(drawn.terms)

    def sum_(minor: int) -> str:
        return formats.money(minor, quote.currency, language)

    rows = [
        (_unit(line, language), formats.number(line["quantity"], language), sum_(line["price_minor"]), sum_(line["amount_minor"]))
        for line in quote.lines
    ]
    if quote.waived_minor and waiver is not None:
        rows.append((say("row.waiver", language, percent=waiver.percent), "", "", sum_(-quote.waived_minor)))
    rows.append((say("row.total", language), "", "", sum_(quote.total_minor)))
    return tuple(say(f"column.{name}", language) for name in ("item", "quantity", "price", "amount")), tuple(rows)


def _unit(line: Mapping[str, Any], language: str) -> str:
    """Return what a line of the quote is for; a unit without a phrase says its label."""
    said = choose("unit", line["unit"], language)
    return str(line["label"]) if said == line["unit"] else said


def rights(terms: TermsOffer) -> list[Any]:
    return [right for right in terms.application.offering.rights.all() if right.code in terms.rights]


def approved_waiver(terms: TermsOffer) -> Any:
    return next((waiver for waiver in terms.waivers.all() if waiver.state == "approved"), None)


TABLES = {"A": _kit, "B": _calculation}

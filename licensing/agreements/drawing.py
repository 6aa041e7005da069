"""Draws up the text of one agreement from its terms: what each placeholder stands for, the front page, the schedules.

Reads the rows it is given and asks nothing else; the clock is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from i18n import formats
from licensing.agreements import compose
from licensing.agreements.models import AgreementTemplate, ClauseVersion
from licensing.agreements.naming import in_language, language_names, place_name
from licensing.agreements.phrases import choose, say
from licensing.agreements.schedules import TABLES, approved_waiver, rights
from licensing.agreements.text import (
    AgreementText,
    ClauseText,
    KeyTerm,
    Party,
    Representative,
    Schedule,
    SpecialTerm,
    TemplateClause,
    TemplateText,
)

if TYPE_CHECKING:
    from licensing.organisations.models import SigningPower
    from licensing.terms.models import TermsOffer

PREVAILING = "en"


@dataclass(frozen=True)
class Sources:
    """The rows an agreement is drawn from, at an instant; ``powers`` are the licensee's, in signing order."""

    number: str
    terms: TermsOffer
    template: AgreementTemplate
    clauses: Mapping[tuple[str, int], ClauseVersion]
    powers: Sequence[SigningPower]
    at: datetime


def sources(terms: TermsOffer, *, number: str, template: AgreementTemplate, powers: Sequence[SigningPower], at: datetime) -> Sources:
    """Load the clauses that ``template`` pins."""
    wanted = {(code, version) for code, version, *_ in [*template.clauses, *template.schedules]}
    rows = ClauseVersion.objects.filter(code__in={code for code, _ in wanted})
    pinned = {(row.code, row.version): row for row in rows if (row.code, row.version) in wanted}
    return Sources(number, terms, template, pinned, powers, at)


def reading_language(drawn: Sources) -> str:
    """Return the language of the reading copy: the one asked for in the application, '' where that is the prevailing one.

    :raises compose.Incomplete: ``missing_copy``: not every clause is written in it.
    """
    application = drawn.terms.application
    revision = application.last_revision
    asked = revision.answers.get("reading_language") if revision else None
    language = asked or application.language
    if language == PREVAILING:
        return ""
    column = f"body_{language.replace('-', '_')}"
    if all(getattr(clause, column, "") for clause in drawn.clauses.values()):
        return language
    raise compose.Incomplete("missing_copy", language=language)


def draw(drawn: Sources, language: str) -> AgreementText:
    """Return the text in one language.

    :raises compose.Incomplete: a clause or a fact is missing.
    """
    values = variables(drawn, language)
    template, terms = drawn.template, drawn.terms
    return compose.compose(
        _template(drawn, language),
        [_clause(row, language) for row in drawn.clauses.values()],
        {"offering": terms.application.offering.code, "place": [place.code for place in terms.places.all()]},
        values,
        number=drawn.number,
        parties=_parties(drawn, values, language),
        key_terms=[
            KeyTerm(_of(row["label"], language), _begin(compose.fill(row["value"], values)), _note(row["value"], drawn, language))
            for row in template.key_terms
        ],
        schedules=_schedules(drawn, language),
        special_terms=[SpecialTerm(terms.special_terms)] if terms.special_terms.strip() else [],
        demo=settings.DEMO,
    )


def variables(drawn: Sources, language: str) -> dict[str, Any]:
    """Return what each placeholder stands for in ``language``."""
    terms, licensor = drawn.terms, drawn.template.licensor
    offering, organisation = terms.application.offering, terms.application.organisation
    quote, edition = terms.quote, terms.application.edition
    name = offering.programme.name
    return {
        "agreement_number": drawn.number,
        "currency": terms.currency,
        "edition": edition.label if edition else "",
        "exclusivity": say("none", language),
        "fee": _fee(terms, language),
        "kit": say("kit", language, code=offering.code),
        "languages": formats.listing(language_names(offering.kit_languages, language), language),
        "law": _of(licensor.get("law", {}), language),
        "seat": _of(licensor.get("seat", {}), language),
        "licensee": organisation.legal_name,
        "licensee_address": organisation.address,
        "licensee_form": _form(organisation, language),
        "licensee_registration": _registration(organisation),
        "licensor": settings.LICENSOR_NAME,
        "licensor_address": licensor.get("address", ""),
        "licensor_registration": licensor.get("registration", ""),
        "notice_contact": licensor.get("notice_contact", ""),
        "offering": f"{offering.code}, {in_language(offering, 'name', language)}",
        "programme": say("edition", language, name=name, label=edition.label) if edition else name,
        "quote_number": f"{terms.application.number}-{quote.pk}",
        "rights": formats.listing([in_language(right, "name", language) for right in rights(terms)], language),
        "signatories": formats.listing([_signatory(power, language) for power in drawn.powers], language),
        "term_end": _end(terms, language),
        "term_start_rule": _start(terms, language),
        "territory": formats.listing([place_name(place, language) for place in terms.places.all()], language),
        "tier": choose("tier", quote.tier, language),
        "tier_list_date": formats.day(quote.tier_list_date, language),
        "waiver": _waiver(terms, language),
        "zone": f"{formats.city(terms.zone, language)} ({terms.zone})",
    }


def _of(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en", "")


def _form(organisation: Any, language: str) -> str:
    form = choose("form", organisation.legal_form, language)
    return say("in_place", language, form=form, place=place_name(organisation.place, language))


def _registration(organisation: Any) -> str:
    return ", ".join(filter(None, (organisation.registration_number, organisation.registry)))


def _signatory(power: SigningPower, language: str) -> str:
    return say("signatory", language, name=str(power.user), office=power.office) if power.office else str(power.user)


def _start(terms: TermsOffer, language: str) -> str:
    if terms.starts_on is None:
        return say("start", language)
    return say("start_not_before", language, day=formats.day(terms.starts_on, language), city=formats.city(terms.zone, language))


def _end(terms: TermsOffer, language: str) -> str:
    edition, years = terms.application.edition, terms.application.offering.term_years
    if edition is not None:
        return formats.day(formats.last_day(edition.rights_until, "UTC"), language)
    return say("end_years.1", language) if years == 1 else say("end_years", language, years=years)


def _fee(terms: TermsOffer, language: str) -> str:
    quote, waiver = terms.quote, approved_waiver(terms)
    total, gross, waived = (
        formats.money(sum_, quote.currency, language) for sum_ in (quote.total_minor, quote.gross_minor, quote.waived_minor)
    )
    if waiver is None or not quote.waived_minor:
        return total
    return say("waived", language, total=total, gross=gross, waived=waived, percent=waiver.percent)


def _waiver(terms: TermsOffer, language: str) -> str:
    waiver = approved_waiver(terms)
    if waiver is None:
        return say("none", language)
    return say("waiver", language, percent=waiver.percent, ground=choose("ground", waiver.ground, language))


def _begin(text: str) -> str:
    """Return a value as it stands on the front page: with a capital first."""
    return text[:1].upper() + text[1:]


def _note(value: str, drawn: Sources, language: str) -> str:
    """Return what a key term rests on."""
    quote = drawn.terms.quote
    if value != "{fee}":
        return ""
    day, tier = formats.day(quote.tier_list_date, language), choose("tier", quote.tier, language)
    if quote.tier_listed:
        listed = choose("tier", quote.tier_listed, language)
        return say("tier_note_kept", language, tier=tier, day=day, listed=listed, schedule=quote.schedule)
    return say("tier_note", language, tier=tier, day=day, schedule=quote.schedule)


def _parties(drawn: Sources, values: Mapping[str, Any], language: str) -> list[Party]:
    organisation = drawn.terms.application.organisation
    powers = say(f"powers.{organisation.signing}", language)
    licensor = Representative(say("licensor_signs", language), say("countersigns", language))
    return [
        Party("licensor", values["licensor"], "", values["licensor_registration"], values["licensor_address"], (licensor,)),
        Party(
            "licensee",
            organisation.legal_name,
            values["licensee_form"],
            values["licensee_registration"],
            organisation.address,
            tuple(Representative(str(power.user), power.office, powers) for power in drawn.powers),
        ),
    ]


def _template(drawn: Sources, language: str) -> TemplateText:
    row = drawn.template
    places = (TemplateClause(code, drawn.clauses[code, version].when) for code, version in row.clauses if (code, version) in drawn.clauses)
    missing = [code for code, version in row.clauses if (code, version) not in drawn.clauses]
    if missing:
        raise compose.Incomplete("missing_clause", clause=missing[0])
    return TemplateText(row.code, row.version, language, _of(row.titles, language) or row.title, _of(row.prevails, language), tuple(places))


def _clause(row: ClauseVersion, language: str) -> ClauseText:
    return ClauseText(row.code, row.version, in_language(row, "title", language), in_language(row, "body", language))


def _schedules(drawn: Sources, language: str) -> list[Schedule]:
    found = []
    for code, version, letter in drawn.template.schedules:
        clause = _clause(drawn.clauses[code, version], language)
        columns, rows = TABLES[letter](drawn, language) if letter in TABLES else ((), ())
        found.append(Schedule(letter, clause.title, clause.body, columns, rows))
    return found

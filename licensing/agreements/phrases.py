"""The phrases that stand for the placeholders of clauses, by language. Pure.

Part of what is signed, so versioned here with the code that fills them and never looked up in a catalogue of messages.
"""

PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "kit": "the course kit of the offering {code}",
        "start": "on the effective date of clause 7",
        "start_not_before": "on the effective date of clause 7, but not before {day}, 00:00 in {city}",
        "end_years.1": "the last day of one year counted from the first day of the Term",
        "end_years": "the last day of {years} years counted from the first day of the Term",
        "waived": "{total}, after a waiver of {percent} % ({waived} of {gross})",
        "waiver": "{percent} %: {ground}",
        "none": "none",
        "in_place": "{form} ({place})",
        "signatory": "{name} ({office})",
        "powers.alone": "signing alone",
        "powers.jointly": "signing jointly",
        "licensor_signs": "An authorized signatory of the licensor",
        "countersigns": "countersigns",
        "edition": "{name}, edition {label}",
        "form": "a legal person",
        "form.association": "an association",
        "form.foundation": "a foundation",
        "form.society": "a society",
        "form.university": "a university",
        "form.hospital": "a hospital",
        "form.company": "a company",
        "form.government": "a public body",
        "tier.H": "high income",
        "tier.UM": "upper-middle income",
        "tier.LM": "lower-middle income",
        "tier.L": "low income",
        "tier.NC": "not classified",
        "tier_note": "Income group {tier}, list of {day}; fee schedule {schedule}",
        "ground.automatic": "low-income territory",
        "ground.requested": "requested by the applicant",
        "ground.grant_funded": "paid by a grant",
        "ground.promotional": "promotional",
        "column.right": "Right",
        "column.languages": "Languages",
        "column.item": "Item",
        "column.quantity": "Quantity",
        "column.price": "Price",
        "column.amount": "Amount",
        "row.waiver": "Waiver of {percent} %",
        "row.total": "Total",
    },
    "es": {
        "kit": "el kit del curso de la oferta {code}",
        "start": "en la fecha de entrada en vigor de la cláusula 7",
        "start_not_before": "en la fecha de entrada en vigor de la cláusula 7, pero no antes del {day}, 00:00 en {city}",
        "end_years.1": "el último día de un año contado desde el primer día de la Vigencia",
        "end_years": "el último día de {years} años contados desde el primer día de la Vigencia",
        "waived": "{total}, tras una exención del {percent} % ({waived} de {gross})",
        "waiver": "{percent} %: {ground}",
        "none": "ninguna",
        "in_place": "{form} ({place})",
        "signatory": "{name} ({office})",
        "powers.alone": "firma individual",
        "powers.jointly": "firma mancomunada",
        "licensor_signs": "Una persona autorizada para firmar por el licenciante",
        "countersigns": "firma por el licenciante",
        "edition": "{name}, edición {label}",
        "form": "persona jurídica",
        "form.association": "asociación",
        "form.foundation": "fundación",
        "form.society": "sociedad",
        "form.university": "universidad",
        "form.hospital": "hospital",
        "form.company": "empresa",
        "form.government": "organismo público",
        "tier.H": "ingreso alto",
        "tier.UM": "ingreso mediano alto",
        "tier.LM": "ingreso mediano bajo",
        "tier.L": "ingreso bajo",
        "tier.NC": "sin clasificar",
        "tier_note": "Grupo de ingresos {tier}, lista del {day}; lista de tarifas {schedule}",
        "ground.automatic": "territorio de ingreso bajo",
        "ground.requested": "solicitada por el solicitante",
        "ground.grant_funded": "pagada por una subvención",
        "ground.promotional": "promocional",
        "column.right": "Derecho",
        "column.languages": "Idiomas",
        "column.item": "Concepto",
        "column.quantity": "Cantidad",
        "column.price": "Precio",
        "column.amount": "Importe",
        "row.waiver": "Exención del {percent} %",
        "row.total": "Total",
    },
}


def say(key: str, language: str, /, **facts: object) -> str:
    """Return a phrase in ``language`` (English where it has none) with its facts."""
    return PHRASES.get(language, PHRASES["en"])[key].format(**facts)


def choose(prefix: str, value: object, language: str) -> str:
    """Return the phrase ``prefix.value``; a value without one stands for itself, an empty one for the phrase ``prefix``."""
    table = PHRASES.get(language, PHRASES["en"])
    return table.get(f"{prefix}.{value}") or str(value) or table[prefix]

"""The fixed words of agreements and certificates, by language. Pure.

They are part of a signed document, so they are versioned with the template that prints them and not looked up in a catalogue of messages.
A language without its own words gets the English ones.
"""

AGREEMENT = {
    "en": {
        "kind": "License agreement",
        "demo": "DEMO",
        "demo_note": "Demonstration: invented data, without legal effect.",
        "licensor": "Licensor",
        "licensee": "Licensee",
        "represented_by": "Represented by",
        "key_terms": "Key terms",
        "term": "Subject",
        "agreed": "Agreed",
        "text": "Text of this agreement",
        "template": "Template {code}, version {version}",
        "template_sha256": "Template SHA-256",
        "context_sha256": "Text SHA-256",
        "reading_copy": "Reading copy ({language}) SHA-256",
        "contents": "Contents",
        "terms": "Terms",
        "prevails": "Special term {special} prevails over this clause.",
        "schedule": "Schedule {letter}",
        "special": "Special terms",
        "special_lede": "Agreed for this agreement only. They prevail over the clauses named beside them.",
        "special_number": "No.",
        "special_clause": "Clause",
        "special_term": "Term",
        "signatures": "Signatures",
        "signatures_lede": "Signed electronically, in this order. Each signature is recorded with its instant and the SHA-256 of this "
        "file; after the last one the file is sealed and never changes.",
        "for": "for {party}",
        "page": "Page {page} of {pages}",
    },
    "es": {
        "kind": "Acuerdo de licencia",
        "demo": "DEMO",
        "demo_note": "Demostración: datos inventados, sin efecto jurídico.",
        "licensor": "Licenciante",
        "licensee": "Licenciatario",
        "represented_by": "Representado por",
        "key_terms": "Condiciones principales",
        "term": "Materia",
        "agreed": "Lo acordado",
        "text": "Texto de este acuerdo",
        "template": "Modelo {code}, versión {version}",
        "template_sha256": "SHA-256 del modelo",
        "context_sha256": "SHA-256 del texto",
        "reading_copy": "SHA-256 de la copia de lectura ({language})",
        "contents": "Contenido",
        "terms": "Cláusulas",
        "prevails": "La condición particular {special} prevalece sobre esta cláusula.",
        "schedule": "Anexo {letter}",
        "special": "Condiciones particulares",
        "special_lede": "Acordadas solo para este acuerdo. Prevalecen sobre las cláusulas que se indican junto a ellas.",
        "special_number": "N.º",
        "special_clause": "Cláusula",
        "special_term": "Condición",
        "signatures": "Firmas",
        "signatures_lede": "Se firma electrónicamente, en este orden. Cada firma queda registrada con su instante y el SHA-256 de este "
        "archivo; tras la última, el archivo se sella y no cambia nunca.",
        "for": "por {party}",
        "page": "Página {page} de {pages}",
    },
}

CERTIFICATE = {
    "en": {
        "kind": "Certificate of effect",
        "demo": "DEMO",
        "demo_note": "Demonstration: invented data, without legal effect.",
        "title": "Certificate of effect",
        "statement": "Agreement {agreement} between {licensor} and {licensee} took effect on {instant}.",
        "agreement": "Agreement",
        "sha256": "SHA-256 of the agreement as signed",
        "effective": "Effective instant",
        "licence": "License",
        "offering": "Licensed",
        "period": "Term",
        "verify": "Verify",
        "conditions": "The conditions and when each was met",
        "conditions_lede": "The agreement takes effect when the last of them is met.",
        "condition": "Condition",
        "met": "Met",
        "last": "last",
        "note": "What was signed never changes: the effective date is stated here and in the record, not in the agreement. "
        "This certificate is sealed by the portal.",
        "page": "Page {page} of {pages}",
    },
    "es": {
        "kind": "Certificado de entrada en vigor",
        "demo": "DEMO",
        "demo_note": "Demostración: datos inventados, sin efecto jurídico.",
        "title": "Certificado de entrada en vigor",
        "statement": "El acuerdo {agreement} entre {licensor} y {licensee} entró en vigor el {instant}.",
        "agreement": "Acuerdo",
        "sha256": "SHA-256 del acuerdo tal como se firmó",
        "effective": "Instante de entrada en vigor",
        "licence": "Licencia",
        "offering": "Objeto de la licencia",
        "period": "Vigencia",
        "verify": "Verificación",
        "conditions": "Las condiciones y cuándo se cumplió cada una",
        "conditions_lede": "El acuerdo entra en vigor cuando se cumple la última de ellas.",
        "condition": "Condición",
        "met": "Cumplida",
        "last": "la última",
        "note": "Lo firmado no cambia nunca: la fecha de entrada en vigor consta aquí y en el registro, no en el acuerdo. "
        "El portal sella este certificado.",
        "page": "Página {page} de {pages}",
    },
}


def of(table: dict[str, dict[str, str]], language: str) -> dict[str, str]:
    """Return the words of ``language``, or the English ones."""
    return table.get(language.lower().replace("_", "-"), table["en"])

"""A figure as a sentence in each of our languages. Pure: Babel's plural rules, no Django, no clock.

A unit has the words of every plural category CLDR knows for a language; Arabic has six. Where an Arabic phrase governs what follows
(*more than*, *from*), the dual takes its other case: the words ``two_governed``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from i18n import formats

Words = Mapping[str, str]


def _latin(one: str, other: str, many: str = "") -> Words:
    """``many`` is what follows a round million: *un millón de centros*."""
    return {"one": one, "many": many or other, "other": other}


def _arabic(one: str, two: str, two_governed: str, few: str, many: str, other: str) -> Words:
    return {"zero": other, "one": one, "two": two, "two_governed": two_governed, "few": few, "many": many, "other": other}


UNITS: dict[str, dict[str, Words]] = {
    "practice": {
        "en": _latin("{n} practice", "{n} practices"),
        "es": _latin("{n} centro", "{n} centros", "{n} de centros"),
        "pt-br": _latin("{n} clínica", "{n} clínicas", "{n} de clínicas"),
        "fr": _latin("{n} centre", "{n} centres", "{n} de centres"),
        "ar": _arabic("مركز واحد", "مركزان", "مركزين", "{n} مراكز", "{n} مركزًا", "{n} مركز"),
    },
    "certified_practice": {
        "en": _latin("{n} certified practice", "{n} certified practices"),
        "es": _latin("{n} centro certificado", "{n} centros certificados", "{n} de centros certificados"),
        "pt-br": _latin("{n} clínica certificada", "{n} clínicas certificadas", "{n} de clínicas certificadas"),
        "fr": _latin("{n} centre certifié", "{n} centres certifiés", "{n} de centres certifiés"),
        "ar": _arabic(
            "مركز معتمد واحد", "مركزان معتمدان", "مركزين معتمدين", "{n} مراكز معتمدة", "{n} مركزًا معتمدًا", "{n} مركز معتمد"
        ),
    },
    "physician": {
        "en": _latin("{n} physician", "{n} physicians"),
        "es": _latin("{n} médico", "{n} médicos", "{n} de médicos"),
        "pt-br": _latin("{n} médico", "{n} médicos", "{n} de médicos"),
        "fr": _latin("{n} médecin", "{n} médecins", "{n} de médecins"),
        "ar": _arabic("طبيب واحد", "طبيبان", "طبيبين", "{n} أطباء", "{n} طبيبًا", "{n} طبيب"),
    },
    "team": {
        "en": _latin("{n} team", "{n} teams"),
        "es": _latin("{n} equipo", "{n} equipos", "{n} de equipos"),
        "pt-br": _latin("{n} equipe", "{n} equipes", "{n} de equipes"),
        "fr": _latin("{n} équipe", "{n} équipes", "{n} d’équipes"),
        "ar": _arabic("فريق واحد", "فريقان", "فريقين", "{n} فرق", "{n} فريقًا", "{n} فريق"),
    },
    "measure": {
        "en": _latin("{n} quality measure", "{n} quality measures"),
        "es": _latin("{n} medida de calidad", "{n} medidas de calidad", "{n} de medidas de calidad"),
        "pt-br": _latin("{n} medida de qualidade", "{n} medidas de qualidade", "{n} de medidas de qualidade"),
        "fr": _latin("{n} mesure de la qualité", "{n} mesures de la qualité", "{n} de mesures de la qualité"),
        "ar": _arabic(
            "مقياس واحد للجودة", "مقياسان للجودة", "مقياسين للجودة", "{n} مقاييس للجودة", "{n} مقياسًا للجودة", "{n} مقياس للجودة"
        ),
    },
    "project": {
        "en": _latin("{n} project", "{n} projects"),
        "es": _latin("{n} proyecto", "{n} proyectos", "{n} de proyectos"),
        "pt-br": _latin("{n} projeto", "{n} projetos", "{n} de projetos"),
        "fr": _latin("{n} projet", "{n} projets", "{n} de projets"),
        "ar": _arabic("مشروع واحد", "مشروعان", "مشروعين", "{n} مشاريع", "{n} مشروعًا", "{n} مشروع"),
    },
    "workshop": {
        "en": _latin("{n} workshop", "{n} workshops"),
        "es": _latin("{n} taller", "{n} talleres", "{n} de talleres"),
        "pt-br": _latin("{n} oficina", "{n} oficinas", "{n} de oficinas"),
        "fr": _latin("{n} atelier", "{n} ateliers", "{n} d’ateliers"),
        "ar": _arabic("ورشة عمل واحدة", "ورشتا عمل", "ورشتي عمل", "{n} ورش عمل", "{n} ورشة عمل", "{n} ورشة عمل"),
    },
    "participant": {
        "en": _latin("{n} participant", "{n} participants"),
        "es": _latin("{n} participante", "{n} participantes", "{n} de participantes"),
        "pt-br": _latin("{n} participante", "{n} participantes", "{n} de participantes"),
        "fr": _latin("{n} participant", "{n} participants", "{n} de participants"),
        "ar": _arabic("مشارك واحد", "مشاركان", "مشاركين", "{n} مشاركين", "{n} مشاركًا", "{n} مشارك"),
    },
    "country": {
        "en": _latin("{n} country", "{n} countries"),
        "es": _latin("{n} país", "{n} países", "{n} de países"),
        "pt-br": _latin("{n} país", "{n} países", "{n} de países"),
        "fr": _latin("{n} pays", "{n} pays", "{n} de pays"),
        "ar": _arabic("بلد واحد", "بلدان", "بلدين", "{n} بلدان", "{n} بلدًا", "{n} بلد"),
    },
}  # fmt: skip
QUALIFIERS: dict[str, Words] = {
    "exactly": dict.fromkeys(formats.LOCALES, "{what}"),
    "more_than": {
        "en": "more than {what}",
        "es": "más de {what}",
        "pt-br": "mais de {what}",
        "fr": "plus de {what}",
        "ar": "أكثر من {what}",
    },
    "at_least": {
        "en": "at least {what}",
        "es": "al menos {what}",
        "pt-br": "pelo menos {what}",
        "fr": "au moins {what}",
        "ar": "ما لا يقل عن {what}",
    },
    "about": {
        "en": "about {what}",
        "es": "alrededor de {what}",
        "pt-br": "cerca de {what}",
        "fr": "environ {what}",
        "ar": "نحو {what}",
    },
}
FROM = {
    "en": "{what} from {whom}",
    "es": "{what} de {whom}",
    "pt-br": "{what} de {whom}",
    "fr": "{what} de {whom}",
    "ar": "{what} من {whom}",
}
AS_OF = {"en": "as of {day}", "es": "al {day}", "pt-br": "em {day}", "fr": "au {day}", "ar": "حتى {day}"}


@dataclass(frozen=True, slots=True)
class Count:
    """A number of something. ``unit`` and ``qualifier`` are keys of the tables above."""

    value: int
    unit: str
    qualifier: str = "exactly"


def counted(count: Count, language: str, *, governed: bool = False) -> str:
    """Return the count in words: ``more than 1,000 practices``; ``governed``: it stands after a preposition."""
    language = language if language in formats.LOCALES else "en"
    words = UNITS[count.unit][language]
    category = formats.locale(language).plural_form(count.value)
    if governed or count.qualifier != "exactly":
        category = f"{category}_governed" if f"{category}_governed" in words else category
    what = words[category].format(n=formats.number(count.value, language))
    return QUALIFIERS[count.qualifier][language].format(what=what)


def when(*, first_day: date | None, last_day: date | None, as_of: date, language: str) -> str:
    """Return what time a figure is about: its year, its years, its days; without a period the day it was true on."""
    if first_day is None or last_day is None:
        language = language if language in formats.LOCALES else "en"
        return AS_OF[language].format(day=formats.day(as_of, language))
    if (first_day.month, first_day.day, last_day.month, last_day.day) == (1, 1, 12, 31):
        return str(first_day.year) if first_day.year == last_day.year else f"{first_day.year}–{last_day.year}"
    return formats.period(first_day, last_day, language)


def sentence(count: Count, language: str, *, time: str, whom: Count | None = None, scope: str = "") -> str:
    """Return a figure as readers meet it: ``557 physicians from 21 practices outside the United States (2018)``.

    :param time: what ``when`` returned, in the same language.
    :param whom: the second figure, of those the first come from.
    :param scope: where or of whom, in words of the same language.
    """
    language = language if language in formats.LOCALES else "en"
    what = counted(count, language)
    if whom is not None:
        what = FROM[language].format(what=what, whom=counted(whom, language, governed=True))
    return " ".join(part for part in (what, scope, f"({time})") if part)


_NOUNS = {words[key].removeprefix("{n} ") for unit in UNITS.values() for words in unit.values() for key in words if "{n} " in words[key]}
_TYPED = re.compile(
    rf"\d[\d.,\u00a0\u202f]*\d\s+(?:[\w-]+\s+){{0,2}}(?:{'|'.join(sorted(map(re.escape, _NOUNS), key=len, reverse=True))})\b"
)


def typed(text: str) -> list[str]:
    """Return the figures somebody typed into a text by hand, in any of our languages: a number of two digits or more beside a unit."""
    return [found[0] for found in _TYPED.finditer(text)]

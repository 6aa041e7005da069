"""A day in a refusal is in the reader's language, and says so where our own words are in another."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from django.utils.html import conditional_escape

from i18n import formats
from licensing.applications.questions import Wrong
from licensing.logos.rules import NotAllowed as PieceNotAllowed
from licensing.terms.rules import NotAllowed
from licensing.web import logo_words, money_words
from licensing.web.answer_words import wrong_words

AT, DAY = datetime(2027, 3, 2, 9, tzinfo=UTC), date(2027, 3, 2)
SAID = {
    "an instant": (
        lambda: money_words.refusal_words(NotAllowed("offer_over", ended_at=AT)),
        lambda language: formats.instant(AT, "UTC", language),
        "The offer ended on {}. Ask the licensor for a new one. Nothing was done.",
    ),
    "a day": (
        lambda: money_words.refusal_words(NotAllowed("waiver_over", expires_on=DAY)),
        lambda language: formats.day(DAY, language),
        "The fee waiver ended on {}. A new offer has to be made; nothing was done.",
    ),
    "an end": (
        lambda: logo_words.refusal_words(PieceNotAllowed("after_the_right", valid_to=AT, zone="Europe/Madrid")),
        lambda language: formats.until_day(AT, "Europe/Madrid", language),
        "The right to the logo ends on {}. Choose an earlier last day.",
    ),
    "a wrong answer": (
        lambda: wrong_words(Wrong("before_embargo", first=DAY)),
        lambda language: formats.day(DAY, language),
        "The embargo of this edition lifts on {}; begin on that day or later",
    ),
}


@pytest.mark.parametrize(("say", "when", "words"), SAID.values(), ids=list(SAID))
def test_a_day_in_a_refusal_says_its_language(say, when, words):
    with translation.override("ar"):
        said = say()
    assert (said, conditional_escape(said)) == (words.format(when("ar")), words.format(f'<bdi lang="ar">{when("ar")}</bdi>'))
    with translation.override("en"):
        said = say()
    assert (said, conditional_escape(said)) == (words.format(when("en")),) * 2

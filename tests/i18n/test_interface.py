"""Words in another language than those around them say so in HTML and nowhere else."""

import json

import pytest
from django.utils.html import conditional_escape

from i18n.interface import joined, listing, own, sentence

ES, MARKED = "إسبانيا", '<bdi lang="ar">إسبانيا</bdi>'


@pytest.mark.parametrize(
    ("text", "language", "among", "html"),
    [
        (ES, "ar", "", MARKED),
        (ES, "ar", "es", MARKED),
        ("España", "es", "", "España"),
        ("Spain <", "en", "", "Spain &lt;"),
        ("Spain <", "en", "es", '<bdi lang="en">Spain &lt;</bdi>'),
        ("", "ar", "", ""),
    ],
)
def test_a_text_says_its_language_only_among_words_in_another(text, language, among, html):
    said = own(text, language, among=among)
    assert (str(said), conditional_escape(said)) == (text, html)


def test_what_is_put_together_keeps_the_marks_and_is_plain_elsewhere():
    said = joined("; ", [sentence("In <%(place)s>: %(count)s", place=own(ES, "ar"), count=2), "a & b"])
    assert (str(said), f"{said}") == (f"In <{ES}>: 2; a & b",) * 2
    assert conditional_escape(said) == f"In &lt;{MARKED}&gt;: 2; a &amp; b"
    assert json.loads(json.dumps({"said": said})) == {"said": f"In <{ES}>: 2; a & b"}


def test_a_list_is_joined_in_our_own_words():
    said = listing([own(ES, "ar"), "Kenya & Co."], "ar")
    assert (str(said), conditional_escape(said)) == (f"{ES} and Kenya & Co.", f"{MARKED} and Kenya &amp; Co.")
    assert conditional_escape(listing(["a", "b"], "es", style="or")) == "a o b"

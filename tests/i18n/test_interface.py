"""Words in another language than those around them say so in HTML and nowhere else."""

import json

import pytest
from django.forms import Form
from django.utils.html import conditional_escape

from i18n.interface import joined, listing, own, own_listing, sentence

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


def test_a_list_of_names_is_joined_in_their_language_and_one_in_another_says_so():
    said = own_listing([ES, own("Kenya & Co.", "en", among="ar")], "ar")
    assert (str(said), conditional_escape(said)) == (
        f"{ES} وKenya & Co.",
        f'<bdi lang="ar">{ES} و<bdi lang="en">Kenya &amp; Co.</bdi></bdi>',
    )
    assert (own_listing([], "ar"), conditional_escape(own_listing(["a", "b"], "es"))) == ("", "a y b")


def test_an_error_of_a_form_keeps_the_marks():
    form = Form({})
    form.add_error(None, sentence("Until %(day)s.", day=own(ES, "ar")))
    assert [conditional_escape(error) for error in form.non_field_errors()] == [f"Until {MARKED}."]

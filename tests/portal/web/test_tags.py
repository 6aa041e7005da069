"""What the tags print, exactly."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from i18n.fields import DayField
from portal.web.templatetags import pagination_tags, portal_tags

END = datetime(2026, 12, 31, 23, tzinfo=UTC)


def shown(source: str, language: str = "en", **context) -> str:
    with translation.override(language):
        return Template("{% load portal_tags %}" + source).render(Context(context))


def test_a_shape_is_hidden_from_screen_readers():
    assert shown('{% icon "done" %}') == (
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/portal/img/icons.svg#done"/></svg>'
    )


def test_only_the_arrow_mirrors():
    mirrored = {name for name in ("turn", "expired", "done", "begun", "down", "scheduled") if "icon--turns" in portal_tags.icon(name)}
    assert mirrored == {"turn"}


@pytest.mark.parametrize(
    ("key", "colour", "shape", "word"),
    [
        ("available", "available", "available", "Available"),
        ("by_licence", "licence", "licence", "By license"),
        ("pilot", "pilot", "pilot", "Pilot"),
        ("on_request", "request", "request", "On request"),
        ("suspended", "suspended", "suspended", "Suspended"),
        ("withdrawn", "withdrawn", "withdrawn", "Withdrawn"),
        ("not_stated", "unstated", "unstated", "Not stated"),
        ("scheduled", "available", "scheduled", "Available from a later date"),
    ],
)
def test_a_status_has_word_shape_and_colour(key, colour, shape, word):
    printed = shown("{% status key %}", key=key)
    assert printed.startswith(f'<span class="status" data-status="{colour}"><svg')
    assert f"icons.svg#{shape}" in printed and printed.endswith(f"<span>{word}</span></span>")


def test_a_status_may_say_more_and_stand_on_a_ground():
    printed = shown('{% status "scheduled" label=label tag=True %}', label="Available from 1 March 2027 <")
    assert 'class="status status--tag"' in printed and "<span>Available from 1 March 2027 &lt;</span>" in printed


@pytest.mark.parametrize(("name", "shape"), list(portal_tags.TONES.items()))
def test_a_tone_has_its_usual_shape(name, shape):
    printed = shown('{% tone name "Word" %}', name=name)
    assert f'data-tone="{name}"' in printed and f"#{shape}" in printed and "<span>Word</span>" in printed


def test_a_tone_takes_another_shape():
    assert "icons.svg#valid" in shown('{% tone "good" "In force" icon="valid" %}')


def test_every_shape_that_is_named_is_drawn(settings):
    drawn = (settings.ROOT / "portal/static/portal/img/icons.svg").read_text()
    named = {shape for shape, _ in portal_tags.STATUSES.values()} | set(portal_tags.TONES.values())
    assert [shape for shape in sorted(named) if f'id="{shape}"' not in drawn] == []


def test_an_instant_is_exact_in_its_attribute_and_local_in_words():
    assert (
        shown('{% instant at "Europe/Madrid" %}', at=END) == '<time datetime="2026-12-31T23:00:00Z">1 January 2027, 00:00 in Madrid</time>'
    )
    assert shown('{% until at "Europe/Madrid" %}', "es", at=END) == (
        '<time datetime="2026-12-31T23:00:00Z">31 de diciembre de 2026, 24:00 en Madrid</time>'
    )
    assert shown('{% last_day at "Europe/Madrid" %}', at=END) == '<time datetime="2026-12-31">31 December 2026</time>'


def test_a_day_of_an_instant_is_the_day_of_its_zone():
    assert shown("{% day at %}", at=END) == '<time datetime="2026-12-31">31 December 2026</time>'
    assert shown('{% day at "Europe/Madrid" %}', at=END) == '<time datetime="2027-01-01">1 January 2027</time>'
    assert shown("{% day on %}", "fr", on=date(2027, 3, 1)) == '<time datetime="2027-03-01" lang="fr">1er mars 2027</time>'


@pytest.mark.parametrize("tag", ["instant x", "until x", "day x", "last_day x", 'money x "EUR"', "size x", "code x", "name x", "number x"])
def test_nothing_prints_nothing(tag):
    assert shown("{% " + tag + " %}", x=None) == ""


def test_sums_and_codes_read_left_to_right_in_arabic_too():
    assert shown('{% money 460000 "EUR" %}', "ar") == '<span class="sum" dir="ltr">4,600.00\xa0EUR</span>'
    assert shown("{% code text %}", "ar", text="L-2027-0042 <b>") == '<span class="code" dir="ltr">L-2027-0042 &lt;b&gt;</span>'


def test_a_name_is_isolated_and_says_its_language():
    assert shown('{% name text "es" %}', text="Fundación <ECO>") == '<bdi lang="es">Fundación &lt;ECO&gt;</bdi>'
    assert shown("{% name text %}", text="ECO") == "<bdi>ECO</bdi>"


def test_a_translated_column_falls_back_to_english_and_says_so():
    obj = SimpleNamespace(title_en="Training <1>", title_es="Formación", title_pt_br="", title_fr=None)
    assert shown('{% translated o "title" %}', "es", o=obj) == "Formación"
    assert shown('{% translated o "title" %}', "en", o=obj) == "Training &lt;1&gt;"
    for language in ("pt-br", "fr", "ar"):
        assert shown('{% translated o "title" mark=False %}', language, o=obj) == '<span lang="en" dir="ltr">Training &lt;1&gt;</span>'
    assert shown('{% translated o "title" %}', "fr", o=obj).endswith('<span class="in-english">in English</span>')


@pytest.mark.parametrize("language, printed", [("es", "Taller"), ("fr", '<span lang="fr">Atelier</span>')])
def test_words_of_the_reader_say_so_on_a_page_whose_own_words_are_english(language, printed):
    assert (
        shown('{% translated o "title" %}', language, o=SimpleNamespace(title_en="Workshop", title_es="Taller", title_fr="Atelier"))
        == printed
    )


def test_no_language_falls_back_to_anything_but_english():
    assert shown('{% translated o "title" %}', "fr", o=SimpleNamespace(title_en="", title_es="Formación")) == ""


def test_a_column_without_translations_prints_itself():
    assert shown('{% translated o "code" %}', "es", o=SimpleNamespace(code="QTP1-L")) == "QTP1-L"


def test_a_list_is_a_sentence():
    assert shown("{% list_of items %}", "es", items=["A", "B", "<C>"]) == "A, B y &lt;C&gt;"


def test_a_query_string_changes_one_value_and_starts_over():
    request = RequestFactory().get("/x/", {"programme": "QOPI", "as_of": "2019-10-01", "page": "3"})
    context = {"request": request}
    assert shown('{% qs programme="QCP" %}', **context) == "?as_of=2019-10-01&amp;programme=QCP"
    assert shown("{% qs programme=None %}", **context) == "?as_of=2019-10-01"
    assert shown("{% qs programme=None as_of=None %}", **context) == "?"
    assert shown('{% qs programme="a&b" as_of="" %}', **context) == "?programme=a%26b"


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (1, [1, 2, None, 40]),
        (3, [1, 2, 3, 4, None, 40]),
        (4, [1, 2, 3, 4, 5, None, 40]),
        (20, [1, None, 19, 20, 21, None, 40]),
        (40, [1, None, 39, 40]),
    ],
)
def test_pages_are_the_ends_and_the_neighbours(here, expected):
    assert pagination_tags.numbered(Paginator(range(400), 10).page(here)) == expected


class Questions(forms.Form):
    name = forms.CharField(label="Legal name", help_text="As registered.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Society")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"class": "wide"}))
    until = DayField(label="Until")
    sure = forms.BooleanField(label="True to my knowledge")
    proof = forms.FileField(label="Proof", required=False)


def test_controls_have_the_classes_of_the_look_without_being_told():
    form = Questions()
    assert 'class="input"' in str(form["name"])
    assert 'class="input wide"' in str(form["note"])
    assert 'class="choices"' in str(form["kind"])
    assert 'class="tick"' in str(form["sure"])


def test_a_field_is_label_hint_error_control_in_that_order():
    printed = Questions({})["name"].as_field_group()
    places = [printed.index(part) for part in ("<label", 'id="id_name_helptext"', 'id="id_name_error"', "<input")]
    assert places == sorted(places)
    assert 'aria-describedby="id_name_helptext id_name_error"' in printed and 'aria-invalid="true"' in printed


def test_an_optional_field_says_so_and_a_required_one_does_not():
    form = Questions()
    assert "(optional)" in form["note"].as_field_group() and "(optional)" not in form["name"].as_field_group()


def test_a_group_of_controls_is_a_fieldset_with_a_legend():
    for name in ("kind", "until"):
        printed = Questions()[name].as_field_group()
        assert printed.strip().startswith('<fieldset class="field"') and "<legend>" in printed and printed.strip().endswith("</fieldset>")


def test_every_problem_links_to_a_control_that_is_there():
    printed = str(Questions({}))
    links = [part.split('"')[0] for part in printed.split('href="#')[1:]]
    assert links == ["id_name", "id_kind_0", "id_until_day", "id_sure"]
    assert [link for link in links if f'id="{link}"' not in printed] == []


def test_a_bare_required_says_which_question_it_means():
    assert "Legal name: This field is required." in str(Questions({}))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [(("27", "3", "2027"), date(2027, 3, 27)), (("7", "03", "2027"), date(2027, 3, 7)), (("29", "2", "2028"), date(2028, 2, 29))],
)
def test_three_figures_are_a_day(typed, expected):
    field = DayField()
    data = dict(zip(("x_day", "x_month", "x_year"), typed, strict=True))
    assert field.clean(field.widget.value_from_datadict(data, {}, "x")) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("31", "2", "2027"), "invalid"),
        (("0", "2", "2027"), "incomplete"),
        (("", "2", "2027"), "incomplete"),
        (("1", "", "2027"), "incomplete"),
        (("1", "2", "27"), "incomplete"),
        (("x", "2", "2027"), "incomplete"),
        (("1", "2", "99999"), "invalid"),
    ],
)
def test_what_is_no_day_is_refused_and_kept(typed, code):
    class Form(forms.Form):
        x = DayField()

    form = Form(dict(zip(("x_day", "x_month", "x_year"), typed, strict=True)))
    assert form.errors.as_data()["x"][0].code == code
    assert [f'value="{part}"' for part in (typed[0], typed[2]) if f'value="{part}"' not in str(form["x"])] == []


def test_months_are_words_of_the_readers_language():
    with translation.override("es"):
        printed = str(Questions(initial={"until": date(2027, 3, 27)})["until"])
    assert '<option value="3" selected>marzo</option>' in printed and 'value="27"' in printed


def test_an_empty_day_is_nothing():
    field = DayField(required=False)
    assert field.clean(field.widget.value_from_datadict({"x_day": "", "x_month": "", "x_year": ""}, {}, "x")) is None
    assert field.has_changed(date(2027, 3, 1), ("1", "3", "2027")) is False


def test_a_short_word_with_a_hyphen_stays_on_one_line_of_a_title():
    held = Template("{% load portal_tags %}{{ words|unbroken }}").render(Context({"words": "QTP, 1-day <i>"}))
    assert held == 'QTP, <span class="nowrap">1-day</span> &lt;i&gt;'


def test_tags_of_a_title_are_left_alone():
    html = '<bdi lang="pt-br">Oncology</bdi> &lt;6-month&gt;'
    held = Template("{% load portal_tags %}{% filter unbroken %}{{ html|safe }}{% endfilter %}").render(Context({"html": html}))
    assert held == '<bdi lang="pt-br">Oncology</bdi> &lt;<span class="nowrap">6-month</span>&gt;'


SPAIN = SimpleNamespace(code="ES", staff_name_en="", name_en="Spain", name_es="España", name_ar="إسبانيا")


@pytest.mark.parametrize(
    ("language", "printed"),
    [("en", "Spain"), ("es", "España"), ("ar", '<bdi lang="ar">إسبانيا</bdi>'), ("fr", "Spain")],  # no French name: English among English
)
def test_a_place_says_its_language_where_the_pages_own_words_are_in_another(language, printed):
    assert shown("{{ place|named }}", language, place=SPAIN) == printed
    sentence = "{% load i18n %}{% blocktranslate with place=place|named %}<{{ place }}>{% endblocktranslate %}"
    assert shown(sentence, language, place=SPAIN) == f"<{printed}>"


def test_a_name_that_exists_in_english_only_says_so_among_spanish_words():
    assert shown("{{ place|named }}", "es", place=SimpleNamespace(code="X", name_en="A & B")) == '<bdi lang="en">A &amp; B</bdi>'


@pytest.mark.parametrize(
    ("language", "names", "words"),
    [
        ("en", "a and b &lt;", "a and b &lt;"),
        ("es", "a y b &lt;", "a y b &lt;"),
        ("ar", '<bdi lang="ar">a وb &lt;</bdi>', "a and b &lt;"),
    ],
)
def test_names_are_listed_in_the_readers_language_and_our_own_words_in_the_pages(language, names, words):
    assert shown("{% names_of items %}|{% list_of items %}", language, items=["a", "b <"]) == f"{names}|{words}"

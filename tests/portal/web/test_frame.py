"""The frame of every page: languages, places, person, and what a reader gets when something is wrong."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

from content.pages.frame import Around, Column, Link
from i18n import formats
from i18n.interface import spoken

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ["en", "es", "pt-br", "fr", "ar"]


def request_for(address: str, language: str, user=None, **facts):
    request = RequestFactory().get(address)
    request.LANGUAGE_CODE, request.user = language, user or AnonymousUser()
    for name, value in facts.items():
        setattr(request, name, value)
    return request


def page(address: str, language: str = "en", template: str = "404.html", context=None, **facts) -> str:
    with translation.override(language):
        return render_to_string(template, context, request=request_for(address, language, **facts))


def person(staff=False):
    return SimpleNamespace(is_authenticated=True, name="The Secretary", email="secretary@eco.example", has_perm=lambda name: staff)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language_and_direction(language):
    """Its language is that of its own words: English where they are not translated yet, so that no voice reads them in another."""
    direction, own = "rtl" if language == "ar" else "ltr", {"es": "es"}.get(language, "en")
    assert f'<html lang="{own}" dir="{direction}"' in page(f"/{language}/x/", language)


@pytest.mark.parametrize("language", ["pt-br", "fr", "ar"])
def test_where_our_words_are_english_other_packages_say_theirs_in_english_too_and_the_readers_language_is_marked(language):
    with translation.override(language):
        assert [translation.gettext(word) for word in ("Password", "Home", "This field is required.")] == [
            "Password", "Home", "This field is required.",
        ]  # fmt: skip
        assert formats.day(date(2027, 3, 1), language) != "1 March 2027"
    shown = page(f"/{language}/x/", language)
    assert re.search(rf'<p class="partial" lang="{language}"><span class="wrap">(?!Parts)', shown)
    words = Around(
        menu=(Link("own", "", "/own"), Link("english", "en", "/other")), footer=(Column("own", "", (Link("english", "en", "/c"),)),)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("content.pages.frame.around", lambda language, now: words)
        shown = page(f"/{language}/x/", language)
        spanish = page("/es/x/", "es")
    assert f'<a href="/own" lang="{language}">own</a>' in shown and '<a href="/other">english</a>' in shown
    assert f'<h2 lang="{language}">own</h2>' in shown and '<a href="/c">english</a>' in shown
    assert '<a href="/own">own</a>' in spanish and '<a href="/other" lang="en">english</a>' in spanish
    with translation.override("es"):
        assert translation.gettext("This field is required.") == "Este campo es obligatorio."


def test_the_language_switch_keeps_the_page_and_its_question():
    printed = page("/es/availability/?programme=QCP&as_of=2019-10-01", "es")
    for code in LANGUAGES:
        assert f'href="/{code}/availability/?programme=QCP&amp;as_of=2019-10-01" lang="{code}" hreflang="{code}"' in printed
    assert printed.count('aria-current="true"') == 1


def test_each_page_names_itself_in_the_other_languages_with_english_as_default():
    printed = page("/fr/verify/?page=2", "fr")
    alternates = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', printed)
    assert alternates == [
        ("en", "http://testserver/en/verify/"),
        ("x-default", "http://testserver/en/verify/"),
        *((code, f"http://testserver/{code}/verify/") for code in LANGUAGES[1:]),
    ]


def test_a_page_without_a_language_in_its_address_has_no_alternates_and_switches_to_the_first_page():
    printed = page("/kits/unknown?x=1", "es")
    assert "alternate" not in printed and 'href="/fr/" lang="fr"' in printed


def test_the_four_places_and_the_one_we_are_in():
    printed = page("/es/licensing/QTP1-L/", "es")
    for key in ("availability", "licensing", "register", "verify"):
        assert f'href="/es/{key}/"' in printed
    assert printed.count('aria-current="page"') == 1
    assert '<a href="/es/licensing/" aria-current="page">' in printed


def test_an_anonymous_reader_costs_no_query_and_is_offered_to_sign_in():
    printed = page("/en/verify/")  # a query would fail here: the test has no database
    assert 'href="/en/accounts/login/"' in printed and "csrfmiddlewaretoken" not in printed


def test_a_person_sees_for_whom_they_act_and_signs_out_by_post():
    printed = page("/en/desk/", user=person(), acting="Fundación <ECO>")
    assert "<bdi>Fundación &lt;ECO&gt;</bdi>" in printed and "<bdi>The Secretary</bdi>" in printed
    assert '<form method="post" action="/en/accounts/logout/">' in printed and "csrfmiddlewaretoken" in printed
    assert '/cms/"' not in printed


def test_staff_reach_the_cms():
    assert 'href="/cms/"' in page("/en/", user=person(staff=True))


def test_an_anonymous_reader_acts_for_nobody_even_if_the_request_says_so():
    assert "Fundación ECO" not in page("/en/", acting="Fundación ECO")


def test_a_demonstration_says_so_on_every_page(settings):
    assert "DEMO. Invented data" in page("/en/x/")
    settings.DEMO = False
    assert "Invented data" not in page("/en/x/") and "/demo/inbox/" not in page("/en/x/")


def test_an_incomplete_language_says_so():
    assert [language for language in LANGUAGES if 'class="partial"' in page(f"/{language}/", language)] == ["pt-br", "fr", "ar"]


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html"])
def test_an_error_page_has_a_way_out_and_is_not_indexed(template):
    printed = page("/en/x/", template=template)
    assert '<meta name="robots" content="noindex">' in printed
    assert re.search(r'<main.*href="/en/.*</main>', printed, re.S)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_error_needs_nothing_to_be_shown(language):
    with translation.override(language):
        printed = get_template("500.html").render({})
    assert f'<html lang="{spoken(language)}"' in printed and 'href="/static/portal/css/index.css"' in printed and 'href="/"' in printed


def test_no_template_but_those_of_mail_styles_or_scripts_inline():
    bad = re.compile(
        r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\b(?:src=|nonce=|type="application/json"))', re.I
    )  # JSON is data; a nonce is the CMS's
    pages = [path for path in (ROOT / "portal/templates").rglob("*.html") if "mail" not in path.parts and "letters" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in pages if bad.search(path.read_text())] == []


def test_style_sheets_know_no_left_and_right():
    physical = re.compile(
        r"(?<![\w-])(?:margin|padding|border|inset)-(?:left|right)|(?<![\w-])(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
    )
    sheets = (ROOT / "portal/static/portal/css").rglob("*.css")
    assert [path.name for path in sheets if physical.search(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S))] == []


def test_the_one_entry_imports_every_sheet():
    folder = ROOT / "portal/static/portal/css"
    imported = set(re.findall(r'@import url\("([^"]+)"\)', (folder / "index.css").read_text()))
    there = {str(path.relative_to(folder)) for path in folder.rglob("*.css")} - {
        "index.css",
        "cms.css",
        "embed.css",
    }  # the CMS and the badge have entries of their own
    assert imported == there


@pytest.mark.parametrize(("language", "spoken", "direction"), [("en", "en", "ltr"), ("es", "es", "ltr"), ("ar", "en", "rtl")])
def test_a_mail_says_the_language_of_its_words_and_gives_the_address_in_words(language, spoken, direction):
    context = {
        "subject": "Sign <now>",
        "direction": direction,
        "action": "Open",
        "action_url": "https://portal.example/en/desk/?a=1&b=2",
        "organisation": "A & B",
    }
    with translation.override(language):
        html, text = render_to_string("mail/base.html", context), render_to_string("mail/base.txt", context)
    assert f'<html lang="{spoken}" dir="{direction}"' in html and "Sign &lt;now&gt;" in html
    assert html.count("https://portal.example/en/desk/?a=1&amp;b=2") == 2
    assert "https://portal.example/en/desk/?a=1&b=2" in text and "A & B" in text and "DEMO" not in text

"""What editors wrote, looked through: names without their marks, figures typed by hand."""

import io
import json
import tomllib

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from content.models import HomePage, LocalRules, Programme, TextPage
from content.pages.load import load_pages
from portal.accounts.models import User
from portal.demo.catalogue import load_programmes
from tests import build
from tests.content.availability.conftest import DEMO

pytestmark = [pytest.mark.django_db, pytest.mark.check("AC36")]


def read(name: str) -> dict:
    return tomllib.loads((DEMO / name).read_text())


def looked_through() -> list[str]:
    printed = io.StringIO()
    try:
        call_command("check_words", stdout=printed)
    except CommandError as refused:
        return [*printed.getvalue().splitlines(), str(refused)]
    return printed.getvalue().splitlines()


def test_ac36_the_demonstration_as_it_is_stored_is_clean_and_what_an_editor_spoils_is_named():
    programmes, words = read("programmes.toml"), read("pages.toml")
    load_programmes(programmes)
    told = {entry["code"]: entry["about"] for entry in programmes["programme"]}
    load_pages(words["page"], told, origin_host="testserver", port=80)
    assert looked_through() == ["every name has its mark, no figure is typed by hand"]
    page = TextPage.objects.get(slug="about")
    page.body_es = "<p><b>ASCO Direct</b> Highlights y 40 equipos</p>"
    page.save_revision().publish()
    LocalRules.objects.create(programme=Programme.objects.get(code="QTP1"), place=build.place("IN"), cost_en="As for QOPI.")
    assert looked_through() == [
        "/about/ [es]: “ASCO Direct Highlights” lacks its mark",
        "/about/ [es]: “40 equipos” is a figure typed by hand: make it a figure with its day and source",
        "QTP1, IN [en]: “QOPI” lacks its mark",
        "3 texts to mend",
    ]


@pytest.fixture
def editor():
    Programme.objects.create(code="QCS", name="ASCO Direct™ Highlights", short_name="ASCO Direct™ Highlights", kind="meeting")
    load_pages([{"slug": "home", "kind": "home", "title": {"en": "Home"}}], {}, origin_host="testserver", port=80)
    person = User.objects.create_superuser("editor@demo.example", "x", name="Editor")
    client = Client()
    client.force_login(person)
    return client


def test_ac36_the_cms_takes_no_page_and_no_program_with_a_name_without_its_mark(editor):
    body = {
        "blocks": [
            {
                "key": "a",
                "text": "QOPI® and QOPI, ASCO Direct Highlights",
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [],
            }
        ],
        "entityMap": {},
    }
    parts = {f"{part}_{language}": "" for part in ("headline", "lede") for language in ("en", "es", "pt_br", "fr", "ar")}
    bodies = {f"body_{language}": json.dumps({"blocks": [], "entityMap": {}}) for language in ("en", "es", "pt_br", "fr", "ar")}
    data = {
        "title": "New",
        "slug": "new",
        **parts,
        **bodies,
        "headline_en": "New",
        "headline_es": "QOPI en España",
        "body_en": json.dumps(body),
    }
    answer = editor.post(f"/cms/pages/add/content/textpage/{HomePage.objects.get().pk}/", data)
    said = answer.context["form"].errors
    assert {name: len(problems) for name, problems in said.items()} == {"body_en": 1, "headline_es": 1}
    assert "“ASCO Direct Highlights” lacks its mark" in said["body_en"][0]
    assert TextPage.objects.count() == 0
    programme = Programme.objects.get()
    edited = {"code": "QCS", "name": programme.name, "short_name": programme.short_name, "kind": "meeting", "position": 0, "family": ""}
    edited |= {"tool_languages": "", "source": "", **programme.texts(), "summary_en": "ASCO Direct Highlights in a country."}
    refused = editor.post(f"/cms/snippets/content/programme/edit/{programme.pk}/", edited)
    assert refused.context["form"].errors.keys() == {"summary_en"}
    programme.refresh_from_db()
    assert programme.summary_en in (None, "")

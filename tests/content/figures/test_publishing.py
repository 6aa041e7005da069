"""A figure is published with its day and its source, or not at all; what is published is on the pages and in the API."""

import re
import tomllib
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from content.figures.load import load_figures
from content.figures.models import Figure
from content.figures.rules import QUALIFIERS, UNITS
from content.programmes.models import Programme
from portal.accounts.models import User
from portal.core.models import ContentVersion
from tests import build
from tests.content.availability.conftest import DEMO, programmes  # noqa: F401  (a fixture)
from tests.telling import told

ADD = "/cms/snippets/content/figure/add/"


@pytest.fixture
def demo_figures(programmes):  # noqa: F811
    for code in ("BR", "ES", "GR", "JP", "RO", "SA"):
        build.place(code)
    assert told(load_figures)(tomllib.loads((DEMO / "figures.toml").read_text())) == 12


@pytest.fixture
def manager(programmes):  # noqa: F811
    person = User.objects.create_user("manager@demo.example", "x", name="Manager")
    build.into_groups(person, "Program managers")
    client = Client()
    client.force_login(person)
    return client


def form(programme: int, **more) -> dict:
    scopes = {f"scope_{language}": "" for language in ("en", "es", "pt_br", "fr", "ar")}
    plain = {"programme": programme, "area": "", "qualifier": "more_than", "value": 40, "unit": "team", "whom": ""}
    return {**plain, **scopes, "first_day": "", "last_day": "", "as_of": "", "source": "", **more}


def test_the_lists_of_choices_are_those_of_the_rules():
    assert list(UNITS) == [key for key, _ in Figure._meta.get_field("unit").choices]
    assert list(QUALIFIERS) == [key for key, _ in Figure._meta.get_field("qualifier").choices]


@pytest.mark.check("AC7")
@pytest.mark.parametrize("missing", [{"as_of": None}, {"source": ""}])
def test_ac7_the_database_refuses_a_figure_without_its_day_or_source(programmes, missing):  # noqa: F811
    facts = {"programme_id": programmes["QOPI"], "value": 5, "unit": "team", "as_of": date(2019, 9, 25), "source": "A paper"} | missing
    draft = Figure.objects.create(**facts, live=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.update(live=True)
    with pytest.raises(ValidationError), transaction.atomic():
        draft.save_revision().publish()
    assert not Figure.objects.filter(live=True).exists()


@pytest.mark.check("AC7")
def test_ac7_the_form_keeps_a_draft_and_refuses_to_publish_it_without_day_and_source(manager, programmes, client):  # noqa: F811
    data = form(programmes["QTP6"])
    refused = manager.post(ADD, data | {"action-publish": "1"})
    assert (refused.status_code, refused.context["form"].errors.keys(), Figure.objects.count()) == (200, {"as_of", "source"}, 0)
    assert manager.post(ADD, data).status_code == 302
    draft = Figure.objects.get()
    assert (draft.live, draft.as_of) == (False, None)
    assert "40 teams" not in client.get("/en/programmes/QTP6/").content.decode()
    version = ContentVersion.current()
    day = {"as_of": "2026-11-01", "source": "Annual report 2026", "action-publish": "1"}
    assert manager.post(f"/cms/snippets/content/figure/edit/{draft.pk}/", data | day).status_code == 302
    assert ContentVersion.current() > version
    page = client.get("/en/programmes/QTP6/").content.decode()
    assert "<b>More than 40 teams (as of 1 November 2026)</b>" in page
    assert "Annual report 2026" in page


def test_a_second_figure_is_one_of_the_same_program(manager, programmes, demo_figures):  # noqa: F811
    other = Figure.objects.get(programme__code="QOPI", unit="practice", value=21)
    answer = manager.post(ADD, form(programmes["QTP6"], whom=other.pk))
    assert (answer.context["form"].errors.keys(), Figure.objects.filter(unit="team").count()) == ({"whom"}, 1)


@pytest.mark.check("AC7")
@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "557 physicians from 21 practices outside the United States (2018)"),
        ("es", "557 médicos de 21 centros fuera de los Estados Unidos (2018)"),
        ("pt-br", "557 médicos de 21 clínicas fora dos Estados Unidos (2018)"),
        ("fr", "557 médecins de 21 centres hors des États-Unis (2018)"),
        ("ar", "557 طبيبًا من 21 مركزًا خارج الولايات المتحدة (2018)"),
    ],
)
def test_ac7_the_page_of_the_program_shows_it_from_data(demo_figures, client, language, text):
    Programme.objects.filter(code="QOPI").update(summary_en="Measure <care>", summary_es="", summary_pt_br="", summary_fr="", summary_ar="")
    page = client.get(f"/{language}/programmes/QOPI/").content.decode()
    assert re.search(rf"<b( lang=\"{language}\")?>{re.escape(text)}</b>", page)
    assert '<meta name="description" content="Measure &lt;care&gt;">' in page  # the mark of its language is no part of it
    assert page.count('<li id="figure-') == 3  # the 21 practices stand in the sentence, not beside it
    figures = client.get(f"/api/v1/figures?programme=QOPI&language={language}").json()
    assert [one["text"] for one in figures if one["value"] == 557] == [text]
    assert figures[0]["whom"] == {"value": 21, "unit": "practice", "qualifier": "exactly"}


def test_a_second_figure_that_is_not_published_is_told_nowhere(demo_figures, client):
    Figure.objects.filter(value=21).update(live=False)
    figures = client.get("/api/v1/figures?programme=QOPI").json()
    assert [(one["text"], one["whom"]) for one in figures if one["value"] == 557] == [
        ("557 physicians outside the United States (2018)", None)
    ]


def test_the_page_of_a_place_shows_its_newest_figure_and_the_former_behind_it(demo_figures, client):
    page = client.get("/en/countries/ES/").content.decode()
    assert page.index("6 certified practices (as of 20 November 2019)") < page.index("5 certified practices (as of 25 September 2019)")
    assert page.count('<li id="figure-') == 1
    then = client.get("/en/countries/ES/?as_of=2019-10-01").content.decode()
    assert "6 certified practices" not in then
    assert "<b>5 certified practices (as of 25 September 2019)</b>" in then
    assert [one["value"] for one in client.get("/api/v1/figures?place=ES").json()] == [6, 5, 4]
    assert "In figures" not in client.get("/en/countries/JP/").content.decode()


def test_a_figure_whose_words_are_missing_stands_in_english_as_a_whole(demo_figures, client):
    Figure.objects.filter(value=13).update(scope_fr="")
    page = client.get("/fr/programmes/QCP/").content.decode()
    assert '<b lang="en" dir="ltr">13 certified practices outside the United States (as of 25 September 2019)</b>' in page


def test_loading_again_changes_nothing(demo_figures):
    before = Figure.objects.count()
    assert load_figures(tomllib.loads((DEMO / "figures.toml").read_text())) == 0
    assert Figure.objects.count() == before

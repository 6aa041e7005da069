"""Taking part in a programme, in one place, in the reader's language; translations that no longer fit."""

import re

import pytest
from django.test import Client

from content.programmes.models import LocalRules, Programme
from portal.accounts.models import User
from portal.core.models import ContentVersion
from tests import build

COST = "There is no participation fee; the practice bears the staff time."
COSTE = "No hay cuota de participación; el centro asume el tiempo de su personal."
SUFFIXES = ("en", "es", "pt_br", "fr", "ar")


@pytest.fixture
def qopi(db):
    words = {"eligibility_en": "Any practice with a member.", "eligibility_es": "Cualquier centro con un miembro."}
    words |= {
        "summary_en": "Old words.",
        "summary_es": "Palabras de antes.",
        "eligibility_fr": "Tout centre avec un membre.",
        "cost_en": COST,
        "cost_es": COSTE,
        "requirements_en": "An agreement.",
    }
    made = Programme(code="QOPI", name="QOPI®", short_name="QOPI®", kind="participation", tool_languages="en", **words)
    made.renew({})
    made.save()
    for code in ("IN", "KE"):
        build.place(code)
    return made


@pytest.fixture
def manager(qopi):
    person = User.objects.create_user("manager@demo.example", "x", name="Manager")
    build.into_groups(person, "Program managers")
    client = Client()
    client.force_login(person)
    return client


def sent(row: Programme | LocalRules, **changes: str) -> dict[str, str]:
    plain = {"code": "QOPI", "name": "QOPI®", "short_name": "QOPI®", "kind": "participation", "position": 0, "family": "", "source": ""}
    return {**plain, "tool_languages": row.tool_languages, **row.texts(), **changes}


def edit(manager: Client, qopi: Programme, **changes: str):
    qopi.refresh_from_db()
    return manager.post(f"/cms/snippets/content/programme/edit/{qopi.pk}/", sent(qopi, **changes))


def row_of(html: str) -> str:
    return re.search(r'<tr id="programme-QOPI".*?</tr>', html, re.DOTALL)[0]


@pytest.mark.check("AC5")
def test_ac5_india_has_no_fee_and_staff_time_and_is_never_called_free(qopi, client):
    place = build.place("IN")
    LocalRules.objects.create(programme=qopi, place=place, requirements_en="The hospital trust signs.", tool_languages="en, hi")
    india, kenya = (row_of(client.get(f"/en/countries/{code}/").content.decode()) for code in ("IN", "KE"))
    for said in (india, kenya):
        assert "no participation fee" in said
        assert "the practice bears the staff time" in said
        assert not re.search(r"\bfree\b", said)
    assert "The hospital trust signs." in india
    assert "Languages of the tool: English and Hindi." in india
    assert "An agreement." not in india
    assert "An agreement." in kenya
    assert "Language of the tool: English." in kenya
    there = client.get("/api/v1/places/IN").json()["programmes"][0]["participation"]
    assert (there["cost"], there["requirements"], there["local"]) == (COST, "The hospital trust signs.", ["requirements"])
    assert there["tool_languages"] == ["en", "hi"]
    assert '<a href="/en/countries/IN/#programme-QOPI">India</a>' in client.get("/en/programmes/QOPI/").content.decode()


def test_a_territory_follows_the_rules_of_its_state_unless_it_has_its_own(qopi, client):
    state, territory = build.place("US"), build.place("PR")
    territory.parent = state
    territory.save()
    LocalRules.objects.create(programme=qopi, place=state, requirements_en="As in the States.")
    assert "As in the States." in row_of(client.get("/en/countries/PR/").content.decode())
    LocalRules.objects.create(programme=qopi, place=territory, requirements_en="As on the island.")
    assert "As on the island." in row_of(client.get("/en/countries/PR/").content.decode())


def test_rules_that_are_deleted_many_at_once_are_not_read_any_more(qopi, client):
    place = build.place("IN")
    LocalRules.objects.create(programme=qopi, place=place, requirements_en="The hospital trust signs.")
    client.get("/en/countries/IN/")
    before = (client.get("/api/v1/places/IN"), ContentVersion.current())
    LocalRules.objects.filter(programme=qopi).delete()
    assert ContentVersion.current() > before[1]
    assert "The hospital trust signs." not in client.get("/en/countries/IN/").content.decode()
    after = client.get("/api/v1/places/IN", headers={"If-None-Match": before[0].headers["ETag"]})
    assert (after.status_code, after.json()["programmes"][0]["participation"]["local"]) == (200, [])


@pytest.mark.check("AC5")
def test_ac5_staff_cannot_call_it_free(manager, qopi):
    answer = edit(manager, qopi, cost_es="La participación es gratuita.")
    assert answer.context["form"].errors["cost_es"] == ["Do not call it “gratuita”: say what is not charged and what the practice bears."]
    qopi.refresh_from_db()
    assert qopi.cost_es == COSTE


@pytest.mark.check("AC6")
def test_ac6_a_change_of_the_english_marks_the_translations_out_of_date(manager, qopi, client):
    assert "data-outdated" not in client.get("/es/programmes/QOPI/").content.decode()
    assert edit(manager, qopi, eligibility_en="Any practice with an active member.", summary_en="New words.").status_code == 302
    page = client.get("/es/programmes/QOPI/").content.decode()
    assert page.count("data-outdated") == 2
    assert "Palabras de antes." in page
    assert "<p>Cualquier centro con un miembro.</p>" in page  # the older text stays whole, in the reader's language
    assert '<div lang="en" dir="ltr" class="stack"><p>Any practice with an active member.</p></div>' in page
    assert "El texto inglés ha cambiado desde que se hizo esta traducción." in page
    assert client.get("/fr/programmes/QOPI/").content.decode().count("data-outdated") == 1
    assert "data-outdated" not in client.get("/ar/programmes/QOPI/").content.decode()  # no translation: English, marked
    assert "data-outdated" not in client.get("/en/programmes/QOPI/").content.decode()
    assert "data-outdated" in row_of(client.get("/es/countries/IN/").content.decode())
    assert client.get("/api/v1/places/IN?language=es").json()["programmes"][0]["participation"]["outdated"] == ["eligibility"]


@pytest.mark.check("AC6")
def test_ac6_the_cms_says_which_and_takes_a_new_translation_or_a_tick(manager, qopi, client):
    edit(manager, qopi, eligibility_en="Any practice with an active member.")
    assert "Out of date: Español, Français" in manager.get("/cms/snippets/content/programme/").content.decode()
    form = manager.get(f"/cms/snippets/content/programme/edit/{qopi.pk}/").content.decode()
    assert "Out of date, because the English has changed: who may take part." in form
    assert ('name="fits_es"' in form, 'name="fits_ar"' in form) == (True, False)
    edit(manager, qopi, eligibility_es="Cualquier centro con un miembro activo.")
    assert "data-outdated" not in client.get("/es/programmes/QOPI/").content.decode()
    assert "data-outdated" in client.get("/fr/programmes/QOPI/").content.decode()
    edit(manager, qopi, fits_fr="on")
    assert "data-outdated" not in client.get("/fr/programmes/QOPI/").content.decode()
    assert "Up to date" in manager.get("/cms/snippets/content/programme/").content.decode()


def test_staff_give_a_place_rules_of_its_own_once(manager, qopi, client):
    place = build.place("IN")
    data = {f"{name}_{suffix}": "" for name in LocalRules.TEXTS for suffix in SUFFIXES}
    data |= {"programme": qopi.pk, "place": place.pk, "tool_languages": "en", "source": "", "requirements_en": "The trust signs."}
    assert manager.post("/cms/snippets/content/localrules/add/", data).status_code == 302
    assert "The trust signs." in client.get("/en/countries/IN/").content.decode()
    again = manager.post("/cms/snippets/content/localrules/add/", data)
    assert "There are local rules for this program and place already" in str(again.context["form"].errors)
    assert LocalRules.objects.count() == 1

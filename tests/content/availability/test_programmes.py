"""Programmes and names edited in the CMS: what is saved is on the next page."""

import pytest
from django.test import Client

from content.programmes.models import Programme
from i18n.places.models import Area
from portal.accounts.models import User
from portal.core.models import ContentVersion
from tests import build


@pytest.fixture
def manager(catalogue):
    person = User.objects.create_user("manager@demo.example", "x", name="Manager")
    build.into_groups(person, "Program managers")
    client = Client()
    client.force_login(person)
    return client


def test_a_saved_text_is_on_the_next_page(manager, client, programmes):
    client.get("/en/availability/")
    version = ContentVersion.current()
    data = {
        "tool_languages": "en",
        "code": "QOPI",
        "name": "Quality Oncology Practice Initiative (QOPI®)",
        "short_name": "QOPI® again",
        "kind": "participation",
    }
    data |= {"position": 0, "family": "QOPI", "source": ""}
    words = Programme.TEXTS
    data |= {f"{field}_{language}": "" for field in words for language in ("en", "es", "pt_br", "fr", "ar")}
    response = manager.post(f"/cms/snippets/content/programme/edit/{programmes['QOPI']}/", data)
    assert response.status_code == 302, response.context["form"].errors
    assert Programme.objects.get(code="QOPI").short_name == "QOPI® again"
    assert ContentVersion.current() == version + 1
    assert "Where QOPI® again is available" in client.get("/en/availability/").content.decode()


@pytest.mark.row("A1")
def test_a_name_set_by_staff_is_on_the_next_page_in_that_language(manager, client, places):
    assert "Costa de Marfil" not in client.get("/es/countries/CI/").content.decode()
    data = {f"staff_name_{language}": "" for language in ("en", "pt_br", "fr", "ar")} | {"staff_name_es": "Costa de Marfil"}
    response = manager.post(f"/cms/snippets/i18n/place/edit/{places['CI']}/", data)
    assert response.status_code == 302, response.context["form"].errors
    assert Area.objects.get(code="CI").staff_name_es == "Costa de Marfil"
    assert "Costa de Marfil" in client.get("/es/countries/CI/").content.decode()
    assert "Costa de Marfil" not in client.get("/en/countries/CI/").content.decode()


@pytest.mark.parametrize("page", ["content/programme/", "i18n/place/", "content/availabilitychange/"])
def test_the_lists_open(manager, page):
    assert manager.get(f"/cms/snippets/{page}").status_code == 200


def test_places_are_neither_added_nor_deleted(manager, places):
    assert manager.get("/cms/snippets/i18n/place/add/").status_code == 302
    manager.post(f"/cms/snippets/i18n/place/delete/{places['CI']}/")
    assert Area.objects.filter(code="CI").exists()

"""Who is named on country pages as the nearest holder of a licence: what the register names, and only while it is in force."""

import pytest

from licensing.entitlements.models import Licence
from licensing.holders import holders
from tests import demo_world as world
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.row("A7")]


def named() -> set[tuple[str, str]]:
    return {
        (row.name, code) for row in holders(NOW) for code in Licence.objects.filter(code=row.code).values_list("offering__code", flat=True)
    }


def test_only_active_licences_whose_holders_are_listed_are_named():
    assert named() == {("Fundación ECO", "QTP1-L"), ("Fundación ECO", "QCS-DH"), ("Taiwan Oncology Quality Association", "QTP1-L")}
    eco = world.organisation("ECO")
    type(eco).objects.filter(pk=eco.pk).update(listed=False)
    assert {name for name, _ in named()} == {"Taiwan Oncology Quality Association"}


def test_the_country_page_names_the_nearest_where_a_program_is_not_available_and_asks_for_interest(client):
    page = client.get("/en/countries/KE/").content.decode()
    row = page.partition('<tr id="programme-QTP1"')[2].partition("</tr>")[0]
    assert "Nearest license holder:" in row and "Fundación ECO" in row and "/en/interest/QTP1/KE/" in row
    spain = client.get("/en/countries/ES/").content.decode().partition('<tr id="programme-QTP1"')[2].partition("</tr>")[0]
    assert "Nearest license holder:" not in spain and "/en/interest/" not in spain
    assert "Nearest license holder:" not in client.get("/en/countries/KE/?as_of=2019-10-01").content.decode()

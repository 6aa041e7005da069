from datetime import timedelta

import pytest
from django.test import Client

from licensing.entitlements import actions
from licensing.entitlements.models import Licence
from licensing.history.actions import SYSTEM, Actor
from licensing.history.models import Event
from licensing.organisations import actions as organisations
from tests.clock import NOW, instant
from tests.licensing import deal as deals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
PASSWORD = "portal-demo-2027"
RIGHTS = ["wagtailadmin.access_admin", "licensing.view_licence", "licensing.suspend_licence", "licensing.revoke_licence"]


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def as_(email: str, permissions=RIGHTS) -> Client:
    client = Client()
    client.force_login(deals.person(email, permissions=permissions))
    return client


@pytest.fixture
def licence() -> Licence:
    user = deals.person("manager@demo.example")
    return actions.enter(
        number="L-2026-0001", organisation=deals.organisation(), offering=deals.offering(), edition=None, places=[deals.place()],
        valid_from=instant("2026-01-01"), valid_to=instant("2027-12-31T23:00"), zone="Europe/Madrid", source="on paper",
        by=Actor(user.pk, str(user)), now=NOW,
    )  # fmt: skip


def status() -> str:
    return Licence.objects.with_facts().get().status(at=NOW + timedelta(hours=1)).value


def post(client: Client, act: str, **given):
    return client.post(f"/cms/licences/L-2026-0001/{act}/", given, follow=True).content.decode()


def test_a_licence_is_found_by_number_code_and_any_name(licence):
    manager = as_("manager@demo.example")
    for asked in ("", "l-2026-0001", licence.code.lower(), "fundacion eco"):
        assert "L-2026-0001" in manager.get("/cms/licences/", {"q": asked}).content.decode()
    assert "No license" in manager.get("/cms/licences/", {"q": "nobody"}).content.decode()


@pytest.mark.parametrize("act, given", [("end", {"kind": "terminated", "reason": "Misuse"}), ("suspend", {"reason": "Report overdue"})])
def test_what_changed_since_the_page_was_read_is_not_acted_on(licence, act, given):
    manager = as_("manager@demo.example")
    before = Event.objects.count()
    assert "Somebody else acted" in post(manager, act, seen=0, **given)
    assert (status(), Event.objects.count()) == ("active", before)


def test_a_revocation_asked_for_anew_is_not_confirmed_from_the_former_page(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "revoke", reason="Misuse", password=PASSWORD, seen=1)
    post(manager, "revoke/withdraw")
    post(manager, "revoke", reason="Another matter", password=PASSWORD, seen=3)
    assert "Somebody else acted" in post(second, "revoke/confirm", password=PASSWORD, seen=2)
    assert status() == "active"
    post(second, "revoke/confirm", password=PASSWORD, seen=4)
    assert status() == "revoked"


def test_staff_never_act_on_a_licence_of_their_own_organization(licence):
    manager = as_("manager@demo.example")
    organisations.join(licence.organisation_id, deals.person("manager@demo.example"), ["observer"], by=SYSTEM, now=NOW)
    assert "somebody else has to do this" in post(manager, "suspend", reason="Report overdue", seen=1)
    assert status() == "active"


def test_suspend_and_reinstate(licence):
    manager = as_("manager@demo.example")
    assert "Write the reason" in post(manager, "suspend", reason="", seen=1)
    assert status() == "active"
    post(manager, "suspend", reason="Report overdue", seen=1)
    assert status() == "suspended"
    assert "Lift the suspension" in manager.get("/cms/licences/L-2026-0001/").content.decode()
    assert "Somebody else acted" in post(manager, "reinstate", reason="In", seen=1)
    post(manager, "reinstate", reason="Report is in", seen=2)
    assert status() == "active"


def test_revoking_takes_two_people_each_with_the_own_password(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    assert "This is not your password" in post(manager, "revoke", reason="Misuse", seen=1, password="wrong")
    assert Event.objects.of(licence).count() == 1
    post(manager, "revoke", reason="Misuse", seen=1, password=PASSWORD)
    assert status() == "active"
    assert "second person" in post(manager, "revoke/confirm", password=PASSWORD)
    assert status() == "active"
    assert "Confirm: revoke for good" in second.get("/cms/licences/L-2026-0001/").content.decode()
    assert "This is not your password" in post(second, "revoke/confirm", password="wrong")
    assert status() == "active"
    post(second, "revoke/confirm", password=PASSWORD)
    assert status() == "revoked"


def test_a_request_can_be_taken_back(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "revoke", reason="Misuse", seen=1, password=PASSWORD)
    post(manager, "revoke/withdraw")
    assert "Nobody asks for this any more" in post(second, "revoke/confirm", password=PASSWORD)
    assert status() == "active"


def test_ending_early(licence):
    post(as_("manager@demo.example"), "end", kind="surrendered", reason="Agreed", seen=1)
    assert status() == "ended"


@pytest.mark.parametrize("act", ["suspend", "reinstate", "end", "revoke", "revoke/confirm", "revoke/withdraw"])
def test_without_the_right_nothing_moves(licence, act):
    auditor = as_("auditor@demo.example", ["wagtailadmin.access_admin", "licensing.view_licence"])
    assert auditor.get("/cms/licences/L-2026-0001/").status_code == 200
    given = {"reason": "x", "kind": "surrendered", "seen": 1, "password": PASSWORD}
    assert auditor.post(f"/cms/licences/L-2026-0001/{act}/", given).status_code in (302, 403)
    assert (status(), Event.objects.of(licence).count()) == ("active", 1)

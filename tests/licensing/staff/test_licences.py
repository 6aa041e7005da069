import re
from datetime import date, timedelta

import pytest
from django.test import Client

from licensing.entitlements import actions
from licensing.entitlements.models import Licence
from licensing.history.actions import SYSTEM, Actor
from licensing.history.models import Event
from licensing.organisations import actions as organisations
from tests.clock import NOW, instant
from tests.licensing import deal as deals
from tests.stopping import stop

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


ASKED = {"suspend": {}, "end": {"kind": "terminated"}, "revoke": {}}
AFTER = {"suspend": "suspended", "end": "ended", "revoke": "revoked"}


@pytest.mark.parametrize("command, given", ASKED.items())
def test_what_changed_since_the_page_was_read_is_not_acted_on(licence, command, given):
    manager = as_("manager@demo.example")
    before = Event.objects.count()
    assert "Somebody else acted" in post(manager, f"ask/{command}", seen=0, reason="Misuse", password=PASSWORD, **given)
    assert (status(), Event.objects.count()) == ("active", before)


def test_a_revocation_asked_for_anew_is_not_confirmed_from_the_former_page(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "ask/revoke", reason="Misuse", password=PASSWORD, seen=1)
    post(manager, "withdraw", seen=2)
    post(manager, "ask/revoke", reason="Another matter", password=PASSWORD, seen=3)
    assert "Somebody else acted" in post(second, "confirm", password=PASSWORD, seen=2)
    assert status() == "active"
    post(second, "confirm", password=PASSWORD, seen=4)
    assert status() == "revoked"


def test_staff_never_act_on_a_licence_of_their_own_organization(licence):
    manager = as_("manager@demo.example")
    organisations.join(licence.organisation_id, deals.person("manager@demo.example"), ["observer"], by=SYSTEM, now=NOW)
    assert "You belong to" in manager.get("/cms/licences/L-2026-0001/").content.decode()
    said = post(manager, "ask/suspend", reason="Report overdue", seen=Event.objects.of(licence).count(), password=PASSWORD)
    assert "somebody else has to do this" in said
    assert status() == "active"


def test_staff_of_the_licensee_read_nothing_of_what_is_asked_about_it(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    organisations.join(licence.organisation_id, deals.person("second@demo.example"), ["observer"], by=SYSTEM, now=NOW)
    post(manager, "ask/revoke", reason="Talks with the press", seen=1, password=PASSWORD)
    for page in ("/cms/licences/L-2026-0001/", "/cms/history/licences/L-2026-0001/"):
        assert "Talks with the press" in manager.get(page).content.decode()
        assert "Talks with the press" not in second.get(page).content.decode()
    assert "L-2026-0001" not in second.get("/cms/licences/?view=yours").content.decode()


def test_an_early_end_is_a_notice_unless_staff_say_that_the_licensee_gave_it_up(licence):
    options = re.findall(r'<option value="(\w+)"', as_("manager@demo.example").get("/cms/licences/L-2026-0001/").content.decode())
    assert options == ["terminated", "surrendered"]


@pytest.mark.row("E3")
def test_an_early_end_has_a_last_day_which_both_people_and_the_licensee_read(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    form = manager.get("/cms/licences/L-2026-0001/").content.decode()
    assert re.search(r'<input type="date" name="last_day"[^>]* min="2026-11-22" max="2027-12-31"', form)
    given = {"reason": "By notice", "kind": "terminated", "seen": 1, "password": PASSWORD}
    for day, said in (("2026-11-21", "The last day is over already"), ("2028-01-01", "The term ends by itself"), ("soon", "valid date")):
        answer = manager.post("/cms/licences/L-2026-0001/ask/end/", {**given, "last_day": day})
        assert (answer.status_code, said in answer.content.decode(), "By notice" in answer.content.decode()) == (422, True, True)
    assert Event.objects.of(licence).count() == 1
    post(manager, "ask/end", last_day="2027-06-30", **given)
    words = "30 June 2027, 24:00 in Madrid"
    assert re.search(
        f"Terminated by notice. It ends on <time[^>]*>{words}</time>; until then", second.get("/cms/licences/L-2026-0001/").content.decode()
    )
    assert f"The license ends on {words}. The licensee gets a letter." in post(second, "confirm", password=PASSWORD, seen=2)
    page = manager.get("/cms/licences/L-2026-0001/").content.decode()
    assert re.search(f"<dt>Ends early</dt><dd><time[^>]*>{words}", page)
    assert re.findall(r"/ask/(\w+)/", page) == ["suspend", "recall", "revoke"]
    assert "It was decided that the license ends early" in page
    assert "30 June 2027" in manager.get("/cms/licences/").content.decode()
    assert [Licence.objects.with_facts().get().status(at=instant(at)) for at in ("2027-06-30T21:59:59", "2027-06-30T22:00")] == [
        "active",
        "ended",
    ]


@pytest.mark.row("E3")
def test_two_people_take_a_notice_back_and_everybody_reads_it(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    owner, given = as_("owner@eco.example", []), {"reason": "By notice", "kind": "terminated", "password": PASSWORD}
    post(manager, "ask/end", last_day="2026-12-15", seen=1, **given)
    post(second, "confirm", password=PASSWORD, seen=2)
    page = second.get("/cms/licences/?view=expiring").content.decode()
    assert "L-2026-0001" in page and "15 December 2026" in page and "early end" in page
    assert "This is not your password" in post(manager, "ask/recall", reason="A mistake", seen=3, password="wrong")
    post(manager, "ask/recall", reason="A mistake", seen=3, password=PASSWORD)
    assert "asks to take back the notice that ends this license" in second.get("/cms/licences/L-2026-0001/").content.decode()
    assert "A mistake" not in owner.get("/en/desk/licences/L-2026-0001/").content.decode()
    assert "second person" in post(manager, "confirm", password=PASSWORD, seen=4)
    assert "The notice is taken back. The licensee gets a letter." in post(second, "confirm", password=PASSWORD, seen=4)
    desk = owner.get("/en/desk/licences/L-2026-0001/").content.decode()
    assert "The notice was taken back; the license goes on" in desk and "A mistake" in desk
    assert "15 December 2026" not in desk and "early end" not in owner.get("/en/desk/licences/").content.decode()
    assert Client().get(f"/api/v1/verify/{licence.code}").json()["valid_to"] == "2027-12-31T23:00:00Z"
    assert "15 December 2026" not in Client().get(f"/en/verify/{licence.code}/").content.decode()
    assert "L-2026-0001" not in second.get("/cms/licences/?view=expiring").content.decode()
    assert re.findall(r"/ask/(\w+)/", second.get("/cms/licences/L-2026-0001/").content.decode()) == ["suspend", "end", "revoke"]


@pytest.mark.row("E3")
def test_in_an_emergency_a_revocation_is_asked_for_while_another_request_waits(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "ask/end", reason="By notice", kind="terminated", last_day="2027-06-30", seen=1, password=PASSWORD)
    page = second.get("/cms/licences/L-2026-0001/").content.decode()
    assert re.findall(r"/ask/(\w+)/", page) == ["revoke"]
    assert "The request that waits is set aside; whoever asked for that gets a letter." in page
    assert "Asked. A second person has to confirm" in post(second, "ask/revoke", reason="Misuse", seen=2, password=PASSWORD)
    page = manager.get("/cms/licences/L-2026-0001/").content.decode()
    assert "Second asks to revoke this license" in page and "/ask/" not in page
    assert "Second set aside the request to end it, to ask for more" in page
    assert "Revoked from now on" in post(manager, "confirm", password=PASSWORD, seen=4)
    assert (status(), Licence.objects.get().end.kind) == ("revoked", "revoked")


def test_what_ends_before_it_begins_is_said_not_to_begin(licence):
    Licence.objects.update(valid_from=instant("2026-12-31T23:00"))
    stop(licence.pk, "end", reason="By notice", now=NOW, last_day=date(2026, 12, 15))
    owner, words = as_("owner@eco.example", []), '<span class="soft">does not begin</span>'
    assert words in as_("manager@demo.example").get("/cms/licences/").content.decode()
    assert words in owner.get("/en/desk/licences/").content.decode()
    page = Client().get(f"/en/verify/{licence.code}/").content.decode()
    assert words in page and "This license is not in force and will not be" in page and "It begins on" not in page


def test_one_person_lifts_a_suspension_with_the_reason(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "ask/suspend", reason="Report overdue", seen=1, password=PASSWORD)
    post(second, "confirm", password=PASSWORD, seen=2)
    assert status() == "suspended"
    assert "Lift the suspension" in manager.get("/cms/licences/L-2026-0001/").content.decode()
    assert "Write the reason" in post(manager, "reinstate", reason="", seen=3)
    assert "Somebody else acted" in post(manager, "reinstate", reason="In", seen=2)
    assert status() == "suspended"
    post(manager, "reinstate", reason="Report is in", seen=3)
    assert status() == "active"


@pytest.mark.parametrize("command, given", ASKED.items())
def test_stopping_takes_two_people_each_with_the_own_password(licence, command, given):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    assert "This is not your password" in post(manager, f"ask/{command}", reason="Misuse", seen=1, password="wrong", **given)
    post(manager, f"ask/{command}", reason="", seen=1, password=PASSWORD, **given)
    assert Event.objects.of(licence).count() == 1
    post(manager, f"ask/{command}", reason="Misuse", seen=1, password=PASSWORD, **given)
    assert status() == "active"
    assert "second person" in post(manager, "confirm", password=PASSWORD, seen=2)
    assert status() == "active"
    assert "Confirm: " not in manager.get("/cms/licences/L-2026-0001/").content.decode()
    assert "Confirm: " in second.get("/cms/licences/L-2026-0001/").content.decode()
    assert "This is not your password" in post(second, "confirm", password="wrong", seen=2)
    assert status() == "active"
    post(second, "confirm", password=PASSWORD, seen=2)
    assert status() == AFTER[command]
    told = list(Event.objects.of(licence).values_list("command", "visibility"))
    assert told == [("enter", "organisation"), (f"{command}_request", "internal"), (command, "organisation")]


def test_what_somebody_else_asked_for_waits_for_whoever_may_confirm_it(licence):
    manager, second = (
        as_("manager@demo.example", [*RIGHTS, "licensing.view_queue"]),
        as_("second@demo.example", [*RIGHTS, "licensing.view_queue"]),
    )
    words = "Requests about licenses to confirm"
    assert words not in second.get("/cms/").content.decode()
    post(manager, "ask/suspend", reason="Report overdue", seen=1, password=PASSWORD)
    assert words in second.get("/cms/day/").content.decode()
    assert words not in manager.get("/cms/day/").content.decode()
    for view, reader, shown in (("asked", second, True), ("asked", manager, True), ("yours", second, True), ("yours", manager, False)):
        assert ("L-2026-0001" in reader.get(f"/cms/licences/?view={view}").content.decode()) == shown
    post(second, "confirm", password=PASSWORD, seen=2)
    assert words not in second.get("/cms/day/").content.decode()
    assert "L-2026-0001" not in second.get("/cms/licences/?view=asked").content.decode()


def test_the_history_names_both_and_what_was_verified(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "ask/suspend", reason="Report overdue", seen=1, password=PASSWORD)
    post(second, "confirm", password=PASSWORD, seen=2)
    text = re.sub(r"<[^>]+>", " ", second.get("/cms/history/licences/L-2026-0001/").content.decode())
    told = " ".join(text.partition("Who reads it")[2].split())
    assert (
        "Manager suspended the license Report overdue Confirmed by Second Confirmed with the password Manager Staff and the organization"
        in told
    )
    assert "Manager asked to suspend the license Report overdue Confirmed with the password Manager Staff only" in told


def test_a_request_can_be_taken_back(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "ask/revoke", reason="Misuse", seen=1, password=PASSWORD)
    post(manager, "withdraw", seen=2)
    assert "Nobody asks for this any more" in post(second, "confirm", password=PASSWORD, seen=2)
    assert status() == "active"


@pytest.mark.parametrize("act", ["confirm", "withdraw"])
def test_a_request_is_confirmed_and_taken_back_only_from_the_page_that_was_read(licence, act):
    """Else what is answered may be another request than the one that was looked at, and one the person has no right to."""
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "ask/suspend", reason="Report overdue", seen=1, password=PASSWORD)
    assert second.post(f"/cms/licences/L-2026-0001/{act}/", {"password": PASSWORD}).status_code == {"confirm": 422, "withdraw": 302}[act]
    assert Event.objects.of(licence).count() == 2
    assert "Somebody else acted" in post(second, act, password=PASSWORD, seen=1)
    assert (status(), Event.objects.of(licence).count()) == ("active", 2)
    page = second.get("/cms/licences/L-2026-0001/").content.decode()
    assert page.count('<input type="hidden" name="seen" value="2"') == 3


def test_who_joined_the_licensee_does_not_take_back_what_is_asked_about_it(licence):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "ask/revoke", reason="Misuse", seen=1, password=PASSWORD)
    organisations.join(licence.organisation_id, deals.person("second@demo.example"), ["observer"], by=SYSTEM, now=NOW)
    assert "somebody else has to do this" in post(second, "withdraw", seen=2)
    assert Event.objects.of(licence).count() == 2


def close(user, licence) -> None:
    user.is_active = False
    user.save()


def join(user, licence) -> None:
    organisations.join(licence.organisation_id, user, ["observer"], by=SYSTEM, now=NOW)


@pytest.mark.parametrize("change", [close, join])
def test_a_request_of_somebody_who_may_not_ask_any_more_can_only_be_taken_back(licence, change):
    manager, second = as_("manager@demo.example"), as_("second@demo.example")
    post(manager, "ask/revoke", reason="Misuse", seen=1, password=PASSWORD)
    change(deals.person("manager@demo.example"), licence)
    assert "Take the request back" in post(second, "confirm", password=PASSWORD, seen=2)
    assert (status(), Event.objects.of(licence).count()) == ("active", 2)
    post(second, "withdraw", seen=2)
    assert list(Event.objects.of(licence).values_list("command", flat=True)) == ["enter", "revoke_request", "revoke_withdraw"]


@pytest.mark.parametrize("act", ["ask/suspend", "ask/end", "ask/revoke", "reinstate", "confirm", "withdraw"])
def test_without_the_right_nothing_moves(licence, act):
    auditor = as_("auditor@demo.example", ["wagtailadmin.access_admin", "licensing.view_licence"])
    assert auditor.get("/cms/licences/L-2026-0001/").status_code == 200
    given = {"reason": "x", "kind": "terminated", "seen": 1, "password": PASSWORD}
    assert auditor.post(f"/cms/licences/L-2026-0001/{act}/", given).status_code in (302, 403)
    assert (status(), Event.objects.of(licence).count()) == ("active", 1)

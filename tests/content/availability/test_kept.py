"""The exact cache: one statement when warm, never stale, never early, never late."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.availability import actions, kept
from content.availability.rules import Assertion, Status
from portal.accounts.models import User
from portal.core.models import ContentVersion
from portal.core.periods import Period
from tests.clock import NOW, TICK, instant

PAGES = [
    "/en/availability/",
    "/es/availability/?programme=QCP",
    "/en/availability/?as_of=2019-10-01",
    "/api/v1/availability?programme=QOPI",
]


@pytest.fixture
def clock(monkeypatch):
    """Set what the doors read."""
    now = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    def to(at) -> None:
        now[0] = at

    return to


def statements(client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.check("S29")
@pytest.mark.parametrize("path", PAGES)
def test_a_warm_answer_costs_one_statement(catalogue, client, clock, path):
    statements(client, path)
    assert [sql.split(" WHERE")[0] for sql in statements(client, path)] == ["SELECT number FROM core_contentversion"]


def test_a_publication_is_on_the_next_request(catalogue, client, clock, places, programmes):
    before = client.get("/en/availability/")
    assert 'id="place-JP"' not in before.content.decode()
    actions.state(programmes["QOPI"], Assertion(places["JP"], Status.PILOT, Period(NOW - timedelta(days=1))), by="editor", now=NOW)
    after = client.get("/en/availability/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert 'id="place-JP" data-status="pilot"' in after.content.decode()


def test_what_is_printed_beside_it_makes_it_stale_too(catalogue, client, clock, places):
    from i18n.places.models import Area

    client.get("/en/availability/")
    Area.objects.filter(code="ES").update(staff_name_en="Kingdom of Spain")
    assert "Kingdom of Spain" not in client.get("/en/availability/").content.decode()
    ContentVersion.raise_number()
    assert "Kingdom of Spain" in client.get("/en/availability/").content.decode()


@pytest.mark.check("AC35")
@pytest.mark.row("A4")
@pytest.mark.parametrize("path", ["/en/availability/", "/api/v1/availability?programme=QOPI", "/en/countries/KE/", "/api/v1/places/KE"])
def test_ac35_kenya_opens_at_its_instant_without_a_person_acting(catalogue, client, clock, path):
    def open_now() -> bool:
        text = client.get(path).content.decode()
        return (
            'id="place-KE" data-status="available"' in text
            or '"code": "KE", "name": "Kenya", "status"' in text
            or ('id="programme-QOPI" data-status="available"' in text or '"programme": "QOPI", "status": "available"' in text)
        )

    opening = instant("2027-01-31T21:00")
    clock(opening - timedelta(hours=1))
    assert not open_now()
    clock(opening - TICK)
    assert not open_now()
    clock(opening)
    assert open_now()


def test_a_page_says_its_own_day(catalogue, client, clock):
    clock(instant("2026-11-22T23:59:59"))
    assert "on 22 November 2026" in client.get("/en/availability/").content.decode()
    clock(instant("2026-11-23"))
    assert "on 23 November 2026" in client.get("/en/availability/").content.decode()


def test_somebody_signed_in_gets_a_page_of_their_own(catalogue, client, clock):
    stranger = client.get("/en/availability/").content.decode()
    person = User.objects.create_user("person@demo.example", "x", name="A Person")
    client.force_login(person)
    own = client.get("/en/availability/")
    assert own.content.decode() != stranger
    assert not own.has_header("ETag")
    client.logout()
    assert client.get("/en/availability/").content.decode() == stranger


def test_a_body_that_mixes_two_versions_is_built_again(db):
    ContentVersion.raise_number()
    built = []

    def build():
        built.append(ContentVersion.current())
        if len(built) == 1:
            ContentVersion.raise_number()
        return str(built[-1]).encode(), None

    assert kept.kept("mixed", now=NOW, build=build).content == b"2"
    assert built == [1, 2]


def test_odd_questions_do_not_fill_the_memory(db):
    for n in range(kept.MOST + 10):
        kept.kept(("odd", n), now=NOW, build=lambda: (b"", None))
    assert len(kept._kept) <= kept.MOST


def test_what_is_asked_for_least_makes_room(db):
    for n in range(kept.MOST):
        kept.kept(n, now=NOW, build=lambda: (b"", None))
    kept.kept(0, now=NOW, build=lambda: pytest.fail("it is kept"))
    kept.kept("new", now=NOW, build=lambda: (b"", None))
    assert (0 in kept._kept, 1 in kept._kept, len(kept._kept)) == (True, False, kept.MOST)


def test_what_no_link_of_ours_asks_for_is_not_kept(catalogue, client, clock):
    assert client.get("/en/availability/?x=1").status_code == 200
    assert kept._kept == {}


def test_a_bad_value_is_never_kept(catalogue, client, clock):
    client.get("/en/availability/?as_of=x")
    assert kept._kept == {}

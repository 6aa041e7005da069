"""Staff's day: each reader's own, with the way to exactly the rows that were counted, at the same cost however many there are."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from content.availability import leavers
from licensing.applications.models import Application
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import LicenceStatus
from licensing.organisations.models import Invitation
from licensing.payments.models import Invoice
from media.kits.models import KitFile
from media.ledger.models import Download
from tests import build
from tests import demo_world as world
from tests.clock import NOW
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]
DAY = timedelta(days=1)
LATER = NOW + 300 * DAY


def page(email: str, path: str = "/cms/day/") -> str:
    client = Client()
    client.force_login(world.person(email))
    return html.unescape(client.get(path).content.decode())


def sections(text: str) -> dict[str, dict[str, int]]:
    """Return the counts of each section by what they count."""
    found = re.findall(r'<section class="section" id="(\w+)".*?</section>', text, re.S)
    bodies = re.findall(r'<section class="section" id="\w+"(.*?)</section>', text, re.S)
    counted = r'<a href="[^"]+">([^<]+)</a>(?: |</th><td class="num">)<span class="count[^"]*">(\d+)<'
    return {key: {label: int(count) for label, count in re.findall(counted, body)} for key, body in zip(found, bodies, strict=True)}


READERS = {
    "manager@demo": {"waiting", "late", "ending", "unpaid"},
    "auditor@demo": {"waiting", "late", "ending", "unpaid", "downloads"},
    "reviewer@demo": {"waiting", "late"},
    "brand@demo": {"waiting", "late"},
    "kits@demo": {"downloads"},
}


@pytest.mark.parametrize("reader, keys", READERS.items())
def test_each_reads_the_sections_of_the_own_rooms(reader, keys):
    assert set(sections(page(reader))) == keys


def test_who_only_publishes_availability_has_a_day_and_a_next_step_they_may_take(client):
    client.force_login(
        build.staff_who_may("content.publish_availability", "content.view_availabilitychange", "content.add_availabilitychange")
    )
    text = client.get("/cms/day/").content.decode()
    assert sections(text) == {"waiting": {"Places that leave a region": 1}}
    assert client.get("/cms/availability/leaving/").status_code == 200
    for task in leavers.tasks():
        facts = (task.programme, task.left.place, task.left.region, task.left.at)
        leavers.let_go(*facts, by=world.person("manager@demo"), reason="Told (DEMO)", now=NOW)
    text = client.get("/cms/day/").content.decode()
    steps = re.findall(r'href="(/cms/snippets/content/availabilitychange/[^"]*)"', text.partition('id="waiting"')[2])
    assert (set(sections(text)), steps) == ({"waiting"}, ["/cms/snippets/content/availabilitychange/"])
    assert client.get(steps[0]).status_code == 200


def later(email: str, path: str = "/cms/day/") -> str:
    with time_machine.travel(LATER, tick=False):
        return page(email, path)


def test_a_day_says_what_waits_what_is_late_what_ends_and_what_is_unpaid():
    assert sections(page("manager@demo"))["late"] == {}
    assert sections(later("manager@demo")) == {
        "waiting": {
            "Applications to take or decide": 1,
            "Organizations to vet": 1,
            "Waivers to decide": 1,
            "Offers with papers missing": 1,
            "Places that leave a region": 1,
            "Inquiries to answer": 2,
            "Inquiries in nobody’s queue": 1,
        },
        "late": {
            "Applications past the promised day": 1,
            "Agreements that stand still": 1,
            "Invoices past their day": 2,
            "Inquiries past the promised day": 3,
        },
        "ending": {"Licenses that end within 90 days": 1},
        "unpaid": {"Invoices that wait for their money": 2},
    }
    assert "8 things wait for you. 7 are late, whoever has them." in later("manager@demo")
    assert re.findall(r"<p class=\"soft\">([^<]+ missing\.)", later("manager@demo")) == ["EUR\xa02,800.00 and USD\xa01,800.00 are missing."]


def test_where_nothing_is_there_is_a_next_step():
    text = page("legal@demo")
    assert "Nothing waits for you. Look at what others work on." in text
    assert re.findall(r'Nothing is late.</p><p><a href="([^"]+)"', text) == ["/cms/applications/"]


def test_who_reads_logos_alone_reads_of_no_money_and_no_application():
    text = later("brand@demo")
    body = text.partition('<div class="portal day">')[2]
    assert sections(text)["late"] == {"Inquiries past the promised day": 3}
    assert [word for word in ("nvoice", "pplication", "icense", "greement", "USD") if word in body] == []


def test_downloads_are_told_to_whoever_may_read_the_log():
    owner, eco = world.person("owner@eco"), world.organisation("ECO")
    about = {"file": KitFile.objects.order_by("pk")[0], "user": owner, "organisation": eco, "person": str(owner), "method": "GET"}
    for number, (verdict, days) in enumerate([("granted", 1), ("granted", 2), ("granted", 8), ("expired", 3)]):
        Download.objects.create(**about, reference=f"R{number}", verdict=verdict, at=NOW - days * DAY)
    assert sections(page("kits@demo")) == {"downloads": {"Downloads of the last 7 days": 2, "Refused in the last 7 days": 1}}
    assert page("kits@demo", "/cms/kits/log/?verdict=granted&days=7").count('<tr id="download-') == 2
    assert page("kits@demo", "/cms/kits/log/?q=r3").count('<tr id="download-') == 1
    assert page("kits@demo", "/cms/kits/log/?q=fundacion&place=ES&days=30").count('<tr id="download-') == 4
    assert page("kits@demo", "/cms/kits/log/?place=KE").count('<tr id="download-') == 0


def test_each_count_leads_to_the_queue_that_holds_exactly_those_rows():
    text = later("auditor@demo")
    links = re.findall(r'<h3><a href="([^"]+)">[^<]+</a> <span class="count">(\d+)<', text)
    held = {url: later("auditor@demo", url).count('<th scope="row"><a') for url, _count in links}
    assert held == {url: int(count) for url, count in links}
    assert len(held) == 6


def test_what_ends_by_notice_stands_among_what_ends_soon_with_its_real_last_day():
    active = next(row for row in Licence.objects.with_facts() if row.status(at=NOW) is LicenceStatus.ACTIVE)
    assert sections(page("manager@demo"))["ending"].get("Licenses that end within 90 days", 0) == 0
    stop(active.pk, "end", reason="Agreed", now=NOW, last_day=NOW.date() + DAY)
    text = page("manager@demo")
    line = re.search(rf'<tr><th scope="row"><a href="/cms/licences/{active.number}/">.*?</tr>', text, re.S)[0]
    assert sections(text)["ending"]["Licenses that end within 90 days"] == 1
    assert "by notice" in line and ">23 November 2026</time>" in line


def copies(row, times: int, **fields) -> None:
    for at in range(times):
        if hasattr(row, "agreement_id"):
            row.agreement_id = None
        row.pk, row._state.adding = None, True
        for name, text in fields.items():
            setattr(row, name, text % at)
        row.save(force_insert=True)


def cost(path: str) -> int:
    client = Client()
    client.force_login(world.person("auditor@demo"))
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked.captured_queries)


QUEUES = [
    "/cms/applications/?tab=ours&late=on",
    "/cms/invoices/?view=overdue&q=sbqo",
    "/cms/licences/?view=expiring",
    "/cms/organizations/?view=invited",
]


def test_a_day_and_its_queues_cost_the_same_whatever_their_length():
    with time_machine.travel(LATER, tick=False):
        eco = world.organisation("ECO")
        made = {"invited_by": world.person("owner@eco"), "created_at": NOW, "expires_at": LATER + DAY, "roles": ["observer"]}
        Invitation.objects.create(organisation=eco, email="a@eco.example", token_sha256="0", **made)
        before = [cost(path) for path in ("/cms/day/", *QUEUES)]
        copies(Application.objects.get(organisation=world.organisation("CHILE")), 8, number="A-2030-%04d")
        copies(Invoice.objects.get(organisation=world.organisation("SBQO")), 8, number="INV-2030-%04d", reference="R%d")
        copies(Licence.objects.expiring(LATER)[0], 8, number="L-2030-%04d", code="0000-0000-0000-%04d", source="on paper %d")
        copies(Invitation.objects.get(email="a@eco.example"), 8, token_sha256="a%d")
        assert [cost(path) for path in ("/cms/day/", *QUEUES)] == before


def test_a_queue_of_licences_says_the_same_as_the_rules():
    for at in (NOW, LATER, NOW + 400 * DAY):
        told = {status: {row.pk for row in Licence.objects.in_status(status, at=at)} for status in LicenceStatus}
        ruled = {status: {row.pk for row in Licence.objects.with_facts() if row.status(at=at) is status} for status in LicenceStatus}
        assert told == ruled


def test_the_second_page_of_a_queue_is_another_one():
    copies(Invoice.objects.get(organisation=world.organisation("SBQO")), 30, number="INV-2030-%04d", reference="R%d")
    first, second = (
        set(re.findall(r"INV-2030-\d{4}", page("finance@demo", f"/cms/invoices/?view=open&page={number}"))) for number in (1, 2)
    )
    assert (len(first), len(second), first & second) == (24, 6, set())

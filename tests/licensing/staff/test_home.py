"""The first page of the CMS: what waits for the person who opens it, and nothing of what only others may do."""

import re

import pytest

from tests import demo_world as world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]


def waits(client, email) -> list[tuple[str, int]]:
    client.force_login(world.person(email))
    page = client.get("/cms/").content.decode()
    return [
        (label, int(count))
        for label, count in re.findall(r'<a href="[^"]+">([^<]+)</a></th><td class="num"><span class="count count--turn">(\d+)<', page)
    ]


def test_a_manager_reads_what_to_decide_and_to_vet(client):
    assert waits(client, "manager@demo") == [
        ("Applications to take or decide", 1),
        ("Organizations to vet", 1),
        ("Waivers to decide", 1),
        ("Offers with papers missing", 1),
        ("Places that leave a region", 1),
        ("Inquiries to answer", 2),
        ("Inquiries in nobody’s queue", 1),
    ]


def test_finance_reads_of_money_only(client):
    assert waits(client, "finance@demo") == [("Invoices that wait for their money", 2)]


def test_who_has_nothing_to_do_reads_that(client):
    assert waits(client, "legal@demo") == []
    assert "Nothing waits for you" in client.get("/cms/").content.decode()


def test_each_line_leads_to_its_list(client):
    client.force_login(world.person("manager@demo"))
    lines = re.findall(r'<a href="([^"]+)">[^<]+</a></th>', client.get("/cms/").content.decode())
    assert lines == [
        "/cms/applications/",
        "/cms/organizations/?view=unvetted",
        "/cms/offers/?view=waivers",
        "/cms/offers/?view=papers",
        "/cms/availability/leaving/",
        "/cms/inquiries/?view=mine",
        "/cms/inquiries/?view=nobody",
    ]
    assert [client.get(line).status_code for line in lines] == [200] * 7


def test_who_sees_no_queue_sees_no_panel(client):
    client.force_login(world.person("kits@demo"))
    assert 'id="waiting"' not in client.get("/cms/").content.decode()

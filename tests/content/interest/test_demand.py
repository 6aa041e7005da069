"""The demand as staff read it: counts by programme and country, what was said, a file; no address anywhere."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client

from content.interest import actions
from content.interest.models import Interest
from tests import build
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.row("A7"), pytest.mark.row("O8")]
PAGE = "/cms/demand/"
ASKED = [  # programme, place, organisation, practices, volume, confirmed
    ("QOPI", "KE", "Clinic <b>(DEMO)</b>", 3, 1200, True),
    ("QOPI", "KE", "", None, None, True),
    ("QOPI", "IN", "Second (DEMO)", 2, None, True),
    ("QCP", "KE", "Third (DEMO)", None, 50, True),
    ("QCP", "KE", "Never (DEMO)", 9, 9, False),
]


@pytest.fixture
def asked(places, programmes):
    for n, (programme, place, organisation, practices, volume, confirmed) in enumerate(ASKED):
        said = actions.Said(organisation=organisation, practices=practices, volume=volume, message=f"Word {n}")
        about = {"email": f"p{n}@clinic.example", "language": "en", "said": said}
        made = actions.register(programmes[programme], places[place], **about, now=NOW + n * timedelta(days=1))
        if confirmed:
            actions.confirm(actions.token_of(made), now=NOW + n * timedelta(days=1))


@pytest.fixture
def reader():
    client = Client()
    client.force_login(build.staff("Program managers"))
    return client


def lines(reader, query: str = "") -> list[list[str]]:
    answer = reader.get(f"{PAGE}?format=csv&{query}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="demand.csv"'
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[1:]


def test_the_counts_are_of_what_was_confirmed_the_most_wanted_first(asked, reader):
    assert lines(reader) == [
        ["QOPI", "KE", "Kenya", "2", "2", "3", "1200", "2026-11-23"],
        ["QCP", "KE", "Kenya", "1", "1", "", "50", "2026-11-25"],
        ["QOPI", "IN", "India", "1", "1", "2", "", "2026-11-24"],
    ]


@pytest.mark.parametrize(
    "query, codes", [("place=IN", ["IN"]), ("programme=QCP", ["KE"]), ("programme=QCP&place=IN", []), ("view=told", [])]
)
def test_every_filter_stands_in_the_address(asked, reader, query, codes):
    assert [line[1] for line in lines(reader, query)] == codes
    assert reader.get(f"{PAGE}?{query}").status_code == 200


def test_the_page_says_what_they_said_as_text_and_shows_no_address(asked, reader):
    Interest.objects.filter(organisation="Second (DEMO)").update(told_at=NOW, known_at=NOW)
    Interest.objects.filter(organisation="Third (DEMO)").update(told_at=NOW)
    page = reader.get(PAGE).content.decode()
    assert "Clinic &lt;b&gt;(DEMO)&lt;/b&gt;" in page and "Word 1" in page and "clinic.example" not in page
    assert "Never (DEMO)" not in page and "Word 4" not in page
    assert re.findall(r'>([A-Z][\w ]+) <span class="count">(\d+)<', page) == [
        ("All who asked", "4"), ("Still waiting", "2"), ("Told", "1"), ("Letter did not leave", "1"),
    ]  # fmt: skip
    unsent = reader.get(f"{PAGE}?view=unsent").content.decode()
    assert "Third (DEMO)" in unsent and "Second (DEMO)" not in unsent and "Clinic" not in unsent


def test_whoever_may_not_read_it_does_not(asked):
    client = Client()
    client.force_login(build.staff("Editors"))
    assert client.get(PAGE).status_code in (302, 403)
    assert 'href="/cms/demand/"' not in client.get("/cms/").content.decode()

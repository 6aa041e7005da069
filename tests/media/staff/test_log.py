"""The download log in the CMS."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from media import bundles, delivery
from media.delivery import NoSuchFile, Refused, Wanted
from media.ledger import queries
from media.ledger.queries import Search
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def log():
    """ECO took a deck and was refused after its suspension; a stranger asked for the same deck; ECO asked for a slide under embargo."""
    eco, other = build.society("Fundación ECO (DEMO)"), build.society("Otra (DEMO)")
    licence = story.licence(eco)
    story.released()
    story.licence(eco, "QCS-DH")
    story.symposium()
    by = story.asker(build.owner_of(eco), eco)
    deck = Wanted("qtp1-l", "1.0", "en", "deck-1.pdf")
    handover = delivery.hand_over(deck, by=by, at=NOW)
    sent = sum(map(len, delivery.stream(handover, None, clock=lambda: NOW)))
    stop(licence.pk, reason="x", now=NOW)
    for wanted, who in ((deck, by), (deck, story.asker(build.owner_of(other), other)), (Wanted("qcs-dh", "1.0", "en", "slides-1.pdf"), by)):
        with pytest.raises((Refused, NoSuchFile)):
            delivery.hand_over(wanted, by=who, at=NOW)
    return {"eco": eco, "other": other, "sent": sent}


def found(**search) -> list[str]:
    return [row.verdict for row in queries.found(Search(**search))]


def test_the_log_is_searched_by_kit_organisation_and_verdict(log):
    kit = story.Kit.objects.get(slug="qcs-dh")
    assert found() == ["embargo", "stranger", "suspended", "granted"]
    assert found(kit_id=kit.pk) == ["embargo"]
    assert found(organisation_id=log["other"].pk) == ["stranger"]
    assert found(verdict="granted") == ["granted"]
    assert found(verdict="refused") == ["embargo", "stranger", "suspended"]
    assert found(organisation_id=log["eco"].pk, verdict="embargo", kit_id=kit.pk) == ["embargo"]
    assert queries.found(Search(verdict="granted")).get().sent == log["sent"]


def test_the_page_says_who_took_what_and_why_not(client, log):
    client.force_login(build.staff("Auditors"))
    page = client.get("/cms/kits/log/").content.decode()
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for words in (
        "Granted",
        "The license is suspended",
        "Not known to the organization",
        "Under embargo",
        "Fundación ECO (DEMO)",
        "L-2026-0001",
    ):
        assert words in said
    assert page.count('<tr id="download-') == 4
    only = client.get(f"/cms/kits/log/?verdict=refused&organisation={log['eco'].pk}").content.decode()
    assert only.count('<tr id="download-') == 2
    assert "Nothing found" in client.get(f"/cms/kits/log/?verdict=embargo&organisation={log['other'].pk}").content.decode()


def test_an_archive_that_was_refused_is_a_line_of_its_own(client, log):
    """A granted archive is its files; of a refused one there is no file, and it was nowhere to be seen."""
    by = story.asker(build.owner_of(log["eco"]), log["eco"])
    with pytest.raises(Refused):
        bundles.hand_over("qtp1-l", "1.0", by=by, at=NOW + timedelta(minutes=1), language="en")
    client.force_login(build.staff("Auditors"))
    pages = {}
    for query in ("", "?verdict=refused", "?verdict=suspended", "?verdict=granted", "?verdict=embargo", f"?organisation={log['other'].pk}"):
        page = client.get(f"/cms/kits/log/{query}").content.decode()
        pages[query] = (page.count('<tr id="download-'), page.count('<tr id="bundle-'))
    assert list(pages.values()) == [(4, 1), (3, 1), (1, 1), (1, 0), (1, 0), (1, 0)]
    page = client.get("/cms/kits/log/").content.decode()
    line = re.sub(r"<[^>]+>|\s+", " ", page[page.index('<tr id="bundle-') :].split("</tr>")[0])
    assert "The whole kit as an archive" in line and "The license is suspended" in line and "Fundación ECO (DEMO)" in line
    assert page.index('<tr id="bundle-') < page.index('<tr id="download-')


@pytest.mark.parametrize("query", ["kit=x", "organisation=99999", "verdict=what", "kit=-1&verdict=%00", "page=x", "page=99"])
def test_what_cannot_be_read_looks_for_everything(client, log, query):
    client.force_login(build.staff("Kit editors"))
    assert client.get(f"/cms/kits/log/?{query}").content.decode().count('<tr id="download-') == 4


def test_the_page_costs_the_same_whatever_its_length(client, log):
    client.force_login(build.staff("Kit editors"))
    costs = []
    for times in (0, 20):
        for _ in range(times):
            with pytest.raises(NoSuchFile):
                delivery.hand_over(
                    Wanted("qtp1-l", "1.0", "en", "deck-1.pdf"), by=story.asker(build.owner_of(log["other"]), log["other"]), at=NOW
                )
        client.get("/cms/kits/log/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/cms/kits/log/")
        costs.append(len(asked.captured_queries))
    assert costs[0] == costs[1]

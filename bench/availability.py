"""The public page and the JSON of one programme: beside a plain Wagtail page with the same table, a view that does nothing, and nginx."""

import re
import time
from collections.abc import Callable

from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from bench import databases, history, serving
from bench.measure import Row, ratio, turn_about
from content.availability import kept
from content.pages.models import HomePage, TextPage
from portal.wsgi import application

PAGE, JSON = "/en/availability/?programme=P1", "/api/v1/availability?programme=P1"
PAST_PAGE, PAST_JSON = f"{PAGE}&as_of=2011-06-01", f"{JSON}&as_of=2011-06-01"
PEER, BARE = "/en/the-same-table/", "/bare/"
WARM, COLD = 60, 4  # calls a round
SMALL, LARGE = 25_000, 1_000_000


def asker() -> Callable[[str], bytes]:
    """Return what sends a request through the whole middleware, in this process, as a server does."""
    factory = RequestFactory()

    def ask(path: str) -> bytes:
        response = application(factory.get(path).environ, lambda *_: None)
        assert response.status_code in (200, 204), (path, response.status_code)
        return response.content

    return ask


def cold(ask: Callable[[str], bytes], path: str) -> Callable[[], bytes]:
    def call() -> bytes:
        kept.forget()
        return ask(path)

    return call


def plain_page(table: str) -> None:
    """Make a page as Wagtail alone serves it, with the table in its text."""
    home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Home", slug="bench", headline="Home"))
    Site.objects.update(root_page=home)
    home.add_child(instance=TextPage(title="The same table", slug="the-same-table", headline_en="The same table", body_en=table))


def rows() -> list[Row]:
    history.fill(SMALL)
    ask = asker()
    table = re.search(rb"<table.*</table>", ask(PAGE), re.S)
    assert table is not None
    plain_page(table[0].decode())
    assert ask(PEER).count(b"<tr") == table[0].count(b"<tr") > 200
    served = serving.row("availability.vs_nginx_static", PAGE, ask(PAGE))
    return [_statements(ask), *_warm(ask), *_cold(ask), served, *_long(ask)]


def _statements(ask: Callable[[str], bytes]) -> Row:
    ask(PAGE)
    with CaptureQueriesContext(connection) as captured:
        ask(PAGE)
    return Row("availability.sql_statements", len(captured), 1, len(captured), unit="statements", rounds=1, how="a warm page")


def _warm(ask: Callable[[str], bytes]) -> list[Row]:
    def call(path: str) -> tuple[int, Callable[[], bytes]]:
        return WARM, lambda: ask(path)

    took = turn_about({path: call(path) for path in (PAGE, BARE, JSON, PEER)})
    worst = max(took[PAGE], took[JSON])
    how = "the slower of page and JSON, warm, through the whole middleware"
    return [
        ratio("availability.cpu_vs_wagtail_page", 0.125, worst, peer=took[PEER], how=how),
        ratio("availability.cpu_vs_bare", 3, worst, floor=took[BARE], how=how),
    ]


def _cold(ask: Callable[[str], bytes]) -> list[Row]:
    took = turn_about(
        {
            **{path: (COLD, cold(ask, path)) for path in (PAGE, PAST_PAGE, JSON, PAST_JSON)},
            PEER: (COLD * 3, lambda: ask(PEER)),
        }
    )
    past = max(took[PAST_PAGE] / took[PAGE], took[PAST_JSON] / took[JSON])
    return [
        ratio("availability.cold_vs_wagtail_page", 2, took[PAGE], peer=took[PEER], how="built anew each time"),
        Row("availability.past_vs_today", round(past, 3), 1.5, unit="ratio", how="cold as of 2011, the worse of page and JSON"),
    ]


def _long(ask: Callable[[str], bytes]) -> list[Row]:
    """Compare the cost of a past date with 25 thousand and with a million rows of history, turn about, on two databases."""
    name = "availability.past_1m_vs_25k"
    if connection.vendor != "postgresql":
        return [Row(name, None, 1.5, skipped="needs PostgreSQL")]
    with databases.copied("long"):
        history.extend(LARGE)

    def on(database: str) -> Callable[[], bytes]:
        def call() -> bytes:
            if connection.settings_dict["NAME"] != database:
                databases.use(database)
                cold(ask, PAST_JSON)()
            return cold(ask, PAST_JSON)()

        return call

    small, large = on(databases.NAME), on(f"{databases.NAME}_long")
    took = turn_about({"small": (10, small), "large": (10, large)}, clock=time.perf_counter)
    databases.use(databases.NAME)
    return [ratio(name, 1.5, took["large"], floor=took["small"], how="JSON as of 2011, cold, with the time of the server", unit="ms")]

"""The menu and the footer as editors keep them: in each language, never to nothing, and for no statement more."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from content.models import Navigation, NewsPost, TextPage
from content.pages import frame, navigation
from content.pages.load import load_pages
from content.pages.rules import is_address, located
from portal.core.models import ContentVersion
from tests import people
from tests.clock import NOW
from tests.content.pages.test_news import INDEX, TODAY, post
from tests.content.pages.test_pages import ENTRIES
from tests.telling import told

pytestmark = pytest.mark.django_db
EMPTY = dict.fromkeys((f"label_{suffix}" for suffix in navigation.SUFFIXES), "")


@pytest.fixture
def pages(db):
    told(load_pages)([*ENTRIES, INDEX], {}, origin_host="testserver", port=80, news=[post(1, "en")], today=TODAY)


def link(label: str, address: str = "", page=None, **labels):
    return {**EMPTY, "label_en": label, **labels, "address": address, "page": page}


def keep(menu=(), footer=()) -> None:
    kept = Navigation.load()
    kept.menu = [("link", one) for one in menu] or kept.menu
    heading = {f"heading_{key.partition('_')[2]}": value for key, value in EMPTY.items()}
    kept.footer = [("column", {**heading, "heading_en": name, "links": links}) for name, links in footer]
    kept.save()


def shown(language: str = "en", *, now=NOW):
    around = frame.around(language, now=now)
    return [(one.label, one.lang, one.url) for one in around.menu], {
        column.heading: [one.url for one in column.links] for column in around.footer
    }


@pytest.mark.parametrize(
    "address, accepted",
    [
        ("/verify/", True), ("/availability/?programme=QOPI", True), ("/api/v1/docs", True), ("https://example.org/a?b=c", True), ("verify/", False),
        ("//evil.example", False), ("/\\evil.example", False), ("javascript:alert(1)", False), ("JAVASCRIPT:alert(1)", False), ("data:text/html,x", False),
        ("http://example.org", False), ("https:///x", False), ("https://user@evil.example/", False), ("/a b", False), ('/"><script>', False), ("", False),
        ("https://[", False), ("//[x", False), ("https://a]b/", False), ("https://ex\u2100mple/", False),
    ],
)  # fmt: skip
def test_a_link_leads_to_a_path_of_ours_or_to_another_site_by_https(address, accepted):
    assert is_address(address) is accepted


def test_paths_get_the_readers_language_where_they_have_one():
    assert [located(address, "es") for address in ("/verify/", "/api/v1/docs", "/feeds/news.atom", "https://example.org/", "/")] == [
        "/es/verify/", "/api/v1/docs", "/feeds/news.atom", "https://example.org/", "/es/",
    ]  # fmt: skip


def test_a_fresh_portal_has_a_menu_and_a_footer_that_leads_to_what_is_there():
    """Without a page of the CMS only addresses of ours are shown: none leads to a 404."""
    menu, footer = shown("es")
    assert menu == [
        ("Disponibilidad", "", "/es/availability/"), ("Licencias", "", "/es/licensing/"), ("Registro", "", "/es/register/"), ("Verificar", "", "/es/verify/"),
    ]  # fmt: skip
    assert list(footer.values()) == [
        ["/es/availability/", "/es/licensing/", "/es/register/"], ["/es/verify/", "/api/v1/docs", "/es/contact/"], ["/es/contact/"],
    ]  # fmt: skip


def test_pages_join_the_footer_when_they_are_published(client, pages):
    assert shown()[1]["Help"] == ["/en/about/", "/en/news/", "/en/contact/"]
    TextPage.objects.get(slug="about").unpublish()
    assert shown()[1]["Help"] == ["/en/news/", "/en/contact/"]


def test_editors_set_order_words_and_targets(client, pages):
    about = TextPage.objects.get(slug="about")
    keep(
        menu=[link("Ask", "/questions/", label_es="Preguntas"), link("Us", page=about, label_es="Nosotros"), link("Data", "/api/v1/docs")],
        footer=[("Elsewhere", [link("A society", "https://eco.example/")]), ("Nowhere", [link("Gone", "/gone/")])],
    )
    assert shown("es") == (
        [("Nosotros", "", "/es/about/"), ("Data", "en", "/api/v1/docs")],
        {"Elsewhere": ["https://eco.example/"]},
    )
    page = client.get("/es/about/").content.decode()
    head, foot = page.partition("<main")[0], page.partition("</main>")[2]
    assert '<a href="/es/about/" aria-current="page">Nosotros</a>' in head and '<a href="/api/v1/docs" lang="en">Data</a>' in head
    assert '<h2 lang="en">Elsewhere</h2>' in foot


def test_what_the_sources_ask_for_stays_below_every_footer(client, pages):
    keep(footer=[("Only", [link("Verify", "/verify/")])])
    foot = client.get("/en/about/").content.decode().partition('<footer class="footer">')[2]
    assert re.findall(r"<p>([^<]+)", foot) == [
        "© Licensor (DEMO) for the programs and their materials." if "Licensor (DEMO)" in foot else re.findall(r"<p>(©[^<]+)", foot)[0],
        "QOPI®, ASCO Direct™ and the other program names are marks of their owners; a license says who may use them.",
        "Quality programs are supported in part by Conquer Cancer.",
    ]


def test_a_post_is_linked_only_where_it_is_ready(pages):
    keep(menu=[link("The post", page=NewsPost.objects.get())])
    assert (shown("en")[0], shown("es")[0]) == ([("The post", "", "/en/news/post-1/")], [])


def test_a_deleted_page_leaves_no_link(pages):
    keep(menu=[link("About", page=TextPage.objects.get(slug="about")), link("Verify", "/verify/")])
    TextPage.objects.get(slug="about").delete()
    assert shown()[0] == [("Verify", "", "/en/verify/")]


def test_the_root_of_the_tree_is_no_place_to_lead_to(pages):
    """The chooser does not offer it, but a form can name it: that must not cost every reader the menu."""
    keep(menu=[link("Root", page=Page.get_first_root_node()), link("Verify", "/verify/")])
    assert shown()[0] == [("Verify", "", "/en/verify/")]


def statements(client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in asked.captured_queries]


@pytest.mark.parametrize("path", ["/en/accounts/login/", "/en/verify/", "/en/about/", "/en/", "/en/news/"])
def test_no_page_asks_for_its_menu_while_it_is_kept(client, pages, path):
    statements(client, path)
    asked = " ".join(statements(client, path))
    assert "content_navigation" not in asked and "core_contentversion" not in asked
    assert path == "/en/news/" or "content_newspost" not in asked


def test_another_process_is_believed_after_a_while_and_asked_one_statement(pages, django_assert_num_queries):
    shown()
    with django_assert_num_queries(0):
        shown(now=NOW + frame.LOOK_AGAIN - timedelta(microseconds=1))
    with django_assert_num_queries(1):
        shown(now=NOW + frame.LOOK_AGAIN)
    seen = ContentVersion.seen
    keep(menu=[link("Verify", "/verify/")])  # as if elsewhere: this process has not seen the new number
    ContentVersion.seen = seen
    assert len(shown(now=NOW + frame.LOOK_AGAIN)[0]) == 4
    assert len(shown(now=NOW + 2 * frame.LOOK_AGAIN)[0]) == 1


def test_a_kept_page_has_the_menu_of_its_version(client, pages):
    """Availability pages are kept by version and have no time to live: the menu in them must be the one of that version."""
    before = client.get("/en/availability/").content.decode()
    seen = ContentVersion.seen
    keep(menu=[link("Another word", "/verify/")])
    ContentVersion.seen = seen
    after = client.get("/en/availability/").content.decode()
    assert ("Another word" in before, "Another word" in after) == (False, True)


def test_an_error_page_has_a_menu_without_a_database(client, monkeypatch):
    def broken():
        raise OperationalError("no database")

    monkeypatch.setattr(ContentVersion, "current", broken)
    page = client.get("/en/nothing-here/", headers={"Accept-Language": "en"})
    assert 'href="/en/verify/"' in page.content.decode()


def test_editors_find_it_filled_in_and_others_do_not_find_it(client):
    client.force_login(people.staff("Editors"))
    opened = client.get("/cms/settings/content/navigation/", follow=True)
    assert opened.status_code == 200 and "Disponibilidad" in opened.content.decode()
    assert [block.value["address"] for block in Navigation.objects.get().menu] == [
        "/availability/",
        "/licensing/",
        "/register/",
        "/verify/",
    ]
    client.force_login(people.staff("Finance"))
    assert client.get(f"/cms/settings/content/navigation/{Navigation.objects.get().pk}/").status_code == 302


@pytest.mark.parametrize(
    "target, accepted",
    [({"address": "/verify/"}, True), ({"address": ""}, False), ({"address": "javascript:alert(1)"}, False), ({"address": "/a/", "page": True}, False)],
)  # fmt: skip
def test_a_link_has_one_target_that_is_safe(pages, target, accepted):
    page = TextPage.objects.get(slug="about") if target.pop("page", None) else None
    block = navigation.LinkBlock()
    value = block.normalize(link("Word", page=page, **target))
    if accepted:
        assert block.clean(value)["label_en"] == "Word"
    else:
        with pytest.raises(navigation.blocks.StructBlockValidationError) as refused:
            block.clean(value)
        assert list(refused.value.block_errors) == ["address"]

"""News: what editors publish, in the languages it is ready in, on the front page, in its list and in its feed."""

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from wagtail.models import PageViewRestriction

from content.models import NewsIndexPage, NewsPost
from content.pages.load import load_pages
from portal import celery, tasks
from tests import people
from tests.content.pages.test_pages import ENTRIES
from tests.telling import told

pytestmark = [pytest.mark.django_db, pytest.mark.row("M1")]
INDEX = {"slug": "news", "kind": "news", "title": {"en": "News", "es": "Noticias"}}
TODAY = date(2026, 11, 22)


def post(number: int, *languages: str, **more):
    texts = {language: f"Text {number} {language}" for language in languages}
    return {"slug": f"post-{number}", "day": -number, "title": {"en": f"Text {number} en", **texts}, "intro": texts, "body": texts, **more}


@pytest.fixture
def site(db):
    def lay(*posts):
        told(load_pages)([*ENTRIES, INDEX], {}, origin_host="testserver", port=80, news=posts, today=TODAY)

    return lay


def words(client, path: str) -> str:
    main = client.get(path).content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_a_post_is_listed_in_the_languages_it_is_ready_in_the_latest_first(client, site):
    site(post(3, "en"), post(1, "en", "es"), post(2, "es"))
    assert list(NewsPost.objects.ready("en").values_list("slug", flat=True)) == ["post-1", "post-3"]
    assert list(NewsPost.objects.ready("es").values_list("slug", flat=True)) == ["post-1", "post-2"]
    english, spanish = words(client, "/en/news/"), words(client, "/es/news/")
    assert english.index("21 November 2026 Text 1 en") < english.index("Text 3 en") and "Text 2" not in english
    assert "21 de noviembre de 2026" in spanish and "Text 3" not in spanish


@pytest.mark.parametrize("left", [{"title": {"en": "A"}}, {"intro": {"en": "A"}}, {"body": {"en": "A"}}])
def test_half_a_translation_is_not_ready(site, left):
    site(post(1, "en", "es", **left))
    assert (NewsPost.objects.ready("en").count(), NewsPost.objects.ready("es").count()) == (1, 0)


def test_an_emptied_text_is_not_ready(site):
    site(post(1, "en", "es"))
    page = NewsPost.objects.get()
    page.body_es = '<p data-block-key="abc12"></p>'
    page.save_revision().publish()
    assert page.ready_in() == ["en"]


def test_where_a_post_is_not_ready_there_is_none_and_the_language_menu_says_so(client, site):
    site(post(1, "en", "es"))
    page = client.get("/es/news/post-1/").content.decode()
    assert re.findall(r'rel="alternate" hreflang="([\w-]+)"', page) == ["en", "x-default", "es"]
    assert 'href="/en/news/post-1/" lang="en"' in page and 'href="/fr/news/" lang="fr"' in page
    assert [client.get(f"/{code}/news/post-1/").status_code for code in ("en", "es", "pt-br", "fr", "ar")] == [200, 200, 404, 404, 404]
    NewsPost.objects.get().unpublish()
    assert [client.get(f"/{code}/news/post-1/").status_code for code in ("en", "es")] == [404, 404]


@pytest.mark.parametrize("language, says", [("en", "No news yet"), ("es", "Todavía no hay noticias"), ("ar", "No news yet")])
def test_without_news_the_list_says_so_and_the_front_page_nothing(client, site, language, says):
    site()
    assert says in words(client, f"/{language}/news/")
    assert "/news/" not in client.get(f"/{language}/").content.decode().partition("<main")[2].partition("</main>")[0]


def test_the_front_page_shows_the_latest_three(client, site):
    site(*(post(number, "en") for number in range(1, 6)))
    shown = words(client, "/en/")
    assert [f"Text {number} en" in shown for number in range(1, 6)] == [True, True, True, False, False]
    assert 'href="/en/news/"' in client.get("/en/").content.decode()
    assert "Text 1" not in words(client, "/es/")


def test_a_long_list_has_pages(client, site):
    site(*(post(number, "en") for number in range(1, 13)))
    assert ("Text 10 en" in words(client, "/en/news/"), "Text 11 en" in words(client, "/en/news/")) == (True, False)
    assert "Text 11 en" in words(client, "/en/news/?page=2")
    assert "Text 11 en" in words(client, "/en/news/?page=99")


def test_the_text_is_what_the_editor_may_write_and_no_more(client, site):
    site(post(1, "en", body={"en": "<script>alert(1)</script> & [there](/verify/)"}))
    page = client.get("/en/news/post-1/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and '<a href="/en/verify/">there</a>' in page


def test_the_feed_holds_what_is_ready_and_is_kept_until_something_changes(client, site, django_assert_num_queries):
    site(post(1, "en", "es"), post(2, "en"))
    english = client.get("/feeds/news.atom")
    assert english.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert (english.content.decode().count("<entry"), client.get("/feeds/news.atom?language=es").content.decode().count("<entry")) == (2, 1)
    assert "http://testserver/en/news/post-1/" in english.content.decode()
    with django_assert_num_queries(1):
        assert client.get("/feeds/news.atom", headers={"If-None-Match": english["ETag"]}).status_code == 304
    NewsPost.objects.get(slug="post-2").unpublish()
    assert client.get("/feeds/news.atom", headers={"If-None-Match": english["ETag"]}).content.decode().count("<entry") == 1
    assert client.get("/feeds/news.atom?language=xx").content.decode().count("<entry") == 1


def test_a_sign_xml_cannot_say_does_not_close_the_feed(client, site):
    site(post(1, "en"), post(2, "en"))
    page = NewsPost.objects.get(slug="post-1")
    page.headline_en, page.lede_en = "A\x0bB\x01", "C\ufffeD"
    page.full_clean()
    page.save_revision().publish()
    feed = ElementTree.fromstring(client.get("/feeds/news.atom").content)  # noqa: S314
    entry = feed.find("{*}entry")
    assert (entry.findtext("{*}title"), entry.findtext("{*}summary"), len(feed.findall("{*}entry"))) == ("AB", "CD", 2)


def test_what_editors_make_private_leaves_feed_and_front_page_at_once_and_comes_back(client, site):
    site(post(1, "en"), post(2, "en"))
    editor = Client()
    editor.force_login(people.staff("Editors"))

    def told() -> list[bool]:
        return ["Text 1 en" in client.get(path).content.decode() for path in ("/feeds/news.atom", "/en/", "/en/news/")]

    assert told() == [True, True, True]
    for restriction, there in (("login", False), ("none", True)):
        changed = editor.post(f"/cms/pages/{NewsPost.objects.get(slug='post-1').pk}/privacy/", {"restriction_type": restriction})
        assert (changed.status_code, told()) == (200, [there] * 3)


def test_a_private_list_of_news_is_not_linked(client, site):
    site(post(1, "en"))
    assert 'href="/en/news/"' in client.get("/en/").content.decode()
    PageViewRestriction.objects.create(page=NewsIndexPage.objects.get(), restriction_type="login")
    assert "/en/news/" not in client.get("/en/").content.decode()


def test_loading_again_adds_no_posts(site):
    site(post(1, "en"))
    NewsPost.objects.get().delete()
    site(post(1, "en"))
    assert NewsPost.objects.count() == 0


def test_a_post_appears_and_goes_at_the_instants_its_editor_chose(client, site):
    site(post(1, "en"))
    page, begins, ends = NewsPost.objects.get(), datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 2, 8, tzinfo=UTC)
    page.unpublish()
    page.go_live_at, page.expire_at = begins, ends
    with time_machine.travel(begins - timedelta(hours=1), tick=False):
        page.save_revision().publish()
    seen = []
    for at in (begins - timedelta(seconds=1), begins + timedelta(seconds=1), ends + timedelta(seconds=1)):
        with time_machine.travel(at, tick=False):
            tasks.publish_scheduled()
            seen.append("Text 1 en" in words(client, "/en/news/"))
    assert seen == [False, True, False]
    assert {entry["task"] for entry in celery.app.conf.beat_schedule.values()} >= {"portal.publish_scheduled"}

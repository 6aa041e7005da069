"""Pages that editors write: one tree, every language on one page, and never overwritten by a loader."""

import pytest
from wagtail.models import Page, Site

from content.models import HomePage, Programme, ProgrammePage, TextPage
from content.pages.load import load_pages, rich

pytestmark = pytest.mark.django_db

ENTRIES = [
    {"slug": "home", "kind": "home", "title": {"en": "Home", "es": "Inicio"}, "headline": {"en": "One", "es": "Uno"}},
    {
        "slug": "about",
        "kind": "text",
        "title": {"en": "About", "es": "Acerca"},
        "body": {"en": "## A\n\nHello [there](/verify/).", "es": "Hola."},
    },
]


@pytest.fixture
def pages(db):
    Programme.objects.create(code="QOPI", name="Quality Oncology Practice Initiative (QOPI®)", short_name="QOPI®", kind="participation")
    return load_pages(ENTRIES, {"QOPI": {"en": "A story.", "es": "Una historia."}}, origin_host="testserver", port=80)


@pytest.mark.parametrize(
    "text, html",
    [
        ("One\nline", "<p>One line</p>"),
        ("## Head\n- a\n- b", "<h2>Head</h2><ul><li>a</li><li>b</li></ul>"),
        ("See [verify](/verify/).", '<p>See <a href="/es/verify/">verify</a>.</p>'),
        ("<script>x</script> & co", "<p>&lt;script&gt;x&lt;/script&gt; &amp; co</p>"),
    ],
)
def test_the_plain_form_of_the_catalogue_becomes_rich_text(text, html):
    assert rich(text, "es") == html


@pytest.mark.row("M1")
def test_a_page_answers_in_every_language_and_falls_back_to_marked_english(client, pages):
    assert 'href="/en/verify/"' in client.get("/en/about/").content.decode()
    assert "<p>Hola.</p>" in client.get("/es/about/").content.decode()
    arabic = client.get("/ar/about/").content.decode()
    assert '<html lang="en" dir="rtl"' in arabic  # our own words are English there
    assert 'lang="en"' in arabic.split("<article>")[1]


def test_loading_again_overwrites_no_editors_words(pages):
    page = TextPage.objects.get(slug="about")
    page.body_en = "<p>Edited.</p>"
    page.save_revision().publish()
    assert load_pages(ENTRIES, {}, origin_host="testserver", port=80) == []
    assert TextPage.objects.get(slug="about").body_en == "<p>Edited.</p>"
    assert (HomePage.objects.count(), Site.objects.count(), Page.objects.count()) == (1, 1, 4)


def test_a_story_is_shown_on_the_programmes_own_page(client, pages):
    assert client.get("/es/qopi/").headers["Location"] == "/es/programmes/QOPI/"
    assert "A story." in client.get("/en/programmes/QOPI/").content.decode()
    ProgrammePage.objects.get().unpublish()
    assert "A story." not in client.get("/en/programmes/QOPI/").content.decode()

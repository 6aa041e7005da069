"""Lay the editors' pages from catalogue data: only those that are missing, so that an editor's words are never overwritten."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from django.db import transaction
from wagtail.models import Page, Site

from content.pages.models import HomePage, ProgrammePage, TextPage
from content.pages.news import NewsIndexPage, NewsPost
from content.programmes.models import Programme

LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def rich(text: str, language: str) -> str:
    """Return rich text of the catalogue's plain form: paragraphs, ``## `` headings, ``- `` items, ``[words](/address/)`` links."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.strip().splitlines()
        if lines[0].startswith("## "):
            blocks.append(f"<h2>{_inline(lines.pop(0)[3:], language)}</h2>")
        if lines and all(line.startswith("- ") for line in lines):
            blocks.append("<ul>" + "".join(f"<li>{_inline(line[2:], language)}</li>" for line in lines) + "</ul>")
        elif lines:
            blocks.append(f"<p>{_inline(' '.join(lines), language)}</p>")
    return "".join(blocks)


def _inline(text: str, language: str) -> str:
    def link(found: re.Match) -> str:
        address = found[2] if found[2].startswith("http") else f"/{language}{found[2]}"
        return f'<a href="{escape(address)}">{found[1]}</a>'

    return LINK.sub(link, escape(text, quote=False))


def _words(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the translated columns an entry fills."""
    columns = {}
    for key, column in (("headline", "headline"), ("intro", "lede")):
        for language, text in entry.get(key, {}).items():
            columns[f"{column}_{language.replace('-', '_')}"] = " ".join(text.split())
    for language, text in entry.get("body", {}).items():
        columns[f"body_{language.replace('-', '_')}"] = rich(text, language)
    for language, text in entry["title"].items():
        columns.setdefault(f"headline_{language.replace('-', '_')}", text)
    return columns


@transaction.atomic
def load_pages(
    entries: Sequence[Mapping[str, Any]],
    stories: Mapping[str, Mapping[str, str]],
    *,
    origin_host: str,
    port: int,
    news: Sequence[Mapping[str, Any]] = (),
    today: date | None = None,
) -> list[Page]:
    """Create the home page (as the site's root), then the pages below it; return the new ones.

    ``stories``: programme code → language → text. ``news``: posts, their ``day`` counted from ``today``; only where there are none yet.
    """
    home = HomePage.objects.first() or _home(next(entry for entry in entries if entry["kind"] == "home"), origin_host, port)
    new: list[Page] = []
    for entry in entries:
        if entry["kind"] == "text" and not home.get_children().filter(slug=entry["slug"]).exists():
            new.append(home.add_child(instance=TextPage(title=entry["title"]["en"], slug=entry["slug"], **_words(entry))))
        if entry["kind"] == "news" and not NewsIndexPage.objects.exists():
            index = home.add_child(instance=NewsIndexPage(title=entry["title"]["en"], slug=entry["slug"], **_words(entry)))
            posts = (
                NewsPost(title=post["title"]["en"], slug=post["slug"], day=today + timedelta(days=post["day"]), **_words(post))
                for post in news
                if today
            )
            new += [index, *(index.add_child(instance=post) for post in posts)]
    for programme in Programme.objects.filter(page=None):
        words = {f"body_{language.replace('-', '_')}": rich(text, language) for language, text in stories.get(programme.code, {}).items()}
        page = ProgrammePage(title=programme.name, slug=programme.code.lower(), programme=programme, headline_en=programme.name, **words)
        new.append(home.add_child(instance=page))
    for page in new:
        page.save_revision().publish()
    return new


def _home(entry: Mapping[str, Any], host: str, port: int) -> HomePage:
    root = Page.get_first_root_node()
    for page in root.get_children():
        page.delete()  # Wagtail's own welcome page
    root.refresh_from_db()
    home = root.add_child(instance=HomePage(title=entry["title"]["en"], slug="home", **_words(entry)))
    home.save_revision().publish()
    Site.objects.all().delete()
    Site.objects.create(hostname=host, port=port, root_page=home, is_default_site=True, site_name="Program Portal")
    return home

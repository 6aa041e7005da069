"""Follow every link a reader is offered, as the reader: each address of the desk, some of each kind elsewhere."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

from tests.licensing.agreements import pdf

# Not followed: what signs out, what only a demonstration shows to everybody, files no page of ours is made of, languages beyond two.
AVOIDED = re.compile(r"^/(cms/logout|(en|es)/(accounts/logout|demo)|pt-br|fr|ar|static|uploads|kits/dl)/")
_LINKS = re.compile(r"""\s(?:href|src|action)=["']([^"'#]+)""")


def crawl(
    client: Client, starts: Iterable[str], *, each: int = 3, whole: str = "/en/desk/", outside: str = "", limit: int = 600
) -> dict[str, HttpResponseBase]:
    """Return the answers by address.

    ``each``: how many addresses of one kind (view, language, names in the query) are opened, all below ``whole``; ``outside``: a pattern of those that are not.
    """
    waiting, seen, kinds = list(starts), {}, Counter()
    offered = set(waiting)
    while waiting and len(seen) < limit:
        address = waiting.pop(0)
        seen[address] = answer = client.get(address)
        answer.told = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.context = answer.templates = None  # they hold every object of the page: a gigabyte in a walk
        for link in links(address, answer):
            if link not in offered and not (outside and re.match(outside, link)) and (whole in link or kinds[kind(link)] < each):
                kinds[kind(link)] += 1
                offered.add(link)
                waiting.append(link)
    return seen


def links(address: str, answer: HttpResponseBase) -> list[str]:
    """Return the addresses of this house an answer leads to, in order."""
    found = [answer.headers["Location"]] if "Location" in answer.headers else []
    if "html" in answer.headers.get("Content-Type", ""):
        found += [html.unescape(text) for text in _LINKS.findall(answer.told.decode())]
    local = []
    for text in found:
        parts = urlsplit(urljoin(f"http://testserver{address}", text))
        if parts.netloc == "testserver" and parts.scheme == "http":
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if not AVOIDED.match(path):
                local.append(path)
    return list(dict.fromkeys(local))


def told(address: str, answer: HttpResponseBase) -> str:
    """Return what somebody reads of an answer: of the documents we make, their words."""
    made = "/files/" not in address and "pdf" in answer.headers.get("Content-Type", "")
    return _words(answer.told) if made else answer.told.decode("utf-8", "replace")


@cache
def _words(document: bytes) -> str:
    return pdf.text(document)


@cache
def kind(link: str) -> tuple[str, ...]:
    """Return what makes two addresses alike: the view, the language and the names in the query."""
    parts = urlsplit(link)
    try:
        found = resolve(parts.path)
        view = found.view_name or found._func_path
    except Resolver404:
        view = parts.path
    page = parts.path if view == "wagtail_serve" else ""
    return (view, page, parts.path.split("/")[1], *sorted(re.findall(r"(?:^|&)(\w+)=", parts.query)))

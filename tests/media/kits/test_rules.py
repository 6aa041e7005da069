import pytest

from media.kits.rules import (
    PDF,
    PNG,
    PPTX,
    REFUSALS,
    SVG,
    NotAccepted,
    check_language,
    check_svg,
    file_name,
    keeps_marks,
    kind_of,
    release_number,
)
from media.stamping.rules import REFUSALS as STAMPING
from portal.core.svg import LIMIT as SVG_LIMIT

HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


@pytest.mark.parametrize(
    "head, kind",
    [
        (b"%PDF-1.7\n%", PDF),
        (b"PK\x03\x04", PPTX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", PPTX),
        (b"\x89PNG\r\n\x1a\n\x00", PNG),
        (b"<svg xmlns='x'>", SVG),
        (b'\xef\xbb\xbf\n  <?xml version="1.0"?>\n<!-- made by hand -->\n<svg>', SVG),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(head, kind):
    assert kind_of(head) is kind


@pytest.mark.parametrize(
    "head",
    [
        b"<html><svg>", b"<!doctype html>", b"PK\x05\x06", b"GIF89a", b"\xff\xd8\xff\xe0", b"MZ\x90", b"#!/bin/sh", b" %PDF-1.7", b"hello",
        b'<?xml version="1.0"?><html>', b"\x89PNG", b"%PDF", b"\xd0\xcf\x11\xe0",
    ],
)  # fmt: skip
def test_every_other_type_is_refused(head):
    with pytest.raises(NotAccepted) as refused:
        kind_of(head)
    assert refused.value.code == "unknown_type"


def test_nothing_is_no_file():
    with pytest.raises(NotAccepted) as refused:
        kind_of(b"")
    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    "inside",
    [
        b"<rect width='4' height='4'/>",
        b"<defs><linearGradient id='g'/></defs><rect fill='url(#g)'/>",
        b"<style>.a { fill: url( '#g' ) }</style>",
        b"<g id='one'/><use href='#one'/><use xlink:href='#one'/>",
        b"<title>On the road</title><text>javascript is a word here</text>",
        b"<!-- nothing -->",
        b"<i:view xmlns:i='http://inkscape.example/ns' zoom='2'/>",
    ],
)
def test_a_drawing_that_only_draws_is_accepted(inside):
    check_svg(HEAD + inside + b"</svg>")


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>", b"<SCRIPT/>", b"<x:script xmlns:x='http://www.w3.org/2000/svg'/>", b"<rect onload='x()'/>",
        b"<rect ONCLICK='x()'/>", b"<foreignObject/>", b"<iframe/>", b"<set attributeName='href' to='javascript:x()'/>",
        b"<animate attributeName='href'/>", b"<animateTransform/>", b"<a href='https://evil.example'/>", b"<a href='javascript:x()'/>",
        b"<image href='https://evil.example/x.png'/>", b"<image xlink:href='data:image/svg+xml,x'/>", b"<use href='other.svg#x'/>",
        b"<style>@import 'x.css';</style>", b"<style>a { background: url(https://evil.example) }</style>",
        b"<style>a { background: u\\72l(x) }</style>", b"<rect style='fill: url(//evil.example)'/>", b"<rect fill=\"url('x.svg#a')\"/>",
        b"<style>a { background: image-set('https://evil.example' 1x) }</style>", b"<image srcset='https://evil.example/x.png'/>",
        b"<a href='#a' ping='https://evil.example'/>", b"<video poster='x'/>", b"<h:form xmlns:h='http://www.w3.org/1999/xhtml' action='/x'/>",
        b"<h:meta xmlns:h='http://www.w3.org/1999/xhtml' http-equiv='refresh' content='0;url=/x'/>", b"<discard/>", b"<unknown/>",
        b"<g xml:base='https://evil.example/'/>", b"<style>a<b/>@import 'x'</style>", b"<rect style='width: expression(x)'/>",
    ],
)  # fmt: skip
def test_a_drawing_that_could_act_is_refused(inside):
    with pytest.raises(NotAccepted) as refused:
        check_svg(HEAD + inside + b"</svg>")
    assert refused.value.code == "active_content"


@pytest.mark.parametrize(
    "content, code",
    [
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "active_content"),
        (b"<!doctype svg><svg/>", "active_content"),
        (b'<?xml-stylesheet href="x.css"?><svg/>', "active_content"),
        (b'<?xml version="1.0" encoding="cp037"?><svg/>', "unknown_type"),
        (b"<?xml version=\"1.0\" encoding='utf-16'?><svg/>", "unknown_type"),
        (b"<svg><g></svg>", "unknown_type"),
        (b"<html><svg/></html>", "unknown_type"),
        (b"<svg>" + b" " * SVG_LIMIT + b"</svg>", "too_large"),
    ],
)
def test_a_drawing_must_be_small_well_formed_and_without_a_doctype(content, code):
    with pytest.raises(NotAccepted) as refused:
        check_svg(content)
    assert refused.value.code == code


def test_utf_8_is_the_encoding_of_drawings():
    check_svg(b'<?xml version="1.0" encoding="UTF-8"?>' + HEAD + "<title>Año</title></svg>".encode())


@pytest.mark.parametrize(
    "given, name",
    [
        ("Mazo 1 (final).PDF", "Mazo-1-final.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\Deck.pptx", "Deck.pdf"),
        ("Guía del docente.pdf", "Guia-del-docente.pdf"),
        ("ASCO Direct™ Highlights.pdf", "ASCO-Direct-Highlights.pdf"),
        ("v1.2 final", "v1.2-final.pdf"),
        ("..hidden...pdf", "hidden.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a-Set-Cookie-x.pdf"),
        ("x.pdf.sha256", "x.pdf.sha256.pdf"),
        ("a..b.pdf", "a.b.pdf"),
        ("ñ" * 300 + ".pdf", "n" * 100 + ".pdf"),
    ],
)
def test_a_name_can_stand_in_an_address_and_on_every_disk(given, name):
    assert file_name(given, "pdf") == name


@pytest.mark.parametrize("given", ["", "....", "العرض.pdf", "/", "™.pdf"])
def test_a_name_of_which_nothing_is_left_is_refused(given):
    with pytest.raises(NotAccepted) as refused:
        file_name(given, "pdf")
    assert refused.value.code == "unreadable_name"


@pytest.mark.parametrize("code", ["en", "pt-br", "ar", "de"])
def test_a_language_stands_in_the_address(code):
    check_language(code)


@pytest.mark.parametrize("code", ["", "EN", "pt_br", "english", "e", "en/..", "en-"])
def test_what_is_no_language_is_refused(code):
    with pytest.raises(NotAccepted) as refused:
        check_language(code)
    assert refused.value.code == "unknown_language"


@pytest.mark.parametrize("text, number", [("2.1", (2, 1)), (" 10.0 ", (10, 0)), ("0.1", (0, 1))])
def test_a_release_has_a_major_and_a_minor_number(text, number):
    assert release_number(text) == number


@pytest.mark.parametrize("text", ["", "2", "2.1.0", "v2.1", "2.-1", "1000.0", "a.b"])
def test_other_numbers_are_refused(text):
    with pytest.raises(ValueError, match="use a number such as 2.1"):
        release_number(text)


def test_every_refusal_has_one_code():
    assert set(REFUSALS) & set(STAMPING) == {"too_large"}


@pytest.mark.check("AC17")
@pytest.mark.parametrize(
    "english, text, kept",
    [
        ("ASCO Direct™ Highlights: Symposium", "ASCO Direct™ Highlights: Simposio", True),
        ("ASCO Direct™ Highlights", "ASCO Direct Highlights", False),
        ("ASCO Direct™ Highlights", "Lo mejor de ASCO", False),
        ("QOPI® Certification", "Certificación QOPI®", True),
        ("QOPI® Certification", "Certificación QOPI", False),
        ("Workshop kit", "Kit del taller", True),
        ("Logo “ASCO Direct™”, full color", "Logotipo “ASCO Direct™”, a todo color", True),
    ],
)
def test_ac17_a_name_with_a_mark_is_never_translated(english, text, kept):
    assert keeps_marks(english, text) is kept

"""One builder for each line of hostile.csv: files that nobody should hand on, and some harmless ones that look like them."""

import struct
import warnings
import zipfile
from datetime import date
from functools import lru_cache
from io import BytesIO

from media.stamping import pdf, pptx
from media.stamping.rules import Mark
from tests.media.stamping import decks, samples

SLIDE = "ppt/slides/slide1.xml"
LINKS = "ppt/slides/_rels/slide1.xml.rels"
TYPES = "[Content_Types].xml"
MARK = Mark("Fundación ECO", "L-2026-0001", "María Pérez", date(2026, 11, 22), "D-1")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
RIBBON = (
    b'<Relationship Id="u" Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility" Target="customUI/ui.xml"/>'
    b"</Relationships>"
)
LAYOUT_LINKS = "ppt/slideLayouts/_rels/slideLayout1.xml.rels"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _main(kind: str) -> bytes:
    return decks.changed(decks.plain(1), edit={TYPES: [(decks.MAIN.encode(), kind.encode())]})


def _copy(module, master: bytes) -> bytes:
    prefix = BytesIO()
    slots = module.prepare(BytesIO(master), prefix)
    return prefix.getvalue() + module.tail(slots, MARK)


def _slide(old: bytes, new: bytes, name: str = SLIDE) -> bytes:
    return decks.changed(decks.plain(1), edit={name: [(old, new)]})


def _click(action: str) -> bytes:
    link = f'<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:id="" xmlns:r="{decks.OFFICE[:-1]}" action="{action}"/>'
    return _slide(b' name="Title 1"/>', f' name="Title 1">{link}</p:cNvPr>'.encode())


def _with_doctype(name: str, doctype: str) -> bytes:
    content = zipfile.ZipFile(BytesIO(decks.plain(1))).read(name)
    head, root, rest = content.partition(b"?>\n")
    return decks.changed(decks.plain(1), drop=[name], put={name: head + root + doctype.encode() + rest})


def _book() -> bytes:
    return zipfile.ZipFile(BytesIO(decks.varied())).read(_book_name())


def _book_name() -> str:
    return next(name for name in zipfile.ZipFile(BytesIO(decks.varied())).namelist() if name.endswith(".xlsx"))


def _with_book(book: bytes) -> bytes:
    return decks.changed(decks.varied(), drop=[_book_name()], put={_book_name(): book})


def _named(name: str) -> bytes:
    """A part whose name no program would write: put in under a harmless one of the same length, then renamed."""
    plain = ("x" * (len(name.encode()) - 4) + ".xml").encode()
    info = zipfile.ZipInfo(plain.decode())
    content = decks.changed(decks.plain(1), put={info: b"<a/>"})
    assert content.count(plain) == 2
    return _field(content, plain.decode(), 6, 8, "<H", 0x800).replace(plain, name.encode())


def _symbolic_link() -> bytes:
    info = zipfile.ZipInfo("ppt/media/link.xml")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return decks.changed(decks.plain(1), put={info: b"/etc/passwd"})


def _twice(name: str) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return decks.changed(decks.plain(1), put={name: b"<a/>"})


def _field(content: bytes, name: str, local: int, central: int, form: str, value: int) -> bytes:
    """Write ``value`` into both headers of a member."""
    changed = bytearray(content)
    row = zipfile.ZipFile(BytesIO(content)).getinfo(name)
    struct.pack_into(form, changed, row.header_offset + local, value)
    place = changed.rindex(b"PK\1\2", 0, changed.rindex(name.encode()))
    struct.pack_into(form, changed, place + central, value)
    return bytes(changed)


def _big(size: int) -> bytes:
    info = zipfile.ZipInfo("ppt/media/zeros.png")
    content = decks.changed(decks.plain(1), put={info: bytes(4 << 20)})
    return _field(content, info.filename, 22, 24, "<L", size)


def _shared_bytes() -> bytes:
    """Two members whose records point to the same bytes, as in the bombs of D. Fifield."""
    content = bytearray(decks.changed(decks.plain(1), put={"ppt/media/a.png": b"a" * 500, "ppt/media/b.png": b"a" * 500}))
    first = zipfile.ZipFile(BytesIO(bytes(content))).getinfo("ppt/media/a.png")
    # The first member swallows the second one's header and bytes.
    return _field(bytes(content), first.filename, 18, 20, "<L", first.compress_size + 60)


@lru_cache
def _crowd() -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for number in range(70_000):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    return output.getvalue()


def _between() -> bytes:
    content = bytearray(decks.plain(1))
    at = content.rindex(b"PK\5\6")
    size, offset = struct.unpack_from("<2L", content, at + 12)
    struct.pack_into("<L", content, at + 16, offset + 9)
    return bytes(content[:offset]) + b"<script/>"[:8] + bytes(content[offset:])


def _turned() -> bytes:
    content = bytearray(decks.varied())
    row = zipfile.ZipFile(BytesIO(bytes(content))).getinfo("ppt/media/image1.png")
    content[row.header_offset + 30 + len(row.filename) + row.compress_size // 2] ^= 1
    return bytes(content)


def _two_headers() -> bytes:
    content = bytearray(decks.plain(1))
    row = zipfile.ZipFile(BytesIO(bytes(content))).getinfo(SLIDE)
    content[row.header_offset + 30 : row.header_offset + 33] = b"PPT"
    return bytes(content)


def _zip_encrypted() -> bytes:
    return _field(decks.plain(1), SLIDE, 6, 8, "<H", 1)


def _texts() -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("read me.txt", "x")
    return output.getvalue()


def _stored() -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(decks.plain(1))) as source, zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return output.getvalue()


def _javascript() -> bytes:
    return samples.scripts()["opening"]


def _linked(kind: str, target: str) -> bytes:
    return decks.linked(decks.plain(1), kind, target)


SAMPLES = {
    "empty": lambda: b"",
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "html_with_pdf_inside": lambda: b"<!doctype html>\n" + samples.written(samples.plain(1)),
    "eicar": lambda: b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    "gif_with_script": lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)",
    "svg_with_script": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "pdf_with_html_behind": lambda: samples.written(samples.plain(1)) + b"<script>alert(1)</script>" * 60,
    "pdf_cut_short": lambda: samples.written(samples.plain(3))[:-200],
    "pdf_encrypted": lambda: samples.encrypted("", "owner"),
    "pdf_signed": samples.signed,
    "pdf_xfa": samples.xfa,
    "pdf_javascript": _javascript,
    "pdf_portfolio": samples.portfolio,
    "pdf_bomb": samples.bomb,
    "pdf_without_pages": samples.without_pages,
    "pdf_copy_of_a_licensee": lambda: _copy(pdf, samples.written(samples.plain(1))),
    "zip_of_texts": _texts,
    "document": lambda: _main("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "workbook": _book,
    "template": lambda: _main("application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"),
    "slide_show": lambda: _main("application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml"),
    "strict_dialect": lambda: _slide(
        b"http://schemas.openxmlformats.org/presentationml/2006/main", b"http://purl.oclc.org/ooxml/presentationml/main"
    ),
    "before_2007": lambda: COMPOUND + "PowerPoint Document".encode("utf-16-le"),
    "office_encrypted": lambda: COMPOUND + "EncryptedPackage".encode("utf-16-le") + bytes(500),
    "zip_encrypted": _zip_encrypted,
    "pptm": lambda: _main(decks.MACRO),
    "vba_project": lambda: decks.typed(decks.plain(1), "ppt/vbaProject.bin", "application/vnd.ms-office.vbaProject"),
    "vba_project_as_picture": lambda: decks.typed(decks.plain(1), "ppt/vbaProject.bin", "image/png"),
    "vba_project_linked": lambda: decks.linked(
        decks.typed(decks.plain(1), "ppt/media/a.png", "image/png"), "vbaProject", "../media/a.png", external=False
    ),
    "active_x": lambda: decks.typed(decks.plain(1), "ppt/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml", b"<a/>"),
    "click_starts_program": lambda: _click("ppaction://program"),
    "click_runs_macro": lambda: _click("ppaction://macro?name=Run"),
    "ribbon": lambda: decks.changed(
        decks.plain(1),
        put={"customUI/ui.xml": b"<customUI/>"},
        edit={"_rels/.rels": [(b"</Relationships>", RIBBON)]},
    ),
    "ole_link": lambda: _linked("oleObject", "file:///C:/book.xlsx"),
    "remote_template": lambda: _linked("attachedTemplate", "https://example.org/t.potx"),
    "remote_picture": lambda: _linked("image", "https://example.org/p.png"),
    "remote_video": lambda: _linked("video", "https://example.org/v.mp4"),
    "link_to_disk": lambda: _linked("hyperlink", "file://server/share/a.exe"),
    "link_to_script": lambda: _linked("hyperlink", "javascript:alert(1)"),
    "web_add_in": lambda: decks.typed(decks.plain(1), "ppt/webextensions/a.xml", "application/vnd.ms-office.webextension+xml", b"<a/>"),
    "ole_object": lambda: decks.linked(
        decks.typed(decks.plain(1), "ppt/media/a.bin", "application/octet-stream"), "oleObject", "../media/a.bin", external=False
    ),
    "ole_object_by_type": lambda: decks.typed(
        decks.plain(1), "ppt/embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.oleObject"
    ),
    "file_in_deck": lambda: decks.linked(
        decks.typed(decks.plain(1), "ppt/embeddings/a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "package", "../embeddings/a.docx", external=False,
    ),
    "book_with_macros": lambda: _with_book(decks.typed(_book(), "xl/vbaProject.bin", "application/vnd.ms-office.vbaProject")),
    "book_with_remote_data": lambda: _with_book(
        decks.linked(_book(), "externalLinkPath", "https://example.org/b.xlsx", source="xl/_rels/workbook.xml.rels")
    ),
    "book_that_is_a_bomb": lambda: _with_book(decks.typed(_book(), "xl/media/a.png", "image/png", bytes(4 << 20))),
    "book_within_a_book": lambda: _with_book(decks.typed(_book(), "xl/embeddings/a.xlsx", BOOK, _book())),
    "book_that_is_no_book": lambda: _with_book(b"MZ" + bytes(100)),
    "deck_signed": lambda: decks.typed(
        decks.plain(1), "_xmlsignatures/origin.sigs", "application/vnd.openxmlformats-package.digital-signature-origin", b""
    ),
    "deck_cut_short": lambda: decks.plain(1)[:-500],
    "deck_with_a_bit_turned": _turned,
    "deck_with_bytes_before": lambda: b"MZ" + bytes(30) + decks.plain(1),
    "deck_with_bytes_between": _between,
    "deck_with_bytes_behind": lambda: decks.plain(1) + b"<script>",
    "part_longer_than_said": lambda: _field(decks.plain(1), SLIDE, 22, 24, "<L", 100),
    "part_of_no_type": lambda: decks.changed(decks.plain(1), put={"ppt/run.exe": b"MZ"}),
    "slide_not_well_formed": lambda: _slide(b"</p:sld>", b"</p:sldx>"),
    "slide_of_another_type": lambda: decks.changed(
        decks.plain(1), edit={TYPES: [(b"presentationml.slide+xml", b"presentationml.notesSlide+xml")]}
    ),
    "slide_without_shapes": lambda: _slide(b"p:spTree", b"p:spTroo"),
    "slide_without_layout": lambda: _slide(b"../slideLayouts/slideLayout6.xml", b"../slideLayouts/slideLayout66.xml", LINKS),
    "slide_that_is_not_there": lambda: _slide(b"slides/slide1.xml", b"slides/slide2.xml", "ppt/_rels/presentation.xml.rels"),
    "links_of_another_dialect": lambda: _slide(b"package/2006/relationships", b"package/2007/relationships", LINKS),
    "slides_of_no_size": lambda: _slide(b"p:sldSz", b"p:sldSx", "ppt/presentation.xml"),
    "two_headers_differ": _two_headers,
    "deck_without_slides": lambda: decks.plain(0),
    "deck_copy_of_a_licensee": lambda: _copy(pptx, decks.plain(1)),
    "bomb_announced": lambda: _big(4 << 20),
    "bomb_10_gigabytes": lambda: _big(0xFFFF_FFF0),
    "bomb_of_shared_bytes": _shared_bytes,
    "parts_70000": _crowd,
    "name_leads_up": lambda: _named("ppt/../../etc/a.xml"),
    "name_absolute": lambda: _named("/etc/cron.d/a.xml"),
    "name_of_windows": lambda: _named("ppt\\media\\a.xml"),
    "name_of_device": lambda: _named("ppt/media/NUL.xml"),
    "name_turned_round": lambda: _named("ppt/media/\u202egnp.xml"),
    "name_with_nul": lambda: _named("ppt/media/a\0b.xml"),
    "name_too_long": lambda: _named("ppt/" + "ü" * 140 + ".xml"),
    "symbolic_link": _symbolic_link,
    "target_leads_up": lambda: decks.linked(decks.plain(1), "image", "../../../../etc/passwd", external=False),
    "part_twice": lambda: _twice(SLIDE),
    "part_twice_but_for_case": lambda: _twice(SLIDE.replace("slides", "Slides")),
    "external_entity": lambda: _with_doctype(SLIDE, '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "billion_laughs": lambda: _with_doctype(SLIDE, f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>'),
    "entity_in_properties": lambda: _with_doctype("docProps/core.xml", '<!DOCTYPE a [<!ENTITY x "y">]>'),
    "entity_in_links": lambda: _with_doctype(LINKS, '<!DOCTYPE a SYSTEM "http://example.org/a.dtd">'),
    "plain": lambda: decks.plain(1),
    "with_links": lambda: decks.linked(_linked("hyperlink", "https://example.org/"), "hyperlink", "mailto:a@example.org", source=LAYOUT_LINKS),
    "with_chart": decks.varied,
    "with_folders": lambda: decks.changed(decks.plain(1), put={"ppt/media/": b""}),
    "stored_unpacked": _stored,
    "upper_case_ending": lambda: decks.plain(1),
}  # fmt: skip

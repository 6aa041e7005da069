from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from threading import Thread

import pikepdf
import pytest

from licensing.agreements import fonts, words
from licensing.agreements.fonts import MissingGlyphs
from licensing.agreements.render import render_agreement, render_certificate
from licensing.agreements.text import ClauseText, KeyTerm
from tests.licensing.agreements import pdf, samples
from tests.licensing.agreements.samples import AT, agreement, certificate


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def rendered(cache):
    return render_agreement(agreement(), at=AT, cache=cache)


def named(name: str) -> str:
    """Return the text of an agreement whose licensee has this name."""
    return pdf.text(render_agreement(agreement(variables=samples.VARIABLES | {"licensee": name}), at=AT))


def test_the_front_page_says_who_what_and_what_it_rests_on(rendered):
    front = pdf.pages(rendered)[0]
    for said in (
        "License agreement: Quality Care Symposium",
        "Licensor Demo Society",
        "Licensee Fundación ECO",
        "no. DEMO-28",
        "Calle Ejemplo 1 Madrid",
        "Represented by DEMO Núñez President, jointly DEMO Ibáñez Secretary, jointly",
        "Territory Spain list of 18 January 2027",
        "Template QCS-1, version 4",
    ):
        assert said in front
    assert " ".join(agreement().context_sha256[at : at + 8] for at in range(0, 64, 8)) in front


def test_each_page_has_number_language_note_page_and_demo(rendered):
    pages = pdf.pages(rendered)
    assert len(pages) == 3
    for position, page in enumerate(pages, start=1):
        assert page.endswith(f"AG-2027-0042 · The English text prevails · DEMOPage {position} of {len(pages)}")  # two ends of one line
        assert page.startswith("DEMO Demonstration: invented data, without legal effect.")


def test_a_real_agreement_says_demo_nowhere(cache):
    parties = tuple(replace(party, represented_by=(), registration="") for party in (samples.LICENSOR, samples.LICENSEE))
    assert "DEMO" not in pdf.text(render_agreement(agreement(demo=False, parties=parties), at=AT, cache=cache))


def test_clauses_schedules_and_signatories_are_all_there(rendered):
    text = pdf.text(rendered)
    for said in (
        "1 Parties and capacity 1.1 This Agreement is made between Demo Society and Fundación ECO. 1.2 Each says that it may sign.",
        "2 Fees Special term G.1 prevails over this clause.",
        "The fee is EUR 4,600.00. See clause 3.",
        "(a) stops use;",
        "(b) removes marks in ten Working Days.",
        "Schedule A: Kit list",
        "9f2c41d8 9f2c41d8",
        "Schedule G: Special terms",
        "G.1 2 Abstracts may be shown in English.",
        "2 DEMO Ibáñez Secretary, jointly for Fundación ECO",
        "3 DEMO Counsel Counsel for Demo Society",
    ):
        assert said in text


def test_the_same_input_gives_the_same_bytes_and_another_word_other_bytes(rendered, cache):
    assert render_agreement(agreement(), at=AT, cache=cache) == rendered
    assert render_agreement(agreement(), at=AT.astimezone(timezone(timedelta(hours=5)))) == rendered
    assert render_agreement(agreement(number="AG-2027-0043"), at=AT, cache=cache) != rendered
    assert render_agreement(agreement(), at=AT + timedelta(seconds=1), cache=cache) != rendered


def test_threads_render_side_by_side(rendered, cache):
    made = []
    threads = [Thread(target=lambda: made.append(render_agreement(agreement(), at=AT, cache=cache))) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert made == [rendered] * 6


def test_the_file_is_archival_and_accessible_by_its_structure(rendered):
    assert pdf.faults(rendered) == []
    tags = pdf.tags(rendered)
    assert [tags.count(tag) for tag in ("Document", "Title", "H2", "TOCI", "Table")] == [1, 1, 3, 6, 3]
    assert tags.count("TH") == 2 + 2 + 3 and "L" in tags
    with pikepdf.open(BytesIO(rendered)) as document:
        assert (str(document.Root.Lang), str(document.docinfo.Title)) == ("en", "License agreement: Quality Care Symposium")
        assert (str(document.docinfo.Author), str(document.docinfo.CreationDate)) == ("Demo Society", "D:20270118093000Z")
        assert {name.split("+")[1].split("-")[0] for name in pdf.fonts(document)} == {"LibertinusSerif", "FiraGO", "FiraMono"}


def test_the_check_of_structure_sees_what_is_missing(rendered):
    with pikepdf.open(BytesIO(rendered)) as document:
        del document.Root.Lang, document.Root.OutputIntents, document.Root.StructTreeRoot
        spoilt = BytesIO()
        document.save(spoilt)
    assert {"language", "output intent", "structure"} <= set(pdf.faults(spoilt.getvalue()))


@pytest.mark.parametrize(
    "name",
    [
        "#panic() *b* $y$ _i_ `raw` = not a heading",
        "\"quoted\" 'and' \\escaped\\ \\u{41} </script> {fee} @ref <label> ~ -- ...",
        '#{ read("/etc/passwd") } #include "base.typ"',
        "Société Générale Ñandú Çağrı Łódź Ærø 100 % & Söhne",
        "Общество онкологов",
        "Ελληνική Εταιρεία",
    ],
)
def test_a_value_is_shown_as_it_is_and_never_read_as_markup(name):
    shown = named(name).replace("\xad", "").replace(" ", "")
    assert f"DemoSocietyand{name}.".replace(" ", "") in shown


def test_an_arabic_name_is_drawn_with_the_glyphs_of_firago(cache):
    arabic = "مؤسسة التميز"
    parties = (samples.LICENSOR, replace(samples.LICENSEE, legal_name=arabic, local_name="جمعية", local_language="ar"))
    made = render_agreement(agreement(parties=parties), at=AT, cache=cache)
    shown = pdf.pages(made)[0]
    assert sorted(sign for sign in shown if "\u0600" <= sign <= "\u06ff") == sorted((arabic + "جمعية").replace(" ", ""))
    assert (arabic[::-1] in shown or arabic in shown) and pdf.faults(made) == []


@pytest.mark.parametrize(
    "name, lost", [("日本癌学会", list("会学本日癌")), ("a\u202eb", ["\u202e"]), ("a\x07b", ["\x07"]), ("oncology 🎗", ["🎗"])]
)
def test_what_the_fonts_cannot_show_is_refused_before_anything_is_made(name, lost):
    with pytest.raises(MissingGlyphs) as refused:
        render_agreement(agreement(key_terms=(KeyTerm("Licensee", name),)), at=AT)
    assert (refused.value.code, refused.value.facts["characters"]) == ("missing_glyphs", sorted(lost))


def test_a_missing_character_is_named_for_people():
    with pytest.raises(MissingGlyphs) as refused:
        render_certificate(certificate(licensee="日"), at=AT)
    assert refused.value.facts["named"] == ["日 (U+65E5 CJK UNIFIED IDEOGRAPH-65E5)"]


def test_fonts_are_written_once_whole_and_mended_when_cut_short(tmp_path):
    folder = fonts.folder(tmp_path)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(first) == ["FiraGO-Bold.ttf", "FiraGO-Regular.ttf", "FiraMono-Regular.ttf"]
    (folder / "FiraGO-Bold.ttf").write_bytes(b"cut short")
    fonts._written.cache_clear()
    assert {path.name: path.read_bytes() for path in fonts.folder(tmp_path).iterdir()} == first


def test_a_long_agreement_flows_over_pages_with_one_head_each(cache):
    clauses = tuple(
        ClauseText(f"c{at}", 1, f"Clause about subject {at}", "\n\n".join([f"Paragraph of {{licensee}}, part {at}. " * 12] * 3))
        for at in range(33)
    )
    template = replace(samples.TEMPLATE, clauses=tuple(replace(samples.TEMPLATE.clauses[0], code=clause.code) for clause in clauses))
    made = render_agreement(agreement(template=template, clauses=clauses, special_terms=()), at=AT, cache=cache)
    pages = pdf.pages(made)
    assert len(pages) == 15
    assert all(f"Page {at} of {len(pages)}" in page and "AG-2027-0042" in page for at, page in enumerate(pages, start=1))
    assert pdf.tags(made).count("H2") == 33 and pdf.faults(made) == []


def test_spanish_has_its_own_words_and_another_language_the_english_ones(cache):
    template = replace(samples.TEMPLATE, language="es", prevailing_note="Prevalece el texto inglés")
    made = render_agreement(agreement(template=template), at=AT, cache=cache)
    front = pdf.pages(made)[0]
    assert "Licenciatario Fundación ECO" in front and "Condiciones principales" in front
    assert front.endswith("AG-2027-0042 · Prevalece el texto inglés · DEMOPágina 1 de 3")
    with pikepdf.open(BytesIO(made)) as document:
        assert str(document.Root.Lang) == "es"
    assert words.of(words.AGREEMENT, "pt-br") is words.AGREEMENT["en"]


@pytest.mark.parametrize("table", [words.AGREEMENT, words.CERTIFICATE])
def test_both_languages_have_the_same_words_with_the_same_placeholders(table):
    from licensing.agreements.compose import placeholders

    assert {key: placeholders(said) for key, said in table["en"].items()} == {key: placeholders(said) for key, said in table["es"].items()}


def test_the_certificate_names_hash_instant_and_licence_on_one_page(cache):
    (page,) = pdf.pages(render_certificate(certificate(), at=AT, cache=cache))
    for said in (
        "Agreement AG-2027-0042 between Demo Society and Fundación ECO took effect on 1 February 2027, 16:30 in Madrid.",
        "SHA-256 of the agreement as signed " + " ".join(["9f2c41d8"] * 8),
        "Effective instant 1 February 2027, 16:30 in Madrid (15:30 UTC)",
        "License L-2027-0007",
        "Term 1 February 2027 – 31 July 2027, 24:00 in Madrid",
        "Last signature 25 January 2027, 11:02 in Madrid (10:02 UTC) Fee paid or waived",
        "(15:30 UTC) last",
        "Page 1 of 1",
        "DEMO",
    ):
        assert said in page


def test_the_certificate_is_archival_and_says_the_same_twice(cache):
    made = render_certificate(certificate(), at=AT, cache=cache)
    assert pdf.faults(made) == [] and made == render_certificate(certificate(), at=AT, cache=cache)
    bare = render_certificate(certificate(conditions=(), valid_to=None, verify_at="", demo=False), at=AT, cache=cache)
    assert "DEMO" not in pdf.text(bare) and len(pdf.pages(bare)) == 1


def test_a_certificate_in_spanish_keeps_the_zone_of_the_licence(cache):
    spanish = certificate(language="es", effective_at=datetime(2027, 2, 1, 23, 30, tzinfo=UTC))
    assert "entró en vigor el 2 de febrero de 2027, 00:30 en Madrid." in pdf.text(render_certificate(spanish, at=AT, cache=cache))

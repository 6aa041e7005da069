"""The demo catalogue agrees with itself: keys, rights, clauses, marks, addresses, sums."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from content.figures.rules import typed

DEMO = Path(__file__).resolve().parents[3] / "demo"
# fmt: off
PLACEHOLDERS = {
    "licensor", "licensee", "licensee_form", "signatories", "offering", "programme", "kit", "territory", "term_start_rule", "term_end",
    "zone", "languages", "fee", "currency", "exclusivity", "rights", "notice_contact", "law",
}
# fmt: on
TEXTS = sorted(path for path in DEMO.rglob("*") if path.suffix in {".toml", ".md", ".json", ".typ"})
# fmt: off
COMMANDS = {
    "create", "save", "attach", "submit", "take", "note", "ask", "answer", "decide", "issue_terms", "accept_terms", "request_waiver", "generate_agreement",
    "approve_agreement", "send_agreement", "sign", "countersign", "accept_evidence", "receive_payment", "request_suspension", "request_revocation",
    "confirm_request", "surrender", "send_in_piece", "take_piece", "change_piece", "approve_piece",
}
# fmt: on


def read(name: str) -> dict:
    return tomllib.loads((DEMO / name).read_text("utf-8"))


OFFERINGS = {offering["code"]: offering for offering in read("offerings.toml")["offering"]}
CLAUSES = read("clauses.toml")["clause"]
ORGANISATIONS = {organisation["key"]: organisation for organisation in read("organisations.toml")["organisation"]}
STAGES = read("stages.toml")
KITS = {kit["code"]: kit for kit in read("kits/kits.toml")["kit"]}


@pytest.mark.parametrize("path", [path for path in TEXTS if path.suffix == ".toml"], ids=lambda path: path.name)
def test_every_file_parses_and_says_demo(path):
    text = path.read_text("utf-8")
    tomllib.loads(text)
    assert text.startswith("# DEMO")


def test_the_four_published_lists_are_there():
    lists = json.loads((DEMO / "availability.json").read_text("utf-8"))
    assert [snapshot["id"] for snapshot in lists["snapshots"]] == ["L1", "L2", "L3", "L4"]
    assert sum(lists["certification"]["outside_us"].values()) == 13


@pytest.mark.check("AC36")
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_ac36_the_licensed_meeting_never_lacks_its_mark(path):
    assert not re.findall(r"ASCO Direct(?!™)", path.read_text("utf-8"))


def test_the_licensed_meeting_is_named_alike_in_both_languages():
    name = OFFERINGS["QCS-DH"]["name"]
    assert name["en"] == name["es"] == "ASCO Direct™ Highlights: Quality Care Symposium"


@pytest.mark.check("AC36")
@pytest.mark.parametrize("language", ["en", "es"])
def test_ac36_the_first_mention_of_qopi_has_its_mark(language):
    words = read("pages.toml")
    pages = words["page"] + words["news"]
    texts = [" ".join(page[part][language] for part in ("title", "intro", "body") if part in page) for page in pages]
    for programme in read("programmes.toml")["programme"]:
        shown = ("about", "eligibility", "cost", "how_to_get_it")
        texts.append(" ".join([programme["name"], programme["summary"][language], *(programme[part][language] for part in shown)]))
    firsts = [re.search(r"QOPI(.)", text) for text in texts]
    assert all(first is None or first[1] == "®" for first in firsts)


def words_of(node):
    """Yield every text a reader may meet in a file of the catalogue."""
    if isinstance(node, dict):
        yield from (text for key, inner in node.items() if key != "source" for text in words_of(inner))
    elif isinstance(node, list):
        yield from (text for inner in node for text in words_of(inner))
    elif isinstance(node, str):
        yield node


@pytest.mark.check("AC7")
@pytest.mark.parametrize("name", ["programmes.toml", "pages.toml", "offerings.toml", "availability_other.toml"])
def test_ac7_no_text_holds_a_figure_typed_by_hand(name):
    assert [found for text in words_of(read(name)) for found in typed(text)] == []


def test_the_cost_of_qopi_names_the_staff_time_and_never_says_free():
    [qopi] = [programme for programme in read("programmes.toml")["programme"] if programme["code"] == "QOPI"]
    assert qopi["cost"]["en"].startswith("There is no participation fee; the practice bears the staff time")
    assert not re.search(r"\bfree\b", qopi["cost"]["en"] + qopi["summary"]["en"] + qopi["about"]["en"])
    assert not re.search(r"gratis|gratuit", qopi["cost"]["es"] + qopi["summary"]["es"] + qopi["about"]["es"])


def test_every_text_stands_in_both_languages():
    def walk(node, where):
        if isinstance(node, dict):
            if "en" in node and isinstance(node["en"], str | list):
                assert node.get("es"), where
                assert not isinstance(node["en"], list) or len(node["en"]) == len(node["es"]), where
            for key, inner in node.items():
                walk(inner, f"{where}.{key}")
        elif isinstance(node, list):
            for index, inner in enumerate(node):
                walk(inner, f"{where}[{index}]")

    for path in sorted(DEMO.glob("*.toml")):
        walk(tomllib.loads(path.read_text("utf-8")), path.name)


def test_every_address_is_an_example():
    for path in TEXTS:
        for address in re.findall(r"[\w.+-]+@[\w.-]+\w", path.read_text("utf-8")):
            assert address.endswith(".example"), (path.name, address)
        for host in re.findall(r"https?://([\w.-]+)", path.read_text("utf-8")):
            assert host.endswith(".example"), (path.name, host)


def test_no_page_prints_a_mailbox():
    assert "@" not in (DEMO / "pages.toml").read_text("utf-8")


@pytest.mark.parametrize("code", ["QTP1-L", "QCS-DH"])
def test_every_right_has_an_english_item_in_the_kit(code):
    offering = OFFERINGS[code]
    kit = KITS[offering["kit"]]
    rights = {right["code"] for right in offering["right"]}
    english = {item["right"] for item in kit["items"] if "en" in item["languages"]} | ({"logo"} if "en" in kit["logo"] else set())
    assert english == rights
    assert kit["offering"] == code
    assert int(kit["release"].split(".")[0]) == offering["kit_major"]
    assert all((DEMO / "kits" / kit["code"] / f"{item['file']}.toml").is_file() for item in kit["items"])


def test_signing_powers_are_the_first_evidence():
    assert [OFFERINGS[code]["evidence"][0]["code"] for code in ("QTP1-L", "QCS-DH")] == ["signing_powers", "signing_powers"]


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause["code"])
def test_every_clause_has_both_languages_and_known_placeholders(clause):
    found = {language: re.findall(r"{(\w+)}", clause["body"][language]) for language in ("en", "es")}
    assert set(found["en"]) <= PLACEHOLDERS
    assert sorted(found["en"]) == sorted(found["es"])
    assert all(40 <= len(clause["body"][language].split()) <= 120 for language in ("en", "es"))
    assert not re.search(r"[{}]", re.sub(r"{\w+}", "", clause["body"]["en"] + clause["body"]["es"]))


@pytest.mark.parametrize("template", read("templates.toml")["template"], ids=lambda template: template["code"])
def test_a_template_has_33_clauses_and_seven_schedules_that_apply_to_its_offering(template):
    known = {clause["code"]: clause for clause in CLAUSES}
    assert (len(template["clauses"]), len(template["schedules"])) == (33, 7)
    for place, code in enumerate(template["clauses"], start=1):
        assert code.startswith(f"C{place:02}")
        assert template["offering"] in (known[code]["when"] or [template["offering"]])
    assert set(re.findall(r"{(\w+)}", json.dumps(read("templates.toml")))) <= PLACEHOLDERS


def price(schedule: str, offering: str, unit: str, currency: str, tier: str) -> int:
    [book] = [book for book in read("fees.toml")["schedule"] if book["code"] == schedule]
    wanted = {"offering": offering, "unit": unit, "currency": currency, "tier": tier}
    [line] = [line for line in book["lines"] if wanted.items() <= line.items()]
    return line["amount_minor"]


def test_the_worked_sums_come_out():
    def spain(attendees):
        royalty = price("FS-2027", "QCS-DH", "attendee_over_100", "EUR", "H")
        return price("FS-2027", "QCS-DH", "edition", "EUR", "H") + max(0, attendees - 100) * royalty

    brazil = price("FS-2027", "QTP1-L", "licence", "USD", "UM") + price("FS-2027", "TR-xx", "language", "USD", "UM")
    assert [spain(attendees) for attendees in (99, 100, 101, 220)] == [460_000, 460_000, 461_800, 676_000]
    assert brazil == 210_000
    assert price("FS-2027", "QTP1-L", "licence", "USD", "LM") == 90_000
    assert price("FS-2028", "QTP1-L", "licence", "EUR", "H") == 294_000
    assert price("FS-2028", "QTP1-L", "licence", "USD", "UM") == price("FS-2027", "QTP1-L", "licence", "USD", "UM")


def test_the_schedules_follow_one_another_and_hold_all_seven_units():
    books = read("fees.toml")["schedule"]
    assert [book["code"] for book in books] == ["FS-2026", "FS-2027", "FS-2028"]
    assert [book["valid_to"] for book in books[:-1]] == [book["valid_from"] for book in books[1:]]
    assert {len({(line["offering"], line["unit"]) for line in book["lines"]}) for book in books} == {7}
    assert {len(book["lines"]) for book in books} == {42}
    assert books[0]["lines"] == books[1]["lines"]


def test_fundacion_eco_has_all_its_names():
    eco = ORGANISATIONS["eco"]
    names = {eco["legal_name"], eco["public_name"], eco["short_name"], *(name["name"] for name in eco["names"])}
    assert {"ECO", "Fundación ECO", "Fundación ECO para la Excelencia y la Calidad de la Oncología"} <= names


def test_the_promised_accounts_are_there():
    accounts = {
        person["email"] for organisation in ORGANISATIONS.values() for person in organisation["people"] if person.get("login", True)
    }
    eco = {
        f"{name}@eco.example" for name in ["owner", "preparer", "president", "secretary", "finance", "coordinator", "faculty", "designer"]
    }
    assert accounts == eco | {f"owner@{name}.example" for name in ["sbqo", "india", "kenya", "chile", "ireland", "bigsky"]}
    staff = {person["email"] for person in read("staff.toml")["person"]}
    assert staff == {
        f"{name}@demo.example"
        for name in ["manager", "second", "reviewer", "reviewer2", "legal", "finance", "brand", "kits", "editor", "auditor"]
    }
    assert all("(DEMO)" in person["name"] for organisation in ORGANISATIONS.values() for person in organisation["people"])


def test_whoever_signs_belongs_to_the_organisation_and_eco_signs_jointly():
    for organisation in ORGANISATIONS.values():
        order = organisation.get("signing", {}).get("order", [])
        assert set(order) <= {person["email"] for person in organisation["people"]}
    assert ORGANISATIONS["eco"]["signing"] == {"mode": "jointly", "order": ["president@eco.example", "secretary@eco.example"]}


@pytest.mark.parametrize("story", STAGES["story"], ids=lambda story: story["key"])
def test_a_story_runs_forward_with_known_people_and_commands(story):
    people = {person["email"] for person in ORGANISATIONS[story["organisation"]]["people"]}
    people |= {person["email"] for person in read("staff.toml")["person"]}
    instants = [(step["day"], step["at"]) for step in story["steps"]]
    assert instants == sorted(set(instants))
    assert instants[0][0] >= -290
    assert instants[-1][0] < 0
    assert {step["by"] for step in story["steps"]} <= people
    assert {step["do"] for step in story["steps"]} <= COMMANDS
    evidence = {item["code"] for item in OFFERINGS[story["offering"]]["evidence"]}
    assert {step["item"] for step in story["steps"] if step["do"] == "accept_evidence"} in (set(), evidence)


def test_every_promised_stage_is_told():
    stages = {(story["organisation"], story["offering"]): story["stage"] for story in STAGES["story"]}
    assert stages[("eco", "QTP1-L")] == stages[("eco", "QCS-DH")] == "active"
    assert stages[("sbqo", "QTP1-L")] == "executed, unpaid"
    assert stages[("ireland", "QTP1-L")] == "out for signature"
    assert stages[("india", "QTP1-L")] == "waiver waits for its approver"
    assert (stages[("chile", "QTP1-L")], stages[("kenya", "QTP1-L")]) == ("in review", "draft")
    assert {"scheduled", "suspended", "revoked"} <= set(stages.values())
    assert "bigsky" not in {organisation for organisation, _ in stages}
    [first] = STAGES["historic"]
    assert (first["number"], first["organisation"], first["edition"]) == ("L-2019-0001", "eco", "2019")

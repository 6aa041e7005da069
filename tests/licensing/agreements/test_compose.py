from dataclasses import replace

import pytest

from licensing.agreements import sheet
from licensing.agreements.compose import VARIABLES, Incomplete, applies, context_sha256, fill, placeholders
from licensing.agreements.text import ClauseText, KeyTerm, Schedule, SpecialTerm, TemplateClause
from tests.licensing.agreements import samples
from tests.licensing.agreements.samples import agreement


def test_fill_replaces_each_placeholder_by_its_value():
    assert fill("{licensor} and {licensee}, {licensor}.", {"licensor": "A", "licensee": "Fundación"}) == "A and Fundación, A."


def test_a_value_is_text_whatever_it_looks_like():
    value = "#panic() *b* $y$ {fee} \\1 <b>"
    assert fill("To {licensee}.", {"licensee": value, "fee": "EUR 1"}) == f"To {value}."


def test_values_are_composed_and_typographic_spaces_made_ordinary():
    assert fill("{licensee}", {"licensee": " Fundacio\u0301n\t4\u202f600 "}) == "Fundación 4\xa0600"


@pytest.mark.parametrize(
    "variables",
    [{}, {"fee": None}, {"fee": ""}, {"fee": "   "}, {"currency": "EUR"}],
    ids=["none given", "none", "empty", "blank", "another"],
)
def test_a_missing_variable_is_named(variables):
    with pytest.raises(Incomplete) as refused:
        fill("The fee is {fee}.", variables)
    assert (refused.value.code, refused.value.name, refused.value.facts) == ("missing_variable", "fee", {"name": "fee"})


@pytest.mark.parametrize("name", ["password", "Fee", " fee", "fee!r", "", "licensee.name"])
def test_a_name_outside_the_closed_list_is_refused_even_with_a_value(name):
    with pytest.raises(Incomplete) as refused:
        fill("{" + name + "}", {name: "value"})
    assert (refused.value.code, refused.value.name) == ("missing_variable", name)


@pytest.mark.parametrize("body", ["{", "}", "a { b", "{{fee}}", "{fee}}"])
def test_a_stray_brace_is_refused(body):
    with pytest.raises(Incomplete) as refused:
        fill(body, {"fee": "EUR 1"})
    assert refused.value.code == "stray_brace"


def test_placeholders_are_listed():
    assert placeholders("{fee} {licensee} {fee} x") == {"fee", "licensee"}


@pytest.mark.parametrize(
    "when, expected",
    [
        ({}, True),
        ({"offering": ["QCS-DH"]}, True),
        ({"offering": ["QTP1-L", "QCS-DH"]}, True),
        ({"offering": "QCS-DH"}, True),
        ({"offering": ["QTP1-L"]}, False),
        ({"exclusive": True}, True),
        ({"exclusive": False}, False),
        ({"exclusive": 1}, False),
        ({"places": ["ES"]}, True),
        ({"places": ["PT", "FR"]}, True),
        ({"places": ["BR"]}, False),
        ({"offering": ["QCS-DH"], "exclusive": True}, True),
        ({"offering": ["QCS-DH"], "exclusive": False}, False),
        ({"offering": []}, False),
    ],
)
def test_a_rule_holds_when_every_key_matches(when, expected):
    assert applies(when, {"offering": "QCS-DH", "exclusive": True, "places": ["ES", "FR"]}) is expected


def test_a_rule_about_an_unstated_fact_is_refused():
    with pytest.raises(Incomplete) as refused:
        applies({"audience": ["nurses"]}, {"offering": "QCS-DH"})
    assert (refused.value.code, refused.value.facts) == ("missing_fact", {"name": "audience"})


def test_clauses_that_apply_are_numbered_in_the_templates_order_and_filled():
    text = agreement()
    assert [(clause.number, clause.code, clause.version, clause.title) for clause in text.clauses] == [
        (1, "parties", 1, "Parties and capacity"),
        (2, "fees", 1, "Fees"),
        (3, "ending", 3, "After the end"),
    ]
    assert text.title == "License agreement: Quality Care Symposium"
    assert text.clauses[0].body.startswith("This Agreement is made between Demo Society and Fundación ECO.")


def test_a_reference_follows_the_number_of_its_clause():
    assert agreement().clauses[1].body == "The fee is EUR 4,600.00. See clause 3."
    exclusive = agreement(facts=samples.FACTS | {"exclusive": True})
    assert [clause.code for clause in exclusive.clauses] == ["parties", "exclusive", "fees", "ending"]
    assert exclusive.clauses[2].body == "The fee is EUR 4,600.00. See clause 4."


def test_a_reference_to_a_clause_that_does_not_apply_is_refused():
    clauses = (*samples.CLAUSES[:3], replace(samples.CLAUSES[3], body="See clause {clause_exclusive}."))
    with pytest.raises(Incomplete) as refused:
        agreement(clauses=clauses)
    assert (refused.value.code, refused.value.name) == ("missing_variable", "clause_exclusive")


def test_a_required_clause_that_the_library_lacks_is_named_and_an_optional_one_left_out():
    with pytest.raises(Incomplete) as refused:
        agreement(clauses=samples.CLAUSES[:3])
    assert (refused.value.code, refused.value.facts) == ("missing_clause", {"clause": "ending"})
    optional = replace(samples.TEMPLATE, clauses=(TemplateClause("parties"), TemplateClause("insurance", required=False)))
    assert [clause.code for clause in agreement(template=optional, special_terms=()).clauses] == ["parties"]


def test_a_special_term_stands_in_schedule_g_and_is_named_at_the_clause_it_departs_from():
    text = agreement(
        special_terms=(SpecialTerm("For {licensee} only.", "fees"), SpecialTerm("Also this."), SpecialTerm("And that.", "fees"))
    )
    assert [clause.special for clause in text.clauses] == ["", "G.1, G.3", ""]
    assert text.schedules[-1] == Schedule(
        "G", "", rows=(("G.1", "2", "For Fundación ECO only."), ("G.2", "", "Also this."), ("G.3", "2", "And that.")), special=True
    )


def test_special_terms_join_the_templates_own_schedule_g():
    own = Schedule("G", "Schedule G: Special terms", "They prevail over {licensee}'s clauses.")
    text = agreement(schedules=(own,))
    assert [(one.letter, one.special, one.body, len(one.rows)) for one in text.schedules] == [
        ("G", True, "They prevail over Fundación ECO's clauses.", 1)
    ]
    assert agreement(schedules=(own,), special_terms=()).schedules[0].special is False


def test_a_special_term_for_no_clause_of_this_agreement_is_refused():
    with pytest.raises(Incomplete) as refused:
        agreement(special_terms=(SpecialTerm("Text.", "exclusive"),))
    assert (refused.value.code, refused.value.facts) == ("no_such_clause", {"clause": "exclusive"})


@pytest.mark.check("S26")
def test_the_same_input_gives_the_same_text_and_hash():
    first, second = agreement(), agreement()
    assert first == second
    assert first.context_sha256 == second.context_sha256 == context_sha256(first)
    assert (len(first.context_sha256), len(first.template_sha256)) == (64, 64)
    assert agreement(variables=dict(reversed(samples.VARIABLES.items()))).context_sha256 == first.context_sha256


@pytest.mark.check("S26")
@pytest.mark.parametrize(
    "changed",
    [
        {"number": "AG-2027-0043"},
        {"variables": samples.VARIABLES | {"fee": "EUR 4,600.01"}},
        {"variables": samples.VARIABLES | {"licensee": "Fundacion ECO"}},
        {"key_terms": (KeyTerm("Territory", "Spain", "list of 19 January 2027"), KeyTerm("Fee", "EUR 4,600.00"))},
        {"parties": (samples.LICENSOR, replace(samples.LICENSEE, address="Calle Ejemplo 2\nMadrid"))},
        {"parties": (samples.LICENSOR, replace(samples.LICENSEE, represented_by=samples.LICENSEE.represented_by[::-1]))},
        {"schedules": ()},
        {"special_terms": ()},
        {"demo": False},
        {"template": replace(samples.TEMPLATE, version=5)},
        {"template": replace(samples.TEMPLATE, prevailing_note="The English text prevails.")},
        {"clauses": (replace(samples.CLAUSES[0], version=2), *samples.CLAUSES[1:])},
        {"clauses": (replace(samples.CLAUSES[0], body=samples.CLAUSES[0].body + " "), *samples.CLAUSES[1:])},
    ],
)
def test_any_other_word_gives_another_hash(changed):
    assert agreement(**changed).context_sha256 != agreement().context_sha256


def test_the_templates_hash_is_of_the_unfilled_text():
    other = agreement(variables=samples.VARIABLES | {"fee": "EUR 1"}, number="AG-2027-0001")
    assert other.template_sha256 == agreement().template_sha256
    reworded = (ClauseText("parties", 1, "Parties", "Other words of {licensee}."), *samples.CLAUSES[1:])
    assert agreement(clauses=reworded).template_sha256 != agreement().template_sha256


def test_paragraphs_of_a_body_are_numbered_when_there_are_several_and_items_keep_their_marks():
    assert sheet.paragraphs("One.\n\nTwo\nlines.", "7") == [
        {"number": "7.1", "text": "One.", "items": []},
        {"number": "7.2", "text": "Two lines.", "items": []},
    ]
    assert sheet.paragraphs(samples.CLAUSES[3].body, "3") == [
        {
            "number": "",
            "text": "The Licensee:",
            "items": [
                {"mark": "(a)", "text": "stops use;"},
                {"mark": "(b)", "text": "removes marks in ten Working Days."},
                {"mark": "–", "text": "and certifies"},
            ],
        }
    ]
    assert sheet.paragraphs("") == []


def test_signatories_stand_in_the_order_of_signing_the_licensor_last():
    assert [(who["name"], who["for"]) for who in sheet.printed(agreement())["signatories"]] == [
        ("DEMO Núñez", "for Fundación ECO"),
        ("DEMO Ibáñez", "for Fundación ECO"),
        ("DEMO Counsel", "for Demo Society"),
    ]


def test_the_closed_list_holds_what_the_demo_clauses_ask_for():
    import tomllib
    from pathlib import Path

    library = tomllib.loads((Path(__file__).parents[3] / "demo" / "clauses.toml").read_text())
    asked = {name for clause in library["clause"] for body in clause["body"].values() for name in placeholders(body)}
    assert asked <= VARIABLES

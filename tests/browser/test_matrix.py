"""The matrix by keyboard alone: cells are found with the arrows, picked with the space bar, drafted with Enter, published by a colleague."""

import pytest

from content.availability import drafting
from content.availability.models import AvailabilityStatement
from tests.clock import instant
from tests.demo_world import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world")]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def focused(page):
    return page.evaluate("document.activeElement.value || document.activeElement.textContent.trim()")


def tab_to(page, selector, *, most=40):
    """Press Tab until what the selector means has the focus."""
    for _ in range(most):
        press(page, "Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} steps")


@pytest.mark.row("A9")
def test_cells_are_picked_drafted_and_published_by_keyboard_alone(browser_page, enter, violations):
    page = browser_page(locale="en")
    enter(page, person("manager@demo"))
    page.goto("/cms/availability/?as_of=2027-01-01&region=US_TERRITORIES")
    assert violations(page, within=".portal") == {}
    page.locator("#how").get_by_role("link").focus()
    tab_to(page, "table[data-grid] input")
    assert focused(page) == "US_TERRITORIES"
    press(page, "ArrowRight", "ArrowRight")
    assert focused(page) == "US_TERRITORIES.QOPI"
    press(page, "ArrowDown", "ArrowRight", "Space", "End", "Home", "ArrowUp", "ArrowDown")
    assert focused(page) == "PR"
    press(page, "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "Space")
    assert [page.locator(f'input[value="{cell}"]').is_checked() for cell in ("PR.QCP", "VI.QCP", "PR.QOPI")] == [True, True, False]
    tab_to(page, "#id_status")
    page.keyboard.type("Pilot")
    tab_to(page, "#id_valid_from")
    page.keyboard.type("03012027")
    tab_to(page, "#id_reason")
    page.keyboard.type("Two new countries")
    press(page, "Enter")
    page.wait_for_url("**/cms/availability-changes/*/")
    assert violations(page, within=".portal") == {}
    [draft] = drafting.waiting()
    assert {(row.status, str(row.first)) for row in draft.rows} == {("pilot", "2027-03-01")} and len(draft.rows) == 2

    colleague = browser_page(locale="en", width=390, height=844, colour_scheme="dark")
    enter(colleague, person("second@demo"))
    colleague.goto(page.url)
    assert violations(colleague, within=".portal") == {}
    assert "What readers will see differently" in colleague.inner_text("main")
    colleague.goto(f"{page.url}preview/?as_of=2027-03-02")
    assert "Preview, for staff only." in colleague.inner_text("main") and violations(colleague) == {}
    colleague.goto(page.url)
    colleague.focus("#id_password")
    colleague.keyboard.type("portal-demo-2027")
    press(colleague, "Enter")
    colleague.get_by_text("Published: every page, the map and the API say so now.").wait_for()
    stated = AvailabilityStatement.objects.filter(programme__code="QCP", status="pilot", superseded_at=None)
    assert set(stated.values_list("area__code", "valid_from")) == {("PR", instant("2027-03-01T04:00")), ("VI", instant("2027-03-01T04:00"))}

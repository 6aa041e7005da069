"""The matrix by keyboard alone: cells are found with the arrows, picked with the space bar, drafted with Enter, published by a colleague.

Nobody clicks, and the focus is never put anywhere: the keys lead there, along what can be seen.
"""

import pytest

from content.availability import drafting
from content.availability.models import AvailabilityStatement
from portal.demo.accounts import PASSWORD
from tests.browser.people import ByKeyboard
from tests.clock import instant
from tests.demo_world import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world")]
TERRITORIES = "/cms/availability/?as_of=2027-01-01&region=US_TERRITORIES"

# The cell or name that has the focus, and what is wrong with how it is seen: the frame stands around the cell, its box is not drawn.
STANDS = """() => {
  const now = document.activeElement, seen = now.closest("label") ?? now, frame = getComputedStyle(seen), box = seen.getBoundingClientRect();
  const wrong = [], table = now.closest(".scroll").getBoundingClientRect();
  if (frame.outlineStyle === "none" || parseFloat(frame.outlineWidth) < 2) if (seen.matches(".cell")) wrong.push("no frame");
  if (box.top < Math.max(0, table.top) - 1 || box.bottom > Math.min(innerHeight, table.bottom) + 1) wrong.push("above or below what is shown");
  if (box.left < Math.max(0, table.left) - 1 || box.right > Math.min(innerWidth, table.right) + 1) wrong.push("beside what is shown");
  const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  if (top && !seen.contains(top)) wrong.push("under " + top.outerHTML.slice(0, 80));
  return {at: now.value || now.getAttribute("href"), wrong};
}"""


def press(page, *keys):
    """Press keys and return where the last one led."""
    for key in keys:
        page.keyboard.press(key)
        seen = page.evaluate(STANDS)
        assert not seen["wrong"], (key, seen)
    return seen["at"]


@pytest.mark.row("A9")
@pytest.mark.parametrize("language, ahead, back", [("en", "ArrowRight", "ArrowLeft"), ("ar", "ArrowLeft", "ArrowRight")])
def test_cells_are_picked_drafted_and_published_by_keyboard_alone(browser_page, enter, violations, language, ahead, back):
    writer, second = person("manager@demo"), person("second@demo")
    for colleague in (writer, second):
        colleague.language = language
        colleague.save(update_fields=["language"])
    page = browser_page(locale="en-US")
    enter(page, writer)
    manager = ByKeyboard(page)
    manager.go(TERRITORIES)
    assert violations(page, within=".portal") == {}
    manager.reach("table[data-grid] tbody input")
    assert press(page, ahead).endswith("/US_TERRITORIES/")
    assert press(page, ahead) == "US_TERRITORIES.QOPI"
    assert press(page, "ArrowDown", ahead, "Space", "End", "Home") == "PR"
    assert press(page, "ArrowUp", "ArrowDown", "ArrowDown", ahead, ahead, ahead, ahead, back, "Space") == "VI.QCP"
    assert [page.locator(f'input[value="{cell}"]').is_checked() for cell in ("PR.QCP", "VI.QCP", "PR.QOPI")] == [True, True, False]
    manager.reach("#id_status")
    page.keyboard.type("Pilot")
    for field, day in (("valid_from", "03012027"), ("valid_to", "08312027")):
        manager.reach(f"#id_{field}")
        page.keyboard.type(day)
    manager.enter("reason", "Two new countries", r"/cms/availability/changes/\d+/|/cms/availability-changes/\d+/")
    assert violations(page, within=".portal") == {}
    [draft] = drafting.waiting()
    assert {(row.status, str(row.first), str(row.last)) for row in draft.rows} == {("pilot", "2027-03-01", "2027-08-31")}
    assert len(draft.rows) == 2

    window = browser_page(locale="en-US", width=390, height=844, colour_scheme="dark")
    enter(window, second)
    colleague = ByKeyboard(window)
    colleague.go("/cms/availability/")
    colleague.reach("#drafts summary")
    window.keyboard.press("Enter")
    colleague.press("#drafts a")
    assert window.url == page.url
    assert violations(window, within=".portal") == {}
    colleague.press("main a[href$='/preview/']")
    assert violations(window) == {}
    colleague.press(".preview a")
    colleague.enter("password", PASSWORD, r"/cms/availability-changes/\d+/")
    stated = AvailabilityStatement.objects.filter(programme__code="QCP", status="pilot", superseded_at=None)
    assert set(stated.values_list("area__code", "valid_from", "valid_to")) == {
        (code, instant("2027-03-01T04:00"), instant("2027-09-01T04:00")) for code in ("PR", "VI")
    }
    assert drafting.waiting() == []

"""The map by keyboard alone: one stop of the Tab key, arrows along the world as it lies, letters to names, Enter to a country's page."""

import pytest

from tests.browser.people import ByKeyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world")]
PAGE = "availability/?programme=QOPI&as_of=2027-01-01"

# The place that has the focus, how it is called, and what is wrong with how it is seen.
STANDS = """() => {
  const place = document.activeElement, drawn = place.querySelector("[data-place]");
  if (!drawn) return {at: "", wrong: ["not on the map: " + place.outerHTML.slice(0, 100)]};
  const frame = getComputedStyle(place), box = place.getBoundingClientRect(), wrong = [];
  const here = document.querySelector("[data-map-here]"), turn = getComputedStyle(document.querySelector(".map__skip")).backgroundColor;
  if (frame.outlineStyle === "none" || parseFloat(frame.outlineWidth) < 2) wrong.push("no frame");
  if (getComputedStyle(drawn).fill !== turn) wrong.push("the shape looks as before");
  if (box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth) wrong.push("out of sight");
  if (!here.checkVisibility() || here.textContent !== place.querySelector("title").textContent) wrong.push("not named");
  return {at: drawn.dataset.place, name: here.textContent, wrong};
}"""


def stands(page):
    seen = page.evaluate(STANDS)
    assert not seen["wrong"], seen
    return seen["at"]


def press(page, *keys):
    """Press keys and return where each led."""
    found = []
    for key in keys:
        page.keyboard.press(key)
        found.append(stands(page))
    return found


def type_until(page, letter, code):
    """Type a letter, of any keyboard, until it leads to a place."""
    keyboard = page.context.new_cdp_session(page)
    for _ in range(30):
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": letter, "text": letter})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter})
        if stands(page) == code:
            return
    raise AssertionError(f"{letter} does not lead to {code}")


@pytest.mark.row("A6")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_map_is_skipped_walked_and_opened_by_keyboard_alone(browser_page, violations, language):
    page = browser_page(locale=language)
    reader = ByKeyboard(page, language)
    reader.go(PAGE)
    assert violations(page) == {}
    reader.reach(".map__skip")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('#legend')")

    page.keyboard.press("Shift+Tab")
    first = stands(page)
    [*_, last] = press(page, "End")
    assert press(page, "Home") == [first] and first != last
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('#legend')")  # one stop only
    page.keyboard.press("Shift+Tab")
    assert stands(page) == first

    type_until(page, "ا" if language == "ar" else "s", "ES")  # with or without its marks
    assert press(page, "ArrowLeft", "ArrowRight") == ["PT", "ES"]  # west is left in a mirrored page, too
    assert press(page, "ArrowUp", "ArrowDown") == ["FR", "ES"]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/{language}/countries/ES/")
    reader.reach("nav.trail a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/{language}/availability/")
    reader.reach(".map svg a")
    assert stands(page) == first


@pytest.mark.row("A6")
def test_without_scripts_every_place_of_the_map_is_a_stop(browser_page):
    page = browser_page(javascript=False)
    reader = ByKeyboard(page)
    reader.go(PAGE)
    reader.reach(".map__skip")
    at = "() => document.activeElement.querySelector('[data-place]')?.dataset.place"
    met = []
    for _ in range(3):
        page.keyboard.press("Tab")
        met.append(page.evaluate(at))
    assert None not in met and len(set(met)) == 3
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineWidth") == "3px"

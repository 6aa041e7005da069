"""Somebody at a browser window of their own, as tests speak of them: with a mouse, with the keyboard alone, on a phone without scripts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

from playwright.sync_api import Page

from portal.demo.accounts import PASSWORD

STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.body.querySelectorAll("*")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(one => one.outerHTML.slice(0, 150))"""

# What a thumb must hit (WCAG 2.5.8): of a box to tick, its label counts.
TOO_SMALL = """() => [...document.querySelectorAll(
    "main :is(button:not(.visually-hidden), input:not([type=hidden]), select, textarea, summary, a.button)")]
  .map(one => one.matches("[type=checkbox], [type=radio]") && one.closest("label") || one)
  .filter(one => { const box = one.getBoundingClientRect(); return box.width && Math.min(box.width, box.height) < 24; })
  .slice(0, 3).map(one => one.outerHTML.slice(0, 150))"""

# Where the target stands from what has the focus, and what is wrong with the focus as it stands.
LOOK = """async target => {
  const now = document.activeElement, wrong = [], before = window.before;
  const stands = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (now !== document.body && now.id !== "main" && now !== before) {
    const style = getComputedStyle(now), inside = box => box && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0;
    let box = now.getClientRects()[0];
    for (let frame = 0; frame < 60 && !inside(box); frame++) {  // the page may still be scrolling to it
      await new Promise(requestAnimationFrame);
      box = now.getClientRects()[0];
    }
    if (!(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)) wrong.push("no outline");
    if (now.tabIndex > 0) wrong.push("an order of its own");
    if (!inside(box)) wrong.push(`out of sight: ${JSON.stringify(box)}`);
    else {
      const top = document.elementFromPoint(Math.max(0, (box.left + box.right) / 2), Math.min(innerHeight - 1, Math.max(0, (box.top + box.bottom) / 2)));
      if (top && !now.contains(top) && !top.contains(now)) wrong.push("under " + top.outerHTML.slice(0, 80));
    }
    if (window.forward && before && before.isConnected && !stands(before, now)) wrong.push("before what came before");
  }
  window.before = now === document.body ? null : now;
  const here = now === target || (target.type === "radio" && now.type === "radio" && now.name === target.name);
  window.forward = !here && (now === document.body || !!stands(now, target));
  return {here, key: window.forward ? "Tab" : "Shift+Tab", wrong: wrong.length ? [now.outerHTML.slice(0, 150), ...wrong] : []};
}"""


class Person:
    """A person of the demonstration; ``arrived`` is told of each page met."""

    def __init__(self, page: Page, language: str = "en", arrived: Callable[[Page], None] = lambda page: None):
        self.page, self.language, self._arrived = page, language, arrived

    def sign_in(self, email: str) -> Self:
        """Come in by the form that everybody uses."""
        self.go("accounts/login/")
        self.fill(login=email, password=PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(re.compile(r"/(desk|cms)/"))
        self.arrived()
        return self

    def arrived(self) -> None:
        self._arrived(self.page)

    def go(self, path: str) -> None:
        """Open an address: one of the CMS as it is, any other in the person's language."""
        answer = self.page.goto(path if path.startswith("/cms/") else f"/{self.language}/{path}")
        assert answer.status == 200, path
        self.arrived()

    def fill(self, **values: str) -> None:
        """Type into fields by name; ``__`` stands for the hyphen in names of rows."""
        for name, value in values.items():
            self._type(f"[name={name.replace('__', '-')}]", value)

    def choose(self, **values: str) -> None:
        """Pick one of several by value: a radio button or a line of a list."""
        for name, value in values.items():
            field = name.replace("__", "-")
            if self.page.locator(f"select[name={field}]").count():
                self._select(f"select[name={field}]", value)
            else:
                self._pick(f"input[name={field}]", value)

    def tick(self, *names: str) -> None:
        for name in names:
            self._tick(f"input[type=checkbox][name={name}]")

    def press(self, button: str) -> None:
        """Press a button or follow a link, and wait for the page that answers."""
        self.reach(button)
        with self.page.expect_navigation():
            self._press(button)
        self.arrived()

    def enter(self, name: str, value: str, onto: str) -> None:
        """Type into a field and send it with Enter; ``onto`` is a pattern of the address that answers."""
        self.fill(**{name: value})
        with self.page.expect_navigation(url=re.compile(onto)):
            self.page.keyboard.press("Enter")
        self.arrived()

    def take(self, link: str, target: Path) -> bytes:
        """Download what a link leads to."""
        self.reach(link)
        with self.page.expect_download() as waiting:
            self._press(link)
        waiting.value.save_as(target)
        return target.read_bytes()

    def mend_first_problem(self) -> str:
        """Go from the list of problems to the first field it names, and return the field's id."""
        assert self.page.title().startswith("Error:")
        self.reach(".problem a")
        self._press(".problem a")
        field = self.page.get_attribute(".problem a", "href").removeprefix("#")
        assert self.page.url.endswith(f"#{field}")
        return field

    def reach(self, selector: str) -> None:
        """Get to what is named; with a mouse nothing lies in between."""

    def _type(self, field: str, value: str) -> None:
        self.page.fill(field, value)

    def _select(self, field: str, value: str) -> None:
        self.page.select_option(field, value)

    def _pick(self, field: str, value: str) -> None:
        self.page.check(f"{field}[value={value}]")

    def _tick(self, box: str) -> None:
        self.page.check(box)

    def _press(self, button: str) -> None:
        self.page.locator(button).first.click()

    @property
    def heading(self) -> str:
        return self.page.inner_text("main h1")

    @property
    def words(self) -> str:
        """Return what the page says, without head and footer; spaces that hold a sum together are plain here."""
        return " ".join(self.page.inner_text("main").split())


class OnAPhone(Person):
    """Somebody with a narrow window and no scripts: nothing may ask to be scrolled sideways, nothing be too small for a thumb."""

    def arrived(self) -> None:
        wide = self.page.evaluate(STICKS_OUT)
        assert not wide, (self.page.url, wide)
        small = self.page.evaluate(TOO_SMALL)
        assert not small, (self.page.url, small)
        super().arrived()


class ByKeyboard(Person):
    """Somebody without a mouse. Wherever the focus goes on the way it must be seen, lie open, and follow the order of the page."""

    def reach(self, selector: str) -> None:
        """Tab to what is named, backwards where it stands before; past head and menus by the link that skips them."""
        target = self.page.locator(selector).first.element_handle()
        if self.page.evaluate("target => document.activeElement === document.body && !!target.closest('main')", target):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate("() => document.activeElement.getAttribute('href')") == "#main", self.page.url
            self.page.keyboard.press("Enter")
            self.page.wait_for_function("() => document.activeElement.id === 'main'")  # the CMS takes a moment
        for _ in range(200):
            seen = self.page.evaluate(LOOK, target)
            assert not seen["wrong"], (self.page.url, seen["wrong"])
            if seen["here"]:
                return
            self.page.keyboard.press(seen["key"])
        raise AssertionError(f"{selector} is out of reach on {self.page.url}")

    def mend_first_problem(self) -> str:
        assert self.page.evaluate("() => document.activeElement.matches('.problem')")
        field = super().mend_first_problem()
        assert self.page.evaluate("() => document.activeElement.closest('.field').querySelector('[id]').id") in (field, f"{field}_error")
        return field

    def _type(self, field: str, value: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(value)

    def _select(self, field: str, value: str) -> None:
        self.reach(field)
        self._arrow(value)

    def _pick(self, field: str, value: str) -> None:
        self.reach(field)
        self._arrow(value)
        if not self.page.is_checked(f"{field}[value={value}]"):
            self.page.keyboard.press("Space")

    def _arrow(self, value: str) -> None:
        for _ in range(60):
            if self.page.evaluate("() => document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value} on {self.page.url}")

    def _tick(self, box: str) -> None:
        self.reach(box)
        if not self.page.is_checked(box):
            self.page.keyboard.press("Space")

    def _press(self, button: str) -> None:
        self.page.keyboard.press("Enter")

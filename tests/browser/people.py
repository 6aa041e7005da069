"""Somebody at a browser window of their own, as tests speak of them."""

import re

from playwright.sync_api import Page

from portal.demo.accounts import PASSWORD


class Person:
    """A person of the demonstration, signed in by the form that everybody uses."""

    def __init__(self, page: Page, email: str, language: str = "en"):
        self.page, self.language = page, language
        page.goto(f"/{language}/accounts/login/")
        self.fill(login=email, password=PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/(desk|cms)/"))

    def go(self, path: str) -> None:
        """Open an address: one of the CMS as it is, any other in the person's language."""
        answer = self.page.goto(path if path.startswith("/cms/") else f"/{self.language}/{path}")
        assert answer.status == 200, path

    def fill(self, **values: str) -> None:
        """Type into fields by name; ``__`` stands for the hyphen in names of rows."""
        for name, value in values.items():
            self.page.fill(f"[name={name.replace('__', '-')}]", value)

    def choose(self, **values: str) -> None:
        """Pick one of several by value: a radio button or a line of a list."""
        for name, value in values.items():
            field = name.replace("__", "-")
            if self.page.locator(f"select[name={field}]").count():
                self.page.select_option(f"select[name={field}]", value)
            else:
                self.page.check(f"input[name={field}][value={value}]")

    def tick(self, *names: str) -> None:
        for name in names:
            self.page.check(f"input[type=checkbox][name={name}]")

    def press(self, button: str) -> None:
        """Press a button and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.click(button)

    @property
    def heading(self) -> str:
        return self.page.inner_text("main h1")

    @property
    def words(self) -> str:
        """Return what the page says, without head and footer; spaces that hold a sum together are plain here."""
        return " ".join(self.page.inner_text("main").split())

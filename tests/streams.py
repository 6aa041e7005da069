"""Answers that are broken off in tests."""

from django.http import HttpResponseBase


def break_off(response: HttpResponseBase) -> None:
    """Go away in the middle of an answer, in the way of Django's test client: closing the answer itself would close the test's connection."""
    if response.streaming:
        response._iterator.close()

"""The number of the content's version is asked for on every public page: with one statement, on a connection that may have died."""

from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.db import OperationalError, connections

from portal.core.models import ContentVersion

pytestmark = pytest.mark.django_db


@contextmanager
def waiting_for_its_check():
    """Yield a kept connection whose health this request has not looked at yet, with what was asked of it."""
    connection, asked = connections["default"], []
    with (
        patch.multiple(connection, health_check_enabled=True, health_check_done=False),
        patch.object(connection, "is_usable", lambda: asked.append("usable?") or True),
        patch.object(connection, "close", lambda: asked.append("close")),
    ):
        yield asked


def test_the_question_itself_shows_whether_the_connection_lives():
    ContentVersion.raise_number()
    with waiting_for_its_check() as asked:
        assert ContentVersion.current() == ContentVersion.seen > 0
        assert asked == []


def test_a_connection_that_died_is_opened_again_and_asked_once_more():
    answers = iter([OperationalError("the server closed the connection"), 7])

    def read():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with waiting_for_its_check() as asked, patch.object(ContentVersion, "_read", read):
        assert ContentVersion.current() == 7
        assert asked == ["close"]


def test_what_fails_later_in_a_request_is_not_hidden():
    def read():
        raise OperationalError("gone")

    with patch.object(ContentVersion, "_read", read), pytest.raises(OperationalError):
        ContentVersion.current()

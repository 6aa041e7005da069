"""What a page says after it was sent keeps saying which words of it are in another language, as text and over the redirect."""

import pytest
from django.contrib.messages import constants
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from i18n.interface import own, sentence
from portal.web.notices import MarkedNotices


@pytest.mark.parametrize(
    ("message", "html"),
    [
        (sentence("<Until> %(day)s.", day=own("٣ مايو", "ar")), '&lt;Until&gt; <bdi lang="ar">٣ مايو</bdi>.'),
        (sentence("<Until> %(day)s.", day="3 May"), "&lt;Until&gt; 3 May."),
        ("<Until> 3 May.", "&lt;Until&gt; 3 May."),
    ],
)
def test_a_message_on_the_next_page_still_says_its_language(message, html):
    request, answer = RequestFactory().get("/"), HttpResponse()
    request.session = {}
    sent = MarkedNotices(request)
    sent.add(constants.ERROR, message)
    sent.update(answer)
    after = RequestFactory().get("/")
    after.session, after.COOKIES = {}, {name: one.value for name, one in answer.cookies.items()}
    kept = MarkedNotices(after)
    assert [Template("{{ message }}").render(Context({"message": one})) for one in kept] == [html]

"""What editors keep in the CMS: each has its rooms there, and none can be written over at the address of a copy."""

import pytest
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from content.inquiries.models import Topic
from tests.house.test_urls import signed_in

OURS = [model for model in get_snippet_models() if model.__module__.partition(".")[0] in ("content", "licensing", "media", "i18n")]


def test_topics_and_what_is_published_are_among_them():
    assert {"Topic", "Figure", "AvailabilityChange", "LicenceOffering", "Programme"} <= {model.__name__ for model in OURS}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_no_copy_is_offered(model):
    assert model.snippet_viewset.copy_view_enabled is False


@pytest.mark.django_db
@pytest.mark.usefixtures("demo_world")
def test_who_answers_inquiries_edits_their_topics():
    topic = Topic.objects.order_by("pk").first()
    page = signed_in("manager").get(reverse(topic.snippet_viewset.get_url_name("edit"), args=[topic.pk]))
    assert page.status_code == 200 and topic.name_en in page.content.decode()

"""The very same letter sent twice at once. PostgreSQL only."""

import pytest

from content.inquiries import actions
from content.inquiries.models import Inquiry
from portal.core.models import OutboxMessage
from tests.clock import NOW
from tests.content.availability.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.check("AC20")]


def test_ten_at_once_are_one_with_one_acknowledgement(topics, places):
    said = actions.Said(topic_id=topics["qtp"].pk, place_id=places["KE"], language="en", email="a@kenya.example", text="When?")
    numbers = at_once(*([lambda: actions.receive(said, now=NOW).number] * 10))
    assert set(numbers) == {"Q-2026-0001"}
    assert (Inquiry.objects.get().times, OutboxMessage.objects.filter(kind=actions.RECEIVED).count()) == (10, 1)

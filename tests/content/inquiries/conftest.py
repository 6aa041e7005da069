import pytest
import time_machine
from django.contrib.auth.models import Group

from content.inquiries.models import Topic
from tests.clock import NOW
from tests.content.availability.conftest import places, programmes  # noqa: F401  (fixtures)

QUEUES = {"licensing": "Licensing managers", "qtp": "Program managers", "other": None}


@pytest.fixture
def topics(db):
    """Topics by code: two with a queue, one nobody has, and the permissions."""
    groups = {group.name: group for group in Group.objects.all()}
    made = {}
    for position, (code, group) in enumerate(QUEUES.items()):
        words = {"name_en": code.title(), "name_es": f"{code.title()} (es)"}
        made[code] = Topic.objects.create(code=code, group=groups[group] if group else None, position=position, **words)
    made["permission"] = Topic.objects.create(
        code="permission", name_en="Permissions", name_es="Permisos", group=groups["Licensing managers"], permission=True
    )
    return made


@pytest.fixture(autouse=True)
def _clock():
    """Let pages be read at NOW, whatever day it is."""
    with time_machine.travel(NOW, tick=False):
        yield

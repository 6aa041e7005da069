"""Enter topics, and the demonstration's letters through the real actions; safe to repeat."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group

from content.inquiries import actions
from content.inquiries.models import Inquiry, Topic
from i18n.places.models import Place


def load(data: Mapping[str, Any], *, now: datetime) -> int:
    """Make the topics that are missing and, while nobody has written yet, the letters; return how many letters.

    :raises Group.DoesNotExist: a topic names a group that is not there.
    """
    for position, entry in enumerate(data["topic"]):
        words = {f"{field}_{language}": text for field in ("name", "hint") for language, text in entry[field].items()}
        group = Group.objects.get(name=entry["group"]) if "group" in entry else None
        facts = {"group": group, "permission": entry.get("permission", False), "position": position, **words}
        Topic.objects.get_or_create(code=entry["code"], defaults=facts)
    if Inquiry.objects.exists():
        return 0
    for entry in data["inquiry"]:
        wanted = actions.Wanted(**entry["wanted"]) if "wanted" in entry else None
        said = {name: entry[name] for name in ("language", "name", "organisation", "email", "text")}
        where, topic = Place.objects.get(code=entry["place"]), Topic.objects.get(code=entry["topic"])
        about = actions.Said(topic_id=topic.pk, place_id=where.pk, wanted=wanted, **said)
        actions.receive(about, now=now - timedelta(hours=entry["hours"]))
    return len(data["inquiry"])

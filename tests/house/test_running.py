"""docs/running.md says what the code does: every task of the beat, every limit by act, and only constants that exist."""

import importlib
import re
from pathlib import Path

from portal import celery
from portal.core import limits

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "running.md").read_text()
SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


def test_every_task_of_the_beat_is_named_with_its_period():
    documented = re.findall(r"^\| `(portal\.\w+)` \| (\d+) (\w+) \|", TEXT, re.MULTILINE)
    beats = [(entry["task"], entry["schedule"]) for entry in celery.app.conf.beat_schedule.values()]
    assert [(task, int(number) * SECONDS[unit]) for task, number, unit in documented] == beats


def test_a_tick_is_thrown_away_when_the_next_one_is_due():
    assert [entry["options"]["expires"] for entry in celery.app.conf.beat_schedule.values()] == [
        entry["schedule"] for entry in celery.app.conf.beat_schedule.values()
    ]


def test_every_count_operators_are_told_of_exists():
    told = set(re.findall(r"`(portal_\w+|outbox_late|announcements_late)\b", TEXT))
    code = (ROOT / "portal" / "web" / "health.py").read_text()
    assert told == set(re.findall(r"(?<=# TYPE )\w+|(?<=\")\w+_late(?=\":)", code))


def test_how_often_an_act_may_be_tried_is_the_table_of_the_code():
    documented: dict[str, dict[str, tuple[int, int]]] = {}
    for act, by, tries, number, unit in re.findall(r"^\| `(\w+)`[^|]* \| `(\w+)` \| (\d+) in (\d+) (\w+) \|", TEXT, re.MULTILINE):
        documented.setdefault(act, {})[by] = (int(tries), int(number) * SECONDS[unit])
    assert documented == limits.TABLE


def test_every_constant_that_is_named_exists():
    rows = re.findall(r"\| `([\w/]+)\.py`: (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|$", TEXT, re.MULTILINE)
    assert len(rows) > 50
    missing = [
        (path, name)
        for path, names in rows
        for name in re.findall("[A-Z_]+", names)
        if not hasattr(importlib.import_module(path.replace("/", ".")), name)
    ]
    assert missing == []

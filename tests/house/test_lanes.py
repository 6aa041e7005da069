"""No test is lost between the lanes of CI, and races never run where there are none."""

import tomllib
from pathlib import Path

import pytest

from tests.lanes import BESIDE, FILES, HEAVY, LANES, PAGES, STORIES, WALKS, lanes, may_hold

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("path", "marks", "database", "where"),
    [
        ("tests/licensing/terms/test_rules.py", set(), False, {"sqlite"}),
        ("tests/licensing/terms/test_actions.py", {"django_db"}, True, {"sqlite", "server"}),
        ("tests/licensing/terms/test_actions.py", {"django_db", "postgresql"}, True, {"server"}),
        ("tests/licensing/web/test_terms.py", {"django_db"}, True, {"sqlite"}),
        ("tests/licensing/web/test_terms.py", {"django_db", "postgresql"}, True, {"server"}),
        ("tests/content/figures/test_publishing.py", {"django_db"}, True, {"sqlite"}),
        ("tests/licensing/test_money_letters.py", {"django_db"}, True, {"sqlite"}),
        ("tests/media/test_hostile.py", {"django_db"}, True, {"walks"}),
        ("tests/media/test_intake.py", {"django_db"}, True, {"walks", "server"}),
        ("tests/media/test_matrix.py", {"django_db"}, True, {"server"}),
        ("tests/licensing/agreements/test_evidence.py", {"django_db"}, True, {"sqlite"}),
        ("tests/journeys/test_renewal.py", {"django_db"}, True, {"server"}),
        ("tests/journeys/test_lifecycle_machine.py", {"django_db"}, True, {"walks"}),
        ("tests/house/test_urls.py", {"django_db"}, True, {"walks"}),
        ("tests/house/test_lanes.py", set(), False, {"walks"}),
        ("tests/house/test_forms.py", {"django_db"}, True, {"heavy"}),
        ("tests/browser/test_pages.py", {"browser"}, True, {"heavy"}),
        ("tests/portal/test_redis.py", {"redis"}, False, {"walks"}),
    ],
)
def test_a_test_runs_where_it_can_fail(path, marks, database, where):
    assert lanes(path, marks=marks, database=database) == where
    assert [lane for lane in where if not may_hold(path, lane)] == []


def test_only_the_tests_of_the_browser_need_one():
    others = [path for path in (ROOT / "tests").rglob("test_*.py") if path.parent.name != "browser" and path.name != "test_lanes.py"]
    assert [path for path in others if "mark.browser" in path.read_text() or "browser_page" in path.read_text()] == []


def test_the_lanes_name_what_there_is():
    assert [lane for lane in LANES if not any(may_hold(path, lane) for path in (*HEAVY, *WALKS, "tests/licensing/"))] == []
    named = [*HEAVY, *WALKS, *BESIDE, *STORIES, *FILES]
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert [name for name in PAGES if not list((ROOT / "tests").rglob(name))] == []
    markers = {
        line.partition(":")[0] for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["markers"]
    }
    assert markers >= {"postgresql", "browser"}

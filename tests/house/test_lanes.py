"""No test is lost between the lanes of CI, and races never run where there are none."""

import tomllib
from pathlib import Path

import pytest

from tests.lanes import ON_SERVER, ON_SQLITE, PAGES, SERVER_MARKS, lanes

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("path", "marks", "database", "where"),
    [
        ("tests/licensing/terms/test_rules.py", set(), False, {"sqlite"}),
        ("tests/licensing/terms/test_actions.py", {"django_db"}, True, {"sqlite", "server"}),
        ("tests/licensing/terms/test_actions.py", {"django_db", "postgresql"}, True, {"server"}),
        ("tests/licensing/web/test_terms.py", {"django_db"}, True, {"sqlite"}),
        ("tests/licensing/web/test_terms.py", {"django_db", "postgresql"}, True, {"server"}),
        ("tests/licensing/test_money_letters.py", {"django_db"}, True, {"sqlite"}),
        ("tests/house/test_urls.py", {"django_db"}, True, {"sqlite"}),
        ("tests/house/test_forms.py", {"django_db"}, True, {"server"}),
        ("tests/browser/test_pages.py", {"browser"}, True, {"server"}),
        ("tests/portal/test_redis.py", {"redis"}, False, {"sqlite"}),
    ],
)
def test_a_test_runs_where_it_can_fail(path, marks, database, where):
    assert lanes(path, marks=marks, database=database) == where


def test_the_lanes_name_what_there_is():
    named = [*ON_SERVER, *ON_SQLITE]
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert [name for name in PAGES if not list((ROOT / "tests").rglob(name))] == []
    markers = {
        line.partition(":")[0] for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["markers"]
    }
    assert markers >= SERVER_MARKS

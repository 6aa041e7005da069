"""No test is lost between the lanes of CI, and races never run where there are none."""

import pytest

from tests.lanes import LANES, lanes


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


def test_every_test_of_this_run_has_a_lane(request):
    from tests.conftest import lanes_of

    assert {item.nodeid: lanes_of(item) for item in request.session.items if not lanes_of(item) & set(LANES)} == {}

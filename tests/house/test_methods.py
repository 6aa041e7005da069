"""Methods and tokens: what changes something wants a form of ours, and no address answers to a method it does not know."""

import pytest

from portal.demo.accounts import STAFF
from tests import demo_world as world
from tests import snapshot
from tests.house.address_rules import RULES, Kind
from tests.house.test_urls import ADDRESSES, FORM, allowed, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("S2")]
WALKED = sorted(key for key, rule in RULES.items() if rule.kind not in (Kind.GATE, Kind.SECRET) and key in ADDRESSES)


def own_page(key):
    """Return the address with an object the reader may open, and who that is; None where the demonstration has no such object."""
    rule = RULES[key]
    arguments = rule.of(world.organisation("ECO")) if rule.of else rule.one() if rule.one else {"code": "QTP1-L"} if key == "apply" else {}
    who = next(account for account in STAFF if allowed(account, rule)) if rule.kind is Kind.STAFF else "owner@eco"
    return (at(key, arguments), who) if arguments is not None else None


@pytest.mark.parametrize("key", WALKED)
def test_nothing_is_changed_by_a_request_without_our_token(enter, key):
    """As the person who may do it, in a browser that was sent here by another site."""
    page = own_page(key)
    if page:
        client = enter(page[1], enforce_csrf_checks=True)
        with snapshot.writes() as written:
            answer = client.post(page[0], FORM, headers={"Origin": "https://evil.example", "Referer": "https://evil.example/"})
        assert (answer.status_code in (403, 405), written) == (True, []), answer.status_code


@pytest.mark.parametrize("key", WALKED)
def test_other_methods_change_nothing(enter, key):
    """Whoever refuses one of them and says that it allows none of the others is taken at its word."""
    page, left = own_page(key), {"PUT", "DELETE", "TRACE"}
    while page and left:
        method = max(left)
        with snapshot.writes() as written:
            answer = enter(page[1]).generic(method, page[0])
        assert answer.status_code < 500 and written == [], method
        assert method != "TRACE" or answer.status_code in (302, 403, 405) or b"TRACE" not in answer.getvalue()
        left = (left - {method}) & (set(answer.headers["Allow"].split(", ")) if answer.status_code == 405 else left)

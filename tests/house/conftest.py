import pytest
from django.conf import settings
from django.test import Client

from portal.demo.accounts import STAFF
from tests.house.test_urls import READERS, signed_in


@pytest.fixture(scope="module")
def sessions(demo_world, django_db_blocker):
    """One session of each who reads, for all tests of the module: to sign in takes as long as three pages."""
    with django_db_blocker.unblock():
        return {account: signed_in(account).cookies[settings.SESSION_COOKIE_NAME].value for account in (*STAFF, *READERS, "owner@kenya")}


@pytest.fixture(scope="module")
def enter(sessions):
    """Give somebody a browser of their own, signed in; nobody's for ""."""

    def opened(account, **kwargs):
        client = Client(**kwargs)
        if account:
            client.cookies[settings.SESSION_COOKIE_NAME] = sessions[account]
        return client

    return opened

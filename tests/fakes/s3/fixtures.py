"""A bucket for a test, and its credentials in the environment."""

import pytest

from tests.fakes.s3.server import S3Stub


@pytest.fixture(scope="session")
def store():
    """Run one store for all tests: a client of it takes a third of a second to make, and is kept by its address."""
    stub = S3Stub()
    yield stub
    stub.stop()


@pytest.fixture
def s3(store, monkeypatch):
    """Yield a store that is empty and that the portal's credentials open."""
    store.forget()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    yield store
    if store.hold is not None:
        store.hold.set()


@pytest.fixture
def bucket(s3, settings):
    """Let the portal keep its files in the store."""
    settings.VAULT_URL = s3.url()
    return s3

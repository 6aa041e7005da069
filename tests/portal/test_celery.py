"""The folder through which beat wakes the worker of a demonstration."""

from queue import Empty

import pytest
from kombu import Connection

from portal import celery


@pytest.fixture
def channel(tmp_path):
    """Give a channel of ours on a folder of its own."""
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "control")}
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


def test_the_portal_uses_its_own_folder(channel):
    assert isinstance(channel, celery.WholeMessages)


def test_a_message_comes_out_as_it_went_in_and_once(channel):
    channel._put("celery", {"body": "wake up"})
    assert channel._get("celery") == {"body": "wake up"}
    with pytest.raises(Empty):
        channel._get("celery")


def test_a_message_half_written_is_not_read(channel, tmp_path):
    (tmp_path / "1_a.celery.msg.part").write_text("")
    with pytest.raises(Empty):
        channel._get("celery")
    assert [path.name for path in tmp_path.glob("*.part")] == ["1_a.celery.msg.part"]

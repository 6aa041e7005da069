"""Do the worker's part as the worker does it: apart from the thread of the test, where a browser's event loop may run."""

import threading
from collections.abc import Callable

from django.db import connection, connections


def apart(work: Callable[[], object]) -> None:
    """Run ``work`` in a thread of its own and wait for it; SQLite's database in memory is shared with it, PostgreSQL's is asked anew.

    :raises Exception: whatever ``work`` raised.
    """
    shared = connections["default"] if connection.vendor == "sqlite" else None
    failures: list[BaseException] = []

    def run() -> None:
        if shared is not None:
            connections["default"] = shared
        try:
            work()
        except BaseException as failure:  # handed over to the test's thread
            failures.append(failure)
        finally:
            if shared is None:
                connections.close_all()

    if shared is not None:
        shared.inc_thread_sharing()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if shared is not None:
        shared.dec_thread_sharing()
    if failures:
        raise failures[0]

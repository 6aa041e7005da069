"""Many publishers at once. PostgreSQL only: SQLite lets one writer in at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from content.availability import actions, as_if, drafting, queries
from content.availability.changes import AvailabilityChange
from content.availability.incoming.actions import check, draft_all
from content.availability.models import AvailabilityStatement, Publication
from content.availability.rules import Assertion, Status
from portal.accounts.models import User
from portal.core.models import ContentVersion
from portal.core.periods import Period
from tests.clock import NOW, instant
from tests.content.availability import test_changes

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.check("S15")]
THREADS = 20


def at_once(*jobs):
    """Run the jobs in threads of their own that start together; return what each returned or the name of what it raised."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        except Exception as error:  # what came out is what is tested
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def until_somebody_waits() -> None:
    """Go on once somebody waits for what this transaction holds."""
    with connection.cursor() as cursor:
        for _ in range(50_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def test_twenty_publishers_pass_one_by_one_and_nothing_is_lost(places, programmes):
    programme, codes = programmes["QOPI"], ["ES", "FR", "DE", "IT", "PT"]

    def job(n):
        period = Period(instant(f"20{30 + n}-01-01"), instant(f"20{31 + n}-01-01"))
        return lambda: actions.state(programme, Assertion(places[codes[n % 5]], Status.AVAILABLE, period), by=str(n), now=NOW).number

    numbers = sorted(at_once(*map(job, range(THREADS))))
    assert numbers == list(range(numbers[0], numbers[0] + THREADS))
    assert len(queries.assertions(programme)) == THREADS
    recorded = list(Publication.objects.order_by("number").values_list("recorded_at", flat=True))
    assert recorded == sorted(set(recorded))


@pytest.mark.parametrize("page", ["", "KE/"])
def test_a_look_while_somebody_publishes_says_so_and_waits_no_longer_than_it_says(places, staff, programmes, monkeypatch, page):
    monkeypatch.setattr(as_if, "LOOK", 1)
    by = staff["writer"]
    change = drafting.draft(programmes["QOPI"], [drafting.NewRow(places["KE"], "pilot", date(2030, 1, 1))], by=by, reason="Openings")
    client, held, looked = test_changes.client_of(by), Event(), Event()

    def publishes():
        with transaction.atomic():
            ContentVersion.lock()
            held.set()
            return looked.wait(30)  # a publisher who takes all the time of the look, and ends when it is answered

    def looks():
        held.wait(30)
        try:
            return client.get(f"/cms/availability-changes/{change.pk}/preview/{page}", follow=True)
        finally:
            looked.set()

    was_waiting, answer = at_once(publishes, looks)
    assert (was_waiting, answer.redirect_chain) == (True, [(f"/cms/availability-changes/{change.pk}/", 302)])
    assert "Somebody is publishing at this moment. Look again in a few seconds." in answer.content.decode()
    assert (Publication.objects.count(), client.get(f"/cms/availability-changes/{change.pk}/preview/{page}").status_code) == (0, 200)


def test_people_who_add_to_one_draft_at_once_lose_nothing(places, programmes):
    by = User.objects.create_user("writer@demo.example", "x", name="Writer")
    change = drafting.draft(programmes["QOPI"], [drafting.NewRow(places["ES"], "pilot", date(2030, 1, 1))], by=by, reason="Openings")

    def job(n):
        return lambda: drafting.extend(change.pk, [drafting.NewRow(places["FR"], "pilot", date(2031 + n, 1, 1))], by=by).pk

    assert at_once(*map(job, range(THREADS))) == [change.pk] * THREADS
    [draft] = drafting.waiting()
    assert {row.first.year for row in draft.rows} == {2030, *range(2031, 2031 + THREADS)}


def test_one_file_brought_many_times_at_once_is_one_draft_and_one_person_takes_it_on(places, programmes):
    people = [User.objects.create_user(f"p{n}@demo.example", "x", name=f"P{n}") for n in range(6)]
    checked = check(b"place,status,from\nES,pilot,2030-01-01\n", at=NOW, programme="QOPI")
    made = at_once(*([lambda: [one.pk for one in draft_all(checked, by=None, reason="A file")]] * 6))
    [waiting] = drafting.waiting()
    assert made == [[waiting.id]] * 6
    results = at_once(*(lambda person=person: str(drafting.take_on(waiting.id, by=person).drafted_by) for person in people))
    assert results.count("NotDraftable") == 5
    assert drafting.waiting()[0].by in results and AvailabilityChange.objects.get().revisions.count() == 2


def test_the_database_refuses_what_forgets_the_lock(places, programmes):
    publication = Publication.objects.create(number=1000, recorded_at=NOW, by="x")
    facts = {"programme_id": programmes["QOPI"], "area_id": places["ES"], "status": "available", "recorded_at": NOW}

    def careless():
        with transaction.atomic():
            return AvailabilityStatement.objects.create(valid_from=instant("2027-01-01"), publication=publication, **facts).pk

    results = at_once(*([careless] * THREADS))
    # Who waits for one another without the lock is refused as a deadlock, by chance, before the guard is asked.
    assert {result for result in results if isinstance(result, str)} <= {IntegrityError.__name__, OperationalError.__name__}
    assert [isinstance(result, int) for result in results].count(True) == 1
    assert AvailabilityStatement.objects.count() == 1

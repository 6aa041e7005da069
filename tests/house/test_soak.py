"""How ``make soak`` counts its tries, without Chromium: what failed is a try, and the line says how many there were."""

import pytest

from scripts.tries import Failed, Tried, best_of, points

LEAST = {"performance": 95, "accessibility": 100}


def looks(*given):
    """Return a look that gives one of these after another: (performance, accessibility), or why it failed."""
    left = list(given)

    def look():
        one = left.pop(0)
        if isinstance(one, str):
            raise Failed(one)
        return dict(zip(LEAST, one, strict=True))

    return look


@pytest.mark.parametrize(
    ("given", "line", "enough"),
    [
        ([(97, 100), "never asked"], "home                   97            100  1 try", True),
        ([(90, 100), (95, 96), "never asked"], "home                   95            100  2 tries", True),  # the best of each
        (["NO_NAVSTART", (99, 100), "never asked"], "home                   99            100  2 tries, 1 failed: NO_NAVSTART", True),
        ([(80, 100), "NO_FCP", (85, 100), "never asked"], "home                   85            100  3 tries, 1 failed: NO_FCP", False),
        (["a", "b", "c", "never asked"], "home                    –              –  3 tries, 3 failed: a; b; c", False),
    ],
)
def test_a_look_that_failed_is_one_of_three_tries_and_the_line_says_so(given, line, enough):
    tried = best_of(looks(*given), least=LEAST, tries=3)
    assert (tried.line("home"), tried.reaches(LEAST)) == (line, enough)


def report(performance=0.97, accessibility=1, error=None, broken=()):
    scores = {"performance": performance, "accessibility": accessibility}
    audits = {name: {"id": name, "scoreDisplayMode": "error"} for name in broken} | {"lang": {"id": "lang", "scoreDisplayMode": "binary"}}
    found = {"categories": {name: {"score": score} for name, score in scores.items()}, "audits": audits}
    return found | ({"runtimeError": {"code": error}} if error else {})


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (report(None, None, error="NO_NAVSTART"), "NO_NAVSTART"),
        (report(None, broken=["speed-index", "interactive"]), "interactive, speed-index"),
        (report(accessibility=None), "no score"),
    ],
)
def test_a_page_that_could_not_be_traced_or_audited_gets_no_points(told, why):
    with pytest.raises(Failed) as failed:
        points(told, LEAST)
    assert str(failed.value) == why


@pytest.mark.parametrize("told", [report(), report(error="NO_ERROR"), report(broken=["audit-without-weight"])])
def test_a_page_that_was_looked_at_gets_its_points_of_a_hundred(told):
    assert points(told, LEAST) == {"performance": 97, "accessibility": 100}


def test_one_category_below_is_not_enough():
    assert not Tried({"performance": 100, "accessibility": 99}, 1, ()).reaches(LEAST)

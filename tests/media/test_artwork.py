"""AC34 at the gate: the pack opens with the right, production artwork with an approved piece, and both close with either."""

import hashlib
from datetime import timedelta

import pytest

from media import artwork, delivery
from media.delivery import Refused, Wanted
from media.kits import actions
from media.ledger.models import Download
from tests import build
from tests.clock import NOW, TICK
from tests.licensing.logos import story as pieces
from tests.media import story
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault"), pytest.mark.check("AC34"), pytest.mark.row("G1", "G3")]
DAY = timedelta(days=1)
PROOF = story.SVG.replace(b"#0b5a4a", b"#c8102e")


@pytest.fixture
def pack():
    """A release with the pack for drafts and the artwork for production."""
    draft = story.draft(number="1.0", items={key: row for key, row in story.ITEMS.items() if key != "logo"})
    for slug, kind, content in (("logo-proof", "working", PROOF), ("logo-color", "production", story.SVG)):
        row = story.item(draft, slug, "logo", "designer", artwork=kind, stamped=False)
        story.take_in(row, content, name=f"{slug}.svg")
    return actions.release(draft.pk, by_id=None, now=NOW - DAY)


def ask(pack, person, organisation, name: str, *, at=NOW):
    wanted = Wanted("qtp1-l", "1.0", "en", f"{name}.svg")
    return delivery.hand_over(wanted, by=story.asker(person, organisation), at=at)


def refusal(*given, **named) -> str:
    with pytest.raises(Refused) as refused:
        ask(*given, **named)
    assert Download.objects.order_by("-pk")[0].verdict == refused.value.verdict.code
    return refused.value.verdict.code


def test_an_active_right_opens_the_pack_for_drafts_and_an_approved_piece_the_artwork(pack):
    licence = pieces.licensed()
    designer = build.person(licence.organisation, "designer")
    assert ask(pack, designer, licence.organisation, "logo-proof").size == len(PROOF)
    assert refusal(pack, designer, licence.organisation, "logo-color") == "no_piece"
    pieces.submitted(licence)
    assert refusal(pack, designer, licence.organisation, "logo-color") == "no_piece"
    pieces.approved(licence, content=pieces.pdf(2))
    assert ask(pack, designer, licence.organisation, "logo-color").size == len(story.SVG)


def test_conditions_left_open_release_nothing(pack):
    piece = pieces.approved(conditions="Add the line LR5.")
    designer = build.person(piece.organisation, "designer")
    assert refusal(pack, designer, piece.organisation, "logo-color") == "no_piece"


def test_artwork_closes_with_the_last_day_of_the_last_piece(pack):
    piece = pieces.approved(until=NOW.date() + 10 * DAY)
    designer = build.person(piece.organisation, "designer")
    ends = piece.approvals.get().valid_until
    assert ask(pack, designer, piece.organisation, "logo-color", at=ends - TICK).size
    assert refusal(pack, designer, piece.organisation, "logo-color", at=ends) == "no_piece"
    assert ask(pack, designer, piece.organisation, "logo-proof", at=ends).size


@pytest.mark.parametrize("name", ["logo-proof", "logo-color"])
def test_nothing_of_the_pack_is_released_without_an_active_right(pack, name):
    piece = pieces.approved()
    designer = build.person(piece.organisation, "designer")
    stop(piece.licence_id, reason="Misuse", now=NOW + DAY)
    assert refusal(pack, designer, piece.organisation, name, at=NOW + DAY) == "suspended"
    stop(piece.licence_id, "end", kind="terminated", reason="Agreed", now=NOW + 2 * DAY)
    assert refusal(pack, designer, piece.organisation, name, at=NOW + 2 * DAY) == "ended"
    early = pieces.licensed(at="BR", name="Outra (DEMO)", begins=NOW + TICK)
    other = build.person(early.organisation, "designer")
    assert refusal(pack, other, early.organisation, name, at=NOW) == "scheduled"


def test_a_piece_of_another_society_opens_nothing(pack):
    pieces.approved()
    licence = pieces.licensed(at="BR", name="Outra (DEMO)")
    designer = build.person(licence.organisation, "designer")
    assert refusal(pack, designer, licence.organisation, "logo-color") == "no_piece"


@pytest.mark.parametrize("role, code", [("faculty", "role"), ("finance", "role"), ("preparer", "role"), ("observer", "role")])
def test_other_roles_get_nothing_of_the_pack(pack, role, code):
    piece = pieces.approved()
    person = build.person(piece.organisation, role)
    for name in ("logo-proof", "logo-color"):
        assert refusal(pack, person, piece.organisation, name) == code


def test_artwork_of_a_pack_is_recognised_and_an_old_one_named(pack):
    sha256 = hashlib.sha256(story.SVG).hexdigest()
    assert artwork.known(sha256) == ("Workshop kit (DEMO) 1.0", True)
    newer = actions.draft_release(pack.kit, "2.0", like=pack)
    assert artwork.known(sha256) == ("Workshop kit (DEMO) 1.0", True)
    row = newer.items.get(slug="logo-color")
    actions.remove_file(row.files.get().pk)
    story.take_in(row, story.SVG + b"\n", name="logo-color.svg")
    actions.release(newer.pk, by_id=None, now=NOW)
    assert artwork.known(sha256) == ("Workshop kit (DEMO) 1.0", False)
    assert artwork.known("0" * 64) is None
    assert [finding.code for finding in pieces.taken(story.SVG, name="logo.svg").findings] == ["old_artwork", "vector"]

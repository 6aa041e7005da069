"""What happens to an application in a story between the draft and the decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from licensing import lifecycle
from licensing.applications import clarifying, clock, filing
from licensing.applications.rules import Side
from licensing.history.actions import Actor
from licensing.models import Application
from portal.accounts.models import User
from portal.demo.papers import paper
from portal.demo.story import Do, Story


def advance(command: str, side: Side) -> Do:
    def move(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
        lifecycle.advance(story.application_id, command, side=side, by=by, now=at, reason=step.get("reason", ""))

    return move


def attach(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    source = paper(step["title"], step["lines"])
    filing.attach(story.application_id, step["key"], source, name=f"{step['title']}.pdf", side=Side.APPLICANT, by=by, now=at)


def note(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    clarifying.write_note(story.application_id, step["text"], by=by, now=at)


def ask(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    due = clock.answer_due(at)
    questions = [clarifying.Asked(one.get("key", ""), one["text"], due) for one in step["questions"]]
    clarifying.ask(story.application_id, questions, by=by, now=at)


def answer(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    """Change what the step names, reply in the order asked ('' = the changed answer says it), and send."""
    asked = clarifying.open_of(Application.objects.get(pk=story.application_id)).order_by("pk")
    replies = {f"{clarifying.REPLY}{row.pk}": text for row, text in zip(asked, step["replies"], strict=True)}
    clarifying.revise(story.application_id, {**step["answers"], **replies}, side=Side.OWNER, by=by, now=at)
    lifecycle.advance(story.application_id, "answer", side=Side.OWNER, by=by, now=at)


def decide(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    command = "approve" if step["outcome"] == "approved" else "decline"
    lifecycle.advance(story.application_id, command, side=Side.DECIDER, by=by, now=at, reason=step.get("reason", ""))


COMMANDS: dict[str, Do] = {
    "submit": advance("submit", Side.OWNER),
    "take": advance("take", Side.STAFF),
    "attach": attach,
    "note": note,
    "ask": ask,
    "answer": answer,
    "decide": decide,
}

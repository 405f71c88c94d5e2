"""What the space of dialogue does alone: letters, reminders, and forgetting people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from maillage.dialogue.actions.deciding import remind_late
from maillage.dialogue.actions.registering import forget_people
from maillage.dialogue.actions.sending import send_session_letters
from maillage.dialogue.actions.sessions import remind_sessions
from maillage.dialogue.actions.surveying import close_due_surveys
from maillage.work.registry import InHand


def send_letters(_job: InHand) -> Mapping[str, int]:
    """Send the letters that wait."""
    done = send_session_letters()
    return {"courriers envoyés": done.sent, "remis à plus tard": done.later, "refusés": done.refused}


def remind_and_send(job: InHand) -> Mapping[str, int]:
    """Write the reminders whose hour has come, close the evaluations whose day is over, then send what waits."""
    done = {"rappels écrits": remind_sessions(), "suites en retard": remind_late()}
    return {**done, "évaluations closes": close_due_surveys(), **send_letters(job)}


def forget_delegates(_job: InHand) -> Mapping[str, int]:
    """Erase the names of people a year after their session."""
    return {"personnes oubliées": forget_people(now=timezone.now())}

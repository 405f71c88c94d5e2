"""The first draft of a synthesis: what the session holds, put in order. A person writes the rest."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from maillage.core.deciding import Method
from maillage.dialogue.models import Decision, DecisionState, FollowUpState, Session
from maillage.dialogue.queries.deciding import decisions_of, follow_ups_of, recalled_at
from maillage.dialogue.queries.programme import attendance_counts, moments_of, title_of
from maillage.dialogue.queries.writing import citations_of

UNDECIDED = {DecisionState.WITHDRAWN: "proposition retirée", DecisionState.OPEN: "encore soumise aux présents"}


def draft_text(session: Session, *, notes: Sequence[tuple[str, str]] = ()) -> str:
    """The draft in French, chapter by chapter, empty ones left out. `notes`: pairs (title, text) written together."""
    chapters = [
        ("L’objet de la session", _purpose(session)),
        ("Qui était là", _who(session)),
        ("Suites de la session précédente", _recalled(session)),
        ("Ce dont on est parti", _cited(session)),
        ("Ce qui s’est dit", _said(session, notes)),
        ("Décisions", _decided(session)),
        ("Ce qui suit", _following(session)),
    ]
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in chapters if text)


def _purpose(session: Session) -> str:
    questions = "\n".join(f"- {question}" for question in session.questions)
    return "\n\n".join(filter(None, (session.summary.strip(), questions)))


def _who(session: Session) -> str:
    total = attendance_counts(session)["total"]
    return f"{total['organisations']} structures, {total['people']} personnes." if total["people"] else ""


def _recalled(session: Session) -> str:
    lines = []
    for due in recalled_at(session, today=timezone.localdate()):
        row = due.follow_up
        state = FollowUpState(row.state).label if row.state != FollowUpState.OPEN else f"{row.progress} %"
        late = f", en retard de {due.late_days} jours" if due.is_late else ""
        lines.append(f"- {row.title} ({row.owner.name}) : {state}{late}")
    return "\n".join(lines)


def _cited(session: Session) -> str:
    return "\n".join(f"- {each.title} (état du {each.day:%d/%m/%Y})" for each in citations_of(session))


def _said(session: Session, notes: Sequence[tuple[str, str]]) -> str:
    if notes:
        return "\n\n".join(f"{title}\n\n{text.strip()}" for title, text in notes if text.strip())
    return "\n".join(
        f"- {title_of({'title': moment.title, 'kind': moment.kind})} : à écrire" for moment in moments_of(session)
    )


def _decided(session: Session) -> str:
    return "\n\n".join(_one(decision) for decision in decisions_of(session))


def _one(decision: Decision) -> str:
    state = DecisionState(decision.state)
    if state in UNDECIDED:
        return f"{decision.title} : {UNDECIDED[state]}."
    result = decision.result
    rule = {
        Method.CONSENT: "par consentement",
        Method.GRADIENT: "par degrés d’accord",
        Method.MAJORITY: "à la majorité",
    }
    head = f"{decision.title} : {state.label}, {rule[Method(decision.method)]}, {result['voices']} voix pour"
    lines = [f"{head} {result['present']} structures présentes."]
    lines += [f"- Désaccord de {each['organisation']} : {each['reason']}" for each in result["dissent"]]
    return "\n".join([lines[0], "", *lines[1:]]).strip()


def _following(session: Session) -> str:
    rows = follow_ups_of(session)
    return "\n".join(f"- {row.title} : {row.owner.name}, pour le {row.due_on:%d/%m/%Y}" for row in rows)

"""The first draft of a synthesis: what the session holds, put in order. A person writes the rest."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from maillage.core.consensus import Standing
from maillage.core.deciding import Method
from maillage.core.wording import surveys
from maillage.dialogue.models import Decision, DecisionState, FollowUpState, Session, Survey
from maillage.dialogue.queries.deciding import decisions_of, follow_ups_of, recalled_at
from maillage.dialogue.queries.programme import attendance_counts, moments_of, title_of
from maillage.dialogue.queries.statements import gathered
from maillage.dialogue.queries.surveys import outcome_of, survey_of_session
from maillage.dialogue.queries.writing import citations_of

SHARED = 10
"""Statements told in a draft, those that most bring the groups together."""
UNDECIDED = {DecisionState.WITHDRAWN: "proposition retirée", DecisionState.OPEN: "encore soumise aux présents"}


def draft_text(session: Session, *, notes: Sequence[tuple[str, str]] = ()) -> str:
    """The draft in French, chapter by chapter, empty ones left out. `notes`: pairs (title, text) written together."""
    chapters = [
        ("L’objet de la session", _purpose(session)),
        ("Qui était là", _who(session)),
        ("Suites de la session précédente", _recalled(session)),
        ("Ce dont on est parti", _cited(session)),
        ("Ce qui s’est dit", _said(session, notes)),
        ("Ce qui rassemble", _shared(session)),
        ("Décisions", _decided(session)),
        ("Ce qui suit", _following(session)),
        survey_chapter(survey_of_session(session)) or ("", ""),
    ]
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in chapters if text)


def survey_chapter(survey: Survey | None) -> tuple[str, str] | None:
    """What those who came said of it, title and text; None while it is open, or when too few answered."""
    found = outcome_of(survey) if survey else None
    if found is None:
        return None
    lines = [f"- {surveys.QUESTIONS[each.code]} {_mean(each.mean)}" for each in found.questions]
    head = f"{found.answers} réponses anonymes, de 1 (pas du tout) à 4 (tout à fait)."
    return "Ce qu’en disent celles et ceux qui sont venus", "\n".join([head, "", *lines])


def _mean(value: float | None) -> str:
    return "sans avis" if value is None else f"{value:.1f} sur 4".replace(".", ",")


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


def _shared(session: Session) -> str:
    """The statements that every group agrees with, each with what the groups said; nothing under 15 voters."""
    room = gathered(session)
    if room.found is None:
        return ""
    kept = [each for each in room.found.ranked if each.standing == Standing.SHARED][:SHARED]
    lines = [
        f"- {room.statements[each.key].text} ({' ; '.join(reason.sentence() for reason in each.reasons[1:])})"
        for each in kept
    ]
    return "\n".join(lines)


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

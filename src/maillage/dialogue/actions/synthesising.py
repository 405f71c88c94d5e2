"""Writes what a session leaves: what it spoke of, its synthesis, the amendments of those who were there."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.programme import animators_only, locked_session
from maillage.dialogue.assembling import draft_text
from maillage.dialogue.models import (
    Amendment,
    AmendmentState,
    Citation,
    CitedKind,
    Session,
    SessionState,
    Synthesis,
    SynthesisState,
)
from maillage.dialogue.queries.taking_part import must_speak_for
from maillage.dialogue.queries.writing import is_too_late, may_amend_for

SYNTHESIS = "synthesis"
"""The `target_type` of its events; the key is the uid of its session."""
LONGEST = 100_000


@transaction.atomic
def cite(
    *, session: Session, kind: str, key: str, title: str, address: str = "", facts: Mapping[str, str], by: User
) -> Citation:
    """Keep a sheet, or a finding, as it stands today, beside a session that speaks of it; said twice, the first stays.

    Raises Refused("animators_only"), Invalid("code_unknown" or "field_required").
    """
    animators_only(by)
    row = locked_session(session)
    if kind not in CitedKind.values:
        raise Invalid("code_unknown", field="sorte", value=kind)
    words = " ".join(title.split())[:300]
    if not words or not key:
        raise Invalid("field_required", field="titre")
    if address and not address.startswith("/"):
        raise Invalid("code_unknown", field="adresse", value=address[:80])
    small = {name[:60]: str(value)[:500] for name, value in list(facts.items())[:12]}
    values = {"title": words, "address": address[:500], "facts": small, "day": timezone.localdate(), "by": by}
    citation, _ = Citation.objects.get_or_create(session=row, kind=kind, key=key[:200], defaults=values)
    return citation


@transaction.atomic
def drop_citation(*, citation: Citation, by: User) -> None:
    """Take away what a session will not speak of; once it was held, what it spoke of stays.

    Raises Refused("animators_only" or "session_state_refused").
    """
    animators_only(by)
    session = locked_session(citation.session)
    if session.state == SessionState.HELD:
        raise Refused("session_state_refused", session=session.number, state=SessionState(session.state).label)
    Citation.objects.filter(pk=citation.pk).delete()


@transaction.atomic
def draft_synthesis(*, session: Session, notes: Sequence[tuple[str, str]] = (), by: User) -> Synthesis:
    """A first draft assembled from what the session holds. Raises Refused("synthesis_exists")."""
    animators_only(by)
    row = locked_session(session)
    if Synthesis.objects.filter(session=row).exists():
        raise Refused("synthesis_exists", session=row.number)
    synthesis = Synthesis.objects.create(session=row, body=draft_text(row, notes=notes)[:LONGEST])
    _told(synthesis, by=by, verb=Verb.CREATED)
    return synthesis


@transaction.atomic
def write_synthesis(*, synthesis: Synthesis, body: str, seen: int, by: User) -> Synthesis:
    """Write the body, if nobody wrote since version `seen`.

    Raises Refused("edited_meanwhile" or "synthesis_frozen"), Invalid("field_required" or "field_too_long").
    """
    animators_only(by)
    row = _current(synthesis)
    if row.version != seen:
        raise Refused("edited_meanwhile", title=f"synthèse de la session {row.session.number}")
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("field_required", field="synthèse")
    if len(text) > LONGEST:
        raise Invalid("field_too_long", field="synthèse", length=len(text), limit=LONGEST)
    return _kept(row, body=text, by=by)


@transaction.atomic
def open_amendments(*, synthesis: Synthesis, until: dt.date, by: User) -> Synthesis:
    """Let those who were there amend, until the end of this day. Raises Refused("synthesis_frozen"),
    Invalid("day_is_past")."""
    animators_only(by)
    row = _current(synthesis)
    if until < timezone.localdate():
        raise Invalid("day_is_past")
    return _kept(row, state=SynthesisState.AMENDING, amend_until=until, by=by)


@transaction.atomic
def amend(
    *, synthesis: Synthesis, organisation: Organisation, passage: str, words: str, reason: str = "", by: User
) -> Amendment:
    """Say what an organisation that was there would write instead of a passage, which is in the text as it now stands.

    Raises Refused("registration_not_yours", "amendments_closed" or "passage_gone"), Invalid("field_required").
    """
    must_speak_for(by, organisation)
    row = _current(synthesis)
    if row.state != SynthesisState.AMENDING or is_too_late(row):
        raise Refused("amendments_closed")
    if organisation.pk not in {each.pk for each in may_amend_for(by, row)}:
        raise Refused("registration_not_yours")
    before, after = (text.replace("\r\n", "\n").strip()[:4000] for text in (passage, words))
    if not (before or after):
        raise Invalid("field_required", field="amendement")
    if before and before not in row.body:
        raise Refused("passage_gone")
    return Amendment.objects.create(
        synthesis=row, organisation=organisation, passage=before, words=after, reason=reason.strip()[:2000], by=by
    )


@transaction.atomic
def decide_amendment(*, amendment: Amendment, accept: str, answer: str = "", by: User) -> Amendment:
    """Take an amendment, or say why not. Taken, its words replace its passage; words on the whole are added at the end.

    Raises Refused("animators_only", "synthesis_frozen", "amendment_decided", "passage_gone" when the passage changed
    or stands twice, or "refusal_needs_reason").
    """
    animators_only(by)
    synthesis = _current(amendment.synthesis)
    row = Amendment.objects.get(pk=amendment.pk)
    if row.state != AmendmentState.OPEN:
        raise Refused("amendment_decided")
    if accept == "oui":
        if row.passage and synthesis.body.count(row.passage) != 1:
            raise Refused("passage_gone")
        body = synthesis.body.replace(row.passage, row.words) if row.passage else f"{synthesis.body}\n\n{row.words}"
        _kept(synthesis, body=body.strip()[:LONGEST], by=by)
    elif not answer.strip():
        raise Refused("refusal_needs_reason")
    row.state = AmendmentState.ACCEPTED if accept == "oui" else AmendmentState.REFUSED
    row.answer = answer.strip()[:2000]
    row.save(update_fields=["state", "answer"])
    return row


@transaction.atomic
def freeze_synthesis(*, synthesis: Synthesis, by: User) -> Synthesis:
    """Seal the synthesis for ever and show it to everyone. Raises Refused("synthesis_frozen" or "amendments_open")."""
    animators_only(by)
    row = _current(synthesis)
    if waiting := Amendment.objects.filter(synthesis=row, state=AmendmentState.OPEN).count():
        raise Refused("amendments_open", count=waiting)
    seal = hashlib.sha256(row.body.encode()).hexdigest()
    return _kept(row, state=SynthesisState.FROZEN, frozen_at=timezone.now(), sha256=seal, verb=Verb.PUBLISHED, by=by)


def _current(synthesis: Synthesis) -> Synthesis:
    """The synthesis as it now is, held, unless it is frozen."""
    locked_session(synthesis.session)
    row = Synthesis.objects.select_related("session").get(pk=synthesis.pk)
    if row.state == SynthesisState.FROZEN:
        raise Refused("synthesis_frozen", session=row.session.number)
    return row


def _kept(row: Synthesis, *, by: User, verb: Verb = Verb.CHANGED, **values: Any) -> Synthesis:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    _told(row, by=by, verb=verb)
    return row


def _told(row: Synthesis, *, by: User, verb: Verb) -> None:
    snapshot = {"state": str(row.state), "version": row.version, "body": row.body, "sha256": row.sha256}
    key = str(row.session.uid)
    record_events(by=by, happened=[Happened(verb=verb, target_type=SYNTHESIS, target_key=key, snapshot=snapshot)])

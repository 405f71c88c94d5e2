"""What people say of a gap or an overlap: comments, whom it is entrusted to, the need made of it."""

from __future__ import annotations

import hashlib

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.core.vocabulary import Status, categories
from maillage.coverage.models import Finding, FindingComment, FindingKind
from maillage.inventory.actions import signal_need
from maillage.inventory.models import Need, NeedOrigin
from maillage.territories.queries import resolve

FINDING = "finding"
"""The `target_type` of a finding's events; the key is its digest."""
LONGEST = 2000


def digest_of(kind: str, key: str) -> str:
    """What names a finding in addresses."""
    return hashlib.sha256(f"{kind}\n{key}".encode()).hexdigest()[:32]


@transaction.atomic
def comment_finding(*, kind: str, key: str, text: str, by: User) -> FindingComment:
    """Say something of a gap or an overlap. Contributors and animateurs only.

    Raises Refused("contributors_only"), Invalid("comment_empty" | "comment_too_long" | "finding_unknown").
    """
    if not by.is_contributor:
        raise Refused("contributors_only")
    words = " ".join(text.split())
    if not words:
        raise Invalid("comment_empty")
    if len(words) > LONGEST:
        raise Invalid("comment_too_long", length=len(words), limit=LONGEST)
    finding = _finding(kind, key)
    comment = FindingComment.objects.create(finding=finding, by=by, text=words)
    _log(finding, by=by, verb=Verb.CHANGED, facts={"comment": comment.pk})
    return comment


@transaction.atomic
def entrust_finding(*, kind: str, key: str, organisation: Organisation | None, by: User) -> Finding:
    """Entrust a gap or an overlap to an organisation, or to nobody any more. Animateurs only.

    Raises Refused("animators_only"), Invalid("finding_unknown").
    """
    if not by.is_animator:
        raise Refused("animators_only")
    finding = _finding(kind, key)
    finding.entrusted_to = organisation
    finding.save(update_fields=["entrusted_to"])
    _log(finding, by=by, verb=Verb.DECIDED, facts={"organisation": organisation.slug if organisation else ""})
    return finding


@transaction.atomic
def need_from_finding(*, key: str, text: str, stage: str = "", nature: str = "", by: User) -> Need:
    """Make a need of a gap, once; it waits for a person as any other. Contributors and animateurs only.

    Raises Refused("contributors_only" | "finding_has_need"), Invalid("need_empty" | "finding_unknown").
    """
    if not by.is_contributor:
        raise Refused("contributors_only")
    finding = _finding(FindingKind.GAP, key)
    if finding.need and finding.need.status != Status.ARCHIVED:
        raise Refused("finding_has_need")
    need = signal_need(
        text=text,
        territory=finding.territory,
        by=by,
        origin=NeedOrigin.GAP,
        stage=stage,
        nature=nature,
        categories=[finding.category],
    )
    finding.need = need
    finding.save(update_fields=["need"])
    _log(finding, by=by, verb=Verb.CHANGED, facts={"need": str(need.uid)})
    return need


def _finding(kind: str, key: str) -> Finding:
    """The finding of this key, made at the first thing said of it. Raises Invalid("finding_unknown")."""
    if kind not in FindingKind.values or not key or len(key) > 2000:
        raise Invalid("finding_unknown")
    values: dict[str, object] = {"kind": kind, "key": key}
    if kind == FindingKind.GAP:
        place, _, category = key.partition(" ")
        if category not in categories():
            raise Invalid("finding_unknown")
        values |= {"territory": resolve(place), "category": category}
    finding, _ = Finding.objects.get_or_create(digest=digest_of(kind, key), defaults=values)
    return finding


def _log(finding: Finding, *, by: User, verb: Verb, facts: dict[str, object]) -> None:
    record_events(by=by, happened=[Happened(verb=verb, target_type=FINDING, target_key=finding.digest, facts=facts)])

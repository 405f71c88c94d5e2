"""Writes proposed links: computed ones, those people propose, what each side says."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.articulation.actions.posting import write_to_other_sides
from maillage.articulation.models import Confirmation, ProposalState, ProposedLink, Proposer, Side
from maillage.articulation.queries import (
    NETWORK,
    PROPOSED,
    declared_pairs,
    settled_pairs,
    stated,
    voices,
)
from maillage.articulation.reading import evidence
from maillage.core.coverage import Asking
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.core.network.missing import MissingLink, missing_links
from maillage.core.records import LinkRecord
from maillage.core.vocabulary import LinkKind, Status
from maillage.core.weighing import weight
from maillage.inventory.actions import link_uid, put_links, refuse_link
from maillage.inventory.models import Articulation, LinkLevel, Programme
from maillage.inventory.queries import link_record

COMPUTED = ("clues", "strength", "cells", "communes", "mended", "demand", "gain", "state", "seen_on")
LONGEST_STATEMENT, LONGEST_WHY = 400, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """What a computation of missing links did. `offers`: sheets compared; `shown`: links that wait now."""

    offers: int
    declared: int
    added: int
    kept: int
    dropped: int
    seconds: float

    @property
    def shown(self) -> int:
        """How many computed links wait."""
        return self.added + self.kept


def compute_missing_links(*, today: dt.date, asking: Asking | None = None) -> Computed:
    """Suggest the links the data asks for, keep those still asked for, drop the others; what people said is untouched.

    `asking`: what is asked for in each commune, so that links that mend where most is asked for come first. Repeated on
    the same inventory it changes nothing. Computed outside any transaction, written in one.
    """
    start = time.perf_counter()
    proof = evidence(asking=asking)
    declared = declared_pairs()
    keys = dict(Programme.objects.filter(slug__in=proof.nodes).values_list("slug", "pk"))
    slugs = {key: slug for slug, key in keys.items()}
    refused = [(slugs[a], slugs[b]) for a, b in settled_pairs() if a in slugs and b in slugs]
    found = missing_links(proof, declared=declared, refused=refused)[: int(weight("network", "kept"))]
    added, kept, dropped = _write(found, keys, today=today)
    done = Computed(
        offers=len(keys),
        declared=len(declared),
        added=added,
        kept=kept,
        dropped=dropped,
        seconds=round(time.perf_counter() - start, 2),
    )
    facts = {"offers": done.offers, "links": done.declared, "shown": done.shown, "seconds": done.seconds}
    record_events(
        by=None, happened=[Happened(verb=Verb.DECIDED, target_type=NETWORK, target_key="missing", facts=facts)]
    )
    return done


@transaction.atomic
def _write(found: tuple[MissingLink, ...], keys: Mapping[str, int], *, today: dt.date) -> tuple[int, int, int]:
    """How many links were added, kept and dropped."""
    wanted = {_uid(item.candidate.origin, item.candidate.kind, item.candidate.target): item for item in found}
    rows = {row.uid: row for row in ProposedLink.objects.filter(proposer=Proposer.DATA)}
    others = set(
        ProposedLink.objects.exclude(proposer=Proposer.DATA).filter(uid__in=list(wanted)).values_list("uid", flat=True)
    )
    fresh, known = [], []
    for uid, item in wanted.items():
        row = rows.get(uid)
        if uid in others or (row and row.state not in (ProposalState.OPEN, ProposalState.DROPPED)):
            continue
        one = item.candidate
        if row is None:
            row = ProposedLink(uid=uid, origin_id=keys[one.origin], target_id=keys[one.target], kind=one.kind.value)
            row.proposer = Proposer.DATA
            fresh.append(row)
        else:
            known.append(row)
        row.clues = [[clue.reason.code, dict(clue.reason.facts), round(clue.points, 4)] for clue in one.clues]
        row.strength = min(1.0, round(one.strength, 4))
        row.cells, row.communes, row.mended = item.gain.cells, item.gain.communes, item.gain.total
        row.demand, row.gain = round(item.gain.demand, 4), round(item.gain.score, 4)
        row.state, row.seen_on = ProposalState.OPEN, today
    ProposedLink.objects.bulk_create(fresh, batch_size=200)
    ProposedLink.objects.bulk_update(known, COMPUTED, batch_size=200)
    heard = Confirmation.objects.values("link")
    stale = ProposedLink.objects.filter(proposer=Proposer.DATA, state=ProposalState.OPEN).exclude(pk__in=heard)
    dropped = stale.exclude(uid__in=list(wanted)).update(state=ProposalState.DROPPED)
    return len(fresh), len(known), dropped


@transaction.atomic
def propose_link(*, origin: Programme, target: Programme, kind: str, statement: str, by: User) -> ProposedLink:
    """Propose that two published offers are linked; each side this person belongs to has then confirmed it.

    Raises Refused("proposal_to_itself", "proposal_end_unpublished", "proposal_not_yours", "proposal_known",
    "proposal_refused_for_ever"), Invalid("link_kind_unknown", "proposal_unsaid").
    """
    said = _checked(origin, target, kind=kind, statement=statement)
    [mine] = voices(by, [(origin.pk, target.pk)])
    if not mine:
        raise Refused("proposal_not_yours")
    if (origin.pk, target.pk) in settled_pairs():
        raise Refused("proposal_refused_for_ever")
    uid = _uid(origin.slug, LinkKind(kind), target.slug)
    if Articulation.objects.filter(uid=uid).exists():
        raise Refused("proposal_known")
    row, _ = ProposedLink.objects.get_or_create(
        uid=uid, defaults={"origin": origin, "target": target, "kind": kind, "proposer": Proposer.PERSON}
    )
    row.statement, row.state, row.proposer = said, ProposalState.OPEN, Proposer.PERSON
    row.save(update_fields=["statement", "state", "proposer"])
    _log(row, Verb.SIGNALLED, by=by)
    speaking = [voice for voice in mine if voice.organisation is not None]
    for voice in speaking:
        confirm_link(link=row, side=voice.side, by=by)
    if not speaking:
        write_to_other_sides(row, by=by)
    return row


def _checked(origin: Programme, target: Programme, *, kind: str, statement: str) -> str:
    """What is said of the link, once the link makes sense."""
    if kind not in LinkKind.codes():
        raise Invalid("link_kind_unknown", kind=kind)
    if origin.pk == target.pk:
        raise Refused("proposal_to_itself")
    for end in (origin, target):
        if end.status != Status.PUBLISHED:
            raise Refused("proposal_end_unpublished", title=end.title)
    said = " ".join(statement.split())[:LONGEST_STATEMENT]
    if not said:
        raise Invalid("proposal_unsaid")
    return said


@transaction.atomic
def confirm_link(*, link: ProposedLink, side: str, by: User) -> ProposedLink:
    """Say, for one side, that the link exists; once both sides said so it is declared, confirmed by both.

    Whoever may speak for the side that said nothing yet is written to, once; not when this person may.
    Raises Refused("proposal_settled") when it is, Refused("proposal_not_yours") for a side one does not speak for,
    Unknown("proposal_side_unknown").
    """
    if side not in Side.values:
        raise Unknown("proposal_side_unknown", value=side)
    link = ProposedLink.objects.select_for_update(of=("self",)).select_related("origin", "target").get(pk=link.pk)
    if link.state not in (ProposalState.OPEN, ProposalState.DROPPED):
        raise Refused("proposal_settled")
    [mine] = voices(by, [(link.origin_id, link.target_id)])
    voice = next((voice for voice in mine if voice.side == side), None)
    if voice is None:
        raise Refused("proposal_not_yours")
    said, is_new = Confirmation.objects.get_or_create(
        link=link, side=side, defaults={"by": by, "organisation_id": voice.organisation}
    )
    if is_new:
        _log(link, Verb.DECIDED, by=by, side=said.side)
    if link.confirmations.count() == len(Side.values):
        _declare(link, by=by)
    elif is_new and not any(other.side != side and other.organisation for other in mine):
        write_to_other_sides(link, by=by)
    return link


@transaction.atomic
def open_stated(*, articulation: Articulation) -> ProposedLink:
    """The proposed link beside a documented articulation between two offers, so that its sides may confirm it."""
    if not articulation.from_programme or not articulation.to_programme or articulation.level == LinkLevel.REFUSED:
        raise Refused("proposal_settled")
    row, _ = ProposedLink.objects.get_or_create(
        uid=articulation.uid,
        defaults={
            "origin": articulation.from_programme,
            "target": articulation.to_programme,
            "kind": articulation.kind,
            "proposer": Proposer.SOURCE,
            "statement": articulation.statement,
            "state": ProposalState.CONFIRMED if articulation.level == LinkLevel.CONFIRMED else ProposalState.OPEN,
        },
    )
    return row


@transaction.atomic
def refuse_proposal(*, link: ProposedLink, by: User, why: str = "") -> None:
    """Remember for ever that this pair is not to be linked: it is never suggested again, here or in an answer.

    Raises Refused("proposal_not_yours"), Refused("proposal_settled"), Refused("proposal_documented").
    """
    link = ProposedLink.objects.select_for_update(of=("self",)).select_related("origin", "target").get(pk=link.pk)
    [mine] = voices(by, [(link.origin_id, link.target_id)])
    if not mine:
        raise Refused("proposal_not_yours")
    if link.proposer == Proposer.SOURCE or Articulation.objects.filter(uid=link.uid).exists():
        raise Refused("proposal_documented")
    if link.state == ProposalState.REFUSED:
        raise Refused("proposal_settled")
    link.state, link.refused_why = ProposalState.REFUSED, " ".join(why.split())[:LONGEST_WHY]
    link.save(update_fields=["state", "refused_why"])
    refuse_link(_record(link), by=by)
    _log(link, Verb.REMOVED, by=by)


def _declare(link: ProposedLink, *, by: User) -> None:
    """Write the articulation both sides confirmed, with the evidence it had."""
    known = stated(link.uid)
    record = link_record(known) if known else _record(link)
    put_links([replace(record, level=LinkLevel.CONFIRMED.value)], by=by)
    link.state = ProposalState.CONFIRMED
    link.save(update_fields=["state"])


def _record(link: ProposedLink) -> LinkRecord:
    said = link.statement or "Les deux porteurs confirment ce lien."
    return LinkRecord(origin=link.origin.slug, target=link.target.slug, kind=link.kind, statement=said)


def _uid(origin: str, kind: LinkKind, target: str) -> uuid.UUID:
    return link_uid(LinkRecord(origin=origin, target=target, kind=kind.value, statement=""))


def _log(link: ProposedLink, verb: Verb, *, by: User, **facts: str) -> None:
    happened = Happened(verb=verb, target_type=PROPOSED, target_key=str(link.uid), facts=facts)
    record_events(by=by, happened=[happened])

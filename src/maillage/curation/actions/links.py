"""Ask the addresses of sheets whether they still answer; remember it, and let a person decide on those that moved."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, MaillageError, Refused
from maillage.core.records import ProgrammeRecord
from maillage.curation.addresses import due, given_addresses, sheets_giving
from maillage.curation.models import CheckedAddress, MoveState
from maillage.harvest.outside import Hop, Probed
from maillage.inventory.actions import put_programmes
from maillage.inventory.queries import programme_record

FOR_GOOD = frozenset({301, 308})
NOT_FOR_PROGRAMS = frozenset({401, 403, 405, 429})
"""Answers of a page that is there, and does not want to be read by a program."""
DECLINED = frozenset({"source_declines_programs", "source_asks_to_wait"})
"""The same, said by robots.txt or by a delay."""
SILENT = "link_silent"
DEAF = 5
"""Silent addresses in a row, from the first, that say more of our network than of theirs."""
ADDRESS = "address"
"""The `target_type` of an address's events."""
log = logging.getLogger(__name__)
Probe = Callable[[str], Probed]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksChecked:
    """What one run did: addresses asked, those that failed, those that moved for good."""

    asked: int
    failed: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    status: int | None = None
    redirects: tuple[Hop, ...] = ()
    why: str = ""


def check_links(
    *, probe: Probe, at_most: int = 500, progress: Progress | None = None, now: dt.datetime | None = None
) -> LinksChecked:
    """Ask the addresses that are due, those never asked first; each answer is kept at once, so that a killed run goes
    on where it was.

    When the first five all stay silent, the silence is likely ours: the run stops and counts nothing.
    """
    moment = now or timezone.now()
    _keep_addresses()
    rows = due(moment, at_most=at_most)
    silent: list[tuple[CheckedAddress, _Seen]] = []
    failed, moved, heard = 0, 0, False
    for place, row in enumerate(rows, start=1):
        seen = _ask(row.url, probe)
        heard = heard or seen.why != SILENT
        silent.append((row, seen))
        if not heard and len(silent) >= DEAF:
            log.warning("no address answers: our own network may be down, nothing is held against them")
            return LinksChecked(asked=place, failed=0, moved=0)
        if heard or place == len(rows):
            for kept, said in silent:
                _remember(kept, said, moment)
                failed, moved = failed + bool(said.why), moved + (kept.move == MoveState.PENDING)
            silent = []
        if progress:
            progress(place, len(rows))
    return LinksChecked(asked=len(rows), failed=failed, moved=moved)


def _keep_addresses() -> None:
    """A row for each address that a published sheet gives."""
    known = set(CheckedAddress.objects.values_list("url", flat=True))
    new = [CheckedAddress(url=url) for url in sorted(given_addresses() - known)]
    CheckedAddress.objects.bulk_create(new, ignore_conflicts=True, batch_size=400)


def _ask(url: str, probe: Probe) -> _Seen:
    try:
        answer = probe(url)
    except Invalid:
        return _Seen(why="link_not_public")
    except MaillageError as error:
        return _Seen() if error.code in DECLINED else _Seen(why=SILENT)
    if answer.status >= 400 and answer.status not in NOT_FOR_PROGRAMS:
        return _Seen(status=answer.status, redirects=answer.redirects, why="link_broken")
    if answer.redirects and _leads_home(url, answer.redirects[-1].url):
        return _Seen(status=answer.status, redirects=answer.redirects, why="link_leads_home")
    return _Seen(status=answer.status, redirects=answer.redirects)


def _leads_home(url: str, final: str) -> bool:
    """True when a precise page has become the front page of its site."""
    asked, found = urlsplit(url), urlsplit(final)
    return found.path in ("", "/") and not found.query and asked.path not in ("", "/")


@transaction.atomic
def _remember(row: CheckedAddress, seen: _Seen, moment: dt.datetime) -> None:
    today = timezone.localtime(moment).date()
    row.status, row.why, row.checked_at = seen.status, seen.why, moment
    row.redirects = [[hop.status, hop.url] for hop in seen.redirects]
    if not seen.why:
        row.failures, row.failed_on, row.ok_at = 0, None, moment
        _remember_move(row, seen.redirects)
    elif row.failed_on != today:
        row.failures, row.failed_on = row.failures + 1, today
    row.save()


def _remember_move(row: CheckedAddress, redirects: Sequence[Hop]) -> None:
    """Propose where the page is now, unless someone already said no to that very address."""
    target = ""
    for hop in redirects:
        if hop.status not in FOR_GOOD:
            break
        target = hop.url
    if not target or target == row.url or len(target) > 500:
        if row.move == MoveState.PENDING:
            row.moved_to, row.move = "", MoveState.NONE
        return
    if row.moved_to != target:
        row.moved_to, row.move = target, MoveState.PENDING


@transaction.atomic
def decide_move(*, address: CheckedAddress, accepted: bool, by: User) -> int:
    """Give the new address to every sheet that gives the old one, or refuse it for ever; returns how many changed.

    Raises Refused("animators_only" or "proposal_decided").
    """
    if not by.is_animator:
        raise Refused("animators_only")
    row = CheckedAddress.objects.select_for_update().get(pk=address.pk)
    if row.move != MoveState.PENDING:
        raise Refused("proposal_decided", address=row.url)
    changed = 0
    if accepted:
        records = [programme_record(sheet) for sheet in sheets_giving(row.url)]
        moved = [_moved(record, row) for record in records]
        changed = sum(outcome.state == "changed" for outcome in put_programmes(moved, by=by))
    row.move = MoveState.ACCEPTED if accepted else MoveState.REFUSED
    row.save(update_fields=["move"])
    facts = {"url": row.url, "moved_to": row.moved_to, "state": row.move}
    happened = Happened(verb=Verb.DECIDED, target_type=ADDRESS, target_key=str(row.pk), facts=facts)
    record_events(by=by, happened=[happened])
    return changed


def _moved(record: ProgrammeRecord, row: CheckedAddress) -> ProgrammeRecord:
    source, contact = (row.moved_to if url == row.url else url for url in (record.source_url, record.contact_url))
    return replace(record, source_url=source, contact_url=contact)

"""The ladder of reminders: plan what is due, send it once, hear the answers, set aside what stays silent."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import Event, User, Verb
from maillage.core.errors import MaillageError
from maillage.core.vocabulary import Status
from maillage.core.weighing import weight
from maillage.curation import ladder
from maillage.curation.letters import reminder_letter
from maillage.curation.models import Correction, Reminder
from maillage.inventory.actions import move_programme, verify_programme
from maillage.inventory.models import Programme
from maillage.inventory.queries import PROGRAMME

BATCH = 400
CLAIM = dt.timedelta(minutes=10)
"""How long a process may take to send one letter; after that it has died, and another takes over."""
GIVE_UP = 3
"""Letters in a row that the mail server refuses before the run stops: it is down, not the addresses."""
WHY = "unconfirmed"
"""Why the ladder archives, as the log keeps it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What one run did. `planned`: steps; `letters`: sent; `failed`: refused by the mail server, tried next time."""

    planned: int
    letters: int
    failed: int
    archived: int


def remind(*, today: dt.date | None = None) -> Reminded:
    """One run of the ladder: plan, send, archive. Safe to run at any time, twice, or after being killed."""
    day = today or timezone.localdate()
    planned = plan(today=day)
    letters, failed = send()
    return Reminded(planned=planned, letters=letters, failed=failed, archived=archive_silent(today=day))


def plan(*, today: dt.date) -> int:
    """Keep a row for each step that is due and each person to tell; returns how many are new.

    A sheet found late climbs from the first step with the same gaps, and never skips one.
    """
    planned = 0
    for rows in _batches(ladder.grown_old(today=today, days=ladder.steps()[0])):
        before = _told_before(rows)
        due = [(row, step) for row in rows if (step := _step_due(row, before[row.pk], today=today))]
        keepers = ladder.keepers([row for row, _ in due])
        new = [
            Reminder(programme=row, user=user, since=ladder.last_word(row), step=step)
            for row, step in due
            for user in keepers[row.pk]
        ]
        known = Reminder.objects.count()
        Reminder.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)
        planned += Reminder.objects.count() - known
    return planned


def _told_before(rows: Sequence[Programme]) -> dict[int, list[Reminder]]:
    """The steps of the present ladder of each of these sheets, told or about to be."""
    found: dict[int, list[Reminder]] = {row.pk: [] for row in rows}
    since = {row.pk: ladder.last_word(row) for row in rows}
    for told in Reminder.objects.filter(programme__in=rows).order_by("step", "id"):
        if told.since == since[told.programme_id]:
            found[told.programme_id].append(told)
    return found


def _step_due(row: Programme, before: Sequence[Reminder], *, today: dt.date) -> int:
    """The step to plan for this sheet today, 0 for none."""
    delays, since = ladder.steps(), ladder.last_word(row)
    step = before[-1].step + 1 if before else 1
    if step > len(delays):
        return 0
    old_on = since + dt.timedelta(days=int(weight("quality", "fresh_days")))
    if today < old_on + dt.timedelta(days=delays[step - 1]):
        return 0
    if not before:
        return step
    last = _last_sent(before)
    waited = dt.timedelta(days=delays[step - 1] - delays[step - 2])
    return step if last and today >= last + waited else 0


def _last_sent(before: Sequence[Reminder]) -> dt.date | None:
    """The day the last step left, None while a letter of it still waits."""
    days = [timezone.localtime(told.sent_at).date() for told in before if told.sent_at]
    return max(days) if days and len(days) == len(before) else None


def send() -> tuple[int, int]:
    """Send one letter to each person who has steps to hear: how many letters left, how many the server refused.

    Rows are claimed before the letter leaves and marked after it: two processes never send the same one, and a
    process killed on the way leaves a claim that the next run takes over.
    """
    sent, failed, in_a_row = 0, 0, 0
    for user in list(_to_send().order_by("user_id").values_list("user_id", flat=True).distinct()):
        reminders = _claim(user)
        if not reminders:
            continue
        try:
            reminder_letter(reminders).send()
        except OSError as error:
            log.warning("a reminder could not be sent: %s", error)
            _mark(reminders, claimed_at=None)
            failed, in_a_row = failed + 1, in_a_row + 1
            if in_a_row >= GIVE_UP:
                break
            continue
        _mark(reminders, sent_at=timezone.now())
        sent, in_a_row = sent + 1, 0
    return sent, failed


def _to_send() -> QuerySet[Reminder]:
    free = Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - CLAIM)
    return Reminder.objects.filter(free, sent_at=None)


@transaction.atomic
def _claim(user: int) -> list[Reminder]:
    """The steps this person must hear, ours to send now; those that a confirmation made vain are dropped."""
    rows = _to_send().filter(user=user).select_for_update(of=("self",)).select_related("programme", "user")
    found = list(rows.order_by("id"))
    vain = [one.pk for one in found if not _stands(one)]
    Reminder.objects.filter(pk__in=vain).delete()
    kept = [one for one in found if one.pk not in vain]
    Reminder.objects.filter(pk__in=[one.pk for one in kept]).update(claimed_at=timezone.now())
    return kept


def _stands(reminder: Reminder) -> bool:
    row = reminder.programme
    return row.status == Status.PUBLISHED and ladder.last_word(row) == reminder.since


def _mark(reminders: Sequence[Reminder], **values: dt.datetime | None) -> None:
    Reminder.objects.filter(pk__in=[one.pk for one in reminders]).update(**values)


@transaction.atomic
def confirm(*, asked: ladder.Asked, today: dt.date) -> Programme:
    """The sheet, said to be right today by the person the reminder went to; doing it twice changes nothing.

    One that the ladder archived is published again; one that a person archived stays so.
    Raises Programme.DoesNotExist or User.DoesNotExist when either has gone.
    """
    row = Programme.objects.select_for_update().get(uid=asked.programme)
    user = User.objects.get(pk=asked.user, is_active=True)
    if ladder.last_word(row) > asked.since:
        return row
    if row.status == Status.ARCHIVED and archived_by_ladder(row):
        move_programme(programme=row, to=Status.PUBLISHED, by=user, why="confirmed")
    return verify_programme(programme=row, on=today, by=user)


@transaction.atomic
def tell_ended(*, asked: ladder.Asked) -> Correction:
    """Keep that a keeper says the offer no longer exists: an animateur decides. Saying it twice changes nothing."""
    row = Programme.objects.select_for_update().get(uid=asked.programme)
    user = User.objects.get(pk=asked.user, is_active=True)
    found = Correction.objects.filter(programme=row, field="status", state="pending").first()
    if found:
        return found
    said = Correction.objects.create(programme=row, field="status", text="Cette offre n’existe plus.", email=user.email)
    facts = {"sheet": str(row.uid), "field": "status", "state": said.state}
    happened = Happened(verb=Verb.SIGNALLED, target_type="correction", target_key=str(said.pk), facts=facts)
    record_events(by=user, happened=[happened])
    return said


def archive_silent(*, today: dt.date) -> int:
    """Archive the sheets nobody spoke for during the whole ladder and the months after it; returns how many.

    Nothing is archived that was not told: every step went out, the last one a month ago or more.
    """
    silent_for = int(weight("freshness", "archived_days"))
    grace = dt.timedelta(days=int(weight("freshness", "grace_days")))
    archived = 0
    for rows in _batches(ladder.grown_old(today=today, days=silent_for)):
        before = _told_before(rows)
        for row in rows:
            last = _last_sent(before[row.pk])
            whole = bool(last) and before[row.pk][-1].step == len(ladder.steps())
            if whole and last and today >= last + grace:
                archived += _archive(row)
    return archived


def _archive(row: Programme) -> int:
    try:
        move_programme(programme=row, to=Status.ARCHIVED, by=None, why=WHY)
    except MaillageError as error:
        log.warning("%s could not be archived: %s", row.slug, error)
        return 0
    return 1


def archived_by_ladder(row: Programme) -> bool:
    """True when the last word of the log on this sheet's state is the ladder's."""
    moves = Event.objects.filter(target_type=PROGRAMME, target_key=str(row.uid))
    last = moves.filter(verb__in=[Verb.ARCHIVED, Verb.PUBLISHED]).order_by("-id").first()
    return bool(last and last.verb == Verb.ARCHIVED and last.facts.get("why") == WHY)


def _batches(rows: QuerySet[Programme]) -> Iterator[list[Programme]]:
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = found[-1].pk
        yield found

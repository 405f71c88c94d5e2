"""Writers of goals: suggestions where two signals agree, what a person decided of them, a territory's own targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.agenda import goals, targets_of
from maillage.core.agenda import targets as every_target
from maillage.core.errors import Invalid, Refused
from maillage.core.goal_signals import GoalSuggestion, suggested_goals
from maillage.core.vocabulary import GoalRole, Status, categories
from maillage.core.wording import Reason, because
from maillage.inventory.goals import LOCAL_TARGET, SDG_TAG
from maillage.inventory.models import LocalTarget, Need, Programme, SdgTag, TagState
from maillage.inventory.queries import published_programmes
from maillage.territories.models import Territory

BATCH = 500
Progress = Callable[[int, int], None]


@dataclass
class Suggested:
    """How many suggestions a search made, kept and took back."""

    made: int = 0
    kept: int = 0
    dropped: int = 0


def suggest_goals(*, progress: Progress = lambda _done, _total: None) -> Suggested:
    """Suggest goals for every published sheet and need, where two independent signals agree.

    What a person accepted or refused stays as it is; a suggestion that no longer stands goes. Run again, it changes
    nothing. By transactions of 500.
    """
    done = Suggested()
    programmes = published_programmes().prefetch_related("categories").order_by("pk")
    needs = Need.objects.filter(status=Status.PUBLISHED.value).prefetch_related("categories").order_by("pk")
    total, seen = programmes.count() + needs.count(), 0
    for name, rows in (("programme_id", programmes), ("need_id", needs)):
        for batch in _batches(rows):
            with transaction.atomic():
                _suggest(name, {row.pk: _signals(row) for row in batch}, done)
            seen += len(batch)
            progress(seen, total)
    if done.made or done.dropped:
        facts = {"made": done.made, "dropped": done.dropped}
        happened = Happened(verb=Verb.CHANGED, target_type=SDG_TAG, target_key="suggestions", facts=facts)
        record_events(by=None, happened=[happened])
    return done


def _batches(rows: QuerySet[Programme] | QuerySet[Need]) -> Iterable[list[Programme | Need]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch  # type: ignore[misc]  # one kind of rows at a time
        last = batch[-1].pk


def _signals(row: Programme | Need) -> tuple[GoalSuggestion, ...]:
    subjects = [category.code for category in row.categories.all()]
    if isinstance(row, Programme):
        text = "\n".join((row.title, row.promise, row.description, " ".join(row.keywords)))
        return suggested_goals(text, categories=subjects, natures=row.natures)
    return suggested_goals(row.text, categories=subjects, natures=(row.nature,))


def _suggest(name: str, found: Mapping[int, tuple[GoalSuggestion, ...]], done: Suggested) -> None:
    known = {(getattr(tag, name), tag.goal): tag for tag in SdgTag.objects.filter(**{f"{name}__in": list(found)})}
    made, changed, standing = [], [], set()
    for key, suggestions in found.items():
        for one in suggestions:
            standing.add((key, one.goal))
            tag, reasons = known.get((key, one.goal)), _reasons(one)
            if tag is None:
                made.append(SdgTag(**{name: key}, goal=one.goal, role=one.role.value, reasons=reasons))
            elif tag.state == TagState.SUGGESTED:
                done.kept += 1
                if (tag.role, tag.reasons) != (one.role.value, reasons):
                    tag.role, tag.reasons = one.role.value, reasons
                    changed.append(tag)
    gone = [tag.pk for pair, tag in known.items() if tag.state == TagState.SUGGESTED and pair not in standing]
    SdgTag.objects.bulk_create(made, batch_size=BATCH)
    SdgTag.objects.bulk_update(changed, ["role", "reasons"], batch_size=100)
    SdgTag.objects.filter(pk__in=gone).delete()
    done.made += len(made)
    done.dropped += len(gone)


def _reasons(one: GoalSuggestion) -> list[list[object]]:
    labels = [categories()[code].label for code in one.subjects]
    second = because("goal_subjects", subjects=", ".join(labels)) if labels else because("goal_catalyst")
    return [_plain(because("goal_words", words=", ".join(f"« {word} »" for word in one.words))), _plain(second)]


def _plain(reason: Reason) -> list[object]:
    return [reason.code, dict(reason.facts)]


@transaction.atomic
def judge_goal(
    *,
    about: Programme | Need,
    goal: int,
    state: TagState,
    by: User,
    role: GoalRole = GoalRole.DIRECT,
    target: str = "",
) -> SdgTag:
    """Keep what a person said of a goal of a sheet or a need: accepted with its role and target, or refused for ever.

    Also for a goal nothing suggested. Said again, the last word stands, and the log keeps the others.
    Raises Refused("animators_only"), Invalid("choice_unknown") for a goal, or a target that is not of this goal.
    """
    if not by.is_animator:
        raise Refused("animators_only")
    if goal not in goals():
        raise Invalid("choice_unknown", field="odd", value=goal, expected=list(goals()))
    known = [one.code for one in targets_of(goal)]
    if target and target not in known:
        raise Invalid("choice_unknown", field="cible", value=target, expected=known)
    name = "programme" if isinstance(about, Programme) else "need"
    values = {"state": state, "role": role.value, "target": target, "decided_by": by, "decided_at": timezone.now()}
    which: dict[str, Any] = {name: about, "goal": goal}
    tag, _ = SdgTag.objects.update_or_create(**which, defaults=values)
    facts = {name: str(about.uid), "goal": goal, "state": state, "role": role.value, "target": target}
    happened = Happened(verb=Verb.DECIDED, target_type=SDG_TAG, target_key=str(tag.pk), facts=facts)
    record_events(by=by, happened=[happened])
    return tag


@transaction.atomic
def put_local_target(
    *, territory: Territory, target: str, text: str, source_url: str, due_year: int | None, by: User
) -> LocalTarget:
    """Keep a territory's own target, attached to one of the 169; said twice it is one.

    Raises Refused("animators_only"), Invalid("choice_unknown", "field_required", "field_too_long" or
    "not_a_web_address").
    """
    if not by.is_animator:
        raise Refused("animators_only")
    if target not in every_target():
        raise Invalid("choice_unknown", field="cible", value=target, expected=list(every_target()))
    words = " ".join(text.split())
    if not words:
        raise Invalid("field_required", field="texte")
    if len(words) > 300:
        raise Invalid("field_too_long", field="texte", length=len(words), limit=300)
    if not source_url.startswith(("http://", "https://")) or len(source_url) > 500:
        raise Invalid("not_a_web_address", field="source", value=source_url[:100])
    if due_year is not None and not 2000 <= due_year <= 2100:
        raise Invalid("choice_unknown", field="echeance", value=due_year, expected=["2000 à 2100"])
    values = {"due_year": due_year, "source_url": source_url, "status": Status.PUBLISHED.value}
    row, created = LocalTarget.objects.update_or_create(territory=territory, target=target, text=words, defaults=values)
    _log_target(row, Verb.CREATED if created else Verb.CHANGED, by=by)
    return row


@transaction.atomic
def archive_local_target(*, row: LocalTarget, by: User) -> LocalTarget:
    """Take a local target off the pages; it stays in the database. Raises Refused("animators_only")."""
    if not by.is_animator:
        raise Refused("animators_only")
    row.status = Status.ARCHIVED.value
    row.save(update_fields=["status"])
    _log_target(row, Verb.ARCHIVED, by=by)
    return row


def _log_target(row: LocalTarget, verb: Verb, *, by: User) -> None:
    facts = {"territory": row.territory.code, "target": row.target, "text": row.text, "due_year": row.due_year}
    record_events(by=by, happened=[Happened(verb=verb, target_type=LOCAL_TARGET, target_key=str(row.pk), facts=facts)])

"""Code a study: needs in one line each, and what their words suggest, taken or refused for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.core.records import as_plain
from maillage.core.text import fold
from maillage.core.vocabulary import Audience, Nature, Stage, Status, categories
from maillage.inventory.models import Category, Need, NeedOrigin, NeedStudy
from maillage.inventory.studies import (
    STUDY,
    SUGGESTED,
    NeedLine,
    check_may_edit,
    coded_needs,
    study_record,
    suggestions,
)

MAX_TEXT = 1000
"""Characters of a need coded in one line."""
KNOWN: dict[str, Iterable[str]] = {
    "stage": ("", *Stage.codes()),
    "nature": ("", *Nature.codes()),
    "audience": ("", *Audience.codes()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What became of one line: `created`, `changed`, `same` (already coded) or `refused`, and why."""

    state: str
    need: Need | None = None
    refusal: Refused | None = field(default=None, compare=False)


def code_needs(*, study: NeedStudy, lines: Sequence[NeedLine], by: User) -> list[Coded]:
    """Keep these needs, one outcome per line; a line that a rule refuses does not stop the others.

    The same words twice in a study are one need. Raises Refused("contributors_only" or "study_not_yours").
    """
    check_may_edit(by, study)
    known = {_key(need.text): need for need in coded_needs(study)}
    outcomes = []
    for line in lines:
        try:
            with transaction.atomic():
                outcomes.append(_code(study, line, known, by=by))
        except Refused as refusal:
            outcomes.append(Coded(state="refused", refusal=refusal))
    if any(one.state in ("created", "changed") for one in outcomes):
        _tell_study(study, by=by)
    return outcomes


def _code(study: NeedStudy, line: NeedLine, known: dict[str, Need], *, by: User) -> Coded:
    words = _checked(line)
    same = known.get(_key(words))
    if same and str(same.uid) != line.uid:
        return Coded(state="same", need=same)
    if line.uid:
        need = next((one for one in known.values() if str(one.uid) == line.uid), None)
        if need is None:
            raise Invalid("need_unknown", value=line.uid)
    else:
        shown = Status.PUBLISHED if study.status == Status.PUBLISHED else Status.REVIEW
        need = Need(study=study, origin=NeedOrigin.STUDY, status=shown.value)
    old = "" if not need.pk else need.text
    need.text, need.territory = words, line.place or study.territory
    need.stage, need.nature, need.audience = line.stage, line.nature, line.audience
    need.suggested = need.suggested if old == words else _unsaid(suggestions(words), line)
    need.save()
    need.categories.set(Category.objects.filter(code__in=line.categories))
    known[_key(words)] = need
    verb = Verb.CHANGED if line.uid else Verb.CREATED
    _log(need, verb, by=by)
    return Coded(state="changed" if line.uid else "created", need=need)


def _checked(line: NeedLine) -> str:
    words = " ".join(line.text.replace("\0", " ").split())
    if not words:
        raise Invalid("need_empty")
    if len(words) > MAX_TEXT:
        raise Invalid("need_too_long", length=len(words), limit=MAX_TEXT)
    for name, codes in KNOWN.items():
        if getattr(line, name) not in codes:
            raise Invalid("code_unknown", field=name, value=getattr(line, name))
    if wrong := set(line.categories) - categories().keys():
        raise Invalid("code_unknown", field="categories", value=", ".join(sorted(wrong)))
    return words


def _unsaid(found: dict[str, dict[str, list[str]]], line: NeedLine) -> dict[str, dict[str, list[str]]]:
    """What is suggested of the fields the person left empty."""
    return {name: told for name, told in found.items() if not getattr(line, name)}


@transaction.atomic
def decide_suggestions(*, study: NeedStudy, taken: Mapping[str, Iterable[str]], by: User) -> int:
    """Take what a person kept of the suggestions they were shown, and forget the rest for ever.

    `taken`: for each need shown (by uid), the names of the fields kept. Returns how many needs changed.
    Raises Refused("contributors_only" or "study_not_yours").
    """
    check_may_edit(by, study)
    changed = 0
    for need in coded_needs(study).filter(uid__in=list(taken)):
        if not need.suggested:
            continue
        kept = {name: told["codes"] for name, told in need.suggested.items() if name in set(taken[str(need.uid)])}
        for name in SUGGESTED[:3]:
            if kept.get(name) and not getattr(need, name):
                setattr(need, name, kept[name][0])
        need.suggested = {}
        need.save(update_fields=[*SUGGESTED[:3], "suggested"])
        if kept.get("categories"):
            need.categories.add(*Category.objects.filter(code__in=kept["categories"]))
        _log(need, Verb.DECIDED, by=by, kept=sorted(kept))
        changed += 1
    return changed


@transaction.atomic
def drop_need(*, need: Need, by: User) -> Need:
    """Set aside a need that was coded by mistake; it is kept, archived. Raises Refused as `code_needs` does."""
    if need.study is None:
        raise Invalid("need_unknown", value=str(need.uid))
    check_may_edit(by, need.study)
    need.status = Status.ARCHIVED.value
    need.save(update_fields=["status"])
    _log(need, Verb.ARCHIVED, by=by)
    _tell_study(need.study, by=by)
    return need


def _key(text: str) -> str:
    return " ".join(fold(text).split())


def _log(need: Need, verb: Verb, *, by: User, **facts: object) -> None:
    told = {"study": need.study.slug if need.study else "", "stage": need.stage, "nature": need.nature, **facts}
    record_events(by=by, happened=[Happened(verb=verb, target_type="need", target_key=str(need.uid), facts=told)])


def _tell_study(study: NeedStudy, *, by: User) -> None:
    """Its list of needs changed: the index follows the log."""
    snapshot = as_plain(study_record(study))
    happened = Happened(verb=Verb.CHANGED, target_type=STUDY, target_key=str(study.uid), snapshot=snapshot)
    record_events(by=by, happened=[happened])

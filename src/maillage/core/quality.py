"""How good a sheet is to someone who must decide, and what would raise it: never a bare score.

Mean of the criteria that apply, each from 0 to 1, as data.inclusion does. Bounds are in `weights.toml`, section
`quality`. Method: docs/method/qualite.md.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from maillage.core.records import ProgrammeRecord
from maillage.core.text import fold
from maillage.core.vocabulary import Status
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

ONLINE = re.compile(r"\b(en ligne|formulaire|teleservice|teleprocedure|plateforme|portail|site (web|internet))\b")
BY_PHONE = re.compile(r"\b(telephone|telephoner|par tel|appelez|appeler le|standard)\b")
NUMBER = re.compile(r"(?:\+33|0)\s*[1-9](?:[\s.-]*\d{2}){4}|\b3\d{3}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion. `score`: from 0 to 1, None where it does not apply. `advice`: what would raise it."""

    name: str
    score: float | None
    advice: Reason | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """The criteria of one sheet."""

    criteria: tuple[Criterion, ...]

    @property
    def score(self) -> float:
        """Mean of the criteria that apply, from 0 to 1."""
        found = [one.score for one in self.criteria if one.score is not None]
        return sum(found) / len(found) if found else 0.0

    @property
    def advice(self) -> tuple[Reason, ...]:
        """What would raise it, what costs most first."""
        open_ones = [one for one in self.criteria if one.advice is not None and one.score is not None]
        ordered = sorted(open_ones, key=lambda one: one.score or 0.0)
        return tuple(one.advice for one in ordered if one.advice is not None)


def quality(record: ProgrammeRecord, *, today: dt.date) -> Quality:
    """The quality of a sheet as it stands today."""
    return Quality(
        (
            _freshness(record, today),
            _description(record),
            _themes(record),
            _audiences(record),
            _contact(record),
            _channel(record),
        )
    )


def confirmed_on(record: ProgrammeRecord) -> dt.date | None:
    """The last day someone, or its source, said that the sheet is right; None when nobody ever did."""
    return max((day for day in (record.verified_on, record.source_updated_on) if day), default=None)


def freshness_score(age_days: int) -> float:
    """1 under `fresh_days`, 0 from `old_days` on, linear between. A day to come counts as today."""
    fresh, old = weight("quality", "fresh_days"), weight("quality", "old_days")
    return min(1.0, max(0.0, (old - age_days) / (old - fresh)))


def _freshness(record: ProgrammeRecord, today: dt.date) -> Criterion:
    """A draft that nobody reads yet has no age."""
    day = confirmed_on(record)
    if day is None:
        applies = record.status == Status.PUBLISHED
        return Criterion(
            name="freshness",
            score=0.0 if applies else None,
            advice=because("confirm_first") if applies else None,
        )
    score = freshness_score((today - day).days)
    advice = because("confirm_again", day=day.isoformat()) if score < 1 else None
    return Criterion(name="freshness", score=score, advice=advice)


def _description(record: ProgrammeRecord) -> Criterion:
    length = len(record.description.strip())
    few, enough, many = (weight("quality", name) for name in ("few_characters", "enough_characters", "many_characters"))
    if length < few:
        return Criterion(name="description", score=0.0, advice=because("describe", length=length, wanted=int(enough)))
    if length < enough:
        advice = because("describe_more", length=length, wanted=int(enough))
        return Criterion(name="description", score=weight("quality", "middling"), advice=advice)
    if length > many:
        advice = because("describe_less", length=length, wanted=int(many))
        return Criterion(name="description", score=weight("quality", "middling"), advice=advice)
    return Criterion(name="description", score=1.0)


def _themes(record: ProgrammeRecord) -> Criterion:
    if record.generalist and not record.categories:
        return Criterion(name="themes", score=None)
    return _held("themes", bool(record.categories), because("name_theme"))


def _audiences(record: ProgrammeRecord) -> Criterion:
    return _held("audiences", bool(record.audiences), because("name_audience"))


def _contact(record: ProgrammeRecord) -> Criterion:
    """A network's local member is a contact."""
    held = bool(record.contact_desk or record.contact_url or record.delivered_by)
    return _held("contact", held, because("name_contact"))


def _channel(record: ProgrammeRecord) -> Criterion:
    """The way to ask that the sheet tells, and what one needs to take it. None when it tells neither."""
    way = fold(record.how_to)
    reached = bool(record.contact_desk or record.contact_url)
    if not way.strip():
        return _held("channel", False, because("say_how")) if reached else Criterion(name="channel", score=None)
    if ONLINE.search(way) and not (record.contact_url or "http" in way or "www." in way):
        return Criterion(name="channel", score=0.0, advice=because("online_without_address"))
    said = f"{record.how_to} {record.contact_desk}"
    if BY_PHONE.search(way) and not (NUMBER.search(said) or record.delivered_by):
        return Criterion(name="channel", score=0.0, advice=because("phone_without_number"))
    return Criterion(name="channel", score=1.0)


def _held(name: str, held: bool, advice: Reason) -> Criterion:
    return Criterion(name=name, score=1.0 if held else 0.0, advice=None if held else advice)

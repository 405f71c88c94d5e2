"""Sessions as pages tell them: times read on our clock, changes and alarms in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.core.timetable import Alarm
from maillage.core.vocabulary import Echelon, Labelled, Nature
from maillage.dialogue.models import AgendaMoment, MomentKind, ProgrammeVersion, Session, SessionMode
from maillage.dialogue.queries.programme import Change, programme_plain
from maillage.web.messages import reason_told
from maillage.web.typography import day_in_words, french

CHANGES = {
    "added": _("« %(title)s » entre au programme"),
    "lasts": _("« %(title)s » dure %(after)s min au lieu de %(before)s"),
    "mode": _("la session se tient %(after)s"),
    "moved": _("« %(title)s » commence à %(after)s au lieu de %(before)s"),
    "place": _("le lieu devient « %(after)s »"),
    "removed": _("« %(title)s » quitte le programme"),
    "renamed": _("« %(before)s » s’appelle désormais « %(after)s »"),
    "room": _("« %(title)s » : salle %(after)s"),
    "speakers": _("« %(title)s » : interviennent %(after)s"),
    "starts": _("la session commence le %(after)s"),
}
"""What changed between two programmes, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """A moment as a page shows it. `above`, `below`: before which moment it stands once moved, "" at the end."""

    uid: str
    kind: str
    title: str
    details: str
    minutes: int
    room: str
    speakers: tuple[tuple[str, str], ...]
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    beside: bool
    turns: bool
    """Whether people turn between workshops then."""
    above: str | None = None
    below: str | None = None
    alarms: tuple[str, ...] = ()


def moments_told(plain: Mapping[str, Any], alarms: Sequence[Alarm] = ()) -> list[MomentView]:
    """The moments of a programme, in order, each with what does not hold together in it."""
    moments = list(plain.get("moments", ()))
    uids = [moment["uid"] for moment in moments]
    return [
        MomentView(
            uid=moment["uid"],
            kind=gettext(str(MomentKind(moment["kind"]).label)),
            title=french(moment["title"] or gettext(str(MomentKind(moment["kind"]).label)).capitalize()),
            details=moment["details"],
            minutes=moment["minutes"],
            room=moment["room"],
            speakers=tuple((one["name"], one["slug"]) for one in moment["speakers"]),
            starts_at=_instant(moment["starts_at"]),
            ends_at=_instant(moment["ends_at"]),
            beside=moment["beside"] and place > 0,
            turns=moment["kind"] == MomentKind.WORKSHOPS,
            above=uids[place - 1] if place else None,
            below=None if place == len(uids) - 1 else (uids[place + 2] if place + 2 < len(uids) else ""),
            alarms=tuple(reason_told(each.reason) for each in alarms if moment["uid"] in each.keys),
        )
        for place, moment in enumerate(moments)
    ]


def programme_shown(session: Session, version: ProgrammeVersion | None, moments: Sequence[AgendaMoment]) -> Any:
    """The published programme, or the one being prepared when none was."""
    return version.plain if version else programme_plain(session, moments)


def _instant(text: str) -> dt.datetime | None:
    return timezone.localtime(dt.datetime.fromisoformat(text)) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A published programme, and what changed then."""

    number: int
    at: dt.datetime
    changes: tuple[str, ...]


def versions_told(versions: Iterable[ProgrammeVersion]) -> list[VersionView]:
    """The published programmes in words, as given."""
    return [
        VersionView(number=each.number, at=each.at, changes=tuple(change_told(Change(**one)) for one in each.changes))
        for each in versions
    ]


def change_told(change: Change) -> str:
    """One change, in words."""
    values = {"title": change.title, "before": change.before, "after": change.after or gettext("non dit")}
    if change.code in ("moved", "starts"):
        values |= {name: _hour(values[name], whole=change.code == "starts") for name in ("before", "after")}
    if change.code == "mode" and change.after:
        values["after"] = gettext(str(SessionMode(change.after).label))
    if change.code == "renamed" and not change.after:
        values["after"] = change.title
    return french(gettext(CHANGES[change.code]) % values)


def _hour(text: str, *, whole: bool) -> str:
    try:
        moment = timezone.localtime(dt.datetime.fromisoformat(text))
    except ValueError:
        return gettext("une heure à fixer")
    hour = formats.time_format(moment, "H:i")
    return f"{day_in_words(moment.date())}, {hour}" if whole else hour


def alarms_told(alarms: Iterable[Alarm]) -> list[str]:
    """What does not hold together, in words."""
    return [reason_told(each.reason) for each in alarms]


def when_told(session: Session) -> str:
    """The day of a session in words: ours, or what a text says of it."""
    if session.starts_at:
        moment = timezone.localtime(session.starts_at)
        return f"{day_in_words(moment.date())}, {formats.time_format(moment, 'H:i')}"
    return french(session.when_told)


def attendance_told(counts: Mapping[str, Mapping[str, int]]) -> list[list[tuple[str, int]]]:
    """How many organisations of each nature, then of each échelon, in words; those that were not there are left out."""
    kinds: tuple[tuple[type[Labelled], str], ...] = ((Nature, "natures"), (Echelon, "echelons"))
    told = (
        [(french(gettext(each.label)), counts[name][each.value]) for each in kind if counts[name].get(each.value)]
        for kind, name in kinds
    )
    return [each for each in told if each]


def session_title(session: Session) -> str:
    """`Session 22 : Investir ensemble`."""
    number = gettext("Session %(number)s") % {"number": session.number}
    return french(f"{number} : {session.title}") if session.title else number

"""Speaking time: timed from a phone or noted by hand, shared by organisation, nature and échelon, and printed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, MaillageError
from maillage.core.speaking import Share
from maillage.core.vocabulary import Echelon, Nature
from maillage.dialogue.actions.speaking import drop_turn, end_turn, give_floor, note_time
from maillage.dialogue.models import AgendaMoment, Session, SpeakingTurn
from maillage.dialogue.queries.programme import moments_of, session_numbered, times_of, title_of
from maillage.dialogue.queries.speaking import Floor, floor_of, lasted, speakers_of, turns_of
from maillage.dialogue.queries.taking_part import is_member_of
from maillage.web.guard import leaders, signed_in
from maillage.web.messages import told
from maillage.web.params import only_known, whole
from maillage.web.sessioning import session_title
from maillage.web.typography import french

ACTS = ("commencer", "arreter", "noter", "retirer")


@never_cache
@signed_in
def shared(request: HttpRequest, number: int) -> HttpResponse:
    """How the time was shared, for those who come: to read and to print."""
    only_known(request, ())
    row = session_numbered(number, user=request.user)
    if not is_member_of(request.user, row):
        raise PermissionDenied
    context = {"session": row, "title": session_title(row), **_told(row, list(turns_of(row)), now=timezone.now())}
    return render(request, "dialogue/speaking.html", context)


@never_cache
@leaders
def timing(request: HttpRequest, number: int) -> HttpResponse:
    """Give the floor, take it back, note a time by hand, moment by moment."""
    query = only_known(request, ("moment",))
    row = session_numbered(number, user=request.user)
    moments = moments_of(row)
    turns, now = list(turns_of(row)), timezone.now()
    moment = _moment(query.get("moment", ""), row, moments, turns, now=now)
    if request.method == "POST" and moment is not None:
        try:
            _act(request, moment)
        except MaillageError as error:
            messages.error(request, told(error))
        return HttpResponseRedirect(f"{request.path}?moment={moment.uid}")
    context: dict[str, Any] = {
        "session": row,
        "title": session_title(row),
        "moments": [(str(each.uid), french(title_of({"title": each.title, "kind": each.kind}))) for each in moments],
        "moment": moment,
        "key": uuid.uuid4(),
        **_told(row, turns, now=now),
    }
    if moment is not None:
        context |= _timed(moment, [each for each in turns if each.moment_id == moment.pk], now=now)
    return render(request, "dialogue/speaking_led.html", context)


def _moment(
    asked: str, row: Session, moments: list[AgendaMoment], turns: list[SpeakingTurn], *, now: dt.datetime
) -> AgendaMoment | None:
    """The moment asked for, else the one where somebody speaks, else the one of this hour, else the first."""
    if asked:
        found = next((each for each in moments if str(each.uid) == asked), None)
        if found is None:
            raise Invalid("choice_unknown", field="moment", value=asked, expected=[str(each.uid) for each in moments])
        return found
    running = {each.moment_id for each in turns if each.seconds is None}
    timed = zip(moments, times_of(row, moments), strict=False)
    by_clock = [moment for moment, when in timed if when.starts_at <= now < when.ends_at]
    return next(iter([*(each for each in moments if each.pk in running), *by_clock, *moments]), None)


def _timed(moment: AgendaMoment, turns: Sequence[SpeakingTurn], *, now: dt.datetime) -> dict[str, Any]:
    """Who may speak in a moment and how long they did, who speaks now, the turns to take out."""
    spent: dict[int, int] = {}
    for each in turns:
        spent[each.organisation_id] = spent.get(each.organisation_id, 0) + lasted(each, now=now)
    running = next((each for each in turns if each.seconds is None), None)
    return {
        "running": running,
        "running_s": lasted(running, now=now) if running else 0,
        "speakers": [(each, _length(spent.get(each.pk, 0))) for each in speakers_of(moment)],
        "turns": [(each, _length(each.seconds)) for each in turns if each.seconds is not None][::-1],
    }


def _told(row: Session, turns: Sequence[SpeakingTurn], *, now: dt.datetime) -> dict[str, Any]:
    """The tables of a session, and its moments one by one."""
    floor = floor_of(row, turns, now=now)
    spent: dict[str, int] = {}
    for each in turns:
        name = french(title_of({"title": each.moment.title, "kind": each.moment.kind}))
        spent[name] = spent.get(name, 0) + lasted(each, now=now)
    return {
        "total": _length(floor.seconds),
        "is_empty": not floor.seconds,
        "by_moment": [(name, _length(seconds)) for name, seconds in spent.items()],
        "tables": [
            (gettext("Par structure"), _rows(floor.organisations, floor.names, floor)),
            (gettext("Par nature d’ingénierie"), _rows(floor.natures, _labels(Nature), None)),
            (gettext("Par échelon"), _rows(floor.echelons, _labels(Echelon), None)),
        ],
    }


def _rows(found: Sequence[Share], names: dict[str, str], floor: Floor | None) -> list[dict[str, Any]]:
    return [
        {
            "name": french(names.get(each.key, gettext("non dit"))),
            "length": _length(round(each.seconds)),
            "part": round(100 * each.part),
            "expected": None if floor and each.key not in floor.here else round(100 * each.expected),
        }
        for each in found
    ]


def _labels(kind: type[Nature] | type[Echelon]) -> dict[str, str]:
    return {code: gettext(str(label)) for code, label in kind.choices()}


def _length(seconds: int | None) -> str:
    """`1 h 05 min`, `12 min 30 s`, `40 s`; `0 s` for nothing."""
    minutes, rest = divmod(seconds or 0, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _act(request: HttpRequest, moment: AgendaMoment) -> None:
    said, by = request.POST, cast(User, request.user)
    asked = said.get("geste", "")
    if asked == "commencer":
        give_floor(moment=moment, organisation=_organisation(said), seen=said.get("vu", ""), by=by)
    elif asked == "noter":
        seconds = 60 * whole(said.get("minutes", "") or "0") + whole(said.get("secondes", "") or "0")
        note_time(moment=moment, organisation=_organisation(said), seconds=seconds, key=_key(said), by=by)
    elif asked in ("arreter", "retirer"):
        rows = SpeakingTurn.objects.select_related("moment__session")
        turn = get_object_or_404(rows, moment=moment, uid=_key(said, "tour"))
        (end_turn if asked == "arreter" else drop_turn)(turn=turn, by=by)
    else:
        raise Invalid("choice_unknown", field="geste", value=asked, expected=list(ACTS))


def _organisation(said: Any) -> Organisation:
    found = Organisation.objects.filter(slug=said.get("structure", "")).first()
    if found is None:
        raise Invalid("organisation_unknown", value=said.get("structure", "")[:80])
    return found


def _key(said: Any, name: str = "cle") -> uuid.UUID:
    try:
        return uuid.UUID(said.get(name, ""))
    except ValueError:
        return uuid.uuid4()

"""The animateur's desk of the workshops: topics, hosts, seats drawn, mended and changed by hand, rounds begun."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError
from maillage.core.rotation import Pin
from maillage.core.rotation.shapes import LEAST, MOST
from maillage.dialogue.actions.attending import note_leaving
from maillage.dialogue.actions.seating import (
    confirm_change,
    draw_seats,
    drop_change,
    free_seat,
    mend_seats,
    propose_change,
    propose_swap,
)
from maillage.dialogue.actions.workshops import begin_round, name_hosts, prepare_workshops
from maillage.dialogue.models import AgendaMoment, Attendance, Rotation, RotationMode
from maillage.dialogue.queries.seating import change_of, held_of, pending_of, people_of
from maillage.dialogue.queries.topics import choice_of
from maillage.dialogue.queries.workshops import clock_of, rotation_of, tables_of, workshops_of
from maillage.web.guard import leaders
from maillage.web.messages import told
from maillage.web.params import only_known, whole

Act = Callable[[Rotation, QueryDict, User], Any]


@never_cache
@leaders
def desk(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """What an animateur sees and does of the workshops of a moment."""
    only_known(request, ())
    moment = get_object_or_404(AgendaMoment.objects.select_related("session"), uid=uid)
    rotation = rotation_of(moment)
    context = {
        "moment": moment,
        "rotation": rotation,
        "modes": RotationMode.choices,
        "choice": choice_of(moment),
        "sizes": range(LEAST, MOST + 1),
        **(_told(rotation) if rotation else {"workshops": []}),
    }
    return render(request, "dialogue/lead.html", context)


def _told(rotation: Rotation) -> dict[str, Any]:
    """The tables, who sits, who waits, what was asked by hand."""
    workshops, people, turns = workshops_of(rotation), people_of(rotation), tables_of(rotation)
    return {
        "workshops": workshops,
        "turns": list(enumerate(turns, 1)),
        "coming": [(at, at + 1) for at in range(rotation.begun, len(turns))],
        "people": sorted({(seat.name, seat.uid) for turn in turns for table in turn for seat in table.seats}),
        "here": [row for row in people if row.left_at is None],
        "gone": [row for row in people if row.left_at],
        "pending": pending_of(rotation, people),
        "held": held_of(rotation, people, workshops),
        "change": change_of(rotation, people, workshops),
        "clock": clock_of(rotation, rounds=len(workshops), now=timezone.now()),
    }


@require_POST
@leaders
def act(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One act of the desk, then the desk again; what a rule refuses is said there."""
    moment = get_object_or_404(AgendaMoment.objects.select_related("session"), uid=uid)
    said, by = request.POST, cast(User, request.user)
    asked = said.get("geste", "")
    if asked == "preparer":
        titles = [line for line in said.get("sujets", "").splitlines() if line.strip()]
        minutes = whole(said.get("minutes", ""))
        prepare_workshops(moment=moment, titles=titles, mode=said.get("mode", ""), minutes=minutes, by=by)
    elif asked in ACTS:
        try:
            ACTS[asked](get_object_or_404(Rotation, moment=moment), said, by)
        except MaillageError as error:
            messages.error(request, told(error))
            return _back(moment)
    else:
        raise Invalid("choice_unknown", field="geste", value=asked, expected=["preparer", *ACTS])
    messages.success(request, gettext("C’est fait."))
    return _back(moment)


def _back(moment: AgendaMoment) -> HttpResponse:
    return HttpResponseRedirect(f"/animation/dialogue/ateliers/{moment.uid}")


def _draw(rotation: Rotation, said: QueryDict, by: User) -> None:
    draw_seats(rotation=rotation, seed=whole(said.get("graine", "1")), by=by)


def _mend(rotation: Rotation, _said: QueryDict, by: User) -> None:
    mend_seats(rotation=rotation, by=by)


def _begin(rotation: Rotation, said: QueryDict, by: User) -> None:
    begin_round(rotation=rotation, seen=whole(said.get("vu", "")), by=by)


def _host(rotation: Rotation, said: QueryDict, by: User) -> None:
    """Name who hosts each table, in the order of the tables."""
    asked = said.getlist("accueille")
    rows = _people(rotation)
    name_hosts(rotation=rotation, hosts=[_one(rows, each) if each else None for each in asked], by=by)


def _pin(rotation: Rotation, said: QueryDict, by: User) -> None:
    pin = Pin(said.get("personne", ""), whole(said.get("ronde", "")), whole(said.get("table", "")))
    propose_change(rotation=rotation, pins=(pin,), by=by)


def _swap(rotation: Rotation, said: QueryDict, by: User) -> None:
    turn = whole(said.get("ronde", ""))
    propose_swap(rotation=rotation, one=said.get("une", ""), two=said.get("autre", ""), round=turn, by=by)


def _confirm(rotation: Rotation, said: QueryDict, by: User) -> None:
    confirm_change(rotation=rotation, key=said.get("cle", ""), by=by)


def _drop(rotation: Rotation, _said: QueryDict, by: User) -> None:
    drop_change(rotation=rotation, by=by)


def _free(rotation: Rotation, said: QueryDict, by: User) -> None:
    free_seat(rotation=rotation, person=said.get("personne", ""), round=whole(said.get("ronde", "")), by=by)


def _leave(rotation: Rotation, said: QueryDict, by: User) -> None:
    """Someone leaves, or is back; pressed twice, once. Their seats follow at once when seats are drawn."""
    row = _one(_people(rotation), said.get("personne", ""))
    if (row.left_at is not None) != (said.get("geste") == "partir"):
        note_leaving(attendance=row, by=by)
    if rotation.plan:
        mend_seats(rotation=rotation, by=by)


def _people(rotation: Rotation) -> dict[str, Attendance]:
    return {str(row.uid): row for row in Attendance.objects.filter(session=rotation.moment.session)}


def _one(rows: dict[str, Attendance], uid: str) -> Attendance:
    if uid not in rows:
        raise Invalid("unknown_pin", key=uid)
    return rows[uid]


ACTS: dict[str, Act] = {
    "tirer": _draw,
    "reparer": _mend,
    "commencer": _begin,
    "accueillir": _host,
    "epingler": _pin,
    "echanger": _swap,
    "confirmer": _confirm,
    "abandonner": _drop,
    "liberer": _free,
    "partir": _leave,
    "revenir": _leave,
}

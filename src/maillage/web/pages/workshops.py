"""The workshops of a day: where I go now, what the group before left, the printed sheets."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError, Refused
from maillage.dialogue.actions.noting import write_note
from maillage.dialogue.links import registration_of
from maillage.dialogue.models import AgendaMoment, Rotation, Workshop
from maillage.dialogue.queries.members import Member, takes_part
from maillage.dialogue.queries.workshops import (
    clock_of,
    hosted_by,
    notes_of,
    open_tables,
    running_tables,
    tables_of,
    ways_of,
    workshops_of,
)
from maillage.web.guard import signed_in
from maillage.web.messages import told
from maillage.web.params import only_known


@never_cache
@signed_in
def room(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Where I go now and next, by the server's clock, and the notes of my table: read them, add to them."""
    rotation = get_object_or_404(Rotation.objects.select_related("moment__session"), uid=uid)
    return _room(request, rotation, _member(request, rotation.moment), at=f"/dialogue/ateliers/{uid}")


@never_cache
def room_by_link(request: HttpRequest, word: str, uid: uuid.UUID) -> HttpResponse:
    """The same for a delegate without an account, by the link of their registration: their seats, their tables."""
    registration = registration_of(word)
    rows = Rotation.objects.select_related("moment__session").filter(moment__session=registration.session)
    rotation = get_object_or_404(rows, uid=uid)
    member = Member(session=rotation.moment.session, registration=registration)
    if not takes_part(member):
        raise Refused("not_noted_here")
    return _room(request, rotation, member, at=f"/dialogue/inscriptions/{word}/ateliers/{uid}")


def _room(request: HttpRequest, rotation: Rotation, member: Member, *, at: str) -> HttpResponse:
    query = only_known(request, ("atelier",))
    workshops = workshops_of(rotation)
    clock = clock_of(rotation, rounds=len(workshops), now=timezone.now())
    ways = [
        (name, [None if seat is None else workshops[seat] for seat in way]) for name, way in ways_of(rotation, member)
    ]
    hosted, readable = hosted_by(rotation, member), open_tables(rotation, member)
    seen = [each for each in workshops if each.position in readable]
    table = _table(query.get("atelier", ""), workshops, ways, turn=clock.round, hosted=hosted)
    if table and table not in seen:
        raise PermissionDenied
    context: dict[str, Any] = {"written": "", "key": uuid.uuid4(), "fault": ""}
    if request.method == "POST":
        done = _write(request, rotation.moment, member, workshop=table, context=context)
        if done:
            return HttpResponseRedirect(f"{at}?atelier={table.position}" if table else at)
    may_write = not member.is_by_link or bool(table and table.position in running_tables(rotation, member))
    context |= {
        "rotation": rotation,
        "at": at,
        "by_link": member.is_by_link,
        "clock": clock,
        "ways": [(name, list(enumerate(way, 1))) for name, way in ways],
        "hosted": [each for each in workshops if each.position in hosted],
        "now": None if clock.round is None else clock.round + 1,
        "table": table,
        "may_write": may_write,
        "send_to": "" if may_write else at,
        "workshops": seen,
        "notes": [(note, (note.round or 0) + 1) for note in notes_of(rotation.moment, workshop=table)] if table else [],
    }
    return render(request, "dialogue/room.html", context, status=409 if context["fault"] else 200)


def _member(request: HttpRequest, moment: AgendaMoment) -> Member:
    """Who asks, when the members' part is open to them. Raises PermissionDenied for any other."""
    member = Member(session=moment.session, user=cast(User, request.user))
    if not takes_part(member):
        raise PermissionDenied
    return member


def _table(
    asked: str,
    workshops: list[Workshop],
    ways: list[tuple[str, list[Workshop | None]]],
    *,
    turn: int | None,
    hosted: frozenset[int],
) -> Workshop | None:
    """The table asked for, else the one I host, else mine at this round."""
    if asked:
        if not asked.isdecimal() or int(asked) >= len(workshops):
            raise Invalid(
                "choice_unknown", field="atelier", value=asked, expected=[str(one.position) for one in workshops]
            )
        return workshops[int(asked)]
    if hosted:
        return workshops[min(hosted)]
    return ways[0][1][turn] if ways and turn is not None else None


def _write(
    request: HttpRequest,
    moment: AgendaMoment,
    member: Member,
    *,
    context: dict[str, Any],
    workshop: Workshop | None = None,
) -> bool:
    """Keep the note; when a rule says no, its words go back in the form with the reason."""
    text = request.POST.get("note", "")
    try:
        key = uuid.UUID(request.POST.get("cle", ""))
    except ValueError:
        key = uuid.uuid4()
    try:
        write_note(moment=moment, text=text, key=key, by=member.user, link=member.registration, workshop=workshop)
    except MaillageError as error:
        kept = uuid.uuid4() if error.code == "note_key_taken" else key
        context |= {"written": text, "key": kept, "fault": told(error)}
        return False
    messages.success(request, gettext("Note gardée."))
    return True


@never_cache
@signed_in
def notes(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The notes of a moment, written together: each one adds, nobody overwrites."""
    only_known(request, ())
    moment = get_object_or_404(AgendaMoment.objects.select_related("session"), uid=uid)
    member = _member(request, moment)
    context: dict[str, Any] = {"written": "", "key": uuid.uuid4(), "fault": ""}
    if request.method == "POST" and _write(request, moment, member, context=context):
        return HttpResponseRedirect(request.path)
    context |= {"moment": moment, "may_write": True, "notes": [(note, None) for note in notes_of(moment)]}
    return render(request, "dialogue/notes.html", context, status=409 if context["fault"] else 200)


@never_cache
@signed_in
def sheets(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The sheets to print: round by round, who sits where."""
    only_known(request, ())
    rotation = get_object_or_404(Rotation.objects.select_related("moment__session"), uid=uid)
    _member(request, rotation.moment)
    turns = list(enumerate(tables_of(rotation), 1))
    return render(request, "dialogue/seats.html", {"rotation": rotation, "turns": turns})

"""The topics of the workshops: proposed and chosen with dots by those who are there, live; closed by an animateur."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.models import User
from maillage.core.dots import DOTS
from maillage.core.errors import Invalid, MaillageError, Refused
from maillage.core.rotation.shapes import LEAST, MOST
from maillage.dialogue.actions.topics import (
    close_topics,
    keep_topics,
    merge_topics,
    open_topics,
    place_dots,
    propose_topic,
    withdraw_topic,
)
from maillage.dialogue.links import Live, live_of, live_word, registration_of
from maillage.dialogue.models import AgendaMoment, Attendance, ChoiceState, Topic, TopicChoice
from maillage.dialogue.queries.members import Member, persons_of, takes_part
from maillage.dialogue.queries.topics import best_of, choice_of, count_of, marks_of, placing_for
from maillage.web.fragments import render_page
from maillage.web.guard import leaders, signed_in
from maillage.web.messages import told
from maillage.web.params import only_known, whole

LIVE_S = 5
"""Seconds between two readings of the count by an open page."""
ACTS = ("proposer", "points", "retirer")
LEADING = ("ouvrir", "reunir", "separer", "retirer", "clore", "garder")


@never_cache
@signed_in
def topics(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Propose, place one's dots, see the count live."""
    moment = get_object_or_404(AgendaMoment.objects.select_related("session"), uid=uid)
    member = Member(session=moment.session, user=cast(User, request.user))
    if not takes_part(member):
        raise PermissionDenied
    return _topics(request, moment, member, at=f"/dialogue/moments/{uid}/sujets")


@never_cache
def topics_by_link(request: HttpRequest, word: str, uid: uuid.UUID) -> HttpResponse:
    """The same for a delegate without an account, by the link of their registration."""
    registration = registration_of(word)
    rows = AgendaMoment.objects.select_related("session").filter(session=registration.session)
    moment = get_object_or_404(rows, uid=uid)
    member = Member(session=moment.session, registration=registration)
    if not takes_part(member):
        raise Refused("not_noted_here")
    return _topics(request, moment, member, at=f"/dialogue/inscriptions/{word}/sujets/{uid}")


def _topics(request: HttpRequest, moment: AgendaMoment, member: Member, *, at: str) -> HttpResponse:
    query = only_known(request, ("pour",))
    choice = choice_of(moment)
    people = placing_for(member)
    person = _person(request.POST.get("pour", "") or query.get("pour", ""), people, member)
    fault = ""
    if request.method == "POST" and choice is not None:
        try:
            _act(request, choice, member, person)
        except MaillageError as error:
            fault = told(error)
        else:
            return HttpResponseRedirect(f"{at}?pour={person.uid}" if person and len(people) > 1 else at)
    context = {
        "moment": moment,
        "member": member,
        "at": at,
        "people": people,
        "person": person,
        "again": _again(choice, person, at) if choice and choice.state == ChoiceState.OPEN else "",
        "fault": fault,
        "written": request.POST.get("titre", "") if fault else "",
        **_told(choice, member, person),
    }
    live = bool(getattr(request, "htmx", None))
    status = 409 if fault and not live else 200
    page = render_page(request, "dialogue/topics.html", "dialogue/_topics.html", context, status=status)
    if live and choice is not None and choice.state != ChoiceState.OPEN:
        page.headers["HX-Refresh"] = "true"
    return page


def _again(choice: TopicChoice, person: Attendance | None, at: str) -> str:
    """Where this page, once open, reads what others placed."""
    key = person.pk if person else 0
    seen = marks_of(choice.uid.hex, person=key).shown
    word = live_word(Live(choice.uid.hex, key, f"{at}?pour={person.uid}" if person else at))
    return f"/dialogue/points/{word}?vu={seen}"


@never_cache
@require_safe
def counts(request: HttpRequest, word: str) -> HttpResponse:
    """The dots of each topic for a page that is open; new topics, one's own dots or a close send it to its address."""
    query, live = only_known(request, ("vu",)), live_of(word)
    marks = marks_of(live.choice, person=live.person)
    if query.get("vu") != marks.shown:
        return HttpResponseRedirect(live.at)
    return HttpResponse(_counts(live.choice, marks.dots, get_language() or ""), headers={"HX-Reswap": "none"})


@lru_cache(maxsize=16)
def _counts(choice: str, _mark: str, _language: str) -> str:
    """The same for two hundred phones: counted and written once until a dot moves."""
    return render_to_string(
        "dialogue/_topics_live.html", {"count": count_of(get_object_or_404(TopicChoice, uid=choice))}
    )


def _told(choice: TopicChoice | None, member: Member, person: Attendance | None) -> dict[str, Any]:
    """Where the choice is, and what one may still do in it."""
    if choice is None:
        return {"choice": None}
    count = count_of(choice, person=person)
    found = best_of(choice, count) if choice.state == ChoiceState.CLOSED else None
    rows = count.topics if choice.state == ChoiceState.OPEN else sorted(count.topics, key=lambda each: -each.dots)
    mine = set() if member.is_leading else set(persons_of(member).values_list("organisation_id", flat=True))
    return {
        "choice": choice,
        "count": count,
        "rows": [
            {
                "view": each,
                "fewer": max(0, each.mine - 1),
                "more": each.mine + 1,
                "kept": found is not None and str(each.topic.uid) in found.kept,
                "tied": found is not None and str(each.topic.uid) in found.tied,
                "may_withdraw": member.is_leading or each.topic.organisation_id in mine,
            }
            for each in rows
        ],
        "best": found,
        "dots": DOTS,
        "live_s": LIVE_S,
        "sizes": range(LEAST, MOST + 1),
    }


def _person(asked: str, people: list[Attendance], member: Member) -> Attendance | None:
    """For whom dots are placed: the one asked for, else the only one there is; an animateur always chooses."""
    if asked:
        found = next((each for each in people if str(each.uid) == asked), None)
        if found is None:
            raise PermissionDenied
        return found
    return None if member.is_leading or not people else people[0]


def _act(request: HttpRequest, choice: TopicChoice, member: Member, person: Attendance | None) -> None:
    said = request.POST
    asked = said.get("geste", "")
    if asked == "proposer":
        propose_topic(choice=choice, title=said.get("titre", ""), member=member)
    elif asked == "points":
        if person is None:
            raise Refused("not_your_dots")
        place_dots(topic=_topic(choice, said), person=person, dots=whole(said.get("points", "")), member=member)
    elif asked == "retirer":
        withdraw_topic(topic=_topic(choice, said), member=member)
    else:
        raise Invalid("choice_unknown", field="geste", value=asked, expected=list(ACTS))


@require_POST
@leaders
def lead_topics(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Open, bring together, close, make the workshops."""
    moment = get_object_or_404(AgendaMoment.objects.select_related("session"), uid=uid)
    said, by = request.POST, cast(User, request.user)
    asked, to = said.get("geste", ""), f"/dialogue/moments/{uid}/sujets"
    try:
        if asked == "ouvrir":
            open_topics(moment=moment, tables=whole(said.get("ateliers", "")), by=by)
        elif asked in LEADING:
            _lead(request, get_object_or_404(TopicChoice, moment=moment), asked, by=by)
            to = f"/animation/dialogue/ateliers/{uid}" if asked == "garder" else to
        else:
            raise Invalid("choice_unknown", field="geste", value=asked, expected=list(LEADING))
    except Invalid:
        raise
    except MaillageError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(f"/dialogue/moments/{uid}/sujets")
    messages.success(request, gettext("C’est fait."))
    return HttpResponseRedirect(to)


def _lead(request: HttpRequest, choice: TopicChoice, asked: str, *, by: User) -> None:
    said = request.POST
    if asked == "clore":
        close_topics(choice=choice, by=by)
    elif asked == "garder":
        keep_topics(choice=choice, picked=said.getlist("choisi"), minutes=whole(said.get("minutes", "20")), by=by)
    elif asked == "retirer":
        withdraw_topic(topic=_topic(choice, said), member=Member(session=choice.moment.session, user=by))
    else:
        into = _topic(choice, said, "avec") if asked == "reunir" else None
        merge_topics(topic=_topic(choice, said), into=into, by=by)


def _topic(choice: TopicChoice, said: Any, name: str = "sujet") -> Topic:
    """The topic named by a form. Raises Refused("topic_gone") when there is none."""
    try:
        uid = uuid.UUID(said.get(name, ""))
    except ValueError:
        uid = None
    found = Topic.objects.select_related("choice").filter(choice=choice, uid=uid).first() if uid else None
    if found is None:
        raise Refused("topic_gone")
    return found

"""Who comes to a session, by the hundred, written without the machinery of a loop of templates."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from maillage.dialogue.models import Attendance, AttendanceSeat, Registration, RegistrationState, SessionMode
from maillage.web.typography import french

register = template.Library()


@register.simple_tag
def named_links(rows: Iterable[tuple[str, str]]) -> SafeString:
    """Organisations (name, slug) as items of a list: five hundred are a fifth of their page as template nodes."""
    return mark_safe(  # noqa: S308 - every part is escaped
        "".join(f'<li><a href="/acteurs/{escape(slug)}">{escape(french(name))}</a></li>' for name, slug in rows)
    )


@register.simple_tag(takes_context=True)
def registration_rows(context: template.Context, rows: Iterable[Registration], at: str) -> SafeString:
    """A hundred registrations and what may be done of each. `at`: the address where it is asked."""
    words = {
        "states": {each.value: escape(french(gettext(str(each.label)))) for each in RegistrationState},
        "modes": {each.value: escape(french(gettext(str(each.label)))) for each in SessionMode},
        "code": escape(gettext("code")),
        "token": f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(str(context["csrf_token"]))}">',
        "approuver": escape(gettext("Approuver")),
        "refuser": escape(gettext("Refuser")),
        "renouveler": escape(gettext("Renouveler son lien")),
        "annuler": escape(gettext("Annuler")),
    }
    return mark_safe("\n".join(_row(one, at, words) for one in rows))  # noqa: S308 - every part is escaped


DECISIONS = {
    RegistrationState.ASKED.value: ("approuver", "refuser"),
    RegistrationState.REFUSED.value: ("approuver",),
    RegistrationState.CONFIRMED.value: ("renouveler", "annuler"),
    RegistrationState.WAITING.value: ("renouveler", "annuler"),
}
"""What may be done of a registration, by its state."""


@register.simple_tag
def people_there(rows: Iterable[Attendance]) -> SafeString:
    """Who is there, and who has left, as items of a list; a form around them takes « part »."""
    seats = {each.value: escape(french(gettext(str(each.label)))) for each in AttendanceSeat}
    words = {True: escape(gettext("De retour")), False: escape(gettext("Parti"))}
    return mark_safe("\n".join(_person_there(one, seats, words) for one in rows))  # noqa: S308 - every part is escaped


def _person_there(one: Attendance, seats: dict[str, str], words: dict[bool, str]) -> str:
    name = f" · {escape(one.name)}" if one.name else ""
    hours = " → ".join(f"{timezone.localtime(at):%H:%M}" for at in (one.arrived_at, one.left_at) if at)
    return (
        f'<li class="actions"><span>{escape(french(one.organisation.name))}{name} '
        f'<span class="small soft">{seats.get(one.seat, "")} · {hours}</span></span>'
        f'<button class="button button--quiet" name="part" value="{one.pk}">{words[one.left_at is not None]}'
        f'<span class="visually-hidden"> {escape(one.organisation.name)}</span></button></li>'
    )


def _row(one: Registration, at: str, words: dict[str, Any]) -> str:
    name = one.organisation.name
    people = _person(one.delegate_name, one.delegate_email)
    if one.substitute_name:
        people += f" · {_person(one.substitute_name, one.substitute_email)}"
    buttons = "".join(_button(each, words[each], escape(name)) for each in DECISIONS.get(one.state, ()))
    form = f'<form class="actions" method="post" action="{at}/{one.pk}">{words["token"]}{buttons}</form>'
    return (
        f'<li value="{one.rank}"><p><span class="number soft">{one.rank}.</span> '
        f"<strong>{escape(french(name))}</strong> · {words['states'].get(one.state, '')} "
        f'<span class="small soft">{words["modes"].get(one.mode, "")}</span> · {words["code"]} '
        f'<code>{escape(one.code)}</code></p>\n<p class="small">{people}</p>\n{form if buttons else ""}</li>'
    )


def _person(name: str, email: str) -> str:
    return f'{escape(name)} <span class="soft">{escape(email)}</span>'


def _button(decision: str, words: str, name: str) -> str:
    danger = " button--danger" if decision in ("refuser", "annuler") else ""
    return (
        f'<button class="button button--quiet{danger}" name="decision" value="{decision}">{words}'
        f'<span class="visually-hidden"> {name}</span></button>'
    )

"""What an address may carry after its `?`: nothing unknown, nothing silently dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.http import HttpRequest, QueryDict

from maillage.core.errors import Invalid, Unknown


def only_known(request: HttpRequest, accepted: Collection[str], *, repeated: Collection[str] = ()) -> QueryDict:
    """The query, once every parameter is one of `accepted`, given once unless `repeated`, and free of NUL bytes.

    Raises Unknown("parameter_unknown") naming the first odd one and those that exist, Invalid("parameter_twice"),
    Invalid("parameter_unreadable").
    """
    for name, values in request.GET.lists():
        if name not in accepted and name not in repeated:
            raise Unknown("parameter_unknown", name=name, expected=sorted({*accepted, *repeated}) or ["aucun"])
        if name not in repeated and len(values) > 1:
            raise Invalid("parameter_twice", name=name)
        if any("\x00" in value or "\ufffd" in value for value in values):
            raise Invalid("parameter_unreadable", name=name)
    return request.GET


def chosen(query: QueryDict, name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The values of a filter, each one of `known`, without repeats. Raises Invalid("choice_unknown")."""
    accepted = list(known)
    values = tuple(dict.fromkeys(value for value in query.getlist(name) if value))
    for value in values:
        if value not in accepted:
            raise Invalid("choice_unknown", field=name, value=value, expected=accepted)
    return values


def page_number(query: QueryDict) -> int:
    """The page asked for, 1 when none is. Raises Invalid("page_unknown")."""
    text = query.get("page", "1")
    if not text.isascii() or not text.isdigit() or int(text[:9]) < 1:
        raise Invalid("page_unknown", page=text)
    return int(text[:9])


def day_asked(query: QueryDict, name: str) -> dt.date | None:
    """A day written 2026-01-31, or None when it is not asked for. Raises Invalid("day_unreadable")."""
    text = query.get(name, "")
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("day_unreadable", value=text) from error


def whole(text: str) -> int:
    """A whole number below a million, as a form sends it; -1 for anything else, which every rule refuses."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 6 else -1

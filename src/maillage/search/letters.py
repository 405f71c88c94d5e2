"""The messages themselves: text and HTML, in French, without image, tracking or third party."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, override

from maillage.core.errors import MaillageError
from maillage.search.links import confirm_link, manage_link
from maillage.search.models import MailKind, OutgoingMail, Shelf, WatchItem, WatchKind
from maillage.search.telling import ChangeTold, changes_told, link_told
from maillage.search.wanted import PATHS, read_wanted
from maillage.search.watched import need_texts

TOLD = 60
"""Lines told one by one in a message; the others are counted, and the watch lists them."""

REMEMBERED = 4000
"""Texts kept during a round, some 40 MB at most."""

LINK = "xxLINKxx"
"""Stands for the signed link of one search in words shared by many."""

CHAPTERS = {
    WatchKind.CLOSING: "Bientôt closes",
    WatchKind.NEW: "Nouvelles",
    WatchKind.CHANGED: "Modifiées",
    WatchKind.LINKED: "Articulées à d’autres",
    WatchKind.CLOSED: "Closes",
    WatchKind.GONE: "Disparues de leur source",
    WatchKind.ARCHIVED: "Retirées",
}
"""The chapters of a digest, what presses first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a digest."""

    title: str
    address: str
    changes: tuple[ChangeTold, ...]
    verb: str
    other: str
    statement: str
    closes_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a message says, but for the link of its reader."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One piece of news as it stands in a message."""

    text: SafeString
    html: SafeString


class Letter(EmailMultiAlternatives):
    """A message whose parts are set apart by its own Message-ID: written again, it is the same to the byte.

    A drawn boundary is also looked for in all the parts, which took an eighth of a round of digests (2026-11-22).
    """

    def message(self, *arguments: Any, **named: Any) -> Any:
        """As Django writes it, its boundary chosen."""
        built = super().message(*arguments, **named)
        said = hashlib.sha256(str(self.extra_headers.get("Message-ID", "")).encode()).hexdigest()[:32]
        built.set_boundary(f"=_{said}")
        return built


class Letters:
    """Writes messages. A piece of news is put into words once for all its readers; what the same news say to several
    readers of the same search is written once."""

    def __init__(self) -> None:
        self.items: dict[int, WatchItem] = {}
        self.texts: dict[str, str] = {}
        self.written: dict[Any, Words] = {}
        self.lines: dict[int, Written] = {}

    def read(self, mails: Sequence[OutgoingMail]) -> None:
        """Read what these messages speak of, in two queries; what was read before is kept."""
        if len(self.written) > REMEMBERED:
            self.items, self.texts, self.written, self.lines = {}, {}, {}, {}
        wanted = {pk for mail in mails for pk in mail.items[:TOLD]} - self.items.keys()
        found = WatchItem.objects.in_bulk(wanted)
        self.items |= found
        self.texts |= need_texts(found.values())

    def message(self, mail: OutgoingMail, *, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        """The message, always the same for the same mail: its Message-ID, its date, its lines."""
        search = mail.search
        with override("fr"):
            words = self._confirmation(mail) if mail.kind == MailKind.CONFIRM else self._digest(mail)
        link = manage_link(search)
        headers = {
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.created_at),
            "Auto-Submitted": "auto-generated",
        }
        if mail.kind == MailKind.DIGEST:
            headers["List-Unsubscribe"] = f"<{settings.SITE_URL}/alertes/{link}/desinscrire>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message = Letter(
            subject=words.subject,
            body=words.text.replace(LINK, link),
            to=[search.email],
            headers=headers,
            connection=connection,
        )
        message.attach_alternative(words.html.replace(LINK, link), "text/html")
        return message

    def _confirmation(self, mail: OutgoingMail) -> Words:
        search = mail.search
        context = {
            "site": settings.SITE_URL,
            "search": search,
            "told": _searched(search.shelf, search.query),
            "confirm": confirm_link(search),
            "link": LINK,
        }
        subject = gettext("Confirmez votre alerte") if not search.confirmed_at else gettext("Votre alerte existe déjà")
        return _words(f"[Maillage] {subject}", "confirm", context)

    def _digest(self, mail: OutgoingMail) -> Words:
        search = mail.search
        key = (search.shelf, search.query, search.frequency, tuple(mail.items))
        if key not in self.written:
            self.written[key] = self._write(mail)
        return self.written[key]

    def _write(self, mail: OutgoingMail) -> Words:
        search = mail.search
        items = [self.items[pk] for pk in mail.items[:TOLD] if pk in self.items]
        told = _searched(search.shelf, search.query)
        count = len(mail.items)
        line = ngettext("%(count)s nouvelle", "%(count)s nouvelles", count) % {"count": count}
        context = {
            "site": settings.SITE_URL,
            "search": search,
            "told": told,
            "count": count,
            "more": count - min(count, TOLD),
            "chapters": self._chapters(items),
            "list": PATHS[Shelf(search.shelf)] + (f"?{search.query}" if search.query else ""),
            "link": LINK,
        }
        return _words(f"[Maillage] {line} · {told}"[:200], "digest", context)

    def _chapters(self, items: Sequence[WatchItem]) -> list[tuple[str, list[Written]]]:
        found = []
        for kind, title in CHAPTERS.items():
            lines = [self._line(item) for item in items if item.kind == kind]
            if lines:
                found.append((gettext(title), lines))
        return found

    def _line(self, item: WatchItem) -> Written:
        if item.pk not in self.lines:
            context: dict[str, Any] = {"site": settings.SITE_URL, "line": _told(item, self.texts)}
            text = render_to_string("mail/_line.txt", context).strip("\n")
            html = render_to_string("mail/_line.html", context).strip("\n")
            self.lines[item.pk] = Written(text=SafeString(text), html=SafeString(html))
        return self.lines[item.pk]


def _words(subject: str, name: str, context: Mapping[str, Any]) -> Words:
    return Words(
        subject=" ".join(subject.split()),
        text=render_to_string(f"mail/{name}.txt", dict(context)),
        html=render_to_string(f"mail/{name}.html", dict(context)),
    )


def _searched(shelf: str, query: str) -> str:
    try:
        return read_wanted(shelf, parse_qsl(query)).told()
    except MaillageError:
        return query


def _told(item: WatchItem, texts: Mapping[str, str]) -> Told:
    words = texts.get(item.key, "") if item.shelf == Shelf.NEED else item.title
    return Told(
        title=" ".join(words.split())[:200] or gettext("Besoin retiré depuis"),
        address=item.address,
        changes=changes_told(item),
        verb=link_told(item),
        other=item.details.get("other", ""),
        statement=item.details.get("statement", ""),
        closes_on=item.closes_on if item.kind in (WatchKind.CLOSING, WatchKind.CLOSED, WatchKind.NEW) else None,
    )

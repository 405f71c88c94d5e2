"""What lists show by the hundred, written without the machinery of a loop of templates."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from maillage.core.trame import Desk
from maillage.web.listing import RowView, Value
from maillage.web.typography import french
from maillage.web.weaving import OfferView, ReasonView, Thread

register = template.Library()


@register.simple_tag
def facet_values(values: Iterable[Value]) -> SafeString:
    """The values of a facet as items of a list: a page has more than a hundred, 0.03 ms each as template nodes."""
    return mark_safe("".join(map(_item, values)))  # noqa: S308 - every part is escaped


_label = lru_cache(maxsize=4096)(escape)
"""A label or a name escaped: the same ones on every page."""


def _item(value: Value) -> str:
    current = ' aria-current="true"' if value.chosen else ""
    return (
        f'<li><a id="{_label(value.anchor)}" href="{escape(value.address)}"{current}>'
        f'<span class="facets__label">{_label(value.label)}</span> '
        f'<span class="facets__count">{value.count}</span></a></li>'
    )


@register.simple_tag
def result_rows(rows: Iterable[RowView]) -> SafeString:
    """The results as items of a list: twenty of them are 700 template nodes, a fifth of the time of the whole page."""
    why, lacks = escape(gettext("Pourquoi :")), escape(gettext("Il manque :"))
    return mark_safe("".join(_row(row, why, lacks) for row in rows))  # noqa: S308 - every part is escaped


def _row(row: RowView, why: str, lacks: str) -> str:
    by = f'<p class="result__by">{escape(row.by)}</p>' if row.by else ""
    text = f'<p class="result__text" lang="fr">{row.text}</p>' if row.text else ""
    because = f"{why} {escape(row.why)}." if row.why else ""
    because += f" {lacks} {escape(row.lacks)}." if row.lacks else ""
    because = f'<p class="result__why">{because}</p>' if because else ""
    natures = "".join(f'<span class="nature is-{code}">{_label(label)}</span>' for code, label in row.natures)
    echelon = f'<span class="tag">{_label(row.echelon)}</span>' if row.echelon else ""
    notes = "".join(f"<span>{_label(note)}</span>" for note in row.notes)
    return (
        f'<li class="result"><h3 class="result__title" lang="fr"><a href="{escape(row.address)}">{row.title}</a></h3>'
        f"{by}{text}{because}"
        f'<p class="result__meta">{natures}{echelon}{notes}</p></li>\n'
    )


@register.simple_tag
def cell_offers(offers: Iterable[OfferView], query: str) -> SafeString:
    """The offers of a cell of the trame. `query`: the question asked, as « pourquoi » takes it."""
    return mark_safe("".join(_again(offer) if offer.again else _told(offer, query) for offer in offers))  # noqa: S308 - every part is escaped


@register.simple_tag
def more_offers(offers: Iterable[OfferView]) -> SafeString:
    """The other offers of a cell as items of a list: an answer has some three hundred of them."""
    return mark_safe("".join(map(_one_more, offers)))  # noqa: S308 - every part is escaped


def _one_more(offer: OfferView) -> str:
    return (
        f'<li><a href="{escape(offer.address)}" lang="fr">{_label(offer.title)}</a> '
        f'<span class="offer__by">{_label(offer.echelon)} · {_label(offer.by)}</span></li>'
    )


def _again(offer: OfferView) -> str:
    see = gettext("voir l’étape %(stage)s") % {"stage": offer.again}
    return (
        f'<p class="offer offer--again"><a href="{escape(offer.address)}" lang="fr">{_label(offer.title)}</a> '
        f'<span class="offer__by">{escape(see)}</span></p>\n'
    )


def _told(offer: OfferView, query: str) -> str:
    anchor = f' id="{escape(offer.anchor)}"' if offer.anchor else ""
    title = _label(offer.title)
    return (
        f'<article class="offer"{anchor} data-offer="{escape(offer.slug)}">'
        f'<span class="offer__echelon">{_label(offer.echelon)}</span>\n'
        f'<h3 class="offer__title"><a href="{escape(offer.address)}" lang="fr">{title}</a></h3>\n'
        f'<p class="offer__by">{_label(offer.by)}</p>\n'
        f'<p class="offer__why"><span class="visually-hidden">{escape(gettext("Pourquoi :"))} </span>'
        f"{' · '.join(map(_reason, offer.reasons))}</p>\n"
        f"{''.join(map(_desk, offer.desks))}{''.join(map(_thread, offer.threads))}"
        f'<details class="more why"><summary>{escape(gettext("Pourquoi à cette place ?"))}'
        f'<span class="visually-hidden"> {title}</span></summary>{_standing(offer)}'
        f'<p><a href="/pourquoi?{escape(query)}&amp;fiche={escape(offer.slug)}">'
        f"{escape(gettext('Utile, ou pas pour moi ?'))}"
        f'<span class="visually-hidden"> {title}</span></a></p></details></article>\n'
    )


def _reason(reason: ReasonView) -> str:
    words = escape(reason.words)
    return f'<strong class="due">{words}</strong>' if reason.urgent else words


def _desk(desk: Desk) -> str:
    name = _label(french(desk.name))
    if desk.slug:
        name = f'<a href="/acteurs/{escape(desk.slug)}">{name}</a>'
    elif desk.website:
        name = f'<a href="{escape(desk.website)}" rel="external">{name}</a>'
    phone = f' · <span class="number">{escape(desk.phone)}</span>' if desk.phone else ""
    hidden = f'<span class="visually-hidden">{escape(gettext("Guichet :"))} </span>'
    return f'<p class="offer__desk">{hidden}{name}{phone}</p>\n'


def _thread(thread: Thread) -> str:
    kind = f"thread thread--{thread.kind}" + (" thread--suggested" if thread.suggested else "")
    tag = f' <span class="tag">{escape(gettext("suggéré"))}</span>' if thread.suggested else ""
    return (
        f'<p class="{kind}" data-to="{escape(thread.address)}">{escape(thread.verb)} '
        f'<a href="{escape(thread.address)}" lang="fr">{_label(thread.title)}</a>{tag}</p>\n'
    )


def _standing(offer: OfferView) -> str:
    ahead = f"<p>{escape(offer.ahead)}</p>" if offer.ahead else ""
    lacking = f"<p>{escape(gettext('Il manque :'))} {escape(offer.lacking)}</p>" if offer.lacking else ""
    return ahead + lacking

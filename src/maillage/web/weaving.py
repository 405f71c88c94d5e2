"""The answer, as its page shows it: every computed value arrives computed in the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.answer.links import Link
from maillage.answer.queries import Answer
from maillage.core.sheets import Sheet
from maillage.core.trame import Ahead, Cell, Desk, Gap, Offer
from maillage.core.vocabulary import Echelon, GapKind, LinkKind, Nature, Stage
from maillage.web.messages import reason_told
from maillage.web.typography import french

URGENT = frozenset({"closes_in_days", "closed", "presence_to_check", "address_to_check"})

SAID_ONCE = ("words_in_title", "words_in_text", "theme_shared")
"""Reasons that say the same thing, the most telling first: a cell keeps one, the sheet and the exports keep all."""

ON_THE_SHEET = frozenset({"pays_for"})

SHOWN_LINKS = 4
"""Threads of a family told at once; the others unfold."""

FAMILIES: tuple[tuple[str, tuple[LinkKind, ...]], ...] = (
    (_("Ce qui s’enchaîne"), (LinkKind.PRECEDES, LinkKind.REFERS_TO, LinkKind.RELAYS)),
    (
        _("Ce qui se complète"),
        (
            LinkKind.COMPLEMENTS,
            LinkKind.CO_CARRIES,
            LinkKind.CO_FUNDS,
            LinkKind.EQUIPS,
            LinkKind.LOCAL_VARIANT_OF,
            LinkKind.REPLACES,
        ),
    ),
    (_("Ce qui se cumule, ou pas"), (LinkKind.STACKABLE, LinkKind.NOT_STACKABLE)),
    (_("Ce qui se recouvre"), (LinkKind.OVERLAPS,)),
)
"""How the threads are told, by what one does with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonView:
    """One reason in words; `urgent` when a date presses."""

    words: str
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread as seen from one of its ends."""

    verb: str
    title: str
    address: str
    kind: str
    suggested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """One offer in a cell. `again`: number of the stage where it was already told in full, "" when it is told here."""

    slug: str
    anchor: str
    title: str
    address: str
    by: str
    echelon: str
    reasons: tuple[ReasonView, ...]
    desks: tuple[Desk, ...]
    threads: tuple[Thread, ...]
    again: str = ""
    ahead: str = ""
    """Why it comes before the next one, in a sentence."""
    lacking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """One gap: which of the three, in words, the nearest thing that exists, and what the signal form carries."""

    kind: str
    title: str
    sentence: str
    nearest_title: str = ""
    nearest_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One stage of one nature."""

    number: int
    stage: str
    stage_label: str
    nature: str
    nature_label: str
    state: str
    chosen: bool
    offers: tuple[OfferView, ...]
    more: tuple[OfferView, ...]
    gap: GapView | None
    not_expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The five cells of a nature."""

    nature: str
    label: str
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """One articulation, in the list under the trame. `ends`: the two slugs and the kind, to refuse a suggestion."""

    ends: tuple[str, str, str]
    origin: str
    origin_address: str
    verb: str
    target: str
    target_address: str
    statement: str
    condition: str
    evidence_url: str
    evidence_name: str
    suggested: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Threads told together."""

    title: str
    links: tuple[LinkView, ...]
    more: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class Loom:
    """What every cell of one answer shares: where the sheets are, how échelons are called in the language of the page,
    and which threads leave each offer."""

    suffix: str
    echelons: Mapping[str, str]
    threads: Mapping[str, tuple[Thread, ...]] = field(default_factory=dict)

    def address(self, slug: str) -> str:
        """The sheet, with the place kept for « et chez moi ? »."""
        return f"/programmes/{slug}{self.suffix}"


def loom_of(answer: Answer) -> Loom:
    """The loom of an answer; only threads between two offers in sight are drawn in the cells."""
    suffix = f"?{urlencode({'territoire': answer.place.code})}" if answer.place else ""
    shown = {offer.slug for cell in answer.cells for offer in cell.offers}
    threads: dict[str, list[Thread]] = {}
    for link in answer.links:
        if {link.origin, link.target} <= shown:
            threads.setdefault(link.origin, []).append(_thread(link))
    echelons = {echelon.value: gettext(echelon.label) for echelon in Echelon}
    return Loom(suffix, echelons, {slug: tuple(found[:2]) for slug, found in threads.items()})


def _thread(link: Link) -> Thread:
    return Thread(
        verb=gettext(link.kind.label),
        title=french(link.target_title),
        address=f"#offre-{link.target}",
        kind=link.kind.value,
        suggested=link.suggested,
    )


def rows_of_trame(answer: Answer, loom: Loom) -> tuple[Row, ...]:
    """The trame, natures then stages. An offer is told in full the first time it comes in a nature."""
    by_place = {(cell.nature, cell.stage): cell for cell in answer.cells}
    told: set[str] = set()
    rows = []
    for nature in Nature:
        first: dict[str, int] = {}
        cells = []
        for number, stage in enumerate(Stage, start=1):
            cell = by_place[nature, stage]
            cells.append(_cell(cell, number, loom, first, told, chosen=answer.stage == stage))
        rows.append(Row(nature=nature.value, label=gettext(nature.label), cells=tuple(cells)))
    return tuple(rows)


def _cell(cell: Cell, number: int, loom: Loom, first: dict[str, int], told: set[str], *, chosen: bool) -> CellView:
    label = gettext(cell.stage.label)
    offers = []
    for offer in cell.offers:
        again = str(first.get(offer.slug, ""))
        offers.append(offer_view(offer, loom, again=again, anchored=offer.slug not in told))
        first.setdefault(offer.slug, number)
        told.add(offer.slug)
    return CellView(
        number=number,
        stage=cell.stage.value,
        stage_label=label,
        nature=cell.nature.value,
        nature_label=gettext(cell.nature.label),
        state=cell.state,
        chosen=chosen,
        offers=tuple(offers),
        more=tuple(offer_view(offer, loom, again="more") for offer in cell.more),
        gap=_gap(cell.gap, loom) if cell.gap else None,
        not_expected=french(gettext(cell.not_expected)) if cell.not_expected else "",
    )


def offer_view(offer: Offer, loom: Loom, *, again: str = "", anchored: bool = False) -> OfferView:
    """One offer in words; what a repeated offer does not show is not computed."""
    sheet = offer.match.sheet
    return OfferView(
        slug=sheet.slug,
        anchor=f"offre-{sheet.slug}" if anchored else "",
        title=french(sheet.title),
        address=loom.address(sheet.slug),
        by=_by(sheet),
        echelon=loom.echelons[offer.echelon],
        reasons=() if again else _reasons(offer),
        desks=() if again else tuple(desk for desk in offer.desks[:1] if desk.name not in sheet.operators),
        threads=() if again else loom.threads.get(sheet.slug, ()),
        again=again,
        ahead=ahead_told(offer.ahead) if offer.ahead and not again else "",
        lacking="" if again else french(" ; ".join(reason_told(item) for item in offer.lacking)),
    )


def ahead_told(ahead: Ahead) -> str:
    """Why an offer comes before the one named, and what that one has for it, in a sentence or two."""
    why = " ; ".join(reason_told(item) for item in ahead.because)
    said = gettext("Avant « %(title)s » : %(why)s.") % {"title": ahead.title, "why": why}
    if ahead.despite:
        despite = " ; ".join(reason_told(item) for item in ahead.despite)
        said += " " + gettext("Pour l’autre : %(despite)s.") % {"despite": despite}
    return french(said)


def _by(sheet: Sheet) -> str:
    return french(" · ".join(sheet.operators[:1]))


def _reasons(offer: Offer) -> tuple[ReasonView, ...]:
    codes = {reason.code for reason in offer.reasons}
    telling = next((code for code in SAID_ONCE if code in codes), "")
    kept = [
        item
        for item in offer.reasons
        if item.code not in ON_THE_SHEET and (item.code == telling or item.code not in SAID_ONCE)
    ]
    return tuple(ReasonView(words=reason_told(item), urgent=item.code in URGENT) for item in kept)


def _gap(gap: Gap, loom: Loom) -> GapView:
    nearest = gap.nearest
    distant = gap.kind == GapKind.DISTANT
    if distant and nearest:
        where = gettext("la région") if nearest.echelon == Echelon.REGIONAL else gettext("la nation")
        sentence = gettext("Aucune offre locale ou départementale : la plus proche relève de %(where)s.") % {
            "where": where
        }
    elif gap.condition:
        sentence = gettext("Une offre existe : %(condition)s.") % {"condition": reason_told(gap.condition)}
    elif nearest:
        sentence = gettext("La plus proche : %(why)s.") % {"why": reason_told(nearest.reasons[-1])}
    else:
        sentence = gettext("Nous n’en connaissons pas non plus ailleurs.")
    named = nearest and not distant
    return GapView(
        kind=gap.kind.value,
        title=gettext(gap.kind.label),
        sentence=french(sentence),
        nearest_title=french(nearest.match.sheet.title) if named and nearest else "",
        nearest_address=loom.address(nearest.slug) if named and nearest else "",
    )


def families_of(answer: Answer, loom: Loom) -> tuple[Family, ...]:
    """The threads under the trame, stated before suggested, those in sight first; empty families left out."""
    shown = {offer.slug for cell in answer.cells for offer in cell.offers}
    ordered: Sequence[Link] = sorted(
        answer.links, key=lambda link: (link.suggested, len({link.origin, link.target} - shown))
    )
    found = []
    for title, kinds in FAMILIES:
        told = tuple(_link(link, loom) for link in ordered if link.kind in kinds)
        if told:
            found.append(Family(title=gettext(title), links=told[:SHOWN_LINKS], more=told[SHOWN_LINKS:]))
    return tuple(found)


def _link(link: Link, loom: Loom) -> LinkView:
    return LinkView(
        ends=(link.origin, link.target, link.kind.value),
        origin=french(link.origin_title),
        origin_address=loom.address(link.origin),
        verb=gettext(link.kind.label),
        target=french(link.target_title),
        target_address=loom.address(link.target),
        statement=french(link.statement),
        condition=french(link.condition),
        evidence_url=link.evidence_url,
        evidence_name=french(link.evidence_name),
        suggested=link.suggested,
        reasons=tuple(reason_told(item) for item in link.reasons),
    )

"""From rows to documents of the index."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import tantivy

from maillage.actors.models import Organisation
from maillage.core.sheets import Sheet, sheet_of, unpacked
from maillage.core.tagging import called_for
from maillage.core.text import run_of, stems, stems_of, summary, tokens, written
from maillage.core.vocabulary import categories
from maillage.inventory.models import Need, NeedStudy
from maillage.inventory.queries import Stored
from maillage.search import engine
from maillage.search.readings import NO_ROW, Readings

NEVER = 99991231
"""The day an offer without deadline closes, as yyyymmdd."""

SEPARATOR = "|"
"""Between the codes of a facet counted together."""

TITLE_TIMES, KEYWORD_TIMES = 3, 2
"""How often the stems of the title and of the keywords are repeated: BM25F weights 3 and 2 against 1 for the text."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows of an organisation, a need or a study."""

    kind: str
    slug: str
    title: str
    subtitle: str
    summary: str
    url: str
    natures: tuple[str, ...] = ()
    echelon: str = ""

    def packed(self) -> bytes:
        """The card as a JSON object."""
        return msgspec.json.encode(self)


_CARDS = msgspec.json.Decoder(Card)


def stored_value(value: bytes) -> Sheet | Card:
    """What lists show of a document: the sheet of a programme, the card of anything else. Raises ValueError."""
    return unpacked(value) if value.startswith(b"[") else _CARDS.decode(value)


READ_OF_A_STUDY = 300_000
"""Characters of the text of a study that are searched: some two hundred pages."""


WRITINGS = 6
"""Writings kept of a stem: « enegetique » is nearer to « énergétique » than to « énergie », which has its stem."""


class Spelling:
    """Counts how each stem is written, for suggestions and typing mistakes."""

    def __init__(self) -> None:
        self._met: Counter[str | tuple[str, str]] = Counter()

    def read(self, text: str) -> None:
        """Learn the words of a text: its runs as they are written, each word where two of them make one."""
        raws = written(text)
        if any(run_of(raw).opens for raw in raws):
            self._met.update((token.surface, token.stem) for token in tokens(text))
        else:
            self._met.update(raws)

    def writings(self) -> dict[str, list[str]]:
        """stem → its writings, the most frequent first, `WRITINGS` at most."""
        seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for met, times in self._met.items():
            for surface, stem in [met] if isinstance(met, tuple) else _words_of(met):
                if len(stem) > 2 and not stem.isdigit():
                    seen[stem][surface.lower()] += times
        return {stem: [word for word, _ in counts.most_common(WRITINGS)] for stem, counts in seen.items()}


def _words_of(raw: str) -> list[tuple[str, str]]:
    return [(raw[piece.start : piece.end], piece.stem) for piece in run_of(raw).pieces]


def programme_document(
    stored: Stored, *, variant_zones: Sequence[str], spelling: Spelling, readings: Readings | None = None
) -> tantivy.Document:
    """The document of a programme. `variant_zones`: where local variants replace it.

    `readings`: where what ranking needs of it is written; None for an index that is not ranked.
    """
    record = stored.record
    sheet = sheet_of(record)
    spelling.read(" ".join((record.title, record.promise, *record.keywords)))
    found = categories()
    document = _document("programme", record.uid, record.status, sheet.packed())
    _words(document, sheet.title_stems, sheet.keyword_stems, (), record=stems_of(_body(sheet, record.description)))
    _codes(document, "zone", sheet.usable)
    _codes(document, "not_zone", sheet.excluded)
    _codes(document, "variant_zone", variant_zones)
    _codes(document, "variant", ["yes" if record.variant_of else "no"])
    _codes(document, "generalist", ["yes" if record.generalist else "no"])
    _codes(document, "category", sheet.categories)
    _codes(document, "competence", record.competences)
    _count(document, "theme", dict.fromkeys(found[code].theme for code in sheet.categories))
    _count(document, "stage", sheet.columns())
    _count(document, "nature", sheet.natures)
    _count(document, "echelon", [sheet.echelon])
    _count(document, "aid_type", sheet.aid_types)
    _count(document, "audience", sheet.audiences)
    _count(document, "price", [sheet.price])
    _count(document, "network", [sheet.network] if sheet.network else [])
    _codes(document, "origin", [record.origin] if record.origin else [])
    document.add_integer("row", readings.add(record) if readings else NO_ROW)
    closes = sheet.closes()
    document.add_integer("closes", int(f"{closes:%Y%m%d}") if closes else NEVER)
    document.add_integer("rank", _rank(_completeness(sheet), record.uid))
    document.add_integer("updated", int(stored.updated_at.timestamp()))
    return document


def organisation_document(row: Organisation, *, spelling: Spelling) -> tantivy.Document:
    """The document of an organisation read by `whole_organisations`."""
    spelling.read(f"{row.name} {row.acronym}")
    subtitle = row.network.label if row.network else row.get_kind_display()
    card = Card(
        kind="organisation",
        slug=row.slug,
        title=row.name,
        subtitle=f"{subtitle} · {row.seat.name}" if row.seat else str(subtitle),
        summary=summary(row.description, 220),
        url=row.get_absolute_url(),
        natures=tuple(row.natures),
        echelon=row.echelon,
    )
    document = _document("organisation", str(row.uid), row.status, card.packed())
    seat = row.seat.name if row.seat else ""
    network = row.network.name if row.network else ""
    _words(document, stems(row.name), stems(f"{row.acronym} {network} {seat}"), stems(row.description))
    _codes(document, "zone", (zone.code for zone in row.zones.all()))
    _codes(document, "competence", (item.code for item in row.competences.all()))
    _count(document, "nature", row.natures)
    _count(document, "echelon", [row.echelon])
    _count(document, "network", [row.network.slug] if row.network else [])
    document.add_integer("closes", NEVER)
    document.add_integer("row", NO_ROW)
    document.add_integer("rank", _rank(0 if row.network_id else 2 + bool(row.description), str(row.uid)))
    document.add_integer("updated", int(row.updated_at.timestamp()))
    return document


def need_document(row: Need, *, spelling: Spelling) -> tantivy.Document:
    """The document of a need a person let through."""
    spelling.read(row.text)
    place = row.territory.name if row.territory else ""
    card = Card(
        kind="need",
        slug=str(row.uid),
        title=summary(row.text, 140),
        subtitle=" · ".join(filter(None, (place, row.get_stage_display() if row.stage else ""))),
        summary="",
        url=f"/besoins/{row.uid}",
    )
    document = _document("need", str(row.uid), row.status, card.packed())
    codes = [category.code for category in row.categories.all()]
    _words(document, stems(row.text), (), stems(place))
    _codes(document, "zone", [row.territory.code] if row.territory else [])
    _codes(document, "category", codes)
    _codes(document, "competence", called_for(codes))
    _count(document, "theme", dict.fromkeys(categories()[code].theme for code in codes))
    _count(document, "stage", [row.stage] if row.stage else [])
    _count(document, "nature", [row.nature] if row.nature else [])
    document.add_integer("closes", NEVER)
    document.add_integer("row", NO_ROW)
    document.add_integer("rank", _rank(1, str(row.uid)))
    document.add_integer("updated", int(row.created_at.timestamp()))
    return document


def study_document(row: NeedStudy, *, spelling: Spelling) -> tantivy.Document:
    """The document of a needs study."""
    spelling.read(row.title)
    document_text = getattr(getattr(row, "document", None), "text", "")[:READ_OF_A_STUDY]
    card = Card(
        kind="study",
        slug=row.slug,
        title=row.title,
        subtitle=" · ".join(filter(None, (row.publisher, str(row.published_on.year) if row.published_on else ""))),
        summary=summary(row.summary, 220),
        url=f"/etudes/{row.slug}",
    )
    document = _document("study", str(row.uid), row.status, card.packed())
    _words(document, stems(row.title), stems(row.publisher), stems(f"{row.summary} {row.method} {document_text}"))
    _codes(document, "zone", [row.territory.code] if row.territory else [])
    document.add_integer("closes", NEVER)
    document.add_integer("row", NO_ROW)
    document.add_integer("rank", _rank(1, str(row.uid)))
    document.add_integer("updated", int(row.created_at.timestamp()))
    return document


def _document(kind: str, uid: str, status: str, stored: bytes) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("key", f"{kind}:{uid}")
    document.add_text("shelf", f"{kind}:{status}")
    document.add_bytes("stored", stored)
    return document


def _words(
    document: tantivy.Document,
    title: Iterable[str],
    keywords: Iterable[str],
    body: Iterable[str],
    *,
    record: Iterable[str] = (),
) -> None:
    words = [*(list(title) * TITLE_TIMES), *(list(keywords) * KEYWORD_TIMES), *body, *record]
    document.add_text("words", " ".join(words))


def _codes(document: tantivy.Document, name: str, values: Iterable[str]) -> None:
    for value in values:
        document.add_text(name, value)


def _count(document: tantivy.Document, name: str, values: Iterable[str]) -> None:
    """Codes one may filter on and that are counted beside a list."""
    codes = sorted(values)
    _codes(document, name, codes)
    if codes:
        document.add_text(engine.counted_as(name), SEPARATOR.join(codes))


def _body(sheet: Sheet, description: str) -> tuple[str, ...]:
    labels = (categories()[code].label for code in sheet.categories)
    return (description, *sheet.conditions, *sheet.operators, *labels)


def _completeness(sheet: Sheet) -> int:
    """How much a sheet says, from 0 to 9: the order of a list without words."""
    said = (
        sheet.promise,
        sheet.how_to,
        sheet.contact_desk,
        sheet.categories,
        sheet.stages,
        sheet.natures,
        sheet.keyword_stems,
        sheet.source_url,
        sheet.verified_on,
    )
    return sum(1 for value in said if value)


def _rank(worth: int, uid: str) -> int:
    """A number that sorts by worth and never ties, so that pages lose no row."""
    return worth * 2**32 + zlib.crc32(uid.encode())

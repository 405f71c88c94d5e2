"""Reads of the index: lists with facets and suggestions, and candidates for an answer."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tantivy
from tantivy import Occur, Query

from maillage.core.errors import Invalid
from maillage.core.sheets import Sheet
from maillage.core.vocabulary import Status
from maillage.core.weighing import weight
from maillage.search import engine
from maillage.search.documents import SEPARATOR, Card, stored_value
from maillage.search.marks import count_marks
from maillage.search.ranking import order
from maillage.search.words import Words, read_words

PAGE_SIZE = 20
ALL_WORDS_FIRST = 1000.0
"""Added to the score of a sheet holding every word: above any sum of BM25 scores."""

FEW = 5000
"""Documents of a narrowed list whose facets are counted from it: reading 5 000 places costs 0.4 ms more than 20, and
reading the query again 3 ms (50 000 programmes)."""

NARROW = 2
"""Filters from which a list is expected to be that short; wider ones are not read whole only to be read again."""

MOST_SETS = 10_000
"""Different sets of codes counted per facet: a real inventory holds some hundreds (282 sets of audiences)."""

KEPT = 4096
"""Sheets kept read per process, some 17 MB (4.2 KB each): those asked for twice in an answer, and those everybody asks
for. Kept under the reader they come from, they are left behind with it as soon as any process writes the index."""

DEEPEST = 10_000
"""Rows one may page through; beyond, narrowing the search serves better."""


RANKED = 40
"""Programmes of a list that are ranked as an answer ranks them, two pages: 3 ms; the engine orders the rest."""

LAST_DAY = 99991230
"""The day before « never », as the index writes days."""


Facets = Mapping[str, tuple[tuple[str, int], ...]]
"""Field → (code, count), the most frequent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to. Each tuple is a choice of codes, any of which fits; empty means no filter.

    `zones`: the codes of every territory that contains the place asked for; `around`: territories meeting it.
    `deadline`: "" for whatever is open, "soon" for what closes within 30 days, "all" for closed ones too.
    """

    kind: str = "programme"
    zones: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    echelons: tuple[str, ...] = ()
    aid_types: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    prices: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    deadline: str = ""
    statuses: tuple[str, ...] = (Status.PUBLISHED.value,)

    @property
    def are_narrow(self) -> bool:
        """True when enough of them are set for the list to be short."""
        names = ("zones", "around", "themes", "categories", "competences", "stages", "natures", "echelons")
        others = ("aid_types", "audiences", "prices", "networks", "deadline")
        return sum(bool(getattr(self, name)) for name in (*names, *others)) >= NARROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A programme that may answer, and its row among what was read of all."""

    sheet: Sheet
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of a list. `rows`: where what was read of each item stands, `NO_ROW` for what is not ranked."""

    total: int
    page: int
    pages: int
    items: tuple[Sheet | Card, ...]
    rows: tuple[int, ...]
    facets: Facets
    words: Words


def search(
    *,
    text: str,
    filters: Filters,
    page: int = 1,
    today: dt.date,
    counted: tuple[str, ...] = (),
    ranked: bool = True,
) -> Found:
    """One page of what the words and filters find; the sheets holding every word are kept first, then ranked.

    `counted`: those of `engine.ON_ASK` whose codes are counted too. `ranked`: False for the order of the engine alone.
    Raises Invalid("page_unknown") for a page that does not exist, IndexUnavailable when the index is being repaired.
    """
    words = read_words(text)
    held = engine.reader()
    if page < 1 or (page - 1) * PAGE_SIZE >= DEEPEST:
        raise Invalid("page_unknown", page=page)
    offset = (page - 1) * PAGE_SIZE
    need = text if ranked and words.stems and filters.kind == "programme" and offset < RANKED else ""
    names = (*engine.FACETS, *(name for name in engine.ON_ASK if name in counted))
    try:
        addresses, total, facets = _page_of(held, words, filters, today, offset=offset, need=need, names=names)
    except ValueError as error:
        engine.ask_repair()
        raise engine.IndexUnavailable("index_broken") from error
    pages = max(1, math.ceil(min(total, DEEPEST) / PAGE_SIZE))
    if page > pages:
        raise Invalid("page_unknown", page=page, pages=pages)
    items = tuple(_stored(held, address) for address in addresses)
    rows = tuple(rows_of(held, addresses))
    return Found(total=total, page=page, pages=pages, items=items, rows=rows, facets=facets, words=words)


def _page_of(
    held: engine.Reader,
    words: Words,
    filters: Filters,
    today: dt.date,
    *,
    offset: int,
    need: str,
    names: tuple[str, ...],
) -> tuple[list[tantivy.DocAddress], int, Facets]:
    """Where the documents of a page are, how many are found in all, and their facets. `need`: what to rank for, or "".

    A list short enough to be held whole is read once, its facets counted from its bits; a longer one is read twice.
    """
    query = _narrowed(held, filters, today, _any_word(words) if words.stems else None)
    by = None if words.stems else "rank"
    short = bool(held.marks) and filters.are_narrow and offset + PAGE_SIZE <= FEW
    first, most = (0, max(FEW if short else 0, RANKED)) if short or need else (offset, PAGE_SIZE)
    hits = held.searcher.search(_whole_first(query, words), most, count=True, offset=first, order_by_field=by)
    total = int(getattr(hits, "count", 0) or 0)
    addresses = [address for _, address in hits.hits]
    if need:
        best = addresses[:RANKED]
        addresses[:RANKED] = [best[place] for place in order(need, rows_of(held, best))]
    whole = short and total <= most
    facets = count_marks(held, addresses, names) if whole else _facets(held, query, names)
    return addresses[offset - first :][:PAGE_SIZE], total, facets


def latest(*, text: str, filters: Filters, limit: int, today: dt.date) -> list[tuple[int, Sheet | Card]]:
    """What holds every word and passes the filters, the last written first, each with when (seconds since 1970)."""
    held = engine.reader()
    query = _narrowed(held, filters, today, every_word(read_words(text)))
    hits = held.searcher.search(query, limit, count=False, order_by_field="updated").hits
    return [(int(at), _stored(held, address)) for at, address in hits]


def closing(*, text: str, filters: Filters, limit: int, today: dt.date) -> list[Sheet]:
    """What holds every word, passes the filters and has a deadline to come, the nearest first."""
    held = engine.reader()
    wanted = every_word(read_words(text))
    dated = _silent(_closing(int(f"{today:%Y%m%d}"), LAST_DAY))
    query = _narrowed(held, filters, today, _all_of([dated, *([wanted] if wanted else [])]))
    hits = held.searcher.search(query, limit, count=False, order_by_field="closes", order=tantivy.Order.Asc).hits
    return [item for _, address in hits if isinstance(item := _stored(held, address), Sheet)]


Place = tuple[int, int]
"""Where a document stands in one state of an index: segment, number."""


def every_match(held: engine.Reader, *, text: str, filters: Filters, today: dt.date) -> list[Place]:
    """Where all that holds every word and passes the filters stands, in this index, which may be one in memory."""
    query = _narrowed(held, filters, today, every_word(read_words(text)))
    hits = held.searcher.search(query, max(1, held.searcher.num_docs), count=False).hits
    return [(address.segment_ord, address.doc) for _, address in hits]


def slugs_in(held: engine.Reader) -> dict[Place, str]:
    """The slug of every document of an index, by its place."""
    hits = held.searcher.search(Query.all_query(), max(1, held.searcher.num_docs), count=False).hits
    return {(address.segment_ord, address.doc): _slug(held, address) for _, address in hits}


def slugs_matching(*, text: str, filters: Filters, today: dt.date) -> frozenset[str]:
    """The slugs of all that holds every word and passes the filters; its cost grows with what it finds."""
    held = engine.reader()
    query = _narrowed(held, filters, today, every_word(read_words(text)))
    hits = held.searcher.search(query, max(1, held.searcher.num_docs), count=False).hits
    return frozenset(_slug(held, address) for _, address in hits)


def _slug(held: engine.Reader, address: tantivy.DocAddress) -> str:
    return stored_value(held.searcher.doc(address)["stored"][0]).slug


def every_word(words: Words) -> Query | None:
    """What holds every word of a search, None when it has none."""
    return _all_of(_term("words", stem) for stem in words.required) if words.required else None


def candidates(
    *, words: Words, filters: Filters, boosts: Mapping[str, float], limit: int, today: dt.date
) -> list[Candidate]:
    """The programmes likely to answer: any word, or any category of `boosts` (code → weight), best first."""
    held = engine.reader()
    wanted = [_any_word(words)] if words.stems else []
    wanted += [Query.boost_query(_term("category", code), value) for code, value in boosts.items()]
    if not wanted:
        return []
    query = _whole_first(_narrowed(held, filters, today, _any_of(wanted)), words)
    hits = held.searcher.search(query, limit, count=False).hits
    return _programmes(held, [address for _, address in hits])


def generalists(*, filters: Filters, limit: int, today: dt.date) -> list[Candidate]:
    """The programmes that help whatever the theme, the fullest sheets first."""
    held = engine.reader()
    query = _narrowed(held, filters, today, _silent(_term("generalist", "yes")))
    hits = held.searcher.search(query, limit, count=False, order_by_field="rank").hits
    return _programmes(held, [address for _, address in hits])


def _programmes(held: engine.Reader, addresses: list[tantivy.DocAddress]) -> list[Candidate]:
    rows = rows_of(held, addresses)
    found = ((_stored(held, address), row) for address, row in zip(addresses, rows, strict=True))
    return [Candidate(sheet=item, row=row) for item, row in found if isinstance(item, Sheet)]


def candidate(uid: str) -> Candidate | None:
    """The programme of this identifier, published or archived, if the index holds it."""
    held = engine.reader()
    hits = held.searcher.search(_term("key", f"programme:{uid}"), 1, count=False).hits
    return next(iter(_programmes(held, [address for _, address in hits])), None)


def serves(sheet: Sheet, zones: Iterable[str]) -> bool:
    """False when a network delivers the programme and has no member in these territories."""
    members = engine.reader().networks.get(sheet.network)
    return members is None or not members.isdisjoint(zones)


def rows_of(held: engine.Reader, addresses: list[tantivy.DocAddress]) -> list[int]:
    """Where what was read of each of these documents stands; NO_ROW for those that are not programmes."""
    return [int(row or 0) for row in held.searcher.fast_field_values("row", addresses)] if addresses else []


def rarity(stems: Iterable[str]) -> dict[str, float]:
    """stem → log of the share of sheets without it, at least 0.1; the rarer, the higher."""
    searcher = engine.reader().searcher
    count = max(1, searcher.num_docs)
    return {stem: max(0.1, math.log(1 + count / (1 + searcher.doc_freq("words", stem)))) for stem in stems}


def _any_word(words: Words) -> Query:
    each = [_term("words", stem) for stem in words.stems]
    worth = weight("matching", "neighbour")
    each += [Query.boost_query(_term("words", stem), worth) for stem in words.neighbours]
    return _any_of([*each, *(Query.boost_query(_term("words", near.stem), near.worth) for near in words.near)])


def _whole_first(query: Query, words: Words) -> Query:
    """The same documents, those that hold every word first.

    Said outside the query: it is then asked of the documents found, not of the whole index.
    """
    if len(words.required) < 2:
        return query
    whole = Query.const_score_query(_all_of(_term("words", stem) for stem in words.required), ALL_WORDS_FIRST)
    return Query.boolean_query([(Occur.Must, query), (Occur.Should, whole)])


def _narrowed(held: engine.Reader, filters: Filters, today: dt.date, wanted: Query | None) -> Query:
    """What is wanted, among what the filters let through. Filters add nothing to the score.

    What few sheets fail is said as an exclusion: the engine then reads the short lists, not the long ones.
    """
    shelves = [f"{filters.kind}:{status}" for status in filters.statuses]
    chosen = {
        "shelf": shelves,
        "zone": filters.zones or filters.around,
        "theme": filters.themes,
        "category": filters.categories,
        "competence": filters.competences,
        "stage": filters.stages,
        "nature": filters.natures,
        "echelon": filters.echelons,
        "aid_type": filters.aid_types,
        "audience": filters.audiences,
        "price": filters.prices,
        "network": filters.networks,
    }
    kept = [_silent(_one_of(name, codes)) for name, codes in chosen.items() if codes]
    day = int(f"{today:%Y%m%d}")
    if filters.deadline == "soon":
        last = today + dt.timedelta(days=int(weight("matching", "closing_soon_days")))
        kept.append(_silent(_closing(day, int(f"{last:%Y%m%d}"))))
    left_out = [_closing(0, day - 1)] if not filters.deadline else []
    if filters.kind == "programme":
        left_out += _elsewhere(held, filters)
    musts = [*kept, *([wanted] if wanted else [])]
    return Query.boolean_query(
        [*((Occur.Must, query) for query in musts), *((Occur.MustNot, query) for query in left_out)]
    )


def _elsewhere(held: engine.Reader, filters: Filters) -> list[Query]:
    """Programmes that do not serve the place although one of their zones contains it, or local variants without one."""
    if filters.zones:
        here = frozenset(filters.zones)
        absent = [slug for slug, served in held.networks.items() if served.isdisjoint(here)]
        codes = {"not_zone": here, "variant_zone": here, "network": absent}
        return [_one_of(name, values) for name, values in codes.items() if values]
    return [] if filters.around else [_term("variant", "yes")]


def _closing(first: int, last: int) -> Query:
    return Query.range_query(engine.schema(), "closes", tantivy.FieldType.Integer, first, last)


def _facets(held: engine.Reader, query: Query, names: Iterable[str]) -> Facets:
    columns = {name: name if name in engine.ON_ASK else engine.counted_as(name) for name in names}
    wanted = {name: {"terms": {"field": column, "size": MOST_SETS}} for name, column in columns.items()}
    counted = held.searcher.aggregate(query, wanted)
    return {name: _counts(counted[name]["buckets"]) for name in columns}


def _counts(buckets: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, int], ...]:
    """Sets of codes counted together, told apart: the most frequent code first."""
    found: dict[str, int] = {}
    for bucket in buckets:
        for code in bucket["key"].split(SEPARATOR):
            found[code] = found.get(code, 0) + bucket["doc_count"]
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _stored(held: engine.Reader, address: tantivy.DocAddress) -> Sheet | Card:
    return _read(held.searcher, address.segment_ord, address.doc)


@lru_cache(maxsize=KEPT)
def _read(searcher: tantivy.Searcher, segment: int, number: int) -> Sheet | Card:
    return stored_value(searcher.doc(tantivy.DocAddress(segment, number))["stored"][0])


def _term(name: str, value: str) -> Query:
    return Query.term_query(engine.schema(), name, value)


def _one_of(name: str, values: Iterable[str]) -> Query:
    found = [_term(name, value) for value in values]
    return found[0] if len(found) == 1 else _any_of(found)


def _silent(query: Query) -> Query:
    """The query as a filter: it adds nothing to the score."""
    return Query.const_score_query(query, 0.0)


def _all_of(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any_of(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])

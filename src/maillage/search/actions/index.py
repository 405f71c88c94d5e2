"""The only writers of the index: rebuild it whole, or catch up with the event log."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import tantivy
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from maillage.accounts.models import Event
from maillage.actors.models import Organisation
from maillage.actors.queries import network_labels, network_zones, whole_organisations
from maillage.core.errors import Refused
from maillage.core.vocabulary import Status
from maillage.inventory.models import Need, NeedStudy, Programme
from maillage.inventory.queries import stored_programmes
from maillage.search import engine
from maillage.search.documents import (
    Spelling,
    need_document,
    organisation_document,
    programme_document,
    study_document,
)
from maillage.search.marks import Marks
from maillage.search.readings import Readings, rest
from maillage.storage.collector import rarely_collected

HEAP_BYTES = 64_000_000
BLOCK_BYTES = 2048
ROWS = 1000
AT_ONCE = 10_000
"""Events read by one catching up: each costs some 0.4 s whatever it holds, and leaves segments to merge."""
LATEST = 500
"""How many events below the last one may still be on their way."""
SHOWN = (Status.PUBLISHED.value, Status.ARCHIVED.value)
Row = TypeVar("Row", Organisation, Need, NeedStudy)
Everything = tuple[QuerySet[Programme], QuerySet[Organisation], QuerySet[Need], QuerySet[NeedStudy]]
Progress = Callable[[int, int], None]


@contextmanager
def only_writer() -> Iterator[None]:
    """Hold the one writer's place. Raises Refused("index_busy") when another process writes."""
    engine.root().mkdir(parents=True, exist_ok=True)
    with (engine.root() / "writer.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("index_busy") from error
        yield


def rebuild(*, progress: Progress | None = None) -> int:
    """Make a new generation of the index from the database and use it. Returns the number of documents.

    Readers keep the old one until the new one is whole. Raises Refused("index_busy").
    """
    with only_writer(), rarely_collected():
        folder = engine.root() / f"generation-{time.time_ns()}"
        folder.mkdir(parents=True)
        try:
            last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
            seen = set(Event.objects.filter(id__gt=last - LATEST).values_list("id", flat=True))
            count = _fill(folder, progress or _silently)
            engine.write_state(folder, event=last, late=_late_events(until=last, seen=seen))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            rest()
        engine.use_generation(folder)
        (engine.root() / "repair").unlink(missing_ok=True)
        _drop_others(folder)
    engine.forget_reader()
    return count


def _silently(_done: int, _total: int) -> None:
    """Progress nobody watches."""


def _with_small_blocks(folder: Path) -> tantivy.Index:
    """A new index whose sheets are kept in blocks of 2 KiB, which the engine offers no argument for.

    An answer reads some hundred sheets that lie far apart: each costs 10 µs instead of the 24 of blocks of 16 KiB, for
    a fifth more on disk (20 000 sheets).
    """
    tantivy.Index(engine.schema(), path=str(folder))
    meta = folder / "meta.json"
    told = json.loads(meta.read_text(encoding="utf-8"))
    told["index_settings"]["docstore_blocksize"] = BLOCK_BYTES
    meta.write_text(json.dumps(told), encoding="utf-8")
    return tantivy.Index.open(str(folder))


def _fill(folder: Path, progress: Progress) -> int:
    writer = _with_small_blocks(folder).writer(HEAP_BYTES, 1)
    spelling, marks, readings = Spelling(), Marks(), Readings(folder)
    total = sum(rows.count() for rows in _everything())
    done = 0
    zones = network_zones()
    _keep(folder / engine.NETWORKS, _members(zones))
    try:
        for document in documents(_everything(), spelling, zones, readings=readings):
            marks.mark(document)
            writer.add_document(document)
            done += 1
            if done % ROWS == 0:
                progress(done, total)
        readings.finish()
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()  # none of its threads writes any more in a folder that may be thrown away
    _keep(folder / engine.SPELLING, spelling.writings())
    _keep(folder / engine.MARKS, marks.told())
    progress(done, total)
    return done


def _everything() -> Everything:
    return (
        Programme.objects.filter(status__in=SHOWN),
        Organisation.objects.filter(status__in=SHOWN),
        Need.objects.filter(status=Status.PUBLISHED.value),
        NeedStudy.objects.filter(status=Status.PUBLISHED.value),
    )


def _members(zones: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """For each network, those without members included, where its members are."""
    return {slug: sorted(zones.get(slug, ())) for slug in network_labels()}


def _keep(path: Path, value: Mapping[str, object]) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    os.replace(draft, path)


def documents(
    found: Everything, spelling: Spelling, zones: Mapping[str, frozenset[str]], *, readings: Readings | None = None
) -> Iterator[tantivy.Document]:
    """The documents of these rows, by thousands; `readings` writes what ranks the programmes."""
    programmes, organisations, needs, studies = found
    variants = _variant_zones(zones)
    for stored in stored_programmes(programmes, at_once=ROWS):
        yield programme_document(
            stored, variant_zones=variants.get(stored.key, ()), spelling=spelling, readings=readings
        )
    for organisation in _by_thousand(whole_organisations(organisations)):
        yield organisation_document(organisation, spelling=spelling)
    for need in _by_thousand(needs.select_related("territory").prefetch_related("categories")):
        yield need_document(need, spelling=spelling)
    for study in _by_thousand(studies.select_related("territory", "document")):
        yield study_document(study, spelling=spelling)


def _by_thousand(rows: QuerySet[Row]) -> Iterator[Row]:
    yield from rows.order_by("pk").iterator(chunk_size=ROWS)


def _variant_zones(zones: Mapping[str, frozenset[str]]) -> dict[int, Sequence[str]]:
    """For each national sheet, where its local variants stand for it: published or not, expired or not."""
    found: dict[int, set[str]] = {}
    rows = Programme.objects.exclude(variant_of=None).exclude(status__in=[Status.DRAFT.value, Status.MERGED.value])
    for row in rows.select_related("delivered_by").prefetch_related("zones__territory"):
        codes = {zone.territory.code for zone in row.zones.all() if not zone.excluded}
        codes |= zones.get(row.delivered_by.slug, frozenset()) if row.delivered_by else set()
        found.setdefault(row.variant_of_id or 0, set()).update(codes)
    return {key: sorted(codes) for key, codes in found.items()}


def waiting() -> int:
    """About how many events the index does not hold yet. Raises IndexUnavailable."""
    last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return max(0, last - engine.read_state(engine.current_generation())["event"])


def catch_up(*, at_most: int = AT_ONCE) -> int:
    """Put what happened since the last event into the index. Returns the number of events read.

    Idempotent: a document is deleted then added. Raises Refused("index_busy"), IndexUnavailable when there is none or
    when it is broken.
    """
    with only_writer(), rarely_collected():
        folder = engine.current_generation()
        state = engine.read_state(folder)
        seen = set(Event.objects.filter(id__gt=state["event"] - LATEST).values_list("id", flat=True))
        events = _unread_events(after=state["event"], late=state["late"], at_most=at_most)
        if not events:
            return 0
        last = max(state["event"], events[-1][0])
        try:
            _replace(folder, {(kind, key) for _, kind, key in events})
        except ValueError as error:
            engine.ask_repair()
            raise engine.IndexUnavailable("index_broken") from error
        seen |= {number for number, _, _ in events}
        engine.write_state(folder, event=last, late=_late_events(until=last, seen=seen))
    engine.forget_reader()
    return len(events)


def _unread_events(*, after: int, late: Sequence[int], at_most: int) -> list[tuple[int, str, str]]:
    rows = Event.objects.filter(id__gt=after) | Event.objects.filter(id__in=late)
    return list(rows.order_by("id").values_list("id", "target_type", "target_key")[:at_most])


def _late_events(*, until: int, seen: Collection[int]) -> list[int]:
    """Numbers just below the last one that no event bears: on PostgreSQL they may belong to a transaction that is
    still open, and will be read when it commits. Those of a transaction that failed are never borne by any."""
    return [number for number in range(max(0, until - LATEST) + 1, until) if number not in seen]


def _replace(folder: Path, touched: Iterable[tuple[str, str]]) -> None:
    keys: dict[str, set[str]] = {"programme": set(), "organisation": set(), "need": set(), "study": set()}
    for kind, key in touched:
        if kind in keys:
            keys[kind].add(key)
    keys["programme"] |= _programmes_beside(keys)
    programmes, organisations, needs, studies = _everything()
    spelling = Spelling()
    writer = tantivy.Index(engine.schema(), path=str(folder)).writer(HEAP_BYTES, 1)
    for kind, uids in keys.items():
        for uid in uids:
            writer.delete_documents_by_term("key", f"{kind}:{uid}")
    chosen = (
        programmes.filter(uid__in=keys["programme"]),
        organisations.filter(uid__in=keys["organisation"]),
        needs.filter(uid__in=keys["need"]),
        studies.filter(uid__in=keys["study"]),
    )
    zones = network_zones()
    marks = Marks.known(json.loads((folder / engine.MARKS).read_text(encoding="utf-8")))
    readings = Readings(folder)
    for document in documents(chosen, spelling, zones, readings=readings):
        marks.mark(document)
        writer.add_document(document)
    readings.finish()
    _keep(folder / engine.MARKS, marks.told())
    writer.commit()
    known = json.loads((folder / engine.SPELLING).read_text(encoding="utf-8"))
    _keep(folder / engine.SPELLING, spelling.writings() | known)
    _keep(folder / engine.NETWORKS, _members(zones))


def _programmes_beside(keys: dict[str, set[str]]) -> set[str]:
    """Programmes whose document depends on what changed: operated by these organisations, or replaced somewhere by a
    local variant that changed, is no longer one, or is delivered by a network they belong to or belonged to."""
    networks = _ever("organisation", keys["organisation"], "network")
    nationals = _ever("programme", keys["programme"], "variant_of")
    rows = (
        Programme.objects.filter(organisations__uid__in=keys["organisation"])
        | Programme.objects.filter(variants__delivered_by__slug__in=networks)
        | Programme.objects.filter(slug__in=nationals)
    )
    return {str(uid) for uid in rows.values_list("uid", flat=True)}


def _ever(kind: str, uids: set[str], name: str) -> set[str]:
    """Every value these objects ever had in this field, as the log remembers."""
    events = Event.objects.filter(target_type=kind, target_key__among=uids, snapshot__isnull=False)
    return set(events.values_list(KeyTextTransform(name, "snapshot"), flat=True)) - {"", None}


def _drop_others(folder: Path) -> None:
    """Remove older generations, but the newest of them: a slow reader may still be in it."""
    others = sorted(path for path in engine.root().glob("generation-*") if path != folder)
    for path in others[:-1]:
        shutil.rmtree(path, ignore_errors=True)

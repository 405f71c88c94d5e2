"""The only writers of deposits: a file someone brings, the mapping they write, the source it becomes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.connectors.table.connector import table_connector
from maillage.core.errors import Invalid, MaillageError, Refused
from maillage.harvest.actions import keep_source
from maillage.harvest.deposits import deposit_path, fits, open_deposit, read_mapping, tables_like
from maillage.harvest.models import Deposit, DepositState, HarvestRun, Source
from maillage.harvest.queries import open_usual_file, recognise
from maillage.storage.uploads import keep_under_digest

MOST_BYTES = 50 * 1024 * 1024
"""A heavier table comes by a terminal (`maillage importer`), where it is read in constant memory too."""
DEPOSIT = "deposit"
"""The `target_type` of a deposit's events."""


def receive(*, name: str, chunks: Iterable[bytes], by: User) -> Deposit:
    """Keep a file someone brings, and find the mapping of a table like it. Nothing is read from it yet.

    Raises Refused("contributors_only"), Invalid("file_too_heavy" or "file_empty"), UnreadableFile when it is not a
    table.
    """
    if not by.is_contributor:
        raise Refused("contributors_only")
    sha256, size = keep_under_digest(chunks, deposit_path, name=name, most_bytes=MOST_BYTES)
    opened = open_usual_file(deposit_path(sha256))
    like = next(iter(tables_like(opened, by)), None)
    with transaction.atomic():
        row = Deposit.objects.create(
            name=" ".join(name.split())[:200] or "tableau",
            sha256=sha256,
            size=size,
            by=by,
            source_name=like.name if like else "",
            licence=like.licence if like else "",
            mapping=like.mapping if like else "",
        )
        _log(row, Verb.CREATED, by=by)
    return row


@transaction.atomic
def keep_draft(*, deposit: Deposit, mapping: str, source_name: str, licence: str) -> Deposit:
    """Keep what was written in the page, whatever becomes of it."""
    deposit.mapping = mapping
    deposit.source_name, deposit.licence = " ".join(source_name.split())[:200], " ".join(licence.split())[:80]
    deposit.save(update_fields=["mapping", "source_name", "licence"])
    return deposit


@transaction.atomic
def confirm_mapping(*, deposit: Deposit, by: User) -> Deposit:
    """Make the mapping of this file that of its source, for this time and the next ones; the file waits to be read.

    A contributor changes the mapping of their own tables only. Raises Invalid("source_without_name",
    "mapping_without_title" or "mapping_fits_nothing"), Refused("source_taken" or "deposit_running"), UnreadableFile.
    """
    if deposit.state == DepositState.WAITING:
        raise Refused("deposit_running")
    slug = slugify(deposit.source_name)[:80]
    if not slug:
        raise Invalid("source_without_name")
    mapping = read_mapping(deposit.mapping, name=deposit.name)
    if not any(group.field == "title" for group in mapping.groups):
        raise Invalid("mapping_without_title")
    opened = open_deposit(deposit)
    if not fits(mapping, opened):
        raise Invalid("mapping_fits_nothing", columns=list(opened.columns[:40]))
    _check_free(slug, deposit, by=by)
    connector = table_connector(slug=slug, name=deposit.source_name, mapping=deposit.mapping, licence=deposit.licence)
    deposit.source = keep_source(connector)
    deposit.state, deposit.error, deposit.error_facts = DepositState.WAITING, "", {}
    deposit.save(update_fields=["source", "state", "error", "error_facts"])
    _log(deposit, Verb.SUBMITTED, by=by)
    return deposit


@transaction.atomic
def confirm_known(*, deposit: Deposit, by: User) -> Deposit:
    """Read this file as the source we know whose columns it has; the file waits to be read.

    For animateurs: what a known source no longer lists is news. Raises Refused("animators_only" or
    "deposit_running"), Invalid("table_not_known"), UnreadableFile.
    """
    if not by.is_animator:
        raise Refused("animators_only")
    if deposit.state == DepositState.WAITING:
        raise Refused("deposit_running")
    connector = recognise(open_usual_file(deposit_path(deposit.sha256)).columns)
    if connector is None:
        raise Invalid("table_not_known")
    deposit.source, deposit.source_name = keep_source(connector), connector.name
    deposit.state, deposit.error, deposit.error_facts = DepositState.WAITING, "", {}
    deposit.save(update_fields=["source", "source_name", "state", "error", "error_facts"])
    _log(deposit, Verb.SUBMITTED, by=by)
    return deposit


def _check_free(slug: str, deposit: Deposit, *, by: User) -> None:
    """The name of a source that is no table is never taken; that of a table, by who brought it or an animateur."""
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        return
    brought = Deposit.objects.filter(source=source, by=by).exists()
    if not source.mapping or not (by.is_animator or brought):
        raise Refused("source_taken", value=deposit.source_name)


@transaction.atomic
def mark_read(*, deposit: Deposit, run: HarvestRun) -> Deposit:
    """The file was read, and proposals made of it."""
    deposit.state, deposit.run = DepositState.DONE, run
    deposit.save(update_fields=["state", "run"])
    return deposit


@transaction.atomic
def mark_failed(*, deposit: Deposit, error: MaillageError) -> Deposit:
    """The file could not be read; it says why, and may be described otherwise."""
    deposit.state, deposit.error = DepositState.FAILED, error.code
    deposit.error_facts = {name: str(value) for name, value in error.facts.items()}
    deposit.save(update_fields=["state", "error", "error_facts"])
    return deposit


def _log(deposit: Deposit, verb: Verb, *, by: User) -> None:
    facts = {"name": deposit.name, "source": deposit.source.slug if deposit.source else ""}
    record_events(by=by, happened=[Happened(verb=verb, target_type=DEPOSIT, target_key=str(deposit.uid), facts=facts)])

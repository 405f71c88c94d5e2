"""Load the starter inventory and keep the index: `preparer`, `charger-inventaire`, `reindexer`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import typer

from maillage.cli.terminal import in_french, wake_django
from maillage.core.records import OrganisationRecord, ProgrammeRecord

Result = TypeVar("Result")
Sheet = TypeVar("Sheet", OrganisationRecord, ProgrammeRecord)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("preparer")(prepare)
    app.command("charger-inventaire")(load_inventory)
    app.command("reindexer")(reindex)


def prepare() -> None:
    """Tout ce qu’il faut avant le premier démarrage : base, géographie, inventaire, index. Sans effet s’il est fait."""
    with in_french():
        wake_django()
        from django.core.management import call_command

        from maillage.inventory import starter
        from maillage.search import engine
        from maillage.territories.actions import load_geography, load_zones
        from maillage.territories.queries import geography

        _told("Base de données", lambda: call_command("migrate", verbosity=0, interactive=False))
        _told("Cache", lambda: call_command("createcachetable", verbosity=0))
        _told("Fichiers de style", lambda: call_command("collectstatic", verbosity=0, interactive=False))
        if not geography().rows:
            _told("Géographie officielle (34 969 communes)", load_geography)
            _told("Zones et quartiers", load_zones)
        if starter.digest() != starter.loaded_digest():
            _load()
        _load_history()
        try:
            engine.current_generation()
        except engine.IndexUnavailable:
            _reindex()


def load_inventory() -> None:
    """Charge ou met à jour l’inventaire de départ : réseaux, organisations, offres, articulations."""
    with in_french():
        wake_django()
        _load()


def reindex() -> None:
    """Reconstruit l’index de recherche ; l’ancien sert jusqu’à la fin."""
    with in_french():
        wake_django()
        _reindex()


def _load() -> None:
    from maillage.actors.actions import load_networks, put_organisations
    from maillage.actors.queries import ORGANISATION, told_since
    from maillage.dialogue.history import documented_sessions
    from maillage.inventory import starter
    from maillage.inventory.actions import load_vocabulary, put_links, put_programmes
    from maillage.inventory.queries import PROGRAMME
    from maillage.search.actions import watch

    load_vocabulary()
    load_networks(starter.networks())
    bodies = starter.local_bodies()
    newer = told_since(bodies)
    bodies = [body for body in bodies if body.slug not in newer]
    organisations = _untouched(ORGANISATION, [*starter.starter_organisations(), *bodies])
    _told(f"{len(organisations)} organisations", lambda: put_organisations(organisations, by=None))
    programmes = _untouched(PROGRAMME, starter.starter_programmes())
    outcomes = _told(f"{len(programmes)} offres", lambda: put_programmes(programmes, by=None))
    refused = [outcome for outcome in outcomes or [] if outcome.refusal]
    for outcome in refused:
        typer.echo(f"  refusée : {outcome.slug} ({outcome.refusal})", err=True)
    links = starter.starter_links()
    _told(f"{len(links)} articulations", lambda: put_links(links, by=None))
    _told(f"{len(documented_sessions())} sessions de l’espace de dialogue", _load_history)
    starter.remember_loaded()
    _told("Veille", watch)


def _load_history() -> int:
    from maillage.dialogue.actions.governing import load_governance
    from maillage.dialogue.actions.loading import load_history
    from maillage.dialogue.history import documented_cycles, documented_relays, documented_roles, documented_sessions

    written = load_history(cycles=documented_cycles(), sessions=documented_sessions())
    return written + load_governance(roles=documented_roles(), relays=documented_relays())


def _untouched(kind: str, records: Sequence[Sheet]) -> list[Sheet]:
    """The records whose sheet no person has changed: an upgrade never undoes somebody's work."""
    from maillage.accounts.queries import touched_by_people

    touched = touched_by_people(target_type=kind)
    kept = [record for record in records if record.uid not in touched]
    if len(kept) < len(records):
        typer.echo(f"{len(records) - len(kept)} fiches modifiées par des personnes sont gardées telles quelles.")
    return kept


def _reindex() -> None:
    from rich.progress import Progress

    from maillage.search.actions import rebuild

    with Progress(transient=True) as bar:
        task = bar.add_task("Index de recherche", total=None)
        count = rebuild(progress=lambda done, total: bar.update(task, completed=done, total=total))
    typer.echo(f"Index de recherche : {count} fiches.")


def _told(label: str, work: Callable[[], Result]) -> Result:
    start = time.perf_counter()
    result = work()
    typer.echo(f"{label} : {time.perf_counter() - start:.1f} s.")
    return result

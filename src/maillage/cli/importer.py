"""`maillage importer`: programmes from a file, or from a folder of packs, into the inventory."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from maillage.cli.terminal import let_index_follow, wake_django
from maillage.core.errors import Invalid, MaillageError, UnreadableFile
from maillage.core.wording import Reason, because, error_sentence

if TYPE_CHECKING:
    from maillage.harvest.models import HarvestRun
    from maillage.harvest.queries import Connector, OpenedFile


class ImportExit(IntEnum):
    """How an import ended; the help of the command lists them."""

    DONE = 0
    SOME_REFUSED = 1
    USAGE = 2
    UNREADABLE = 3
    INTERRUPTED = 4


HELP = """Importe des programmes depuis un fichier CSV, XLSX, JSON ou JSONL, un flux RSS ou Atom, ou un dossier.

Le fichier est reconnu à son contenu. Le schéma national, l’interface d’Aides-territoires et les paquets livrés se
lisent seuls ; pour tout autre tableau, donnez une correspondance. Une ligne mal formée n’arrête jamais les autres.
Interrompu, l’import reprend où il en était : relancez la même commande. Guide : docs/guide/importer.md.

Sortie : 0 tout est lu ; 1 des lignes sont refusées (voir le rapport) ; 2 commande, source ou correspondance inconnue ;
3 fichier illisible ; 4 import interrompu, disque plein, base occupée : rien n’est perdu.
"""
BUSY = "La base est occupée par un autre programme. Rien n’est perdu ; relancez la même commande."
FULL = "Le disque est plein ou refuse d’écrire. Ce qui était écrit est gardé ; libérez de la place et relancez."
RESUME = "Import interrompu. Ce qui était lu est gardé ; relancez la même commande pour reprendre."
PARTS = {"reading": "Lecture", "comparing": "Comparaison", "writing": "Écriture"}
NOT_READY = "La base n’est pas prête : lancez d’abord « maillage preparer »."


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("importer", help=HELP)(import_programmes)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the person asked for."""

    source: str = ""
    mapping: Path | None = None
    name: str = ""
    licence: str = ""
    as_of: date | None = None
    accept_all: bool = False
    dry: bool = False
    as_json: bool = False
    no_limit: bool = False
    told: list[dict[str, Any]] = field(default_factory=list)


def import_programmes(
    file: Annotated[Path | None, typer.Argument(metavar="FICHIER", help="Un fichier, ou un dossier.")] = None,
    packs: Annotated[Path | None, typer.Option("--paquets", metavar="DOSSIER", help="Tous les paquets livrés.")] = None,
    source: Annotated[str, typer.Option("--source", metavar="NOM", help="La source, si elle n’est pas reconnue.")] = "",
    mapping: Annotated[
        Path | None, typer.Option("--correspondance", metavar="CSV", help="Colonnes et mots → champs et codes.")
    ] = None,
    name: Annotated[str, typer.Option("--nom", help="Nom de la source, affiché avec les fiches.")] = "",
    licence: Annotated[str, typer.Option("--licence", help="Licence des données du fichier.")] = "",
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Jour du fichier.")] = None,
    accept_all: Annotated[
        bool, typer.Option("--tout-accepter", help="Fichier de confiance : accepte nouveautés et modifications.")
    ] = False,
    dry: Annotated[bool, typer.Option("--essai", help="Dit ce qui serait fait, n’écrit rien.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Le bilan en JSON sur la sortie.")] = False,
    no_limit: Annotated[bool, typer.Option("--sans-limite", help="Accepte un fichier de plus de 200 Mo.")] = False,
) -> None:
    """See HELP."""
    wishes = Wishes(
        source=source,
        mapping=mapping,
        name=name,
        licence=licence,
        as_of=day.date() if day else None,
        accept_all=accept_all,
        dry=dry,
        as_json=as_json,
        no_limit=no_limit,
    )
    if (file is None) == (packs is None):
        _leave("Donnez un fichier, ou --paquets et un dossier.", ImportExit.USAGE)
    with _said_in_french():
        wake_django()
        _check_ready()
        ending = _import_packs(packs, wishes) if packs else _import_file(file or Path(), wishes)
        if not dry:
            let_index_follow()
    if as_json:
        typer.echo(json.dumps(wishes.told, ensure_ascii=False, indent=1))
    raise typer.Exit(ending)


def _import_packs(folder: Path, wishes: Wishes) -> ImportExit:
    """Every pack we have a mapping for; one that is missing or unreadable does not stop the others."""
    from dataclasses import replace

    from maillage.harvest.queries import packs

    if not folder.is_dir():
        _leave(f"« {folder} » n’est pas un dossier.", ImportExit.USAGE)
    endings = []
    for pack in packs(folder):
        if not pack.path.is_file():
            typer.echo(f"{pack.path.name} : absent, laissé de côté.", err=True)
            continue
        try:
            endings.append(_import_file(pack.path, replace(wishes, source=pack.connector, as_of=pack.as_of)))
        except UnreadableFile as error:
            typer.echo(error_sentence(error), err=True)
            endings.append(ImportExit.UNREADABLE)
    if not endings:
        _leave(f"« {folder} » ne contient aucun des paquets connus.", ImportExit.USAGE)
    return max(endings)


def _import_file(path: Path, wishes: Wishes) -> ImportExit:
    if not path.is_file() and not path.is_dir():
        _leave(f"« {path} » n’est pas un fichier.", ImportExit.USAGE)
    connector, opened, why = _recognised(path, wishes)
    if not wishes.as_json:
        said = [reason.sentence() for reason in (*opened.reasons, why)]
        typer.echo(f"{path.name} : {' ; '.join(said)}.")
    if wishes.dry:
        return _tried(connector, opened, wishes)
    return _told(_imported(connector, opened, wishes), opened, wishes)


def _recognised(path: Path, wishes: Wishes) -> tuple[Connector, OpenedFile, Reason]:
    """The file, the source that reads it, and how we know."""
    from maillage.harvest import queries

    connector = _asked_for(wishes)
    open_file = queries.open_large_file if wishes.no_limit else queries.open_usual_file
    opened = open_file(path, wanted=connector.mapping.columns if connector else frozenset())
    if wishes.mapping:
        return _fitting(connector, opened), opened, because("source_by_mapping", name=wishes.mapping.name)
    if connector:
        return connector, opened, because("source_given", source=connector.name)
    found = queries.recognise(opened.columns)
    if found is None:
        columns = ", ".join(f"« {column} »" for column in opened.columns[:40])
        _leave(
            f"{path.name} : aucune source connue n’a ces colonnes : {columns}.\n"
            "Donnez --source, ou écrivez une correspondance (docs/guide/importer.md) et donnez --correspondance.",
            ImportExit.USAGE,
        )
    return found, opened, because("source_by_columns", source=found.name)


def _asked_for(wishes: Wishes) -> Connector | None:
    """The source the person names, by its own mapping or by its name."""
    from django.utils.text import slugify

    from maillage.harvest.queries import connector_named, table_connector

    if wishes.mapping:
        slug = slugify(wishes.source or wishes.mapping.stem)[:80] or "tableau"
        text = _mapping_text(wishes.mapping)
        return table_connector(slug=slug, name=wishes.name or slug, mapping=text, licence=wishes.licence)
    return connector_named(wishes.source) if wishes.source else None


def _mapping_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        _leave(f"Correspondance « {path} » illisible : {error.strerror}.", ImportExit.USAGE)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _fitting(connector: Connector | None, opened: OpenedFile) -> Connector:
    """The connector, when the file has at least one of the columns its mapping names."""
    from maillage.harvest.deposits import fits

    if connector is None or not fits(connector.mapping, opened):
        columns = [f"« {column} »" for column in opened.columns[:40]]
        raise Invalid("mapping_fits_nothing", columns=columns)
    return connector


def _tried(connector: Connector, opened: OpenedFile, wishes: Wishes) -> ImportExit:
    """Do everything on a copy, tell it, and throw it away: what a dry run says is what the import would do."""
    from maillage.storage.trial import on_a_copy

    with on_a_copy():
        return _told(_imported(connector, opened, wishes), opened, wishes)


def _imported(connector: Connector, opened: OpenedFile, wishes: Wishes) -> HarvestRun:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from maillage.curation.actions import import_file

    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=wishes.as_json) as bar:
        tasks = {"reading": bar.add_task(PARTS["reading"], total=None)}

        def tell(part: str, done: int, total: int) -> None:
            if part not in tasks:
                tasks[part] = bar.add_task(PARTS[part], total=None)
            bar.update(tasks[part], completed=done, total=total or None)

        return import_file(
            connector=connector,
            opened=opened,
            by=None,
            as_of=wishes.as_of,
            accepts_all=wishes.accept_all,
            progress=tell,
        )


def _told(run: HarvestRun, opened: OpenedFile, wishes: Wishes) -> ImportExit:
    """Say what happened: the counts, the first refusals, the whole report."""
    from itertools import islice

    from django.conf import settings

    from maillage.cli import import_report
    from maillage.curation.queries import refusals, report, summary

    counts = summary(run)
    name = f"essai-{run.source.slug}" if wishes.dry else f"{run.pk:06d}-{run.source.slug}"
    path = import_report.write_report(settings.VAR / "imports" / f"{name}.csv", report(run))
    if wishes.as_json:
        told = import_report.as_json(counts, refusals(run))
        said = [reason.sentence() for reason in opened.reasons]
        wishes.told.append({"fichier": opened.path.name, "source": run.source.slug, "reconnu": said, **told})
    else:
        _show(import_report.rows_of(counts), title=f"{run.source.name}{' (essai, rien n’est écrit)' * wishes.dry}")
        for line in islice(refusals(run), import_report.SHOWN):
            typer.echo(f"  refusée : {import_report.refusal_sentence(line)}.")
        if counts.refused > import_report.SHOWN:
            typer.echo(f"  … et {counts.refused - import_report.SHOWN} autres, dans le rapport.")
        typer.echo(f"Rapport complet : {path}")
    return ImportExit.SOME_REFUSED if counts.refused else ImportExit.DONE


def _show(rows: tuple[tuple[str, int], ...], *, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_header=False)
    for label, count in rows:
        table.add_row(label, f"{count:,}".replace(",", " "))
    Console().print(table)


def _check_ready() -> None:
    """Without tables or places every sheet would be refused: say so before reading anything."""
    from django.db import DatabaseError

    from maillage.territories.queries import geography

    try:
        ready = bool(geography().rows)
    except DatabaseError:
        ready = False
    if not ready:
        _leave(NOT_READY, ImportExit.USAGE)


@contextmanager
def _said_in_french() -> Iterator[None]:
    """Turn what can go wrong into a French sentence and a documented exit."""
    previous = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    except UnreadableFile as error:
        usage = error.code.startswith("mapping_")
        _leave(error_sentence(error), ImportExit.USAGE if usage else ImportExit.UNREADABLE)
    except MaillageError as error:
        busy = error.code == "import_running"
        _leave(error_sentence(error), ImportExit.INTERRUPTED if busy else ImportExit.USAGE)
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        _leave(RESUME, ImportExit.INTERRUPTED)
    except Exception as error:
        _leave(_storage_sentence(error), ImportExit.INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _storage_sentence(error: Exception) -> str:
    """What a failing disk or database means; any other error goes on as it is, for it is ours."""
    from django.db import OperationalError

    if isinstance(error, OperationalError):
        return BUSY if "locked" in str(error) else FULL
    if isinstance(error, PermissionError):
        return f"Accès refusé : {Path(str(error.filename or '')).name}."
    if isinstance(error, OSError):
        return FULL
    raise error


def _leave(sentence: str, ending: ImportExit) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(ending)

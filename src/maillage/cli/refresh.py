"""`maillage rafraichir` (`make refresh`): ask every enabled source, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, let_index_follow, wake_django
from maillage.core.errors import MaillageError
from maillage.core.wording import error_sentence

if TYPE_CHECKING:
    from rich.progress import Progress

    from maillage.harvest.models import Source

SUFFIXES = (".csv", ".jsonl", ".json", ".xlsx", ".xml")
HELP = """Récolte chaque source activée, garde sa réponse telle quelle, et propose ce qui change.

Une source qui se tait ou répond n’importe quoi est arrêtée et dite ; elle n’arrête pas les autres, et rien n’en est
conclu. Interrompu, même brutalement, relancez la même commande. Guide : docs/guide/recolter.md.

Sortie : 0 tout est lu ; 1 une source au moins s’est arrêtée ; 2 commande, source ou fichier inconnu ; 5 interrompu.
"""


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("rafraichir", help=HELP)(refresh)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One source to refresh, and the file to read instead of asking its address."""

    source: Source
    file: Path | None = None
    as_of: date | None = None


def refresh(
    source: Annotated[list[str] | None, typer.Option("--source", metavar="NOM", help="Cette source seulement.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--fichier", metavar="CHEMIN", help="Hors ligne : ce fichier, ou un dossier de NOM.csv, NOM.json."
        ),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--dossier", metavar="DOSSIER", help="Hors ligne : les paquets livrés.")
    ] = None,
    dry: Annotated[bool, typer.Option("--essai", help="Dit ce qui changerait, n’écrit rien.")] = False,
) -> None:
    """See HELP."""
    with in_french():
        wake_django()
        wanted = _from_packs(folder, source or []) if folder else _from_sources(source or [], file)
        if not wanted:
            fail("Aucune source activée : activez-en dans /animation/sources, ou donnez --source.", Exit.NOTHING)
        stopped = _refresh_all(wanted, dry=dry)
    raise typer.Exit(Exit.NOTHING if stopped else Exit.DONE)


def _from_sources(slugs: list[str], file: Path | None) -> list[Asked]:
    """The sources named, else those that are enabled; each with its file when one is given."""
    from maillage.harvest.actions import know_sources
    from maillage.harvest.queries import enabled_sources

    if file is not None and not file.exists():
        fail(f"« {file} » n’existe pas.", Exit.USAGE)
    if file is not None and not slugs:
        fail("Avec --fichier, nommez la source : --source.", Exit.USAGE)
    if file is not None and file.is_file() and len(slugs) > 1:
        fail("Un seul fichier ne vaut que pour une source ; donnez un dossier.", Exit.USAGE)
    know_sources()
    sources = [_named(slug) for slug in slugs] if slugs else enabled_sources()
    return [Asked(source=one, file=_file_of(one.slug, file) if file else None) for one in sources]


def _named(slug: str) -> Source:
    """The source of this name; one we ship that nobody read yet is made. Raises Unknown("source_unknown")."""
    from maillage.harvest.actions import keep_source
    from maillage.harvest.models import Source
    from maillage.harvest.queries import connector_named

    return Source.objects.filter(slug=slug).first() or keep_source(connector_named(slug))


def _file_of(slug: str, path: Path) -> Path:
    if path.is_file():
        return path
    found = next((place for suffix in SUFFIXES if (place := path / f"{slug}{suffix}").is_file()), None)
    if found is None:
        fail(f"« {path} » ne contient aucun fichier {slug}.csv, .jsonl, .json, .xlsx ou .xml.", Exit.USAGE)
    return found


def _from_packs(folder: Path, slugs: list[str]) -> list[Asked]:
    """The packs of a folder we have a mapping for, in the order they are best read."""
    from maillage.harvest.queries import packs

    if not folder.is_dir():
        fail(f"« {folder} » n’est pas un dossier.", Exit.USAGE)
    found = [pack for pack in packs(folder) if pack.path.is_file() and (not slugs or pack.connector in slugs)]
    if not found:
        fail(f"« {folder} » ne contient aucun des paquets connus.", Exit.USAGE)
    return [Asked(source=_named(pack.connector), file=pack.path, as_of=pack.as_of) for pack in found]


def _refresh_all(wanted: list[Asked], *, dry: bool) -> int:
    """Refresh them one by one, whatever becomes of each; returns how many were stopped."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Table

    table = Table("source", "ce qu’elle dit", title="Essai, rien n’est écrit" if dry else "", title_justify="left")
    sentences: list[str] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        whole = bar.add_task("Sources", total=len(wanted))
        for asked in wanted:
            counts, sentence = _refresh_one(asked, bar, dry=dry)
            table.add_row(asked.source.name, in_words(counts) if counts else "arrêtée, voir ci-dessous")
            sentences += [f"{asked.source.name} : {sentence}"] if sentence else []
            bar.advance(whole)
    Console().print(table)
    for sentence in sentences:
        typer.echo(sentence, err=True)
    if not dry:
        let_index_follow()
    return len(sentences)


def in_words(counts: Mapping[str, int]) -> str:
    """What a reading gave, in one line that any terminal holds: what was read, then what is not zero of it."""
    if "lues" not in counts:
        return "sans nouveauté"
    told = [
        f"{count:,}".replace(",", "\u202f") + f" {name if count > 1 else name.removesuffix('s')}"
        for name, count in counts.items()
        if count or name == "lues"
    ]
    return " : ".join(filter(None, (told[0], ", ".join(told[1:]))))


def _refresh_one(asked: Asked, bar: Progress, *, dry: bool) -> tuple[dict[str, int], str]:
    """The counts of one source, and why it stopped when it did."""
    from maillage.curation.tasks.refreshing import Wish, counted, refresh, told, tried

    task = bar.add_task(asked.source.name, total=None)

    def watch(step: str, done: int, total: int) -> None:
        bar.update(task, description=f"{asked.source.name} : {step}", completed=done, total=total or None)

    wish = Wish(file=asked.file, as_of=asked.as_of)
    try:
        if dry:
            return dict(counted(tried(asked.source, wish=wish, watch=watch))), ""
        return dict(told(refresh(asked.source, wish=wish, watch=watch))), ""
    except MaillageError as error:
        return {}, error_sentence(error)
    except OSError as error:
        return {}, f"le disque ou le réseau refuse : {error.strerror or error}"

"""`maillage repondre`: the articulated response in a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from maillage.cli.terminal import Exit, in_french, wake_django

if TYPE_CHECKING:
    from maillage.answer.queries import Answer

HELP = """Qui peut aider, à quelle étape, avec quel argent, et ce qui manque.

Codes de sortie : 0 réponse donnée · 1 rien ne parle de ce besoin · 2 besoin vide, trop long ou option fausse ·
3 territoire inconnu ou ambigu · 4 index indisponible.
"""


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("repondre", help=HELP)(answer)


def answer(
    need: Annotated[str, typer.Argument(metavar="BESOIN", help="Le besoin, avec vos mots ; « - » lit l’entrée.")],
    territory: Annotated[str, typer.Option("--territoire", help="Code INSEE, SIREN ou typé (DEP-62).")] = "",
    stage: Annotated[str, typer.Option("--etape", help="EMERGENCE, DESIGN, FUNDING, DELIVERY ou EVALUATION.")] = "",
    audience: Annotated[str, typer.Option("--public", help="commune, epci, association…")] = "",
    absent: Annotated[
        str, typer.Option("--pourquoi-pas", metavar="SLUG", help="Pourquoi cette offre n’y est pas, ou pas plus haut.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Données plutôt que tableau.")] = False,
) -> None:
    """Answer one need in one place."""
    with in_french():
        wake_django()
        from maillage.answer.export import as_data
        from maillage.answer.queries import answer_need

        text = typer.get_text_stream("stdin").read() if need == "-" else need
        found = answer_need(text=text, territory=territory, stage=stage, audience=audience)
        if absent:
            _print_absence(found, absent)
            raise typer.Exit(Exit.DONE)
        if as_json:
            typer.echo(json.dumps(as_data(found), ensure_ascii=False, indent=2))
        else:
            _print(found)
    raise typer.Exit(Exit.NOTHING if found.off_topic else Exit.DONE)


def _print(found: Answer) -> None:
    from rich.console import Console
    from rich.table import Table

    from maillage.answer.export import gap_sentence
    from maillage.core.vocabulary import Echelon, Stage

    console = Console()
    where = found.place.label if found.place else "sans lieu : seules les offres ouvertes partout sont montrées"
    console.print(f"[bold]{_plain(found.text)}[/bold] — {_plain(where)}")
    themes = ", ".join(tag.label for tag in found.understanding.categories) or "aucun thème reconnu"
    console.print(f"Compris : {_plain(themes)}")
    if found.off_topic:
        console.print("Rien ici ne parle de ce besoin. Dites-le autrement, ou signalez-le comme un manque.")
        return
    for stage in Stage:
        table = Table(title=stage.label, title_justify="left", show_lines=True, expand=True)
        for title, ratio in (("Nature", 1), ("Qui peut aider", 3), ("Pourquoi", 3), ("Contact", 2)):
            table.add_column(title, ratio=ratio)
        for cell in (cell for cell in found.cells if cell.stage == stage):
            for offer in cell.offers:
                desks = "\n".join(" · ".join(filter(None, (desk.name, desk.phone))) for desk in offer.desks)
                why = " · ".join(reason.sentence() for reason in offer.reasons)
                title = f"{offer.match.sheet.title} [{Echelon(offer.echelon).label}]"
                table.add_row(cell.nature.label, _plain(title), _plain(why), _plain(desks))
            if cell.gap:
                nearest = cell.gap.nearest
                near = f"Le plus proche : {nearest.match.sheet.title}" if nearest and not cell.offers else ""
                table.add_row(cell.nature.label, f"▒ {_plain(gap_sentence(cell.gap))}", _plain(near), "")
            elif not cell.offers:
                table.add_row(cell.nature.label, "Pas attendu à cette étape", _plain(cell.not_expected), "")
        console.print(table)
    _print_links(console, found)


def _print_absence(found: Answer, slug: str) -> None:
    from maillage.answer.absence import why_not

    absence = why_not(found, slug)
    typer.echo(f"{absence.title} :")
    for reason in absence.reasons:
        typer.echo(f"  {reason.sentence()}")
    for offer in absence.before:
        typer.echo(f"  avant elle, « {offer.title} » : {' ; '.join(reason.sentence() for reason in offer.because)}")


def _print_links(console: object, found: Answer) -> None:
    from rich.console import Console

    assert isinstance(console, Console)  # noqa: S101 - narrows for mypy; rich is imported late on purpose
    for link in found.links:
        said = link.statement or " · ".join(reason.sentence() for reason in link.reasons)
        mark = "suggestion" if link.suggested else "documenté"
        console.print(_plain(f"⟿ {link.origin_title} {link.kind.label} {link.target_title} ({mark}) : {said}"))
    if found.steps:
        console.print("Par où commencer :")
    for place, step in enumerate(found.steps, 1):
        desk = step.desks[0].name if step.desks else ", ".join(step.match.sheet.operators)
        console.print(_plain(f"  {place}. {step.match.sheet.title} — {desk}"))


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)

"""Background work of curation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from maillage.curation.actions.duplicates import Found, find_duplicates
from maillage.curation.models import SheetKind


def look_for_duplicates(progress: Callable[[int, int], None]) -> Mapping[str, int]:
    """Compare programmes, then organisations; how many pairs of each kind, under French names."""
    programmes = find_duplicates(kind=SheetKind.PROGRAMME, progress=progress)
    actors = find_duplicates(kind=SheetKind.ORGANISATION, progress=progress)
    return _told("programmes", programmes) | _told("acteurs", actors)


def _told(name: str, found: Found) -> dict[str, int]:
    return {f"{name} comparés": found.sheets, f"{name} mêmes": found.same, f"{name} douteux": found.doubtful}

"""Cells that a spreadsheet will open: text stays text."""

from __future__ import annotations

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(cell: str) -> str:
    """The cell with an apostrophe before it when a spreadsheet would take it for a formula; applied on export only.

    Source: OWASP, « CSV injection ». A plain negative number is left alone.
    """
    if not cell.startswith(STARTS_A_FORMULA) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return cell[1:2].isdigit()

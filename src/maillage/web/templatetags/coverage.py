"""Maps and tables of a hundred places, written without the machinery of a loop of templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from maillage.web.maps import Drawing
from maillage.web.typography import number_in_words

register = template.Library()


@register.simple_tag
def map_places(drawing: Drawing) -> SafeString:
    """The places of a map as links, then their circles: two hundred shapes."""
    places = (
        f'<a href="{escape(shape.address)}" aria-label="{escape(shape.name)} : {escape(shape.words)}">'
        f'<path class="map__place is-{shape.look}" d="{shape.path}" stroke-width="{drawing.stroke}">'
        f"<title>{escape(shape.name)} : {escape(shape.words)}</title></path></a>\n"
        for shape in drawing.shapes
    )
    circles = (
        f'<circle class="map__demand" cx="{shape.x}" cy="{shape.y}" r="{shape.radius}"'
        f' stroke-width="{drawing.stroke}"/>'
        for shape in drawing.shapes
        if shape.radius
    )
    return mark_safe("".join((*places, *circles)))  # noqa: S308 - every part is escaped


@register.simple_tag
def coverage_rows(rows: Iterable[Mapping[str, Any]], *, compared: object = None) -> SafeString:
    """The lines of the table beside a map, ten cells each."""
    return mark_safe("\n".join(_line(each, compared=bool(compared)) for each in rows))  # noqa: S308 - every part is escaped


def _line(each: Mapping[str, Any], *, compared: bool) -> str:
    row, change = each["row"], each["change"]
    told = "…" if change is None else f"+{change}" if change > 0 else str(change)
    cells = [
        f'<th scope="row"><a href="{escape(each["address"])}">{escape(each["name"])}</a></th>',
        *(_figure(getattr(row, name), each[name]) for name in ("near", "distant", "conditional")),
        *(f'<td class="number">{each[name]}\u202f%</td>' for name in ("served", "people", "communes")),
        *([f'<td class="number">{told}</td>'] if compared else []),
        f"<td>{escape(each['kind'] or '…')}</td>",
        _figure(row.pieces, each["pieces"]),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _figure(count: int, address: str) -> str:
    """A figure that opens its list; nothing to open at 0."""
    told = f'<a href="{escape(address)}">{number_in_words(count)}</a>' if count else "0"
    return f'<td class="number">{told}</td>'

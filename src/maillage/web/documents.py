"""The method pages of `docs/method/`, as HTML. Written by us, read once per process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from maillage.web.typography import french


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodPage:
    """One page: its anchor, its title, its text as HTML."""

    anchor: str
    title: str
    html: SafeString


@lru_cache(maxsize=1)
def method_pages() -> tuple[MethodPage, ...]:
    """Every page of the method, by file name. HTML inside the text is shown, never run."""
    folder = settings.PROJECT / "docs/method"
    return tuple(_page(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.md")))


def _page(anchor: str, text: str) -> MethodPage:
    title, _, body = text.partition("\n")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    lower = re.sub(r"<(/?)h([1-5])", lambda found: f"<{found[1]}h{int(found[2]) + 1}", html)
    framed = lower.replace("<table>", '<div class="scroll" tabindex="0" role="group"><table>')
    framed = framed.replace("</table>", "</table></div>")
    return MethodPage(
        anchor=anchor,
        title=french(title.lstrip("# ").strip()),
        html=mark_safe(french(framed)),  # noqa: S308 - our own pages, rendered with HTML turned off
    )

"""Filters every template has without loading them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from maillage.web.typography import day_in_words, french, number_in_words

register = template.Library()


@register.filter(is_safe=True)
def fr(value: Any) -> str:
    """Text with French typography; safe text stays safe."""
    text = french(str(value))
    return mark_safe(text) if isinstance(value, SafeString) else text  # noqa: S308 - it was safe before; spaces change


@register.filter
def tr(value: Any) -> str:
    """A label of a closed vocabulary, in the language of the page."""
    return french(gettext(str(value))) if value else ""


@register.filter
def day(value: dt.date | dt.datetime | str | None) -> str:
    """A day in words; an ISO string is read first."""
    if not value:
        return ""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value)
    return day_in_words(value)


@register.filter
def number(value: int | None) -> str:
    """A whole number with narrow spaces."""
    return "" if value is None else number_in_words(int(value))


@register.filter(needs_autoescape=True)
def paragraphs(value: Any, autoescape: bool = True) -> str:
    """Plain text as paragraphs; a line that starts with a dash becomes an item of a list."""
    escape = conditional_escape if autoescape else str
    blocks = [block.strip() for block in str(value).replace("\r\n", "\n").split("\n\n")]
    return mark_safe("".join(_block(block, escape) for block in blocks if block))  # noqa: S308 - escaped line by line


def _block(block: str, escape: Any) -> str:
    lines = [line.strip() for line in block.split("\n")]
    if all(line[:2] in ("- ", "• ", "* ") for line in lines):
        return "<ul>" + "".join(f"<li>{escape(french(line[2:]))}</li>" for line in lines) + "</ul>"
    return "<p>" + "<br>".join(escape(french(line)) for line in lines) + "</p>"

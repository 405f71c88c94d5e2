"""One address, two sizes: the whole page, or the fragment htmx asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest, page: str, fragment: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, or its fragment when htmx refines a page already open.

    A boosted link without a target of its own, and a history entry that htmx has forgotten, get the whole page.
    """
    htmx: Any = getattr(request, "htmx", None)
    partial = bool(htmx) and not htmx.history_restore_request and bool(not htmx.boosted or htmx.target)
    response = render(request, fragment if partial else page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response

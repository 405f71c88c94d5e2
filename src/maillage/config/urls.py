"""Every address of the house."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/", include("maillage.web.account_urls")),
    path("", include("maillage.web.urls")),
]

handler400 = "maillage.web.failures.bad_request"
handler403 = "maillage.web.failures.forbidden"
handler404 = "maillage.web.failures.not_found"
handler500 = "maillage.web.failures.broken"

"""Pages for machines: health, robots, sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from maillage.actors.queries import published_organisations
from maillage.inventory.dump import dump_file
from maillage.inventory.queries import published_programmes
from maillage.inventory.typical import typical_needs
from maillage.search import engine
from maillage.web.params import only_known

PLAIN_PAGES = (
    "/ /programmes /acteurs /besoins /besoins-types /besoins-sans-reponse /etudes /veille /projets-finances /odd "
    "/donnees /a-propos /methode /a-verifier /accessibilite /confidentialite /mentions-legales /plan-du-site"
).split()


def health(request: HttpRequest) -> HttpResponse:
    """Whether this process can answer: the database replies and the index can be read."""
    only_known(request, ())
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    try:
        index = engine.reader().searcher.num_docs
    except engine.IndexUnavailable:
        return JsonResponse({"database": "ok", "index": "repairing"}, status=503)
    return JsonResponse({"database": "ok", "index": "ok", "documents": index})


def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read but answers, which are endless."""
    only_known(request, ())
    lines = (
        "User-agent: *",
        "Disallow: /repondre",
        "Disallow: /lieux",
        "Disallow: /alertes",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def sitemap(request: HttpRequest) -> StreamingHttpResponse:
    """Every public page, the sheets included."""
    only_known(request, ())
    return StreamingHttpResponse(_sitemap(), content_type="application/xml; charset=utf-8")


def programmes_dump(request: HttpRequest) -> HttpResponseBase:
    """Every published sheet, one per line, for another house or any program; unchanged, it costs an empty answer."""
    only_known(request, ())
    path = dump_file(settings.VAR / "donnees", site=settings.SITE_URL)
    etag = f'"{path.stem}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    response = FileResponse(path.open("rb"), content_type="application/x-ndjson; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=600"
    return response


def _sitemap() -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for path in PLAIN_PAGES:
        yield f"<url><loc>{escape(settings.SITE_URL + path)}</loc></url>\n"
    for need in typical_needs():
        yield f"<url><loc>{escape(settings.SITE_URL)}/besoins-types/{need.slug}</loc></url>\n"
    sheets = (("programmes", published_programmes()), ("acteurs", published_organisations()))
    for folder, rows in sheets:
        dated = rows.order_by("pk").values_list("slug", "updated_at")[:25_000]
        for slug, at in dated.iterator(chunk_size=2000):
            address = escape(f"{settings.SITE_URL}/{folder}/{slug}")
            yield f"<url><loc>{address}</loc><lastmod>{at:%Y-%m-%d}</lastmod></url>\n"
    yield "</urlset>\n"

"""The house itself: home, who we are, how it works, what it promises."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.accounts.memory import kept_until
from maillage.actors.queries import ORGANISATION, published_organisations
from maillage.core.vocabulary import Status, themes
from maillage.core.weighing import weights
from maillage.inventory.dump import SHAPE
from maillage.inventory.models import Need
from maillage.inventory.queries import ARTICULATION, PROGRAMME, published_programmes, to_verify, whole_links
from maillage.web.documents import method_pages
from maillage.web.forms.ask import Ask, answer_address
from maillage.web.params import only_known
from maillage.web.typical import of_the_day
from maillage.web.watching import last_lines

EXAMPLES = (
    ("réhabiliter une friche en tiers-lieu", "Arras", "COM-62041"),
    ("un projet alimentaire de territoire", "Die", "COM-26113"),
    ("une navette solidaire pour les personnes sans voiture", "Guéret", "COM-23096"),
)

LAST_NEWS = 3
"""Lines of the watch told on the home page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A link and its words."""

    address: str
    words: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The commons, counted."""

    programmes: int
    organisations: int
    links: int
    to_verify: int


def home(request: HttpRequest) -> HttpResponse:
    """Say what you need, and where."""
    only_known(request, ())
    examples = [
        Entry(
            address=answer_address(need=need, where=place, territory=code),
            words=_("%(need)s, à %(place)s") % {"need": need, "place": place},
        )
        for need, place, code in EXAMPLES
    ]
    needs = Need.objects.filter(status=Status.PUBLISHED.value).select_related("territory").order_by("-created_at")
    context = {
        "ask": Ask(),
        "examples": examples,
        "themes": [Entry(address=theme_address(theme), words=theme, label=theme) for theme in themes()],
        "gaps": [_gap(need) for need in needs[:4]],
        "news": last_lines(LAST_NEWS),
        "figures": figures(),
        "typical": of_the_day(timezone.localdate()),
    }
    return render(request, "house/home.html", context)


@kept_until(PROGRAMME, ORGANISATION, ARTICULATION)
def figures() -> Figures:
    """Counted once for all visitors, again as soon as the log tells of a sheet or a link."""
    return Figures(
        programmes=published_programmes().count(),
        organisations=published_organisations().count(),
        links=whole_links().count(),
        to_verify=to_verify().count(),
    )


def theme_address(theme: str) -> str:
    """The list of the programmes of a theme."""
    return "/programmes?" + urlencode({"theme": theme})


def _gap(need: Need) -> dict[str, object]:
    text = need.text if len(need.text) <= 120 else need.text[:117].rsplit(" ", 1)[0] + "…"
    place = need.territory.name if need.territory else _("France entière")
    return {"address": f"/besoins/{need.uid}", "text": text, "place": place, "at": need.created_at.date()}


def about(request: HttpRequest) -> HttpResponse:
    """What this commons is, where it comes from."""
    only_known(request, ())
    return render(request, "house/about.html")


def method(request: HttpRequest) -> HttpResponse:
    """How an answer is made, with every weight."""
    only_known(request, ())
    sections = [(name, list(entries.values())) for name, entries in weights().items()]
    return render(request, "house/method.html", {"pages": method_pages(), "sections": sections})


def data(request: HttpRequest) -> HttpResponse:
    """What can be taken away, under which licence."""
    only_known(request, ())
    return render(request, "house/data.html", {"shape": SHAPE, "licences": licences()})


@kept_until(PROGRAMME)
def licences() -> list[tuple[str, int]]:
    """The licences that the published sheets carry, with how many; "" for those whose source says none."""
    rows = published_programmes().order_by().values_list("licence").annotate(count=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes, under which licences."""
    only_known(request, ())
    return render(request, "house/legal.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a person, how long, how to take it away."""
    only_known(request, ())
    return render(request, "house/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    only_known(request, ())
    return render(request, "house/accessibility.html")


def site_map(request: HttpRequest) -> HttpResponse:
    """Every door of the house."""
    only_known(request, ())
    entries = [Entry(address=theme_address(theme), words=theme) for theme in themes()]
    return render(request, "house/site_map.html", {"themes": entries})


def language(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the language chosen, and go back to the page one was on."""
    back = urlsplit(request.headers.get("referer", ""))
    here = back.netloc == request.get_host() and not back.path.startswith("/langue")
    target = f"{back.path}?{back.query}" if here and back.query else back.path if here else "/"
    response = HttpResponseRedirect(target or "/")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax", httponly=True)
    return response

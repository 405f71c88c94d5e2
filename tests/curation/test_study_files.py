"""Studies from a table or a feed, on disk or at an address: drafts of the person who brings them, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage.accounts.models import Role, User
from maillage.core.errors import Invalid, UnreadableFile
from maillage.curation.actions.studies import import_study_address, import_study_file
from maillage.inventory.models import Need, NeedStudy
from maillage.inventory.study_table import template
from tests.factories.imports import ready
from tests.factories.rows import a_person
from tests.factories.sources import open_site, page

pytestmark = pytest.mark.django_db
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Publications d’un observatoire</title>
<item><title>Enquête sur les &lt;b&gt;lavoirs&lt;/b&gt;</title><link>https://obs.exemple.fr/lavoirs</link>
<description>&lt;p&gt;Deux cents réponses.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description>
<pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate></item>
<item><title>Sans lien sûr</title><link>javascript:alert(1)</link></item>
<item><title></title></item>
</channel></rss>"""


@pytest.fixture
def contributor() -> User:
    ready()
    return a_person("contributrice@exemple.test", Role.CONTRIBUTOR)


def kept(folder: Path, text: str, name: str = "etudes") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_feed_gives_a_study_per_entry_without_markup_and_once(tmp_path, contributor):
    path = kept(tmp_path, FEED)

    first, second = import_study_file(path, by=contributor), import_study_file(path, by=contributor)

    assert (first.studies_created, second.studies_created, second.studies_found) == (2, 0, 2)
    row = NeedStudy.objects.get(url="https://obs.exemple.fr/lavoirs")
    assert (row.title, row.publisher) == ("Enquête sur les lavoirs", "Publications d’un observatoire")
    assert (row.summary, row.published_on.isoformat(), row.status) == ("Deux cents réponses.", "2026-11-20", "draft")
    assert NeedStudy.objects.get(title="Sans lien sûr").url == ""


def test_an_address_is_asked_politely_and_read_the_same(contributor):
    with open_site() as site, site.client() as client:
        site.pages["/flux"] = page(FEED.encode(), content_type="application/rss+xml")
        site.pages["/table"] = page(template().encode(), content_type="text/csv")

        feed = import_study_address(f"{site.url}/flux", client=client, by=contributor)
        table = import_study_address(f"{site.url}/table", client=client, by=contributor)

    assert (feed.studies_created, table.studies_created, table.needs_created) == (2, 1, 1)
    assert Need.objects.get().status == "review"


def test_an_address_of_our_own_network_is_refused(contributor):
    with open_site() as site, site.client() as client, pytest.raises(Invalid):
        import_study_address("http://127.0.0.1:1/etudes.csv", client=client, by=contributor)


@pytest.mark.parametrize("text", ['[{"etude": "x"}]', "<html><body>non</body></html>"], ids=["json", "page"])
def test_what_is_neither_a_table_nor_a_feed_is_refused(tmp_path, contributor, text):
    with pytest.raises(UnreadableFile):
        import_study_file(kept(tmp_path, text), by=contributor)

    assert not NeedStudy.objects.exists()

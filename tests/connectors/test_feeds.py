"""RSS and Atom as they are in the wild, and as an attacker writes them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from maillage.connectors.feed.connector import CONNECTOR
from maillage.connectors.files.opened import open_file
from maillage.connectors.parsed import RawItem, Refusal
from maillage.connectors.registry import recognise
from maillage.core.errors import UnreadableFile
from maillage.core.wording import error_sentence

LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
ITEM = "<item><guid>1</guid><title>Un titre</title><description>Un texte</description></item>"


def written(tmp_path: Path, body: str, *, encoding: str = "utf-8", heading: str = "") -> Path:
    path = tmp_path / "flux.xml"
    path.write_bytes((heading + body).encode(encoding))
    return path


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>Fil</title><link>https://exemple.fr</link>{items}</channel></rss>'


def entries(path: Path) -> list[dict]:
    return [json.loads(item.raw) for item in open_file(path).items() if isinstance(item, RawItem)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "declared",
    [
        f'<!DOCTYPE rss [<!ENTITY lol0 "lol">{LAUGHS}]>',
        '<!DOCTYPE rss [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % dtd SYSTEM "http://169.254.169.254/x.dtd"> %dtd;]>',
    ],
    ids=["billion laughs", "a file of ours", "an address of ours"],
)
def test_a_feed_that_declares_entities_is_not_opened(tmp_path, declared, encoding):
    path = written(tmp_path, declared + rss(ITEM), encoding=encoding, heading="<?xml version='1.0'?>")

    start = time.thread_time()
    with pytest.raises(UnreadableFile) as caught:
        open_file(path)

    assert caught.value.code == "feed_declares_entities"
    assert error_sentence(caught.value).endswith(".")
    assert time.thread_time() - start < 1


def test_a_feed_that_only_names_its_type_is_read(tmp_path):
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://exemple.fr/rss-0.91.dtd">'

    assert [entry["title"] for entry in entries(written(tmp_path, doctype + rss(ITEM)))] == ["Un titre"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("cp1252", "iso-8859-1"), ("cp1252", "utf-8"), ("iso-8859-15", "ISO-8859-15"), ("utf-8-sig", "utf-8")],
)
def test_accents_survive_the_encoding_and_what_the_heading_claims(tmp_path, encoding, declared):
    path = written(
        tmp_path,
        rss("<item><guid>1</guid><title>Forêt à 3 €</title></item>"),
        encoding=encoding,
        heading=f'<?xml version="1.0" encoding="{declared}"?>',
    )

    assert entries(path)[0]["title"] == "Forêt à 3 €"


def test_what_feeds_often_get_wrong_is_mended(tmp_path):
    wrong = "<item><guid>1</guid><title>Eau&nbsp;&amp; forêt & sols &eacute;tudi&#233;s \x0b</title>"
    wrong += "<link>https://exemple.fr/?a=1&b=2</link><description><![CDATA[a && b &nbsp;]]></description></item>"

    (entry,) = entries(written(tmp_path, rss(wrong)))

    assert entry["title"] == "Eau\xa0& forêt & sols étudiés"
    assert entry["link"] == "https://exemple.fr/?a=1&b=2"
    assert entry["summary"] == "a && b &nbsp;"


@pytest.mark.parametrize("cut", [0.35, 0.6, 0.9])
def test_a_cut_feed_keeps_the_whole_entries_and_says_so(tmp_path, cut):
    whole = rss(ITEM.replace("1<", "{}<") * 20)
    path = written(tmp_path, whole[: int(len(whole) * cut)])

    *kept, last = open_file(path).items()

    assert len(kept) == whole[: int(len(whole) * cut)].count("</item>")
    assert isinstance(last, Refusal)
    assert last.expected == "feed_end"


def test_entries_beyond_the_bound_are_refused_together(tmp_path):
    *kept, last = open_file(written(tmp_path, rss(ITEM * 2_500))).items()

    assert len(kept) == 2_000
    assert (last.expected, last.line) == ("feed_entries", 2_001)


@pytest.mark.parametrize("nested", ["<a>" * 5_000, "<item>" * 5_000, "<item><description>" + "<b>" * 5_000])
def test_deep_nesting_is_refused_at_once(tmp_path, nested):
    start = time.thread_time()
    with pytest.raises(UnreadableFile) as caught:
        open_file(written(tmp_path, rss(nested)))

    assert caught.value.code in ("feed_unreadable", "file_without_columns")
    assert time.thread_time() - start < 1


def test_a_feed_beyond_its_bound_is_refused_unread(tmp_path):
    with pytest.raises(UnreadableFile) as caught:
        open_file(written(tmp_path, rss(ITEM + "<!--" + "a" * 5 * 2**20 + "-->")))

    assert caught.value.code == "feed_too_large"


def test_words_of_other_vocabularies_are_not_taken_for_those_of_the_feed(tmp_path):
    body = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item><media:title>Photo</media:title>'
        "<media:description>Une photo</media:description><title>Un titre</title><image><title>Logo</title></image>"
        "</item></channel></rss>"
    )

    (entry,) = entries(written(tmp_path, body))

    assert (entry["title"], entry["summary"]) == ("Un titre", "")


def test_markup_of_atom_becomes_text_and_other_links_are_left(tmp_path):
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Fil</title><entry><id>urn:1</id><title>Titre</title>
    <link rel="self" href="https://exemple.fr/api/1"/><link rel="enclosure" href="https://exemple.fr/1.mp3"/>
    <link href="https://exemple.fr/1"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un
    <b>texte</b> &lt;sûr&gt;</p><script>alert(1)</script><a href="https://exemple.fr/2">suite</a></div></content></entry></feed>"""

    (parsed,) = CONNECTOR.parse_file(written(tmp_path, body))

    assert parsed.record.source_url == "https://exemple.fr/1"
    assert "alert" not in parsed.record.description
    assert parsed.record.description.startswith("Un texte")
    assert "suite (https://exemple.fr/2)" in parsed.record.description


def test_rss_1_is_read_too(tmp_path):
    body = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://exemple.fr/"><title>Fil</title></channel>
    <item rdf:about="https://exemple.fr/1"><title>Titre</title><link>https://exemple.fr/1</link>
    <dc:date>2026-11-20T10:00:00+01:00</dc:date><dc:subject>eau</dc:subject></item></rdf:RDF>"""

    (entry,) = entries(written(tmp_path, body))

    assert (entry["id"], entry["title"], entry["tags"]) == ("https://exemple.fr/1", "Titre", ["eau"])
    assert (entry["published"], entry["feed_title"]) == ("2026-11-20T10:00:00+01:00", "Fil")


def test_a_page_or_another_xml_is_not_a_feed(tmp_path):
    for body, code in (("<!DOCTYPE html><html><rss ></html>", "file_is_html"), ("<?xml?><liste/>", "file_is_xml")):
        with pytest.raises(UnreadableFile) as caught:
            open_file(written(tmp_path, body))
        assert caught.value.code == code


def test_a_feed_is_recognised_for_what_it_is(tmp_path):
    opened = open_file(written(tmp_path, rss(ITEM)))

    assert opened.kind == "feed"
    assert recognise(opened.columns) is CONNECTOR

"""The starter inventory is complete, distinct, sober and says what it does not know. No database here."""

import csv
import datetime as dt
import gzip
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from rapidfuzz import fuzz, process

from maillage.core import vocabulary as known
from scripts import count_inventory

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/maillage"
CONTENT = SOURCE / "inventory/content"
# ZONE-rural holds some 15 000 codes in one cell.
csv.field_size_limit(1_000_000)

# What the inventory promises to hold, however it is edited. A cell is a nature at a stage.
MINIMUM_OFFERS = 250
MINIMUM_PER_CELL = 12
MINIMUM_CATALYSIS = 30
MINIMUM_CARRIERS = 60
MINIMUM_LINKS = 120
MINIMUM_CATEGORIES = 80

# Generalists come up in every answer: enough to open a door everywhere, few enough to leave room.
GENERALISTS = range(10, 26)
# From 0 to 100, over title, promise and operators. The closest pair of today scores 73, a copy with another place 90.
TOO_CLOSE = 80
MAXIMUM_STAGES = 3
MAXIMUM_LINES = 1500
KEYWORDS = range(8, 16)

REQUIRED = {
    "organisation": "slug name kind natures echelon zone description website source_url source_name",
    "programme": (
        "slug title promise description operators natures echelon stages aid_types audiences zone price how_to "
        "contact_desk contact_url recurrence competences sdg keywords source_url source_name"
    ),
    "articulation": "from to kind statement evidence_url evidence_name",
}
ALLOWED = {
    "organisation": "acronym siren competences levers funding_origins",
    "programme": (
        "funders delivered_by parent variant_of categories generalist excluded price_note conditions restricted_to "
        "opens_on closes_on cumul cumul_reference verified_on status"
    ),
    "articulation": "condition",
}
# Words that would answer any need: alone, they are refused as keywords.
VAGUE = set(
    "projet projets aide aides appui accompagnement financement financements subvention subventions commune communes "
    "territoire territoires collectivité mairie village ville habitants élus association associations service services "
    "réseau partenaires outil outils méthode ingénierie étude diagnostic données chiffres guide bilan indicateurs "
    "observatoire développement programme formation conseil expertise animation évaluer".split()
)
# Mirrors of other people's documents, and addresses that follow readers.
BAD_HOSTS = ("pdfslide", "fdocuments", "123dok", "docplayer", "scribd", "calameo")
TRACKING = re.compile(r"[?&](utm_|pk_|mtm_)")
LEVERS = {"human", "financial", "alliances"}
ORIGINS = {"public", "private", "earned"}

Entry = dict[str, Any]


def load(kind: str) -> list[Entry]:
    return count_inventory.entries(kind)


ORGANISATIONS, PROGRAMMES, LINKS = load("organisation"), load("programme"), load("articulation")
KINDS = {"organisation": ORGANISATIONS, "programme": PROGRAMMES, "articulation": LINKS}


def rows(path: Path) -> list[dict[str, str]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(content.decode("utf-8").splitlines()))


def key(entry: Entry) -> str:
    return entry.get("slug") or f"{entry['from']} → {entry['to']}"


def sentences(entry: Entry) -> list[tuple[str, str]]:
    """Every text a person reads, with the name of its field: neither codes nor addresses."""
    prose = "name title promise description price_note conditions how_to contact_desk cumul cumul_reference statement"
    fields = [*prose.split(), "condition", "source_name", "evidence_name", "keywords"]
    return [
        (field, text)
        for field in fields
        for text in (entry[field] if isinstance(entry.get(field), list) else [entry.get(field, "")])
        if text
    ]


def addresses(entry: Entry) -> list[str]:
    return [entry[field] for field in ("website", "source_url", "contact_url", "evidence_url") if entry.get(field)]


def folded(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.lower())
    return " ".join(
        re.findall(r"[a-z0-9]{3,}", "".join(letter for letter in bare if not unicodedata.combining(letter)))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_sheet_is_complete_and_has_no_unknown_field(kind):
    required, allowed = set(REQUIRED[kind].split()), set(ALLOWED[kind].split())

    missing = {key(entry): required - {field for field, value in entry.items() if value} for entry in KINDS[kind]}
    unknown = {key(entry): set(entry) - required - allowed for entry in KINDS[kind]}

    assert {name: fields for name, fields in missing.items() if fields} == {}
    assert {name: fields for name, fields in unknown.items() if fields} == {}


@pytest.mark.parametrize(
    ("kind", "field", "codes"),
    [
        ("organisation", "kind", known.OrganisationKind.codes()),
        ("organisation", "natures", known.Nature.codes()),
        ("organisation", "echelon", known.Echelon.codes()),
        ("organisation", "competences", tuple(known.competences())),
        ("organisation", "levers", tuple(LEVERS)),
        ("organisation", "funding_origins", tuple(ORIGINS)),
        ("programme", "natures", known.Nature.codes()),
        ("programme", "echelon", known.Echelon.codes()),
        ("programme", "stages", known.Stage.codes()),
        ("programme", "aid_types", known.AidType.codes()),
        ("programme", "audiences", known.Audience.codes()),
        ("programme", "categories", tuple(known.categories())),
        ("programme", "competences", tuple(known.competences())),
        ("programme", "price", known.Price.codes()),
        ("programme", "recurrence", known.Recurrence.codes()),
        ("programme", "restricted_to", ("", *known.Restriction.codes())),
        ("programme", "sdg", tuple(range(1, 18))),
        ("articulation", "kind", known.LinkKind.codes()),
    ],
)
def test_words_of_the_sheets_belong_to_the_shared_vocabulary(kind, field, codes):
    found = [
        (key(entry), value)
        for entry in KINDS[kind]
        for value in (entry[field] if isinstance(entry.get(field), list) else [entry.get(field, codes[0])])
    ]

    assert [(name, value) for name, value in found if value not in codes] == []


def test_slugs_are_unique_and_readable():
    for entries in (ORGANISATIONS, PROGRAMMES):
        slugs = [entry["slug"] for entry in entries]

        assert [slug for slug, count in Counter(slugs).items() if count > 1] == []
        assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_every_reference_leads_to_a_sheet():
    organisations = {entry["slug"] for entry in ORGANISATIONS}
    programmes = {entry["slug"] for entry in PROGRAMMES}
    described = tomllib.loads((SOURCE / "actors/facts/networks.toml").read_text("utf-8"))["network"]
    networks = {"", *(network["slug"] for network in described)}

    lost = [(key(one), slug) for one in PROGRAMMES for slug in [*one["operators"], *one.get("funders", [])]]
    assert [pair for pair in lost if pair[1] not in organisations] == []
    above = [(key(one), one.get(field, "")) for one in PROGRAMMES for field in ("parent", "variant_of")]
    assert [pair for pair in above if (pair[1] and pair[1] not in programmes) or pair[0] == pair[1]] == []
    assert [key(one) for one in PROGRAMMES if one.get("delivered_by", "") not in networks] == []
    ends = [end for link in LINKS for end in (link["from"], link["to"])]
    known_ends = programmes | {f"org:{slug}" for slug in organisations}
    assert [end for end in ends if end not in known_ends] == []


def test_every_zone_is_a_place_of_the_official_geography():
    facts = SOURCE / "territories/facts"
    places = {row["code"] for name in ("geography.csv.gz", "zones.csv") for row in rows(facts / name)}

    used = [
        (key(one), zone) for one in [*ORGANISATIONS, *PROGRAMMES] for zone in [*one["zone"], *one.get("excluded", [])]
    ]

    assert [pair for pair in used if pair[1] not in places] == []


def test_links_go_from_one_sheet_to_another_and_are_said_once():
    said = Counter((link["from"], link["to"], link["kind"]) for link in LINKS)

    assert [link for link, count in said.items() if count > 1 or link[0] == link[1]] == []
    assert [key(one) for one in LINKS if one["from"].startswith("org:") != one["to"].startswith("org:")] == []


def test_money_is_found_at_the_funding_stage_and_acts_elsewhere_only_with_something_else():
    money = [one for one in PROGRAMMES if known.MONEY & set(one["aid_types"])]
    only_money = [one for one in money if set(one["aid_types"]) <= known.MONEY]

    assert [key(one) for one in money if "FUNDING" not in one["stages"]] == []
    assert [key(one) for one in only_money if "DELIVERY" in one["stages"]] == []


def test_an_offer_names_few_stages_and_few_natures():
    assert [key(one) for one in PROGRAMMES if len(set(one["stages"])) > MAXIMUM_STAGES] == []
    assert [key(one) for one in PROGRAMMES if len(one["natures"]) > 2] == []
    assert sum(len(one["stages"]) == MAXIMUM_STAGES for one in PROGRAMMES) <= len(PROGRAMMES) // 20


def test_an_offer_has_a_theme_unless_it_helps_whatever_the_theme():
    generalists = [one for one in PROGRAMMES if one.get("generalist")]

    assert len(generalists) in GENERALISTS
    assert [key(one) for one in PROGRAMMES if not one.get("categories") and not one.get("generalist")] == []
    assert [key(one) for one in PROGRAMMES if len(one.get("categories", [])) > 6] == []


def test_no_two_offers_are_nearly_the_same():
    texts = [folded(f"{one['title']} {one['promise']} {' '.join(one['operators'])}") for one in PROGRAMMES]
    scores = process.cdist(texts, texts, scorer=fuzz.token_sort_ratio)

    close = [
        (key(PROGRAMMES[row]), key(PROGRAMMES[column]), round(float(scores[row, column])))
        for row in range(len(texts))
        for column in range(row)
        if scores[row, column] >= TOO_CLOSE
    ]

    assert close == []


def test_no_offer_is_repeated_place_after_place():
    geography = rows(SOURCE / "territories/facts/geography.csv.gz")
    names = {folded(row["name"]) for row in geography if row["code"].startswith(("DEP-", "REG-"))}
    place = re.compile(rf"\b({'|'.join(sorted(names - {''}, key=len, reverse=True))})\b")

    titles = Counter(place.sub("", folded(one["title"])) for one in PROGRAMMES)

    assert [title for title, count in titles.items() if count > 1] == []


def test_the_inventory_is_as_large_as_promised():
    assert len(PROGRAMMES) >= MINIMUM_OFFERS
    assert sum("CATALYST" in one["natures"] for one in PROGRAMMES) >= MINIMUM_CATALYSIS
    assert len({slug for one in PROGRAMMES for slug in one["operators"]}) >= MINIMUM_CARRIERS
    assert len(LINKS) >= MINIMUM_LINKS
    assert len({slug for one in PROGRAMMES for slug in one.get("categories", [])}) >= MINIMUM_CATEGORIES


def test_every_expected_cell_is_served():
    excused = tomllib.loads((SOURCE / "core/expected.toml").read_text("utf-8"))["not_expected"]
    expected = {(nature, stage) for nature in known.Nature.codes() for stage in known.Stage.codes()}
    expected -= {(cell["nature"], cell["stage"]) for cell in excused}

    served = count_inventory.cells(PROGRAMMES)

    assert len(expected) == 13
    assert {cell: served[cell] for cell in expected if served[cell] < MINIMUM_PER_CELL} == {}


def test_french_is_written_with_its_signs():
    wrong = re.compile(r"['\"]|  | ,|\.\.\.|[a-zà-ÿ0-9][;!?](\s|$)|[a-zà-ÿ]:\s|[«]\S|\S[»]")

    assert [
        (key(one), field, text) for one in all_entries() for field, text in sentences(one) if wrong.search(text)
    ] == []


def test_sentences_end_with_a_stop_and_titles_do_not():
    ended = {"description", "price_note", "conditions", "how_to", "cumul", "statement", "condition"}
    bare = {"name", "title", "promise", "contact_desk", "keywords"}

    texts = [(key(one), field, text) for one in all_entries() for field, text in sentences(one)]

    assert [text for text in texts if text[1] in ended and not text[2].strip().endswith((".", "!", "?"))] == []
    assert [text for text in texts if text[1] in bare and text[2].endswith((".", " ", "…"))] == []


def test_lengths_suit_a_page_read_on_a_telephone():
    assert [key(one) for one in PROGRAMMES if len(one["title"]) > 80] == []
    assert [key(one) for one in PROGRAMMES if not 6 <= len(one["promise"].split()) <= 18] == []
    assert [key(one) for one in PROGRAMMES if not 200 <= len(one["description"]) <= 1200] == []
    assert [key(one) for one in ORGANISATIONS if not 80 <= len(one["description"]) <= 500] == []
    assert [key(one) for one in LINKS if not 30 <= len(one["statement"]) <= 300] == []


def test_a_promise_tells_the_reader_what_to_do():
    imperative = re.compile(r"^(\w+ez|Faites)\b")

    assert [one["promise"] for one in PROGRAMMES if not imperative.match(one["promise"])] == []


def test_keywords_are_everyday_words_and_none_would_answer_anything():
    assert [(key(one), len(one["keywords"])) for one in PROGRAMMES if len(one["keywords"]) not in KEYWORDS] == []
    words = [(key(one), word) for one in PROGRAMMES for word in one["keywords"]]
    assert [pair for pair in words if pair[1] in VAGUE or pair[1] != pair[1].lower()] == []
    assert [key(one) for one in PROGRAMMES if len(set(one["keywords"])) < len(one["keywords"])] == []


def test_no_person_can_be_written_to_or_called():
    private = re.compile(r"\S+@\S+|(?<!\d)0[1-9]([ .-]?\d\d){4}(?!\d)|\+33|\b(M\.|Mme|Monsieur|Madame) [A-Z]")

    assert [(key(one), text) for one in all_entries() for _, text in sentences(one) if private.search(text)] == []


def test_money_amounts_are_left_to_the_funder():
    amount = re.compile(r"\d[\d ,.]*(€|euros?\b|M€|millions)")

    assert [(key(one), text) for one in all_entries() for _, text in sentences(one) if amount.search(text)] == []


def test_a_share_is_given_with_the_law_that_sets_it():
    share = re.compile(r"\d ?%(?! for the Planet)")

    alone = [
        (key(one), field)
        for one in PROGRAMMES
        for field, text in sentences(one)
        if share.search(text) and not (field == "cumul" and one.get("cumul_reference"))
    ]

    assert alone == []


def test_nothing_claims_to_be_verified_without_a_date():
    claim = re.compile(r"\bvérifiée?s? (le|par|en) ", re.IGNORECASE)
    undated = [one for one in all_entries() if not one.get("verified_on")]

    assert [(key(one), text) for one in undated for _, text in sentences(one) if claim.search(text)] == []
    assert [key(one) for one in PROGRAMMES if one.get("verified_on", "") > dt.date.today().isoformat()] == []


def test_no_offer_is_already_closed():
    dates = [(key(one), one.get("opens_on", ""), one.get("closes_on", "")) for one in PROGRAMMES]

    assert [one for one in dates if one[2] and dt.date.fromisoformat(one[2]) < dt.date.today()] == []
    assert [one for one in dates if one[1] and one[2] and one[1] > one[2]] == []


def test_addresses_are_those_of_the_institutions():
    used = [(key(one), url) for one in all_entries() for url in addresses(one)]

    assert [pair for pair in used if urlparse(pair[1]).scheme not in ("http", "https")] == []
    assert [pair for pair in used if any(host in urlparse(pair[1]).netloc for host in BAD_HOSTS)] == []
    assert [pair for pair in used if TRACKING.search(pair[1])] == []


def test_the_zone_of_participation_serves_participation():
    # The State's layer « tec » is Territoires d’engagement (participation), not climate.
    offers = [one for one in PROGRAMMES if "ZONE-tec" in one["zone"]]

    assert [key(one) for one in offers if "citoyennete" not in one["categories"]] == []


def test_files_stay_short_enough_to_be_read():
    sizes = {path.name: len(path.read_text("utf-8").splitlines()) for path in CONTENT.rglob("*.toml")}

    assert {name: size for name, size in sizes.items() if size > MAXIMUM_LINES} == {}


def test_the_page_about_the_inventory_gives_the_figures_of_the_files():
    page = count_inventory.PAGE.read_text("utf-8")

    assert count_inventory.rewritten(page) == page, "run python -m scripts.count_inventory"


def all_entries() -> list[Entry]:
    return [*ORGANISATIONS, *PROGRAMMES, *LINKS]

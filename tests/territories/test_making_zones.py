"""Zones people make from a pasted list: each bad code named, nothing half-written."""

from __future__ import annotations

import pytest

from maillage.accounts.models import Event
from maillage.core.errors import Invalid, Refused
from maillage.core.wording import error_sentence
from maillage.territories import queries
from maillage.territories.actions import make_zone
from maillage.territories.models import Composition, Territory

pytestmark = pytest.mark.django_db


def test_a_zone_is_made_of_insee_codes_siren_and_typed_codes(geography):
    made = make_zone(name="  Pays  d’essai ", codes_text="62041; 200 070 506\nDEP-2A")

    epci, island = geography.closure.communes("EPCI-200070506"), geography.closure.communes("DEP-2A")
    assert made.zone.code == "ZONE-pays-d-essai"
    assert made.zone.name == "Pays d’essai"
    assert set(queries.closure().communes("ZONE-pays-d-essai")) == {"COM-62041", *epci, *island}
    assert made.communes == 1 + len(epci) + len(island)
    assert made.replaced == ()
    assert "ZONE-pays-d-essai" in queries.usable_here("COM-2A004")


def test_former_and_smaller_places_give_their_commune_and_it_is_said(geography):
    made = make_zone(name="Anciens", codes_text="COM-01039 91182 75101 62041")

    assert made.replaced == (("COM-01039", "COM-01138"), ("91182", "COM-91228"), ("75101", "COM-75056"))
    assert set(queries.closure().communes("ZONE-anciens")) == {"COM-01138", "COM-91228", "COM-75056", "COM-62041"}


def test_each_bad_code_is_named_and_nothing_is_written(geography):
    before = Territory.objects.count(), Composition.objects.count(), Event.objects.count()

    with pytest.raises(Invalid) as refusal:
        make_zone(name="Ratée", codes_text="62041, 44, 99999, 62000, Arras")

    assert error_sentence(refusal.value) == (
        "La zone n’a pas été créée ; ces codes ne vont pas : "
        "« 44 » désigne plusieurs territoires : REG-44 (Grand Est), DEP-44 (Loire-Atlantique). "
        "Écrivez l’un de ces codes, "
        "« 99999 » n’est pas un territoire connu, "
        "« 62000 » est un code postal, pas un code INSEE. "
        "Il dessert : COM-62041 (Arras), COM-62263 (Dainville). Écrivez le code INSEE, "
        "« Arras » n’est pas un territoire connu."
    )
    assert (Territory.objects.count(), Composition.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize(
    ("name", "codes", "error"),
    [("Vide", " ;, ", "zone_empty"), ("…", "62041", "zone_name_missing"), ("PVD", "62041", "zone_exists")],
)
def test_a_zone_needs_a_name_of_its_own_and_codes(geography, name, codes, error):
    with pytest.raises(Refused) as refusal:
        make_zone(name=name, codes_text=codes)

    assert refusal.value.code == error


def test_making_a_zone_is_written_in_the_log_with_its_communes(geography):
    make_zone(name="Notée", codes_text="62041")

    event = Event.objects.get(target_key="ZONE-notee")
    assert event.snapshot == {"code": "ZONE-notee", "name": "Notée", "communes": ["COM-62041"]}


def test_ten_thousand_codes_make_a_zone_at_once(geography):
    codes = [code for code in geography.rows if code.startswith("COM-") and len(code) == 9][:10_001]

    made = make_zone(name="Dix mille", codes_text="\n".join(codes))

    assert made.communes == 10_001

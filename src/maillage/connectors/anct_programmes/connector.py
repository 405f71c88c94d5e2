"""Who benefits from the State's territorial programmes: one line per programme and place, in two lists.

The first lists communes and intercommunalités (Action cœur de ville, Petites villes de demain, Villages d’avenir…), the
second, younger, the intercommunalités of four programmes (Territoires d’industrie…).
"""

from __future__ import annotations

from dataclasses import replace

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector


def laid_flat(row: Row) -> Row:
    """A record of the first list, its columns under the names both share."""
    return {"liste": row.get("dispositif"), "lieu": row.get("code_geo"), "nom": row.get("lib_geo")}


def grouping_laid_flat(row: Row) -> Row:
    """A record of the list of intercommunalités, under the same names but one: each list has its own programmes."""
    return {
        "liste des intercommunalités": row.get("dispositif"),
        "lieu": row.get("siren_groupement"),
        "nom": row.get("lib_groupement"),
    }


BENEFICIARIES = Connector(
    slug="anct-programmes",
    name="Programmes de l’ANCT (communes et intercommunalités bénéficiaires)",
    package=__package__,
    gives="presence",
    signature=frozenset({"dispositif", "id_territoire", "lib_territoire", "lib_geo", "code_geo"}),
    origin="anct-programmes",
    source_name="ANCT, programmes territoriaux",
    licence="Licence Ouverte 2.0",
    url="https://github.com/anct-carto/superposeur-anct",
    rhythm="plusieurs fois par an",
    shape=laid_flat,
    is_whole=True,
    repeats=True,
)

GROUPINGS = replace(
    BENEFICIARIES,
    slug="anct-programmes-intercommunalites",
    name="Programmes de l’ANCT (intercommunalités bénéficiaires)",
    signature=frozenset({"dispositif", "id", "libelle", "lib_groupement", "siren_groupement"}),
    origin="anct-programmes-intercommunalites",
    source_name="ANCT, superposeur V2",
    url="https://github.com/anct-carto/superposeur-V2",
    shape=grouping_laid_flat,
)

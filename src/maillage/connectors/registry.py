"""Every source we know, one line each; the one that recognises the most columns of a file reads it."""

from __future__ import annotations

from collections.abc import Iterable

from maillage.connectors.ademe_agir.connector import CONNECTOR as ADEME_AGIR
from maillage.connectors.aides_territoires.connector import CONNECTOR as AIDES_TERRITOIRES
from maillage.connectors.aides_territoires_2022.connector import TEXTS, TITLES
from maillage.connectors.anct_programmes.connector import BENEFICIARIES, GROUPINGS
from maillage.connectors.connector import Connector
from maillage.connectors.departement_drome.connector import CONNECTOR as DROME
from maillage.connectors.departement_manche.connector import CONNECTOR as MANCHE
from maillage.connectors.detr.connector import CONNECTOR as DETR
from maillage.connectors.dotations.connector import CONNECTOR as DOTATIONS
from maillage.connectors.feed.connector import CONNECTOR as FEED
from maillage.connectors.fonds_vert.connector import CONNECTOR as FONDS_VERT
from maillage.connectors.france_services.connector import CONNECTOR as FRANCE_SERVICES
from maillage.connectors.ile_de_france.connector import CONNECTOR as ILE_DE_FRANCE
from maillage.connectors.ile_de_france_guide.connector import CONNECTOR as ILE_DE_FRANCE_GUIDE
from maillage.connectors.ministere_culture.connector import CONNECTOR as CULTURE
from maillage.connectors.mte.connector import NATIONAL, PROGRAMMES
from maillage.connectors.national_schema.connector import CONNECTOR as NATIONAL_SCHEMA
from maillage.connectors.other_maillage.connector import CONNECTOR as OTHER_MAILLAGE
from maillage.connectors.services_numeriques.connector import BENCHMARK, SHEETS
from maillage.connectors.welcomeurope.connector import CONNECTOR as WELCOMEUROPE

REGISTRY: dict[str, Connector] = {
    connector.slug: connector
    for connector in (
        PROGRAMMES,
        NATIONAL,
        DETR,
        BENCHMARK,
        SHEETS,
        TEXTS,
        TITLES,
        ILE_DE_FRANCE,
        AIDES_TERRITOIRES,
        NATIONAL_SCHEMA,
        FEED,
        FONDS_VERT,
        DOTATIONS,
        OTHER_MAILLAGE,
        WELCOMEUROPE,
        CULTURE,
        ILE_DE_FRANCE_GUIDE,
        MANCHE,
        DROME,
        ADEME_AGIR,
        FRANCE_SERVICES,
        BENEFICIARIES,
        GROUPINGS,
    )
}


def recognise(columns: Iterable[str]) -> Connector | None:
    """The source whose columns these are, None when we know none.

    Of several the most demanding wins: two columns common everywhere must not take the file of a richer source.
    """
    names = set(columns)
    fitting = [connector for connector in REGISTRY.values() if connector.recognises(names)]
    return max(fitting, key=lambda connector: len(connector.signature), default=None)


def known_columns() -> frozenset[str]:
    """Every column name that gives a source away: they help to find the header of a table."""
    return frozenset().union(*(connector.signature for connector in REGISTRY.values()))

"""Every source we know, one line each; the first that recognises a file reads it, so the most precise come first."""

from __future__ import annotations

from collections.abc import Iterable

from maillage.connectors.aides_territoires.connector import CONNECTOR as AIDES_TERRITOIRES
from maillage.connectors.aides_territoires_2022.connector import TEXTS, TITLES
from maillage.connectors.connector import Connector
from maillage.connectors.detr.connector import CONNECTOR as DETR
from maillage.connectors.ile_de_france.connector import CONNECTOR as ILE_DE_FRANCE
from maillage.connectors.mte.connector import NATIONAL, PROGRAMMES
from maillage.connectors.national_schema.connector import CONNECTOR as NATIONAL_SCHEMA
from maillage.connectors.services_numeriques.connector import BENCHMARK, SHEETS

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
    )
}


def recognise(columns: Iterable[str]) -> Connector | None:
    """The source whose columns these are, None when we know none."""
    names = set(columns)
    return next((connector for connector in REGISTRY.values() if connector.recognises(names)), None)


def known_columns() -> frozenset[str]:
    """Every column name that gives a source away: they help to find the header of a table."""
    return frozenset().union(*(connector.signature for connector in REGISTRY.values()))

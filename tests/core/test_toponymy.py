"""« à Arras », « au Mans », « dans le Pas-de-Calais »."""

from __future__ import annotations

import pytest

from maillage.core.places import Place
from maillage.core.toponymy import located


@pytest.mark.parametrize(
    ("code", "kind", "name", "words"),
    [
        ("COM-62041", "COM", "Arras", "à Arras"),
        ("COM-72181", "COM", "Le Mans", "au Mans"),
        ("COM-97101", "COM", "Les Abymes", "aux Abymes"),
        ("COM-17300", "COM", "La Rochelle", "à La Rochelle"),
        ("COM-85113", "COM", "L’Île-d’Yeu", "à L’Île-d’Yeu"),
        ("COM-60340", "COM", "Lessard", "à Lessard"),
        ("COMD-01039", "COMD", "Béon", "à Béon"),
        ("ARM-75101", "ARM", "Paris 1er Arrondissement", "dans le 1er arrondissement de Paris"),
        ("DEP-62", "DEP", "Pas-de-Calais", "dans le Pas-de-Calais"),
        ("DEP-01", "DEP", "Ain", "dans l’Ain"),
        ("DEP-40", "DEP", "Landes", "dans les Landes"),
        ("DEP-33", "DEP", "Gironde", "en Gironde"),
        ("DEP-77", "DEP", "Seine-et-Marne", "en Seine-et-Marne"),
        ("DEP-75", "DEP", "Paris", "à Paris"),
        ("DEP-974", "DEP", "La Réunion", "à La Réunion"),
        ("REG-32", "REG", "Hauts-de-France", "dans les Hauts-de-France"),
        ("REG-44", "REG", "Grand Est", "dans le Grand Est"),
        ("REG-53", "REG", "Bretagne", "en Bretagne"),
        ("REG-06", "REG", "Mayotte", "à Mayotte"),
        ("COM-988", "COMO", "Nouvelle-Calédonie", "en Nouvelle-Calédonie"),
        ("COM-975", "COMO", "Saint-Pierre-et-Miquelon", "à Saint-Pierre-et-Miquelon"),
        ("COM-989", "COMO", "Île de Clipperton", "sur l’île de Clipperton"),
        ("PAYS-99100", "PAYS", "France", "en France"),
        ("EPCI-200033579", "EPCI", "CU d’Arras", "dans la communauté urbaine d’Arras"),
        ("EPCI-200046977", "EPCI", "Métropole de Lyon", "dans la métropole de Lyon"),
        ("EPCI-200039865", "EPCI", "Metz Métropole", "sur le territoire de « Metz Métropole »"),
        ("QPV-QN1", "QPV", "La Plaine", "dans le quartier « La Plaine »"),
        ("ZONE-pvd", "ZONE", "Petites villes de demain", "dans la zone « Petites villes de demain »"),
    ],
)
def test_a_place_comes_after_its_preposition(code, kind, name, words):
    assert located(Place(code=code, kind=kind, name=name)) == words

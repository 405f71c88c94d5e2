"""Natural persons among the beneficiaries are told from organisations; in doubt, masked."""

from __future__ import annotations

import pytest

from maillage.connectors.persons import is_person


@pytest.mark.parametrize(
    ("name", "siren", "legal_form"),
    [
        ("Mme EXEMPLE", "", ""),
        ("MONSIEUR EXEMPLE", "", ""),
        ("EXEMPLE NICOLAS", "840000000", ""),
        ("Jean-Louis Exemple", "", ""),
        ("EXEMPLE PAUL EI", "", ""),
        ("L’ATELIER D’EXEMPLE", "", "Entrepreneur individuel"),
        ("INDIVISION EXEMPLE", "", ""),
    ],
)
def test_a_person_is_told(name, siren, legal_form):
    assert is_person(name, siren=siren, legal_form=legal_form)


@pytest.mark.parametrize(
    ("name", "siren", "legal_form"),
    [
        ("BOURG MADAME", "216600254", ""),
        ("SAINT NICOLAS", "216200000", ""),
        ("ASSOCIATION JEAN MOULIN", "", ""),
        ("SCI MARIE LOUISE", "", ""),
        ("FONDATION ABBE PIERRE", "", ""),
        ("DOMAINE CLAIRE FONTAINE", "", ""),
        ("EXEMPLE PAUL", "", "Société par actions simplifiée"),
        ("TERRITOIRE 25", "", ""),
        ("ADEME", "", ""),
        ("", "", ""),
    ],
)
def test_an_organisation_is_told(name, siren, legal_form):
    assert not is_person(name, siren=siren, legal_form=legal_form)

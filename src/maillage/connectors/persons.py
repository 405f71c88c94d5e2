"""Whether the beneficiary of a published grant is a natural person: then neither name nor SIREN is taken.

Lists of grants are open data, but we have no use for somebody's name. The rule prefers to mask an organisation than to
show a person. The bytes kept by the harvest are those of the open list; no page shows them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from maillage.connectors.cells import key_of

MASKED = "Personne physique (nom non repris)"
CIVILITIES = frozenset("m mr mme mlle monsieur madame mademoiselle indivision consorts".split())
SOLE_TRADER = re.compile(
    r"\b(ei|entrepreneur individuel|entreprise individuelle|entrepreneur\(trice\) individuel|personnes? physiques?"
    r"|particulier|exploitant agricole|artisan|artisan-commercant|profession liberale)\b"
)
FORMS = frozenset(
    (
        "ass asso assoc association ste societe soc sa sas sasu sarl eurl sci snc sccv sem spl scic scop scp scea "
        "gaec earl gie gip epic epci epa epf epfl ets etablissement cie compagnie groupe groupement holding office "
        "oph hlm cuma asl copro copropriete syndic syndicat synd sivom sivu smictom sictom commune mairie ville "
        "metropole agglo agglomeration communaute cc ca cu departement region conseil prefecture etat ministere "
        "direction dreal fondation federation fed union comite club centre maison institut ecole lycee college "
        "universite musee theatre parc conservatoire agence chambre cooperative coop mutuelle reseau collectif "
        "ligue amicale atelier ateliers studio bureau cabinet domaine chateau hotel camping residence foyer ehpad "
        "hopital clinique ferme fermes habitat logement logis immobilier immobiliere foncier fonciere promotion "
        "construction constructions amenagement developpement invest invests investissement energie energies eau "
        "eaux transport transports environnement nature industrie industries service services france europe ogec "
        "cpie caue cen lpo fne adil onf brgm ademe port aeroport gestion et & de du des la le les d l saint sainte "
        "st ste notre chez aux au "
    ).split()
)
"""Words that no name of a person has, except « de » and « le » in long ones: four words are read at most."""
LONGEST = 4


def is_person(name: str, *, siren: str = "", legal_form: str = "") -> bool:
    """True when this beneficiary is, or may be, a natural person.

    A legal form settles it. A SIREN that starts with 1 or 2 is a public body's. Else a civility, « entrepreneur
    individuel », or a name of two to four words with a given name first or last and no word of an organisation.
    """
    if legal_form.strip():
        return SOLE_TRADER.search(key_of(legal_form)) is not None
    words = re.findall(r"[a-z0-9&]+", key_of(name))
    if not words or siren.startswith(("1", "2")):
        return False
    if words[0] in CIVILITIES or SOLE_TRADER.search(key_of(name)):
        return True
    if not 2 <= len(words) <= LONGEST or not all(word.isalpha() for word in words) or FORMS & set(words):
        return False
    return bool({words[0], words[-1]} & given_names())


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names common in France, folded."""
    text = files(__package__).joinpath("given_names.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())

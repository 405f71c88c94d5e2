"""French words and stems: what must meet, what must not, and the shapes people type."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.text import (
    content_tokens,
    fold,
    is_stopword,
    required_stems,
    stem,
    stems,
    stems_of,
    tokens,
    words_said,
)

MEET = """
vélo vélos | école écoles ecole ECOLES | friche friches | communal communaux communale communales | local locaux locale
rénover rénovation rénové rénovées rénovations renovation RÉNOVATION | réhabiliter réhabilitation réhabilité
aménager aménagement aménagements | financer financement financements | isoler isolation | végétaliser végétalisation
construire construction constructions | créer création créé créée | animer animation animateur animatrice
agriculteur agricultrice agriculteurs agriculture agricole agricoles | association associatif associative associations
producteur production productrices | sport sportif sportives sports | culture culturel culturelles culturels
tourisme touristique touristes | économie économique économiques | énergie énergétique énergies
accessible accessibilité accessibles | durable durabilité | électricité électrique | public publique publics publiques
médecin médical médicaux médecins | commerce commerçant commerciaux commerces | artisan artisanat artisanale
jeune jeunes jeunesse | vieillir vieillissement vieillissante | âgé âgées | enfant enfance
citoyen citoyenne citoyenneté
travaux travail | vitrail vitraux | eau eaux | lieu lieux | jeu jeux | cheval chevaux | bois bois
recycler recyclage | covoiturage covoiturer | maraîcher maraîchage | déchet déchets déchèterie déchetterie
sécurité sécuriser sécurisation | pluie pluvial pluviales | forêt forestier forestières | climat climatique
partenaire partenariat | boulanger boulangerie boulangère | investir investissement
composter compostage composteur compost | accueil accueillir | entretenir entretien | acheter achat achats
planter plantation plantations | inonder inondation inondations inondable | numérique numérisation | habitat habitation
mobilisez mobiliser mobilisation | investissez investir investissement | financez financement | réduisez réduction
utiliseront utilisera utilisez utilisation | protégez protection | supprimez supprimer suppression
communiquez communication | conçu concevoir conception | inscrivez inscrire inscription | déployez déploiement
étude étudier études | bâti bâtiment bâtiments | rural ruraux rurale ruralité | chauffage chaufferie chauffer
""".replace("\n", "|").split("|")

APART = """
marché marche | police politique | pays payer | cours cour | ville village | collecte collectivité | collecte collectif
département départ | personne personnel | restaurant restauration | public publicité | port porte | commun communal
porteur port | formation forme | location local | station stationnement | danse dans | banque banc | place plaque
équipe équipement | chemin cheminée | pluie plui | santé sanitaire | bois boiserie | secteur section | acteur action
élève élevage | montage montagne | mont montant | nature natation | notaire note | musée musique
ressource ressourcerie | caméra camer | opéra oper | gaz gazer | nez nerf | Suez suer | publier public
habitant habitat | maire mairie | animal animation | direction direct | action acte | matière matériel | étudiant étude
restaurant restaurer | entreprise entrer | ferme fermer | village vieillir | vacances vacant | mail maillage | pré près
université unité | gare garant | hôpital hôtel | salle sale | terre terrain | titre tir | fleuve fleur | cantine canton
""".replace("\n", "|").split("|")


@pytest.mark.parametrize("words", [words.split() for words in MEET if words.strip()], ids=lambda words: words[0])
def test_relatives_share_one_stem(words):
    assert {stem(word) for word in words} == {stem(words[0])}


@pytest.mark.parametrize(
    "words", [words.split() for words in APART if words.strip()], ids=lambda words: "-".join(words)
)
def test_strangers_keep_two_stems(words):
    assert stem(words[0]) != stem(words[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’école d'Arc, qu’elle aime", ("ecol", "arc", "aime")),
        ("aujourd’hui", ()),
        ("entr’aide", (stem("entraide"),)),
        ("l’eau d’un plan d’eau", ("eau", "plan", "eau")),
        ("P.L.U. PLU plu", ("plu", "plu", "plu")),
        ("n°3 et N° 12", ("3", "12")),
        ("80 % de 12 000 €, 40 k€, 1,2 M€, 3 millions d’euros", ("80%", "12000€", "40000€", "1200000€", "3000000€")),
        ("2024-2026", ("2024", "2026")),
        ("4G, RT2012, CO₂", ("4g", "rt2012", "co2")),
        ("habitant·e·s", (stem("habitant"),)),
        ("habitant.e.s", (stem("habitant"),)),
        ("habitant-e-s", (stem("habitant"),)),
        ("agriculteur(trice)s", (stem("agriculteur"),)),
        ("agriculteur·rice·s", (stem("agriculteur"),)),
        ("animateur/trice, salariés/ées, agent/e", (stem("animateur"), stem("salarié"), "ees", stem("agent"))),
        ("agriculteur.rice.s élu(e)s habitant·e·s", (stem("agriculteur"), stem("élu"), stem("habitant"))),
        ("et/ou eau/énergie km/h étude/travaux", ("eau", stem("énergie"), "kilometr", stem("étude"), stem("travaux"))),
        ("l’O.P.A.H. et d'A.M.O.", ("opah", "amo")),
        ("projet(s) lieu(x)", ("projet", "lieu")),
        ("la fin de l’école.les enfants", ("fin", "ecol", stem("enfants"))),
        ("y a-t-il ? peut-être, c’est-à-dire", ()),
        ("e-inclusion", ("einclusion", "inclusion")),
        ("E\u0301COLE", ("ecol",)),
        ("", ()),
        ("!!! … — «»", ()),
    ],
)
def test_stems_keep_what_carries_meaning(text, expected):
    assert stems(text) == expected


@pytest.mark.parametrize(
    "spellings",
    [
        ["tiers-lieu", "tiers lieu", "Tiers-Lieux", "tiers lieux", "tierslieux"],
        ["éco-quartier", "éco quartiers", "écoquartier", "ECO-QUARTIERS"],
        ["co-working", "coworking", "co working"],
        ["centre-bourg", "centres-bourgs", "centre bourg"],
        ["micro-crèche", "microcrèche", "micro crèches"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_every_spelling_of_a_compound_meets_every_other(spellings):
    for asked in spellings:
        for written in spellings:
            assert set(stems(asked)) & set(stems(written)), (asked, written)


def test_the_parts_of_a_compound_are_enough_to_hold_it():
    for asked in ("tiers-lieu", "tiers lieux"):
        for written in ("un tiers-lieu", "deux tiers lieux"):
            assert set(required_stems(asked)) <= set(stems(written)), (asked, written)
    for asked in ("éco-quartier", "éco quartier", "écoquartiers"):
        for written in ("un éco-quartier", "des éco quartiers", "un écoquartier"):
            assert set(required_stems(asked)) <= set(stems(written)), (asked, written)


def test_tokens_keep_their_place_in_the_original_text():
    text = "L’ÉCOLE : tiers-lieu des habitant·e·s (n°3)"

    found = tokens(text)

    assert [(token.surface, token.stem) for token in found] == [
        ("ÉCOLE", "ecol"),
        ("tiers-lieu", "tierlieu"),
        ("tiers", "tier"),
        ("lieu", "lieu"),
        ("des", "des"),
        ("habitant·e·s", "habitant"),
        ("n°3", "3"),
    ]
    assert all(text[token.start : token.end] == token.surface for token in found)


@given(st.text(max_size=300))
def test_any_text_is_read_with_true_offsets_and_short_stems(text):
    found = tokens(text)

    assert all(text[token.start : token.end] == token.surface and token.surface for token in found)
    assert all(stem_ and " " not in stem_ and len(stem_) <= 64 for stem_ in stems(text))
    assert tuple(token.stem for token in content_tokens(found)) == stems(text)
    assert words_said(text) == content_tokens(found)


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_folding_unifies_what_keyboards_do_differently():
    assert fold("L’Œuvre – ﬁn d’ÉTÉ") == "l'oeuvre - fin d'ete"


def test_function_words_are_stop_words_and_needs_are_not():
    assert all(is_stopword(word) for word in ("le", "Les", "à", "ÊTRE", "aujourd’hui", "d"))
    assert not any(is_stopword(word) for word in ("eau", "car", "école", "pays", "3", "été comme saison"))


@pytest.mark.parametrize(
    "noise", ["1" * 100_000 + "a", "a-" * 50_000, "P." * 50_000, "é" * 100_000, "x" + "(e)" * 30_000]
)
def test_noise_is_read_in_linear_time_and_gives_short_stems(noise):
    assert all(len(found) <= 64 for found in stems(noise))


@pytest.mark.data
def test_the_full_text_cases_of_the_peer_pass(shared_data):
    cases = json.loads((shared_data.parent / "checks" / "peer_cases.json").read_text(encoding="utf-8"))["full_text"]

    for case in (case for case in cases["cases"] if "hits" in case):
        held = set(stems(case["doc"]))
        # Their space means AND; here any word may match (checks/README.md).
        assert all(held & set(stems(query)) for query in case["hits"])
        assert not any(held & set(stems(query)) for query in case.get("misses", ()))


def test_parts_are_read_one_by_one_and_no_compound_crosses_them():
    assert stems_of(["un éco", "quartier"]) == stems("un éco") + stems("quartier")
    assert stems_of(["tiers-lieu", "", "friche"]) == stems("tiers-lieu friche")

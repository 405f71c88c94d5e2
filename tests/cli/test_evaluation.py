"""`maillage evaluer`: figures of the packs of a folder, or a plain refusal."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from maillage.cli.main import app

HEAD = "id,annee,dotation,echelon,departement,code_geo,beneficiaire,categorie,description\n"
ROWS = [
    ("a1", "DETR", "Réfection de la toiture du gymnase"),
    ("a2", "DETR", "Achat de matériel informatique"),
    ("b1", "DSIL", "Toiture du gymnase : réfection"),
    ("b2", "DSIL", "Création d’une voie verte"),
]


def pack(folder: Path, *, pairs: str = "id_a,id_b,match\na1,b1,1\na2,b2,0\n") -> Path:
    home = folder / "benchmark_dedup_dotations"
    home.mkdir()
    lines = [f"{key},2019,{fund},Commune,62,62041,Arras,Divers,{text}\n" for key, fund, text in ROWS]
    (home / "records.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    (home / "pairs.csv").write_text(pairs, encoding="utf-8")
    return folder


def evaluate(folder: Path, *words: str):
    return CliRunner().invoke(app, ["evaluer", "--donnees", str(folder), *words])


def test_the_figures_of_a_pack_as_data(tmp_path):
    done = evaluate(pack(tmp_path), "--json")

    figures = json.loads(done.stdout)["benchmark_dedup_dotations"]
    assert done.exit_code == 0
    assert set(figures) == {"f1", "precision", "recall", "precision_auto", "recall_auto"}
    assert figures["f1"] == 1.0


def test_a_wrong_truth_lowers_the_figures(tmp_path):
    done = evaluate(pack(tmp_path, pairs="id_a,id_b,match\na1,b1,0\na2,b2,1\nx,y,1\n"), "--json")

    assert json.loads(done.stdout)["benchmark_dedup_dotations"]["f1"] == 0.0


def test_a_folder_without_any_known_pack_says_so(tmp_path):
    done = evaluate(tmp_path)

    assert done.exit_code == 1
    assert "Aucun jeu reconnu dans ce dossier" in done.stderr
    assert "benchmark_dedup_dotations" in done.stderr


def test_a_pack_without_its_columns_is_refused(tmp_path):
    done = evaluate(pack(tmp_path, pairs="un,deux\n1,2\n"))

    assert done.exit_code == 2
    assert "id_a" in done.stderr

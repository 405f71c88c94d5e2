"""`maillage evaluer`: figures of the packs of a folder, or a plain refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
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


def questions(folder: Path, *, texts: str, links: str) -> Path:
    home = folder / "benchmark_cnil"
    home.mkdir()
    (home / "corpus_docs.jsonl").write_text(texts, encoding="utf-8")
    (home / "qrels.csv").write_text(links, encoding="utf-8")
    return folder


TEXTS = '{"id": "t1", "texte": "Fermer un compte"}\n\n{"id": "t2", "texte": "Filmer la rue"}\n'
LINKS = "question,doc_id\r\nComment filmer la rue ?,t2\r\n"


@pytest.mark.parametrize(
    ("texts", "links", "said"),
    [
        (TEXTS + "{broken\n", LINKS, "corpus_docs.jsonl, ligne 4"),
        (TEXTS + '{"id": "t3"}\n', LINKS, "texte"),
        (TEXTS, "question,doc_id\n", "vide"),
        (TEXTS, "question\nComment filmer ?\n", "doc_id"),
    ],
)
def test_a_broken_pack_is_named_and_the_others_are_measured(tmp_path, texts, links, said):
    done = evaluate(questions(pack(tmp_path), texts=texts, links=links), "--json")

    assert set(json.loads(done.stdout)) == {"benchmark_dedup_dotations"}
    assert (done.exit_code, "benchmark_cnil" in done.stderr, said in done.stderr) == (2, True, True)


def test_a_pack_that_is_no_text_is_refused(tmp_path):
    questions(tmp_path, texts=TEXTS, links=LINKS)
    (tmp_path / "benchmark_cnil" / "qrels.csv").write_bytes("question,doc_id\nété,t1\n".encode("latin-1"))

    done = evaluate(tmp_path, "--json")

    assert (done.exit_code, json.loads(done.stdout)) == (2, {})
    assert "UTF-8" in done.stderr


def test_a_blank_line_is_skipped_and_a_need_nobody_judged_left_out(tmp_path):
    home = tmp_path / "benchmark_mte"
    home.mkdir()
    programmes = [
        {"id": "p1", "titre": "Isolation", "description": None},
        {"id": "p2", "titre": "Vélo", "description": ""},
    ]
    (home / "corpus_programmes.jsonl").write_text("\n\n".join(map(json.dumps, programmes)), encoding="utf-8")
    needs = [{"slug": "n1", "title": "Isoler"}, {"slug": "n2", "title": "Rien de jugé"}]
    (home / "needs.jsonl").write_text("\n".join(map(json.dumps, needs)) + "\n\n", encoding="utf-8")
    (home / "qrels.tsv").write_text("n1\tp1\t1\n\nn9\tp2\t1\n", encoding="utf-8")

    done = evaluate(tmp_path, "--json")

    assert json.loads(done.stdout) == {"benchmark_mte": {"ndcg@10": 1.0, "recall@50": 1.0, "mrr": 1.0}}
    assert done.exit_code == 0

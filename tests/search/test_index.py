"""The index on disk: rebuilt, followed, broken, mended."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from unittest.mock import patch

import pytest

from maillage.accounts.models import Event
from maillage.actors.actions import put_organisations
from maillage.core.errors import Refused
from maillage.core.vocabulary import Status
from maillage.inventory.actions import move_programme, put_programmes, signal_need
from maillage.inventory.models import Need, Programme
from maillage.search import engine, readings, tasks
from maillage.search.actions import catch_up, index, only_writer, rebuild
from maillage.search.models import WatchItem
from maillage.search.queries import Filters, search
from tests.factories.records import TODAY, a_programme, an_operator, an_organisation
from tests.factories.rows import a_person, put

WATER = a_programme("Eau potable", slug="eau")


def titles(text: str = "", **said) -> list[str]:
    return sorted(item.title for item in search(text=text, filters=Filters(**said), today=TODAY).items)


def follow_once() -> None:
    """One turn of the follower: it is told to stop when it rests."""
    with patch.object(tasks.time, "sleep") as rest:
        tasks.follow(stop=lambda: rest.called)


@pytest.fixture(autouse=True)
def one_short_turn(monkeypatch):
    """No pause, and the connection stays open: it holds the transaction of the test."""
    monkeypatch.setattr(tasks, "PAUSE_S", 0)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


def test_without_index_a_search_says_so_and_the_follower_builds_it(world):
    put(WATER)
    with pytest.raises(engine.IndexUnavailable, match="index_missing"):
        titles()

    follow_once()

    assert titles() == ["Eau potable"]


def test_what_happens_is_found_by_catching_up_and_only_once(world):
    rebuild()
    put(WATER)
    row = put(a_programme("Forêt", slug="foret"))
    assert titles() == []

    assert catch_up() > 0
    assert titles() == ["Eau potable", "Forêt"]
    assert catch_up() == 0

    put_programmes([replace(WATER, title="Eau vive")], by=None)
    move_programme(programme=row, to=Status.ARCHIVED, by=a_person())
    catch_up()
    assert titles() == ["Eau vive"]
    assert titles(statuses=("archived",)) == ["Forêt"]


def test_catching_up_twice_over_the_same_events_changes_nothing(world):
    rebuild()
    put(WATER)
    catch_up()
    engine.write_state(engine.current_generation(), event=0)

    catch_up()

    assert titles() == ["Eau potable"]


def test_a_sheet_kept_in_memory_is_read_anew_when_another_process_writes(world, monkeypatch):
    put(WATER)
    rebuild()
    assert titles() == ["Eau potable"]

    put_programmes([replace(WATER, title="Eau vive")], by=None)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(engine, "forget_reader", lambda: None)
        catch_up()

    monkeypatch.setattr(engine, "RELOAD_EVERY_S", 0.0)
    assert titles() == ["Eau vive"]


def test_catching_up_gives_what_a_rebuild_gives(world):
    rebuild()
    put_programmes([a_programme(f"Fiche {rank}", operators=(an_operator(),)) for rank in range(30)], by=None)
    put_programmes([a_programme("Variante", variant_of="fiche-3", zones=("REG-76",))], by=None)
    put_organisations([an_organisation("Agence rebaptisée")], by=None)
    while catch_up(at_most=7):
        pass

    def state():
        page = search(text="", filters=Filters(), today=TODAY)
        return [(item.slug, item.operators) for item in page.items], page.total, page.facets

    followed = state()
    rebuild()

    assert followed == state()
    assert followed[0][0][1] == ("Agence rebaptisée",)


def test_a_new_member_opens_the_programmes_of_its_network(world):
    put(a_programme("Conseil logement", delivered_by="adil"))
    rebuild()
    assert titles(zones=("COM-62041", "DEP-62", "PAYS-99100")) == []

    put_organisations([an_organisation("ADIL 62", slug="adil-62", network="adil", zones=("DEP-62",))], by=None)
    catch_up()

    assert titles(zones=("COM-62041", "DEP-62", "PAYS-99100")) == ["Conseil logement"]
    assert titles(zones=("COM-34333", "DEP-34", "PAYS-99100")) == []


def test_a_member_that_leaves_closes_them(world):
    put(a_programme("Conseil logement", delivered_by="adil"))
    member = an_organisation("ADIL 62", slug="adil-62", network="adil", zones=("DEP-62",))
    put_organisations([member], by=None)
    rebuild()

    put_organisations([replace(member, network="")], by=None)
    catch_up()

    assert titles(zones=("COM-62041", "DEP-62", "PAYS-99100")) == []


def test_a_variant_that_no_longer_stands_for_its_national_sheet_gives_it_back(world):
    put(WATER)
    local = a_programme("Eau d’Occitanie", slug="eau-occitanie", variant_of="eau", zones=("REG-76",))
    put(local)
    rebuild()
    assert titles(zones=("REG-76", "PAYS-99100")) == ["Eau d’Occitanie"]

    put(replace(local, variant_of=""))
    catch_up()

    assert titles(zones=("REG-76", "PAYS-99100")) == ["Eau d’Occitanie", "Eau potable"]


def test_a_need_is_found_once_a_person_let_it_through(world):
    rebuild()
    need = signal_need(text="Un lieu pour les associations", territory=None, by=None)
    catch_up()
    assert titles(kind="need") == []

    Need.objects.filter(pk=need.pk).update(status="published")
    rebuild()

    assert titles(kind="need") == ["Un lieu pour les associations"]


def damage_bytes(folder):
    for path in folder.glob("*.store"):
        path.write_bytes(b"\0" * path.stat().st_size)


def damage_words(folder):
    (folder / "spelling.json").write_text("{", encoding="utf-8")


def damage_meta(folder):
    (folder / "meta.json").write_text("{", encoding="utf-8")


def lose_segments(folder):
    for path in [*folder.glob("*.term"), *folder.glob("*.idx"), *folder.glob("*.store"), *folder.glob("*.fast")]:
        path.unlink()


def lose_state(folder):
    (folder / "state.json").unlink()


def lose_all(folder):
    shutil.rmtree(folder.parent)


DAMAGES = [damage_bytes, damage_words, damage_meta, lose_segments, lose_state, lose_all]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_broken_index_says_so_and_the_follower_mends_it(world, damage):
    put(WATER)
    rebuild()
    damage(engine.current_generation())
    engine.forget_reader()

    with pytest.raises(engine.IndexUnavailable):
        titles("eau")
    follow_once()

    assert titles("eau") == ["Eau potable"]
    assert not engine.repair_asked()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_the_follower_mends_what_it_finds_broken_while_nobody_searches(world, damage):
    put(WATER)
    rebuild()
    put(a_programme("Forêt"))
    damage(engine.current_generation())

    for _ in range(3):
        follow_once()

    assert titles() == ["Eau potable", "Forêt"]


def test_one_process_writes_at_a_time_and_the_follower_waits_its_turn(world):
    put(WATER)
    with only_writer():
        with pytest.raises(Refused, match="index_busy"):
            rebuild()
        follow_once()

    follow_once()
    assert titles() == ["Eau potable"]


def test_a_rebuild_that_is_killed_leaves_the_old_index_in_use(world):
    put(WATER)
    rebuild()
    put(a_programme("Forêt"))

    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(progress=killed)

    assert titles() == ["Eau potable"]
    assert len(list(engine.root().glob("generation-*"))) == 1


def test_a_follower_told_to_stop_while_it_rebuilds_ends_at_once_and_the_repair_waits(world, monkeypatch):
    put(WATER)
    rebuild()
    kept, there = engine.current_generation(), sorted(engine.root().glob("generation-*"))
    engine.ask_repair()
    monkeypatch.setattr(index, "ROWS", 1)
    turns = iter([False, True])

    tasks.follow(stop=lambda: next(turns))

    assert engine.current_generation() == kept
    assert engine.repair_asked()
    assert sorted(engine.root().glob("generation-*")) == there


def test_a_follower_told_to_stop_does_not_go_on_to_the_next_batch(world, monkeypatch):
    rebuild()
    put(WATER)
    put(a_programme("Forêt", slug="foret"))
    monkeypatch.setattr(tasks, "catch_up", lambda: catch_up(at_most=1))
    turns = iter([False, False, True, True, True])

    tasks.follow(stop=lambda: next(turns))

    assert titles() == ["Eau potable"]
    assert not WatchItem.objects.exists()


def test_an_index_of_older_fields_is_rebuilt(world, monkeypatch):
    put(WATER)
    rebuild()
    engine.forget_reader()
    monkeypatch.setattr(engine, "SCHEMA_VERSION", engine.SCHEMA_VERSION + 1)

    with pytest.raises(engine.IndexUnavailable, match="index_missing"):
        titles()
    follow_once()

    assert titles() == ["Eau potable"]


def test_sheets_are_kept_in_small_blocks_whoever_writes(world):
    put(WATER)
    rebuild()
    put(a_programme("Forêt", slug="foret"))
    catch_up()

    meta = json.loads((engine.current_generation() / "meta.json").read_text(encoding="utf-8"))

    assert meta["index_settings"]["docstore_blocksize"] == index.BLOCK_BYTES


def test_old_generations_do_not_pile_up(world):
    for _ in range(4):
        rebuild()

    assert len(list(engine.root().glob("generation-*"))) <= 2


def test_an_event_that_commits_late_is_not_lost(world):
    """On PostgreSQL two transactions may commit in the other order than their ids."""
    rebuild()
    put(WATER)
    put(a_programme("Forêt"))
    late, seen = Event.objects.filter(target_type="programme").order_by("id")
    state = late.at, late.target_key
    Event.objects.filter(pk=late.pk).delete()
    Programme.objects.filter(uid=state[1]).update(status="draft")
    catch_up()
    assert titles() == ["Forêt"]

    Programme.objects.filter(uid=state[1]).update(status="published")
    late.save(force_insert=True)
    assert late.pk < seen.pk
    catch_up()

    assert titles() == ["Eau potable", "Forêt"]


def test_programmes_read_by_a_process_beside_give_the_same_index(world, monkeypatch):
    for number in range(7):
        put(
            replace(
                WATER, slug=f"eau-{number}", title=f"Eau potable no {number}", description="Réseaux d’eau. " * number
            )
        )
    monkeypatch.setattr(readings.os, "sched_getaffinity", lambda _: {0, 1})
    files = (readings.HEADS, readings.WORDS, readings.LETTERS)

    def read_by(portion: int) -> list[bytes]:
        monkeypatch.setattr(readings, "PORTION", portion)
        rebuild()
        assert len(titles("eau")) == 7
        return [(engine.current_generation() / name).read_bytes() for name in files]

    with patch.object(readings, "Beside", wraps=readings.Beside) as made:
        assert read_by(2) == read_by(100)
    assert made.call_count == 1
    assert readings._beside is None, "nothing is left running"

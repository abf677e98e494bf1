"""Importing people on screen: nothing is stored before it was shown and said, and a stop leaves nothing."""

from pathlib import Path

import pytest
from textual.widgets import Input, Select

from invite_core import instants
from invite_core.people import consent, contacts
from invite_core.store import Store
from invite_core.views.people_page import people_count
from invite_tui.app import InviteApp
from invite_tui.import_words import FIELDS, choices
from invite_tui.import_work import ImportWish, ImportWork, Stopped
from invite_tui.screens.importing import ImportScreen
from invite_tui.screens.importing_file import ChooseFileScreen
from invite_tui.screens.people import PeopleScreen
from tests.builders import DATA, ORGANISER
from tests.screens.stage import LARGE, SMALL, fill_in, opened, seen, settings_for, table, until
from tests.screens.test_hostile_text import HOSTILE, check, has_rows

GUESTS = "Who,Handy,Ort\nAna Example,07700900001,Leeds\nBea Sample,07700900002,York\nCaio,123,\n"


def guests(folder: Path, text: str = GUESTS) -> Path:
    """A file of people."""
    path = folder / "guests.csv"
    path.write_text(text, encoding="utf-8")
    return path


def many(rows: int) -> str:
    """A file with so many people."""
    return "name,phone\n" + "".join(f"Guest {n},+447700{n:06d}\n" for n in range(rows))


def field(app: InviteApp, name: str) -> Input:
    """A field of the screen in front."""
    return app.screen.query_one(f"#{name}", Input)


@pytest.mark.anyio
async def test_a_file_is_chosen_previewed_mended_and_imported(store: Store, tmp_path: Path) -> None:
    guests(tmp_path)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PeopleScreen) and "i to import" in seen(app))
        await pilot.press("i")
        await until(pilot, lambda: has_rows(app, "files"))
        field(app, "path").value = f"{tmp_path}/gue"
        await until(pilot, lambda: table(app, "files").count == 1 and "guests.csv" in seen(app))
        app.screen.query_one("#files").focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ImportScreen) and "A preview" in seen(app))
        for words in (
            "3 rows read: 0 people would be created",
            "3 rejected",
            "Ana Example",
            "has no country code",
        ):
            assert words in seen(app), words
        field(app, "region").focus()
        field(app, "region").value = "gb"
        await until(pilot, lambda: "Changed above" in seen(app) and not app.screen.check_action("import", ()))
        await pilot.press("enter")
        await until(pilot, lambda: "2 people would be created" in seen(app) and "1 rejected" in seen(app))
        assert "Row 4: 123 is too short" in seen(app)
        await until(pilot, lambda: app.focused is app.screen.query_one("#columns"))
        await pilot.press("s")
        await fill_in(app, pilot, path=str(tmp_path / "rows.csv"))
        await until(pilot, lambda: (tmp_path / "rows.csv").exists() and isinstance(app.screen, ImportScreen))
        assert "4,rejected,123,123 is too short" in (tmp_path / "rows.csv").read_text(encoding="utf-8")
        field(app, "consent-at").focus()
        assert "2 of 2 people have no consent" in seen(app)
        field(app, "consent-source").value = "paper form"
        field(app, "consent-at").value = "1 May"
        await pilot.press("enter")
        await until(pilot, lambda: "“1 May” is no date" in seen(app))
        field(app, "consent-at").value = "2026-05-01"
        app.screen.query_one("#columns").focus()
        await pilot.press("r")
        await until(pilot, lambda: "A preview" in seen(app) and "have no consent" not in seen(app))
        await pilot.press("end", "enter")
        await until(pilot, lambda: app.screen.query("#field") and "column “Ort” hold" in seen(app))
        app.screen.query_one("#field", Select).value = "attribute"
        field(app, "called").value = "town"
        field(app, "called").focus()
        await pilot.press("enter")
        await until(pilot, lambda: "word “town”" in seen(app) and "A preview" in seen(app))
        assert people_count(store) == 0
        await pilot.press("i")
        await until(pilot, lambda: "Import 2 of 3 rows?" in seen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ImportScreen))
        assert people_count(store) == 0, "Enter alone imports nothing"
        await pilot.press("i")
        await until(pilot, lambda: "Import 2 of 3 rows?" in seen(app))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "Imported." in seen(app) and "2 people created" in seen(app))
        await pilot.press("i", "r")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PeopleScreen) and table(app, "people").count == 2)
    assert contacts.show(store, 1)["attributes"] == {"town": "Leeds"}
    assert consent.history(store, 1)[0]["source"] == "paper form"
    assert store.value("SELECT subject FROM operator_acts WHERE act = 'import people'") == "guests.csv"


@pytest.mark.anyio
async def test_a_sheet_or_a_file_without_numbers_is_mended_by_choosing_another_or_a_column(
    store: Store, tmp_path: Path
) -> None:
    path = guests(tmp_path, "Who,Line\nAna,ask her\nBea,ask him\nCaio,+447700900003\n")
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        app.push_screen(ImportScreen(DATA / "party.sample.xlsx"))
        await until(pilot, lambda: "A preview" in seen(app) and "Guests" in seen(app))
        app.screen.query_one("#sheet", Select).value = "Budget"
        await until(pilot, lambda: "No column holds phone numbers" in seen(app))
        app.screen.query_one("#sheet", Select).value = "Guests"
        await until(pilot, lambda: "A preview" in seen(app))
        await pilot.press("escape")
        app.push_screen(ImportScreen(path))
        await until(pilot, lambda: "No column holds phone numbers" in seen(app) and "ask her" in seen(app))
        assert not app.screen.check_action("import", ())
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen.query("#field") and "“Line” hold" in seen(app))
        app.screen.query_one("#field", Select).value = "phone"
        field(app, "called").focus()
        await pilot.press("enter")
        await until(pilot, lambda: "1 person would be created" in seen(app) and "2 rejected" in seen(app))
        path.unlink()
        await pilot.press("r")
        await until(pilot, lambda: "There is no file" in seen(app) and "Nothing is stored" in seen(app))


@pytest.mark.anyio
async def test_escape_stops_a_reading_and_then_goes_back(store: Store, tmp_path: Path) -> None:
    path = guests(tmp_path, many(40_000))
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        app.push_screen(ImportScreen(path))
        await until(pilot, lambda: "Reading: " in seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped: nothing is stored" in seen(app))
        assert not app.screen.check_action("import", ())
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ImportScreen))


def test_an_import_that_is_stopped_while_it_stores_leaves_nothing_behind(store: Store) -> None:
    phases: list[str] = []

    def stop_at_once(phase: str, done: int, total: int | None) -> None:
        phases.append(phase)
        if phase == "storing":
            work.stop()

    work = ImportWork(ImportWish(many(3_000).encode(), "guests.csv"), stop_at_once)
    with pytest.raises(Stopped):
        work.run(store, preview=False, by=ORGANISER, now=instants.now())
    assert phases.count("storing") == 1
    assert people_count(store) == 0
    assert store.value("SELECT count(*) FROM operator_acts") == 0


@pytest.mark.anyio
async def test_no_file_can_write_to_the_terminal(store: Store, tmp_path: Path) -> None:
    cells = [name.translate({ord(each): " " for each in '"\0\r\n'}) for name in HOSTILE]
    header = ",".join(f'"{cell}"' for cell in ["phone", *cells])
    rows = "".join(",".join(f'"{cell}"' for cell in [f"{cell} 1", *cells]) + "\n" for cell in cells)
    path = tmp_path / "\x1b[31mguests\u202e[b].csv"
    path.write_text(f"{header}\n+447700900001,Ana\n{rows}", encoding="utf-8")
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        app.push_screen(ChooseFileScreen(tmp_path))
        await until(pilot, lambda: has_rows(app, "files") and "guests" in seen(app))
        check(app)
        field(app, "path").focus()
        field(app, "path").value = "\x1b[31mnone.csv"
        await pilot.press("enter")
        await until(pilot, lambda: "There is no file" in seen(app))
        check(app)
        await pilot.press("escape")
        app.push_screen(ImportScreen(path))
        await until(pilot, lambda: "A preview" in seen(app))
        check(app)
        app.screen.query_one("#columns").focus()
        await pilot.press("end", "enter")
        await until(pilot, lambda: app.screen.query("#field"))
        check(app)


def test_every_field_of_a_column_has_words() -> None:
    assert {value for _, value in choices()} >= FIELDS.keys() - {"phone_label"}

import pytest
from textual.widgets import Button

from invite_core import instants
from invite_core.dispatch.sender_lock import sender_lock
from invite_core.invitations import event_changes, runs
from invite_core.invitations.plan import Wish, make_plan
from invite_core.lifecycle.join import apply_status
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate
from invite_core.operations.sending import AudienceGrew
from invite_core.operators import Role
from invite_core.store import Store
from invite_core.views.run_board import run_board
from invite_core.views.run_messages import answers_to, message_page
from invite_tui.messages import DispatchEnded
from invite_tui.reasons import paused_words
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.run import RunScreen
from invite_tui.sender import Sender
from invite_tui.widgets.run_notes import left_paused
from tests.builders import INVITATION, ORGANISER, SENDER_NUMBER, a_run
from tests.command_line.meta import Meta
from tests.screens.stage import (
    LARGE,
    SMALL,
    compose_invitation,
    fill,
    opened,
    seen,
    send_deliberately,
    settings_for,
    start_listening,
    table,
    until,
)


def tell(store: Store, number: int, status: State, code: int | None = None) -> None:
    """What the listener writes when Meta tells of the nth accepted message."""
    with store.write():
        update = StatusUpdate(f"wamid.{number}", status, instants.stored(instants.now()), error_code=code)
        outcome, _ = apply_status(
            store, update, phone_number_id=SENDER_NUMBER, now=instants.stored(instants.now())
        )
        assert outcome == "applied"


@pytest.mark.anyio
async def test_a_deliberate_send_makes_one_run_that_the_board_and_each_timeline_follow_to_the_end(
    store: Store, meta: Meta
) -> None:
    fill(store, "Ana", "Bea", "Caio", without_consent=("Dora",))
    start_listening(store)
    async with opened(settings_for(store.path, meta.url), SMALL) as (app, pilot):
        await compose_invitation(app, pilot)
        run = await send_deliberately(app, pilot)
        await until(pilot, lambda: "finished" in seen(app) and "3 of 3 are out" in seen(app))
        assert "no consent on record" in seen(app)
        assert table(app, "messages").count == 4

        await pilot.press("down", "down")
        cursor = table(app, "messages").key
        tell(store, 1, State.DELIVERED)
        tell(store, 2, State.READ)
        tell(store, 3, State.FAILED, 131026)
        await until(
            pilot, lambda: all(word in seen(app) for word in ("✓✓ delivered", "◉  read", "✗  failed"))
        )
        await until(pilot, lambda: "1 failed (131026): The message cannot be" in seen(app))
        assert table(app, "messages").key == cursor

        await pilot.press("f", "enter")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "accepted by Meta" in seen(app))
        for words in ("chosen", "being sent", "Meta says: failed", "Check the number"):
            assert words in seen(app)
        assert "[ Yes, I will come ]" not in seen(app)
        await pilot.press("m")
        await until(pilot, lambda: "[ Yes, I will come ]" in seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: "being sent" in seen(app) and "[ Yes, I will come ]" not in seen(app))
        await pilot.resize_terminal(*LARGE)
        await until(pilot, lambda: "being sent" in seen(app) and "[ Yes, I will come ]" in seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
    assert sorted(post["to"] for post in meta.posts) == ["+447700900001", "+447700900002", "+447700900003"]
    assert run_board(store, run).counts["delivered"] == 1


@pytest.mark.anyio
async def test_pausing_lets_nothing_new_leave_and_going_on_sends_the_rest_once(
    store: Store, meta: Meta
) -> None:
    fill(store, *(f"Guest {n}" for n in range(80)))
    start_listening(store)
    settings = settings_for(store.path, meta.url).model_copy(update={"max_in_flight": 4})
    meta.may_answer.clear()
    async with opened(settings) as (app, pilot):
        await compose_invitation(app, pilot)
        run = await send_deliberately(app, pilot)
        await until(pilot, lambda: len(meta.posts) == 4 and "▸  sending" in seen(app))
        await pilot.press("p")
        await until(pilot, lambda: "Paused by hand" in seen(app))
        meta.may_answer.set()
        await until(pilot, lambda: not app.sender.sending and app.screen.check_action("resume", ()))
        assert len(meta.posts) == 4
        await pilot.press("r")
        await until(pilot, lambda: "80 of 80 are out" in seen(app) and "finished" in seen(app))
    assert len(meta.posts) == len({post["to"] for post in meta.posts}) == 80
    assert run_board(store, run).counts["accepted"] == 80


@pytest.mark.anyio
async def test_quitting_while_sending_asks_loses_nothing_and_the_next_start_goes_on(
    store: Store, meta: Meta
) -> None:
    fill(store, *(f"Guest {n}" for n in range(30)))
    start_listening(store)
    settings = settings_for(store.path, meta.url).model_copy(update={"max_in_flight": 3})
    meta.may_answer.clear()
    async with opened(settings) as (app, pilot):
        await compose_invitation(app, pilot)
        run = await send_deliberately(app, pilot)
        await until(pilot, lambda: len(meta.posts) == 3)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and "Keep sending" in seen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        assert app.sender.sending
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.screen.query("#do"))
        app.screen.query_one("#do", Button).press()
        await pilot.pause()
        meta.may_answer.set()
        await until(pilot, lambda: not app.is_running)
    board = run_board(store, run)
    assert app.stopped == run
    assert left_paused(board) == (
        f"Run {run} is paused: {len(meta.posts)} of 30 are out. Go on: open the program and press r on the run."
    )
    assert paused_words(board.run) == ("You quit while it was being sent.", "Press r to go on.", "")
    assert (board.run.status, board.run.paused_because) == ("paused", "sender_stopped")
    assert board.counts["accepted"] == len(meta.posts)
    assert board.counts["sending"] == board.counts["unconfirmed"] == 0
    start_listening(store)
    async with opened(settings) as (app, pilot):
        await until(pilot, lambda: f"= Run {run} is paused. You quit while it was being sent." in seen(app))
        app.screen.query_one("#runs").focus()
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, RunScreen) and app.screen.check_action("resume", ())
        )
        await pilot.press("r")
        await until(pilot, lambda: "30 of 30 are out" in seen(app) and "finished" in seen(app))
    assert len(meta.posts) == len({post["to"] for post in meta.posts}) == 30


@pytest.mark.anyio
async def test_cancelling_the_rest_asks_and_enter_alone_leaves_it(store: Store, meta: Meta) -> None:
    fill(store, "Ana", "Bea")
    start_listening(store)
    meta.refusal = {"code": 190, "message": "token", "type": "OAuthException"}
    async with opened(settings_for(store.path, meta.url)) as (app, pilot):
        await compose_invitation(app, pilot)
        run = await send_deliberately(app, pilot)
        await until(pilot, lambda: "Meta refuses the account" in seen(app) and not app.sender.sending)
        await pilot.press("x")
        await until(pilot, lambda: "2 people who still wait" in seen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        assert run_board(store, run).run.status == "paused"
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and "Leave it" in seen(app))
        await pilot.press("tab", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, RunScreen) and "–  cancelled" in seen(app).splitlines()[1]
        )
        assert not app.screen.check_action("resume", ())
    assert run_board(store, run).counts["cancelled"] == 2


@pytest.mark.anyio
async def test_a_sender_that_was_killed_is_told_of_and_r_goes_on(store: Store, meta: Meta) -> None:
    fill(store, "Ana", "Bea")
    start_listening(store)
    plan = make_plan(store, Wish(event="1", template=INVITATION, language="auto"))
    run = a_run(store, plan, now=instants.now()).id
    with store.write():
        runs.start(store, run, at=instants.stored(instants.now()))
    note = store.path.with_name(f"{store.path.name}.sender.json")
    note.write_text('{"pid": 1, "operator": "Rita", "since": "2026-01-02T00:00:00.000000Z"}', "utf-8")
    async with opened(settings_for(store.path, meta.url), SMALL) as (app, pilot):
        await until(pilot, lambda: f"The program that sent run {run} has ended." in seen(app))
        assert "!  stopped" in seen(app)
        app.screen.query_one("#runs").focus()
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, RunScreen) and "nobody is written to twice" in seen(app)
        )
        assert "another program sends it" not in seen(app)
        await pilot.press("r")
        await until(pilot, lambda: "finished" in seen(app) and "2 of 2 are out" in seen(app))
    assert len(meta.posts) == 2


@pytest.mark.anyio
async def test_another_program_that_sends_is_not_disturbed(store: Store) -> None:
    fill(store, "Ana")
    plan = make_plan(store, Wish(event="1", template=INVITATION, language="auto"))
    run = a_run(store, plan, now=instants.now()).id
    with sender_lock(store.path, operator="Bruno", since=instants.stored(instants.now())):
        with store.write():
            runs.start(store, run, at=instants.stored(instants.now()))
        async with opened(settings_for(store.path), SMALL) as (app, pilot):
            app.screen.query_one("#runs").focus()
            await pilot.press("enter")
            await until(pilot, lambda: "another program sends it" in seen(app))
            assert not app.screen.check_action("resume", ())


@pytest.mark.anyio
async def test_a_run_that_says_old_facts_offers_no_going_on_and_says_so_once(store: Store) -> None:
    fill(store, "Ana")
    plan = make_plan(store, Wish(event="1", template=INVITATION, language="auto"))
    run = a_run(store, plan, now=instants.now()).id
    event_changes.edit(store, plan.event, venue="Elsewhere", by=ORGANISER, now=instants.now())
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        app.screen.query_one("#runs").focus()
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, RunScreen) and "Cancel the rest with x" in seen(app)
        )
        assert seen(app).count("The event was changed after this run was made.") == 1
        assert not app.screen.check_action("resume", ())
        assert "Go on" not in seen(app).splitlines()[-1]
    assert run_board(store, run).run.status == "paused"


@pytest.mark.anyio
async def test_the_list_says_who_answered_what_last(store: Store) -> None:
    fill(store, "Ana", "Bea")
    plan = make_plan(store, Wish(event="1", template=INVITATION, language="auto"))
    run = a_run(store, plan, now=instants.now()).id
    with store.write():
        for answer, at in (("maybe", "2026-03-02"), ("no", "2026-03-01"), ("yes", "2026-03-03")):
            store.execute(
                """INSERT INTO replies (kind, contact, event, answer, given_at, status, recorded_at, recorded_by)
                   VALUES ('manual', 1, 1, :answer, :at, 'answer', :at, 'Rita')""",
                {"answer": answer, "at": f"{at}T10:00:00.000000Z"},
            )
    first, second = (line["message"] for line in message_page(store, run, limit=2))
    assert answers_to(store, run, [first, second]) == {first: "yes"}
    assert answers_to(store, run, []) == {}
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        app.screen.query_one("#runs").focus()
        await pilot.press("enter")
        await until(pilot, lambda: "Answer" in seen(app) and " yes " in seen(app))


@pytest.mark.anyio
async def test_nothing_is_stored_where_more_people_would_get_it_than_were_confirmed(store: Store) -> None:
    fill(store, "Ana", "Bea")
    start_listening(store)
    told: list[object] = []
    sender = Sender(settings_for(store.path), told.append)
    with pytest.raises(AudienceGrew):
        await sender.send(
            make_plan(store, Wish(event="1", template=INVITATION, language="auto")), confirmed=1
        )
    sender.wait()
    assert store.value("SELECT count(*) FROM invite_send_runs") == 0
    assert not any(isinstance(message, DispatchEnded) for message in told)


@pytest.mark.anyio
async def test_a_viewer_sees_the_run_and_no_act(store: Store, meta: Meta) -> None:
    fill(store, "Ana", without_consent=("Dora",))
    plan = make_plan(store, Wish(event="1", template=INVITATION, language="auto"))
    a_run(store, plan, now=instants.now())
    async with opened(settings_for(store.path, meta.url, Role.VIEWER)) as (app, pilot):
        await pilot.press("n")
        await pilot.pause()
        assert "New message" not in seen(app)
        app.screen.query_one("#runs").focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and "0 of 1 are out" in seen(app))
        for key in "prxt":
            await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
        footer = seen(app).splitlines()[-1]
        assert "Pause" not in footer
        assert "Cancel" not in footer
        assert "Go on" not in footer
    assert meta.posts == []
    assert run_board(store, 1).run.status == "ready"

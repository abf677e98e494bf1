"""`templates test`: one real message to one number, by the same policy, and no invitation."""

from invite_core.store import Store
from tests.builders import INVITATION
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import SEND, a_world

TEST = ("templates", "test", INVITATION, "--without-listener", "--yes")


def test_a_test_goes_to_one_number_and_takes_nobodys_invitation(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=3)
    for times in (1, 2):  # as often as she likes
        sent = cli(*TEST, "--json", "--to", "+44 7700 900001")
        assert (sent.code, sent.document["purpose"], sent.document["counts"]["accepted"]) == (0, "test", 1)
        assert [post["to"] for post in meta.posts] == ["+447700900001"] * times
    invited = cli(*SEND, "--without-listener", "--yes", "--json").document
    assert (invited["eligible"], invited["status"]) == (3, "finished")


def test_a_test_is_refused_where_an_invitation_would_be(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=2)
    cli("dnm", "add", 2, "--reason", "asked")
    assert cli(*TEST, "--to", "+447700900002").is_refused("Do-Not-Message")
    assert cli(*TEST, "--to", "+447700900777").is_refused("import yourself first")
    assert cli(*TEST, "--to", "+447700900001", "--event", "Picnic").is_refused("Picnic")
    assert cli(*TEST[:3], "--without-listener", "--to", "+447700900001").code == 2
    assert (meta.posts, store.value("SELECT count(*) FROM invite_send_runs")) == ([], 0)

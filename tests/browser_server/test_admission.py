"""Who is let in."""

import pytest

from browser_server.admission import Admission, is_loopback, new_token

HERE = Admission.at("127.0.0.1", [], "secret")
BEHIND_A_PROXY = Admission.at("127.0.0.1", ["Laptop.tail1234.ts.net"], "secret")
ON_THE_NETWORK = Admission.at("0.0.0.0", ["laptop"], "secret")  # noqa: S104 - nothing listens there


def test_a_token_is_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43


@pytest.mark.parametrize("given", ["", "secre", "secrets", "SECRET", "geheim", "sécret", "\ud800"])
def test_only_the_whole_token_opens(given: str) -> None:
    assert HERE.opens("secret")
    assert not HERE.opens(given)


@pytest.mark.parametrize(
    "host, here, on_the_network",
    [
        ("127.0.0.1:8082", True, True),
        ("127.0.0.1", True, True),
        ("localhost:9000", True, True),
        ("LOCALHOST", True, True),
        ("[::1]:8082", True, True),
        ("192.168.1.20:8082", False, True),
        ("laptop:8082", False, True),
        ("laptop.evil.example", False, False),
        ("evil.example:8082", False, False),
        ("localhost.evil.example", False, False),
        ("127.0.0.1.evil.example", False, False),
        ("", False, False),
        ("127.0.0.1:port", False, False),
        ("127.0.0.1:8082/x", False, False),
        ("me@127.0.0.1", False, False),
        ("[::1", False, False),
    ],
)
def test_a_foreign_name_is_not_answered_to(host: str, here: bool, on_the_network: bool) -> None:
    assert HERE.answers_to(host) is here
    assert ON_THE_NETWORK.answers_to(host) is on_the_network


def test_a_name_of_a_proxy_is_answered_to_where_it_was_said() -> None:
    assert BEHIND_A_PROXY.answers_to("laptop.tail1234.ts.net")
    assert BEHIND_A_PROXY.is_own_page("https://laptop.tail1234.ts.net", "laptop.tail1234.ts.net")
    assert not HERE.answers_to("laptop.tail1234.ts.net")


@pytest.mark.parametrize(
    "origin, host, own",
    [
        ("http://127.0.0.1:8082", "127.0.0.1:8082", True),
        ("http://localhost:9000", "localhost:9000", True),
        ("https://LOCALHOST", "localhost", True),
        ("http://127.0.0.1:8083", "127.0.0.1:8082", False),
        ("http://localhost:8082", "127.0.0.1:8082", False),
        ("http://evil.example", "127.0.0.1:8082", False),
        ("http://evil.example", "evil.example", False),
        ("file://127.0.0.1:8082", "127.0.0.1:8082", False),
        ("null", "127.0.0.1:8082", False),
        ("http://[::1", "[::1", False),
        (None, "127.0.0.1:8082", False),
    ],
)
def test_only_a_page_of_this_server_opens_a_websocket(origin: str | None, host: str, own: bool) -> None:
    assert HERE.is_own_page(origin, host) is own


@pytest.mark.parametrize(
    "host, so",
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - nothing listens there
        ("::", False),
        ("192.168.1.20", False),
        ("laptop", False),
    ],
)
def test_what_is_loopback(host: str, so: bool) -> None:
    assert is_loopback(host) is so

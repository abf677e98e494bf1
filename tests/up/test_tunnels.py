"""What the tunnels print, as they were seen to, and what is read from it."""

from pathlib import Path

import pytest

from invite_tui.up.tunnels import TUNNELS, Tunnel
from tests.up.programs import put_on_path

CLOUDFLARED, NGROK, TAILSCALE = TUNNELS

QUICK = """\
2026-11-11T19:57:55Z INF Thank you for trying Cloudflare Tunnel. Doing so, without a Cloudflare account, is a quick \
way to experiment and try it out. You can read more at https://developers.cloudflare.com/cloudflare-one/connections
2026-11-11T19:57:55Z INF Requesting new quick Tunnel on trycloudflare.com...
2026-11-11T19:57:58Z INF +----------------------------------------------------------------------------------------+
2026-11-11T19:57:58Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |
2026-11-11T19:57:58Z INF |  https://four-dashed-word-url.trycloudflare.com                                        |
2026-11-11T19:57:58Z INF +----------------------------------------------------------------------------------------+
2026-11-11T19:57:58Z INF Version 2026.11.0
2026-11-11T19:57:59Z INF Registered tunnel connection connIndex=0 location=lis01 protocol=quic"""

QUICK_FAILED = """\
2026-01-29T09:49:15Z INF Requesting new quick Tunnel on trycloudflare.com...
failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: lookup failed: no such host"""

QUICK_CUT = """\
2026-01-29T09:50:15Z ERR Failed to serve tunnel connection error="timeout: no recent network activity" connIndex=0
2026-01-29T09:50:16Z INF Retrying connection in up to 2s connIndex=0"""

AGENT = """\
{"level":"info","lvl":"info","msg":"no configuration paths supplied","t":"2026-05-01T10:00:00Z"}
{"addr":"127.0.0.1:4040","err":null,"lvl":"info","msg":"starting web service","obj":"web","t":"2026-05-01T10:00:00Z"}
{"addr":"http://localhost:8080","lvl":"info","msg":"started tunnel","name":"command_line","obj":"tunnels",\
"t":"2026-05-01T10:00:01Z","url":"https://made-up.ngrok-free.app"}
{"lvl":"info","msg":"update available","obj":"updater","t":"2026-05-01T10:00:02Z"}"""

AGENT_FAILED = """\
{"err":"Usage of ngrok requires a verified account.\\r\\n\\r\\nERR_NGROK_4018\\r\\n","lvl":"eror",\
"msg":"session closing","obj":"tunnels.session","t":"2026-05-01T10:00:01Z"}
{"err":"<nil>","lvl":"info","msg":"received stop request","obj":"app","t":"2026-05-01T10:00:01Z"}"""

FUNNEL = """\
Available on the internet:

https://made-up.tail0123.ts.net/
|-- proxy http://127.0.0.1:8080

Press Ctrl+C to exit."""

FUNNEL_NOT_ALLOWED = """\
Funnel is not enabled on your tailnet.
To enable, visit:

         https://login.tailscale.com/f/funnel?node=made-up"""


@pytest.mark.parametrize(
    "tunnel, output, addresses, complaint",
    [
        (CLOUDFLARED, QUICK, ["https://four-dashed-word-url.trycloudflare.com"], None),
        (CLOUDFLARED, QUICK_FAILED, [], "no such host"),
        (CLOUDFLARED, QUICK_CUT, [], "no recent network activity"),
        (NGROK, AGENT, ["https://made-up.ngrok-free.app"], None),
        (NGROK, AGENT_FAILED, [], "requires a verified account. ERR_NGROK_4018"),
        (NGROK, 'ERROR:  unknown flag\n[1]\n"x"', [], "[1]"),
        (TAILSCALE, FUNNEL, ["https://made-up.tail0123.ts.net"], None),
        (TAILSCALE, FUNNEL_NOT_ALLOWED, [], "https://login.tailscale.com/f/funnel?node=made-up"),
        (TAILSCALE, "https://made-up.tail0123.ts.net:8443/", ["https://made-up.tail0123.ts.net:8443"], None),
    ],
)
def test_address_and_complaint_are_read_from_what_a_tunnel_prints(
    tunnel: Tunnel, output: str, addresses: list[str], complaint: str | None
) -> None:
    lines = output.splitlines()
    assert [found for line in lines if (found := tunnel.address(line))] == addresses
    said = [found for line in lines if (found := tunnel.complaint(line))]
    assert any(complaint in each for each in said) if complaint else not said
    assert all("\n" not in each and len(each) <= 300 for each in said)


def test_a_tunnel_is_started_for_the_port_where_it_is_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(monkeypatch, tmp_path / "bin", cloudflared="", ngrok="", tailscale="")
    assert CLOUDFLARED.command(8080) == [
        f"{tmp_path}/bin/cloudflared", "tunnel", "--no-autoupdate", "--url", "http://127.0.0.1:8080",
    ]  # fmt: skip
    assert NGROK.command(81) == [
        f"{tmp_path}/bin/ngrok", "http", "81", "--log", "stdout", "--log-format", "json",
    ]  # fmt: skip
    assert TAILSCALE.command(8080) == [f"{tmp_path}/bin/tailscale", "funnel", "8080"]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {each.command(8080) for each in TUNNELS} == {None}

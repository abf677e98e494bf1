"""Meta is spoken to only if its certificate holds: by the system's roots, or those of SSL_CERT_FILE."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from invite_core.provider.outcome import Accepted, Refused
from tests.provider.clients import client
from tests.provider.raw_server import answering, raw_server
from tests.provider.transports import Over, needs_pyreqwest, pyreqwest

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")

ACCEPTED = (Path(__file__).parent / "answers" / "accepted.json").read_bytes()
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a root `root.pem`, and `server.pem` and `server.key` for 127.0.0.1, signed by it."""
    folder = tmp_path_factory.mktemp("certificates")

    def made(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607

    made("req", "-x509", *NEW_KEY, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=root")
    made("req", *NEW_KEY, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    signed_by = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "names")
    made("x509", "-req", "-in", "server.csr", "-out", "server.pem", *signed_by)
    return folder


def server_context(certificates: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    return context


@pytest.mark.anyio
async def test_certificate_that_nobody_vouches_for_ends_before_the_request(
    over: Over, certificates: Path
) -> None:
    tls = server_context(certificates)
    async with (
        raw_server(answering("200 OK", ACCEPTED), tls=tls) as server,
        client(server.url, transport=over(5.0)) as api,
    ):
        outcome = await api.send_template({})
    assert isinstance(outcome, Refused)
    assert outcome.never_left
    assert not server.requests


@pytest.mark.anyio
async def test_root_that_the_environment_names_is_trusted(
    over: Over, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "root.pem"))
    tls = server_context(certificates)
    async with (
        raw_server(answering("200 OK", ACCEPTED), tls=tls) as server,
        client(server.url, transport=over(5.0)) as api,
    ):
        outcome = await api.send_template({})
    assert isinstance(outcome, Accepted)


@pytest.mark.anyio
@needs_pyreqwest
async def test_computer_without_roots_has_those_of_certifi(
    certificates: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pyreqwest.client import ClientBuilder
    from pyreqwest.exceptions import BuilderError

    nothing = tmp_path / "nothing.pem"
    nothing.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(nothing))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with pytest.raises(BuilderError):
        ClientBuilder().build()
    tls = server_context(certificates)
    async with (
        raw_server(answering("200 OK", ACCEPTED), tls=tls) as server,
        client(server.url, transport=pyreqwest(5.0)) as api,
    ):
        outcome = await api.send_template({})
    assert isinstance(outcome, Refused)
    assert outcome.never_left

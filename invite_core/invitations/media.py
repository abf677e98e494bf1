"""The files that headers of templates show, and under which ids Meta has them.

Meta keeps an uploaded file for thirty days (Meta, business-phone-numbers/media). So the file itself stays here, and
is uploaded again in time.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.provider.template_components import MEDIA_PARAMETER
from invite_core.store import Store

UPLOADED = "media:"
"""How the value of `header.media` begins that is a file of ours; its SHA-256 follows."""

KEPT_BY_META = timedelta(days=30)

USED_FOR = timedelta(days=29)
"""How long an upload is used: a message may be on its way for a while."""

_MEGABYTE = 1024 * 1024

_KINDS: tuple[tuple[bytes, int, str, str, int], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg", "IMAGE", 5 * _MEGABYTE),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", "IMAGE", 5 * _MEGABYTE),
    (b"ftyp", 4, "video/mp4", "VIDEO", 16 * _MEGABYTE),
    (b"%PDF-", 0, "application/pdf", "DOCUMENT", 16 * _MEGABYTE),
)
"""How a file of each kind begins and where, the kind, the header that shows it, and the most bytes: Meta's limits,
and ours for documents, because the file is kept in the database."""


class MediaFault(InviteError):
    """A file cannot be shown in the header."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the database."""

    sha256: str
    name: str
    kind: str
    content: bytes


def keep(store: Store, content: bytes, name: str, *, header: str, by: Operator, now: datetime) -> str:
    """Keep a file for a header of the format `header` (`IMAGE`, `VIDEO`, `DOCUMENT`); gives the value of
    `header.media` that names it. Raises `MediaFault` where it is of another kind, or too large."""
    by.may_act("change a template")
    kind = _kind_for(content, name, header)
    sha256 = hashlib.sha256(content).hexdigest()
    with store.write():
        new = store.execute(
            """INSERT INTO media (sha256, name, kind, content, added_at, added_by)
               VALUES (:sha, :name, :kind, :content, :at, :by) ON CONFLICT DO NOTHING""",
            {"sha": sha256, "name": name, "kind": kind, "content": content, "at": stored(now), "by": by.name},
        )
        if new:
            acts.record(store, "keep file", "media", sha256, detail={"name": name}, by=by, now=now)
    return f"{UPLOADED}{sha256}"


def _kind_for(content: bytes, name: str, header: str) -> str:
    for sign, place, kind, shown_as, most in _KINDS:
        if content[place : place + len(sign)] == sign and shown_as == header:
            if len(content) > most:
                raise MediaFault(
                    f"{name} has {len(content) / _MEGABYTE:.1f} MB, and at most {most // _MEGABYTE} MB can be shown.",
                    "Make it smaller.",
                )
            return kind
    wanted = " or ".join(
        kind.rpartition("/")[2].upper() for *_, kind, shown_as, _ in _KINDS if shown_as == header
    )
    raise MediaFault(f"{name} is no {wanted} file.", f"The header of this template shows {wanted}.")


def get(store: Store, value: str) -> KeptFile:
    """The file that a value of `header.media` names. Raises `MediaFault`."""
    row = store.row(
        "SELECT sha256, name, kind, content FROM media WHERE sha256 = ?", (value.removeprefix(UPLOADED),)
    )
    if row is None:
        raise MediaFault(
            "A file for the header is no longer there.", "Choose it again: `invite-tui templates media`."
        )
    return KeptFile(row["sha256"], row["name"], row["kind"], row["content"])


def of_run(store: Store, run: int) -> Sequence[str]:
    """The files of ours that messages of `run` show which still wait, as values of `header.media`."""
    rows = store.rows(
        f"""SELECT DISTINCT mapping ->> :key AS field FROM run_variants
            WHERE run = :run AND mapping ->> :key LIKE '={UPLOADED}%'""",
        {"run": run, "key": MEDIA_PARAMETER},
    )
    return [str(row["field"])[1:] for row in rows]


def upload_of(store: Store, value: str, phone_number_id: str, *, now: datetime) -> str | None:
    """The id under which Meta has the file for this number, or None where it has to be uploaded (again)."""
    found: str | None = store.value(
        """SELECT media_id FROM media_uploads
           WHERE sha256 = :sha AND phone_number_id = :number AND uploaded_at > :since""",
        {"sha": value.removeprefix(UPLOADED), "number": phone_number_id, "since": stored(now - USED_FOR)},
    )
    return found


def uploaded(store: Store, value: str, phone_number_id: str, media_id: str, *, now: datetime) -> None:
    """Keep the id that Meta gave an upload."""
    with store.write():
        store.execute(
            """INSERT INTO media_uploads (sha256, phone_number_id, media_id, uploaded_at)
               VALUES (:sha, :number, :id, :at) ON CONFLICT (sha256, phone_number_id)
               DO UPDATE SET media_id = excluded.media_id, uploaded_at = excluded.uploaded_at""",
            {
                "sha": value.removeprefix(UPLOADED),
                "number": phone_number_id,
                "id": media_id,
                "at": stored(now),
            },
        )

"""What guests wrote that is no tap: what waits for somebody first, then what was dealt with, page by page."""

from dataclasses import dataclass

from invite_core.store import Row, Store


@dataclass(frozen=True, slots=True)
class GuestText:
    """One thing that a guest wrote."""

    reply: int
    """The id of the reply."""
    status: str
    """`possible_opt_out`, `unread`, `done`, `stop` or `answer`."""
    contact: int | None
    """The person, or None where nobody, or more than one, has the number."""
    name: str
    """Our name for the person, else the one they gave themselves, or ''."""
    address: str | None
    """The number with its `+`, or a user id."""
    event: int | None
    """The event that it is likely about."""
    event_name: str
    """Its name, or ''."""
    text: str
    """What was written; '' where a picture or a voice message came."""
    answer: str | None
    """What it was taken for."""
    at: str
    """When it was written, in stored form."""
    dealt_by: str | None
    """Who dealt with it."""

    @property
    def waits(self) -> bool:
        """Whether somebody has to look at it."""
        return self.status in ("possible_opt_out", "unread")

    @property
    def digits(self) -> str:
        """The number as a link to WhatsApp takes it, or '' where there is only a user id."""
        number = (self.address or "").removeprefix("+")
        return number if number.isascii() and number.isdecimal() else ""


_RANK = "CASE replies.status WHEN 'possible_opt_out' THEN 0 WHEN 'unread' THEN 1 ELSE 2 END"

_LISTED = "replies.status IN ('possible_opt_out', 'unread') OR replies.kind IN ('text', 'media')"

_TEXTS = """SELECT replies.id AS reply, replies.status, person.id AS contact,
        coalesce(nullif(person.name, ''), replies.profile_name) AS name, replies.address,
        replies.event, coalesce(events.name, '') AS event_name, replies.body, replies.answer,
        replies.given_at, replies.dealt_by
    FROM replies
    LEFT JOIN contacts AS holder ON holder.id = replies.contact
    LEFT JOIN contacts AS person ON person.id = coalesce(holder.merged_into, holder.id)
    LEFT JOIN events ON events.id = replies.event"""


def text_count(store: Store) -> int:
    """How many there are."""
    return int(store.value(f"SELECT count(*) FROM replies WHERE {_LISTED}"))


def text_slice(store: Store, *, offset: int, limit: int) -> list[GuestText]:
    """Some of them: possible opt-outs, then what is unread, then the rest; the newest first in each."""
    rows = store.rows(
        f"""{_TEXTS} WHERE {_LISTED} ORDER BY {_RANK}, replies.given_at DESC, replies.id DESC
            LIMIT :limit OFFSET :offset""",
        {"limit": limit, "offset": offset},
    )
    return [_text(row) for row in rows]


def text_position(store: Store, reply: int) -> int | None:
    """How many stand before that one, or None where it is not among them."""
    before = store.value(
        f"""SELECT before FROM (SELECT replies.id, row_number() OVER (
                ORDER BY {_RANK}, replies.given_at DESC, replies.id DESC) - 1 AS before
            FROM replies WHERE {_LISTED}) AS listed WHERE id = :reply""",
        {"reply": reply},
    )
    return None if before is None else int(before)


def guest_text(store: Store, reply: int) -> GuestText | None:
    """One of them, or None."""
    row = store.row(f"{_TEXTS} WHERE replies.id = ?", (reply,))
    return _text(row) if row is not None else None


def _text(row: Row) -> GuestText:
    address = row["address"]
    return GuestText(
        reply=row["reply"],
        status=row["status"],
        contact=row["contact"],
        name=row["name"],
        address=f"+{address}" if address and address.isdecimal() else address,
        event=row["event"],
        event_name=row["event_name"],
        text=row["body"],
        answer=row["answer"],
        at=row["given_at"],
        dealt_by=row["dealt_by"],
    )

"""What an event and its place are called in other languages; a guest reads them in the message's language."""

import json
from collections.abc import Mapping
from datetime import datetime

from invite_core.invitations.event_changes import told_otherwise
from invite_core.invitations.events import Event, EventFault, get
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.people.languages import normalised_language
from invite_core.store import Store


def translate(
    store: Store,
    event: Event,
    language: str,
    *,
    name: str | None = None,
    venue: str | None = None,
    by: Operator,
    now: datetime,
) -> Event:
    """Say what the event or its place is called in `language`, a code such as `pt` or `pt_BR`, or a language's
    name; '' takes it back, None leaves it. Gives the event as it then is.

    What is said for `pt` holds for `pt_BR` too, unless that says otherwise. Every unfinished run of the event is
    paused in the same transaction, because it froze the old words. Raises `EventFault` for a language that nobody
    knows.
    """
    by.may_act("change an event")
    code = normalised_language(language)
    if not code:
        raise EventFault(f"“{language}” is no language.", "Use a code such as pt or pt_BR.")
    said = {"name": name, "venue": venue}
    with store.write():
        known = get(store, event.id).texts
        texts = _with(known, code, said)
        if texts != known:
            store.execute(
                "UPDATE events SET texts = :texts WHERE id = :event",
                {"texts": json.dumps(texts, ensure_ascii=False), "event": event.id},
            )
            told_otherwise(store, event.id, now=now)
            detail = {"language": code, "old": known.get(code, {}), "new": texts.get(code, {})}
            acts.record(store, "translate event", "event", str(event.id), detail=detail, by=by, now=now)
    return get(store, event.id)


def _with(
    known: Mapping[str, Mapping[str, str]], language: str, said: Mapping[str, str | None]
) -> dict[str, dict[str, str]]:
    own = {
        **known.get(language, {}),
        **{fact: text.strip() for fact, text in said.items() if text is not None},
    }
    texts = {**{code: dict(each) for code, each in known.items()}, language: own}
    kept = {code: {fact: text for fact, text in each.items() if text} for code, each in texts.items()}
    return {code: each for code, each in sorted(kept.items()) if each}

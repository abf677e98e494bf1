"""Having Meta keep the files that a run shows."""

from collections.abc import Sequence
from typing import Protocol

from invite_core import instants
from invite_core.invitations import media
from invite_core.store import Store


class Uploads(Protocol):
    """Whoever can upload a file to Meta."""

    async def upload_media(self, content: bytes, *, kind: str, name: str) -> str:
        """Upload it; the id."""
        ...


async def upload_files(store: Store, api: Uploads, files: Sequence[str], phone_number_id: str) -> int:
    """Upload each of the files (values of `header.media`) that Meta does not have for this number, or not for much
    longer; how many. Raises what `CloudApi.upload_media` raises, and `MediaFault` for a file that is gone."""
    sent = 0
    for value in files:
        if media.upload_of(store, value, phone_number_id, now=instants.now()) is None:
            file = media.get(store, value)
            media_id = await api.upload_media(file.content, kind=file.kind, name=file.name)
            media.uploaded(store, value, phone_number_id, media_id, now=instants.now())
            sent += 1
    return sent

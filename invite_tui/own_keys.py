"""A program whose keys may be changed by a file of the organiser's; it is looked for behind the first paint."""

import asyncio

from textual import work
from textual.app import App

from invite_core.errors import InviteError
from invite_tui.inert_text import inert


class OwnKeys(App[None]):
    """A program that follows the file with keys of one's own, where there is one."""

    @work(name="keys")
    async def follow_own_keys(self) -> None:
        """Take up the keys that the file says; where it cannot be followed, say why."""
        try:
            keymap = await asyncio.to_thread(self._read_keys)
        except InviteError as fault:
            self.notify(inert(str(fault)), title="Keys", severity="warning", timeout=30, markup=False)
            return
        if keymap:
            self.set_keymap(keymap)

    def _read_keys(self) -> dict[str, str]:
        from invite_core.settings import CONFIG_FILE

        if not CONFIG_FILE.with_name("keys.toml").exists():  # loading what reads it takes time
            return {}
        from invite_tui.keys_file import own_keys

        return own_keys(type(self))

"""`invite-tui completion`: what a shell needs so that Tab completes commands and options."""

import click
from click.shell_completion import get_completion_class

from invite_tui.command_line.output import put
from invite_tui.command_line.root import Command, root

SHELLS = ("bash", "zsh", "fish")

_VARIABLE = "_INVITE_TUI_COMPLETE"
"""With it set, the program prints what may come next, as click has it."""


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print a script that lets SHELL complete commands and options with Tab.

    \b
    bash: invite-tui completion bash >> ~/.bashrc
    zsh:  invite-tui completion zsh >> ~/.zshrc
    fish: invite-tui completion fish > ~/.config/fish/completions/invite-tui.fish
    """
    script = get_completion_class(shell)
    if script is not None:
        put(script(root, {}, "invite-tui", _VARIABLE).source().strip())

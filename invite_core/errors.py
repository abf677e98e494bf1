"""The one exception that a person is shown: what is wrong, and what to do."""


class InviteError(Exception):
    """An act was refused, or cannot go on, for a reason the organiser can read and mend.

    `sentence` says what is wrong, `todo` what to do about it; both are whole sentences and hold no
    secret. Programs print them and end with exit code 1; nothing has been half-done.
    """

    def __init__(self, sentence: str, todo: str = "") -> None:
        super().__init__(f"{sentence} {todo}".rstrip())
        self.sentence = sentence
        self.todo = todo

"""Plants every deliberate defect in a copy of the tree, one at a time, and sees whether its check notices.

Each check has to pass in the copy as it is. A patch that does not fit any more is an error: the defect has
to be written anew for the code as it has become.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from proofs.defect import Defect
from proofs.defects import DEFECTS

ROOT = Path(__file__).parents[1]
_LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "docs", "requirements", "dist", "build", "*.db", "*.log"
)
PATIENCE_S = 240


def planted(defect: Defect, text: str) -> str:
    """The module's text with the defect. Raises ValueError where the patch does not fit."""
    if text.count(defect.before) != 1:
        raise ValueError(f"“{defect.name}” does not fit {defect.path} any more")
    return text.replace(defect.before, defect.after)


def misfits(root: Path = ROOT) -> list[str]:
    """A sentence for every defect whose patch does not fit the tree."""
    found = []
    for defect in DEFECTS:
        try:
            planted(defect, (root / defect.path).read_text("utf-8"))
        except ValueError as error:
            found.append(str(error))
    return found


def passes(tree: Path, check: Sequence[str]) -> tuple[bool, str]:
    """Whether a check passes in a tree, and the end of what it says."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own programs, arguments of ours
            [sys.executable, "-m", *check],
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False, "it did not end in time"
    return done.returncode == 0, (done.stdout + done.stderr)[-1500:]


def main(arguments: Sequence[str]) -> int:
    """`python -m proofs.mutants [word …]`: all defects, or those whose names have one of the words."""
    began = time.monotonic()
    wrong = misfits()
    chosen = [each for each in DEFECTS if not arguments or any(word in each.name for word in arguments)]
    with tempfile.TemporaryDirectory(prefix="invite-mutants-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=_LEFT_OUT)
        for check in dict.fromkeys(each.check for each in chosen):
            sound, said = passes(tree, check)
            if not sound:
                wrong.append(f"the check {' '.join(check)} fails without any defect:\n{said}")
        caught = sum(_try(tree, defect) for defect in chosen if not wrong)
    for sentence in wrong:
        _say(f"! {sentence}")
    _say(f"{caught} of {len(chosen)} defects caught; {time.monotonic() - began:.0f} s.")
    return 0 if caught == len(chosen) and not wrong else 1


def _try(tree: Path, defect: Defect) -> bool:
    module = tree / defect.path
    text, began = module.read_text("utf-8"), time.monotonic()
    module.write_text(planted(defect, text), "utf-8")
    try:
        sound, said = passes(tree, defect.check)
    finally:
        module.write_text(text, "utf-8")
    _say(
        f"{'NOT CAUGHT' if sound else 'caught'}: {defect.name} "
        f"({defect.check[0]} {defect.check[-1]}, {time.monotonic() - began:.0f} s)"
    )
    findings = [
        line.strip() for line in said.splitlines() if line.lstrip().startswith(("!", "E  ", "FAILED"))
    ]
    for line in findings[:1]:
        _say(f"    {line[:150]}")
    return not sound


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The pages of reference say what the code says, nothing is missing in them, and every page is in the navigation."""

import re
from pathlib import Path

import pytest

from handbook.literals import literals
from handbook.markdown import table, words
from handbook.reference import PAGES
from invite_core.invitations.policy import RULES, BlockReason
from invite_core.operators import Role

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_says_now(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run `make reference`"


def test_there_is_no_page_that_nobody_writes() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    listed = re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    pages = [str(path.relative_to(ROOT / "docs").as_posix()) for path in (ROOT / "docs").rglob("*.md")]
    assert sorted(listed) == sorted([*pages, "data/README.md"])


def test_every_reason_has_its_rule_and_so_its_line() -> None:
    assert {rule.reason for rule in RULES} == set(BlockReason)


def test_what_stands_below_a_member_is_what_it_is_for() -> None:
    assert literals(Role)["VIEWER"] == "May look; the file is opened read-only"


def test_a_sentence_is_shown_as_it_is() -> None:
    assert words("a *b* <c> `<d>` INVITE_DB _e_") == r"a \*b\* &lt;c> `<d>` INVITE_DB \_e\_"
    assert table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x\\|y |"

"""`make prove-mutants` plants the defects; here, that every one of them can still be planted."""

import ast

import pytest

from proofs.defect import Defect
from proofs.defects import DEFECTS
from proofs.mutants import ROOT, misfits, planted


def test_every_defect_fits_the_code_as_it_is() -> None:
    assert misfits() == []
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS) >= 10


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_still_a_program(defect: Defect) -> None:
    text = (ROOT / defect.path).read_text("utf-8")
    assert ast.dump(ast.parse(planted(defect, text))) != ast.dump(ast.parse(text))

"""Kinds beside convexity on functions of which the truth is known: each is proven or refuted, and none is wrong."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.kind import Kind
from tests.curvature.kinds.known_functions import FUNCTIONS, KINDS, MATRICES

CASES = [(function, letter) for function in (*FUNCTIONS, *MATRICES) for letter in KINDS]


@pytest.mark.parametrize(("function", "letter"), CASES, ids=lambda part: str(part))
def test_what_is_known_of_functions(function, letter):
    facts = {name: dict(one) for name, one in function.facts.items()}
    formula = sg.formula(function.text, shapes=dict(function.shapes) or None, facts=facts or None)
    wrt = "x" if "x" in function.shapes else None
    verdict = sg.convexity(formula, wrt, domain=dict(function.domain) or None, kind=KINDS[letter])
    asked = sg_kind(KINDS[letter])
    if letter in function.undecided:
        assert verdict.kind is Kind.UNKNOWN
        return
    assert verdict.kind is (asked if letter in function.kinds else asked.refuted), verdict.reason
    assert verdict.check()


def sg_kind(name: str) -> Kind:
    return Kind(name.upper().replace("-", "_"))

"""Verdicts cannot be changed into others, and are plain data on request."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.kind import Kind
from symgd.curvature.verdict import Chord
from symgd.errors import SymgdError


@pytest.mark.parametrize("text", ["x**2", "exp(x) + y**4", "x**3", "x + 2*y", "-log(x)"])
def test_verdicts_are_plain_data_and_check(text):
    verdict = sg.convexity(text)
    assert verdict.check()
    plain = json.loads(json.dumps(verdict.to_dict()))
    assert plain["kind"] == verdict.kind.name
    assert (plain["proof"] is None) == (verdict.proof is None)
    assert str(verdict).startswith(f"{verdict.kind} in ")


def test_a_proof_of_something_else_is_refused():
    verdict = sg.convexity("x**2")
    with pytest.raises(SymgdError, match="does not show"):
        dataclasses.replace(verdict, kind=Kind.CONCAVE)
    with pytest.raises(SymgdError, match="does not show"):
        dataclasses.replace(verdict, modulus=3)


def test_chords_compare_exactly():
    formula = sg.formula("x**2")
    (x,) = formula.symbols
    ends = {x: Fraction(-1)}, {x: Fraction(1)}
    assert Chord(formula, *ends, Fraction(1, 2), 1).check()  # x² lies below its chord
    assert not Chord(formula, *ends, Fraction(1, 2), -1).check()
    assert Chord(formula, *ends, Fraction(1, 4), 1).middle == {x: Fraction(1, 2)}

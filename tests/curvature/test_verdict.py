"""Verdicts cannot be changed into others, and are plain data on request."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.kind import Kind
from symgd.curvature.second_derivatives.hessian import Hessian
from symgd.curvature.verdict import Bend, Chord
from symgd.errors import SymgdError
from symgd.graph.inference import Facts


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


SIDES = [  # text, ends, weight of the first, −1 where the function lies above its chord there, +1 below, 0 on it
    ("x**2", ("0", "1"), "1/3", 1),
    ("-x**2", ("0", "1"), "1/3", -1),
    ("2*x", ("0", "1"), "1/3", 0),
    ("abs(x)", ("-1", "2"), "1/2", 1),
    ("abs(x)", ("1", "2"), "1/2", 0),
    ("exp(x)", ("0", "1/1000000"), "1/2", 1),
    ("sqrt(x)", ("0", "1"), "3/4", -1),
    ("x**3", ("-1", "1"), "1/2", 0),
    ("x**3", ("-1", "2"), "1/2", 1),
    ("where(x > 0, 1, 0)", ("0", "1"), "1/2", -1),
    ("sin(x)", ("0", "3"), "1/7", -1),
]


@pytest.mark.parametrize(("text", "ends", "theta", "side"), SIDES)
def test_chords_prove_their_side_alone(text, ends, theta, side):
    formula = sg.formula(text)
    (x,) = formula.symbols
    first, second = ({x: Fraction(end)} for end in ends)
    for sign in (1, -1):
        assert Chord(formula, first, second, Fraction(theta), sign).check() == (sign == side)
        assert Chord(formula, second, first, 1 - Fraction(theta), sign).check() == (sign == side)


BENDS = [  # text, point, direction, the sign of vᵀHv
    ("x**3", ("1",), ("1",), 1),
    ("x**3", ("-1/1000",), ("5",), -1),
    ("x*y", ("0", "0"), ("1", "1"), 1),
    ("x*y", ("7", "1/3"), ("1", "-1"), -1),
    ("x*y", ("7", "1/3"), ("1", "0"), 0),
    ("x**2 - y**2", ("0", "0"), ("3", "2"), 1),
    ("x**2 - y**2", ("0", "0"), ("2", "3"), -1),
    ("x**2*y", ("1", "1"), ("1", "-1/2"), 0),
    ("x**2*y", ("1", "1"), ("1", "-1/3"), 1),
]


@pytest.mark.parametrize(("text", "place", "way", "sign"), BENDS)
def test_bends_prove_their_sign_alone(text, place, way, sign):
    formula = sg.formula(text)
    variables = sorted(formula.symbols, key=str)
    point, direction = (dict(zip(variables, map(Fraction, numbers), strict=True)) for numbers in (place, way))
    form = Hessian(formula, variables, Facts()).form(list(direction.values()))
    for wanted in (1, -1):
        bend = Bend(formula, point, direction, wanted, form, lambda point: True)
        assert bend.is_proven() == bend.check() == (wanted == sign)
        assert (bend.chord() is not None) == (wanted == sign)
        assert Bend(formula, point, direction, wanted, form, lambda point: False).chord() is None
        assert not Bend(-formula, point, direction, wanted, form, lambda point: True).check()  # the form is that of another


def test_a_witness_checks_where_both_parts_do():
    witness = sg.convexity("x**3").witness
    assert witness.check()
    for part in ("against_convexity", "against_concavity"):
        wrong = dataclasses.replace(getattr(witness, part), sign=-getattr(witness, part).sign)
        assert not dataclasses.replace(witness, **{part: wrong}).check()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("x**3", "not convex: f″ < 0 at x = "), ("x*y", "not concave: vᵀHv > 0 at ("), ("abs(abs(x) - 1)", "not concave: f(")],
)
def test_witnesses_in_words(text, shown):
    assert shown in sg.convexity(text).witness.text()

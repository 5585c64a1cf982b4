"""Minors: the replay compares the normal form with the formula's own second derivatives, so a wrong one is caught."""

from __future__ import annotations

import dataclasses
import itertools
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.curvature.proof import Premises
from symgd.curvature.second_derivatives import minors
from symgd.curvature.second_derivatives.hessian import lower_triangle
from symgd.curvature.second_derivatives.minors import Matrix
from symgd.graph.node import constant
from tests.curvature.regions import matrix_of


@pytest.mark.parametrize("text", ["x**4 + y**4 + x*y", "log(exp(x) + exp(y) + 1)", "sqrt(1 + x**2 + y**2)*exp(x)"])
def test_a_wrong_minor_does_not_replay(text):
    matrix = matrix_of(text)
    right = matrix.minor((0, 1))
    assert matrix.is_minor((0, 1), right)
    wrong = matrix.signs.region.elementary.add(right, matrix.signs.region.elementary.number("1/1000000"))
    assert not matrix.is_minor((0, 1), wrong)


def test_leading_minors_do_not_suffice_for_semidefinite():
    matrix = matrix_of("x*y - y**2 + 0*x**2")  # the first minor is 0, the matrix is indefinite
    assert matrix.semidefinite(1) is None
    assert matrix.semidefinite(-1) is None


def test_definite_semidefinite_and_singular():
    touching, steps = matrix_of("x**2 + x*y + y**2").semidefinite(1)
    assert touching == []
    assert len(steps) == 2
    assert matrix_of("(x - y)**2").semidefinite(1)[0] is None
    assert len(matrix_of("x**4 + y**2").semidefinite(1)[0]) >= 1
    assert matrix_of("-x**2 - y**2").semidefinite(-1)[0] == []


def matrix_of_numbers(rows):
    """The matrix of a quadratic form, with numbers as entries."""
    matrix = matrix_of("x**2 + y**2 + z**2 + w**2")
    algebra = matrix.signs.region.elementary
    places = lower_triangle(len(rows))
    entries = {(i, j): algebra.number(rows[i][j]) for i, j in places}
    return Matrix(matrix.signs, entries, {(i, j): constant(rows[i][j]) for i, j in places})


def eigenvalue_signs(rows):
    """The signs of the eigenvalues, counted exactly by SymPy."""
    matrix = sp.Matrix(rows)
    polynomial = sp.Poly(matrix.charpoly().as_expr())
    positive = sum(1 for root in polynomial.real_roots() if root > 0)
    zero = next(k for k, one in enumerate(reversed(polynomial.all_coeffs())) if one)
    return positive, zero, len(rows) - positive - zero


def decides_rightly(rows):
    positive, zero, negative = eigenvalue_signs(rows)
    matrix = matrix_of_numbers(rows)
    for sign, others in ((1, negative), (-1, positive)):
        shown = matrix.semidefinite(sign)
        assert (shown is not None) == (others == 0)
        if shown is not None:
            assert shown[0] == (None if zero else [])
            assert all(step.check() for step in shown[1])


@pytest.mark.parametrize("rows", [[[2]], [[0]], [[-3]], [[Fraction(1, 10**20)]], [[Fraction(-1, 10**20)]]])
def test_a_matrix_of_one_entry_has_its_sign(rows):
    decides_rightly(rows)


@pytest.mark.parametrize("corner", [-1, 0, 1, 2])
def test_all_small_matrices_of_two_rows_are_decided(corner):
    for low, other in itertools.product([-2, -1, 0, 1, 2, Fraction(1, 2)], [-1, 0, 1, 2]):
        decides_rightly([[corner, low], [low, other]])


ENTRY = st.sampled_from([-2, -1, 0, 1, 2])


@settings(max_examples=40, deadline=None)
@given(st.lists(ENTRY, min_size=6, max_size=6), st.sampled_from(["as they are", "squared", "minus the square"]))
def test_matrices_of_three_rows_are_decided(entries, which):
    a, b, c, d, e, f = entries
    rows = sp.Matrix([[a, b, c], [b, d, e], [c, e, f]])
    rows = {"as they are": rows, "squared": rows.T * rows, "minus the square": -rows.T * rows}[which]
    decides_rightly([[Fraction(int(one)) for one in rows.row(i)] for i in range(3)])


SIGNS_OF_MINORS = [  # rows, the minor's sign, whether it may be 0; of which sign the matrix may be, and be definite
    ((0,), 1, False, {1}, {1}),
    ((0,), 1, True, {1}, set()),
    ((0,), 0, False, {1, -1}, set()),
    ((0,), -1, False, {-1}, {-1}),
    ((0,), -1, True, {-1}, set()),
    ((0, 1), 1, False, {1, -1}, {1, -1}),
    ((0, 2), 1, True, {1, -1}, set()),
    ((0, 1), 0, False, {1, -1}, set()),
    ((0, 1), -1, False, set(), set()),
    ((0, 1, 2), 1, False, {1}, {1}),
    ((0, 1, 2), -1, False, {-1}, {-1}),
    ((0, 1, 2), -1, True, {-1}, set()),
]


@pytest.mark.parametrize(("rows", "sign", "may_be_0", "semidefinite", "definite"), SIGNS_OF_MINORS)
def test_minors_of_odd_size_have_the_sign_of_the_matrix_and_of_even_size_none_below_0(
    rows, sign, may_be_0, semidefinite, definite
):
    minor = minors.MinorSign(None, rows, sign, ("a factor",) if may_be_0 else ())
    assert {way for way in (1, -1) if minors._suits(minor, way, strictly=False)} == semidefinite
    assert {way for way in (1, -1) if minors._suits(minor, way, strictly=True)} == definite


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_terms_of_a_determinant_are_those_of_sympy(size):
    symbols = sp.Matrix(size, size, lambda i, j: sp.Symbol(f"a{i}{j}"))
    terms = [sign * sp.prod(symbols[i, j] for i, j in places) for sign, places in minors._leibniz(range(size))]
    assert sp.expand(sum(terms) - symbols.det()) == 0
    assert [places[0][0] for _, places in minors._leibniz((3, 5))] == [3, 3]


STATED = ["x**2 + x*y + y**2", "(x - y)**2", "x**4 + y**2", "exp(x) + exp(y)", "(x - y)**4 + z**2"]


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("text", STATED)
def test_a_matrix_is_semidefinite_by_premises_only_where_none_is_missing_or_turned(text, way):
    matrix = matrix_of(text if way > 0 else f"-({text})")
    touching, steps = matrix.semidefinite(way)
    stated = [step.statement for step in steps]
    assert matrix.definiteness_stated(Premises(stated), way) == (touching,)
    assert matrix.definiteness_stated(Premises(stated), -way) is None
    assert matrix.definiteness_stated(Premises([]), way) is None
    other = matrix_of(text if way > 0 else f"-({text})")
    assert other.definiteness_stated(Premises(stated), way) is None  # the premises are about another matrix
    for k, minor in enumerate(stated):
        rest = stated[:k] + stated[k + 1 :]
        assert matrix.definiteness_stated(Premises(rest), way) is None
        if minor.sign:
            turned = dataclasses.replace(minor, sign=-minor.sign)
            assert matrix.definiteness_stated(Premises([*rest, turned]), way) is None


PARAMETERS = [  # facts of a parameter
    {}, {"positive": True}, {"nonnegative": True}, {"upper": -1}, {"lower": 7, "upper": 8}, {"lower": 100}, {"upper": -100},
    {"lower": Fraction(1, 100), "upper": Fraction(1, 50)}, {"lower": -1, "upper": 1},
]  # fmt: skip


@pytest.mark.parametrize("facts", PARAMETERS)
def test_parameters_have_numbers_that_their_facts_allow(facts):
    node = sg.scalar("a", **facts)
    numbers = [minors._inside(node, turn) for turn in range(9)]
    low, high = facts.get("lower", -1000), facts.get("upper", 1000)
    for number in numbers:
        assert low <= number <= high
        assert number > 0 if "positive" in facts else number >= 0 if "nonnegative" in facts else True
    if not facts:
        assert min(numbers) < 0 < max(numbers)

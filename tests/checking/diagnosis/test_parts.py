"""Terms that are wrong in a claim, and single edits of the derivative, are named."""

from __future__ import annotations

import pytest

from symgd.checking.diagnosis.parts import one_term, several_terms, single_edit
from tests.checking.diagnosis.planted import planted

ONE_TERM = [
    ("s + t", "s - t", "sign of term 2, t"),
    ("s + t", "-s + t", "sign of term 1, s"),
    ("s + t", "s", "term 2 is missing, t"),
    ("s + t", "t", "term 1 is missing, s"),
    ("s + t", "2*s + t", "factor 2 too many in term 1, s"),
    ("s + t", "s + t/3", "missing factor 3 in term 2, t"),
    ("A @ x + A.T @ x", "A @ x", "term 2 is missing, A.T @ x"),
    ("A @ x + A.T @ x", "A @ x - A.T @ x", "sign of term 2, A.T @ x"),
    ("x + s*v", "x + s*v/2", "missing factor 2 in term 2, s*v"),
    ("sum(x + v)", "sum(x)", "term 2 is missing, sum(v)"),
    ("2*(s - t)", "2*s", "term 2 is missing, -2*t"),
]


@pytest.mark.parametrize(("right", "claim", "words"), ONE_TERM)
def test_one_term_is_wrong(right, claim, words):
    assert one_term(planted(right, claim)) == words


NO_TERM = [
    ("s + t", "s + t"),
    ("s + t", "-s - t"),
    ("s", "2*s"),
    ("2*x + sin(x)", "2*x + cos(x)"),
    ("s + t + r", "s - t - r"),
    ("s + t", "s + t + 1"),
]


@pytest.mark.parametrize(("right", "claim"), NO_TERM)
def test_what_no_single_term_explains_is_none(right, claim):
    assert one_term(planted(right, claim)) is None


SEVERAL = [
    ("x + sin(x)", "2*x + 3*sin(x)", "factor 2 too many in term 1, x; factor 3 too many in term 2, sin(x)"),
    ("x + sin(x) + v", "x - sin(x)", "sign of term 2, sin(x); term 3 is missing, v"),
    ("s + t", "2*s + 3*t", "factor 2 too many in term 1, s; factor 3 too many in term 2, t"),
    ("x + v", "-x + v/2", "sign of term 1, x; missing factor 2 in term 2, v"),
    ("x + v", "x - v", "sign of term 2, v"),
    ("x + v", "x + 1.000001*v", "factor 1.000001 too many in term 2, v"),
]


@pytest.mark.parametrize(("right", "claim", "words"), SEVERAL)
def test_several_terms_are_wrong(right, claim, words):
    assert several_terms(planted(right, claim)) == words


NOT_SEVERAL = [("x + sin(x)", "x + sin(x)"), ("x + sin(x)", "cos(x)"), ("x", "2*x"), ("x + v", "x + v + 1"), ("x + x*1", "3*x")]


@pytest.mark.parametrize(("right", "claim"), NOT_SEVERAL)
def test_what_terms_do_not_explain_is_none(right, claim):
    assert several_terms(planted(right, claim)) is None


def test_fewer_numbers_than_terms_tell_nothing():
    one = [{"m": 1, "n": 1}]
    assert several_terms(planted("s + t + r", "2*s + 3*t + 4*r", sizes=one)) is None
    assert several_terms(planted("s + t", "2*s + 3*t", sizes=one * 3)) == SEVERAL[2][2]


EDITS = [
    ("sin(x)", "cos(x)", "the derivative of sin instead of sin, at sin(x)"),
    ("tanh(x)", "1 - tanh(x)**2", "the derivative of tanh instead of tanh, at tanh(x)"),
    ("cos(x)", "sin(x)", "the derivative of cos instead of cos, at -cos(x)"),
    ("exp(2*x)", "exp(3*x)", "3 instead of 2"),
    ("x**3", "x**2", "the exponent of x**3 is too small by 1"),
    ("x**3", "x**4", "the exponent of x**3 is too large by 1"),
    ("x**3", "x", "x instead of x**3"),
    ("2*x*exp(-x**2)", "2*x*exp(-x)", "the exponent of x**2 is too small by 1"),
    ("A @ x", "A.T @ x", "transposed: A in A @ x"),
    ("A @ B @ x", "A @ B.T @ x", "transposed: B in A @ B"),
    ("where(x > 0, x, 2*x)", "where(x > 0, 2*x, x)", "wrong branch: the branches of where(x > 0, x, 2*x) are exchanged"),
    ("where(x > 0, x, 2*x)", "2*x", "wrong branch: 2*x everywhere"),
    ("where(x > 0, x, 2*x)", "x", "wrong branch: x everywhere"),
    ("x*exp(x)", "exp(x)", "missing factor x in x * exp(x)"),
    ("x*exp(v)", "x*v", "exp is missing: v instead of exp(v)"),
    ("x + exp(v)", "x - exp(v)", "sign of term 2, exp(v), in x + exp(v)"),
    ("x*sin(v)", "x*sin(v)**2", "sin(v) stands squared"),
    ("x + v", "x", "term 2, v, is missing in x + v"),
    ("sin(x + v)", "sin(x - v)", "sign of term 2, v, in x + v"),
    ("sqrt(x**2 + 1)", "x**2 + 1", "x**2 + 1 instead of sqrt(x**2 + 1)"),
    ("sin(x)*v", "sin(x)*concatenate([v[1:], v[:1]])", "the index of v is off by one"),
    ("sin(2*v*x)", "sin(v*x)", "missing factor 2"),
]


@pytest.mark.parametrize(("right", "claim", "words"), EDITS)
def test_a_single_edit_is_found(right, claim, words):
    assert words in single_edit(planted(right, claim))


@pytest.mark.parametrize(
    ("right", "claim"), [("x", "17 + cos(v)**3"), ("x*v", "x*v + 1/7*v**2"), ("sin(x)", "sin(x) + cos(v)")]
)
def test_what_no_edit_explains_is_none(right, claim):
    assert single_edit(planted(right, claim)) is None


@pytest.mark.parametrize("way", [one_term, several_terms, single_edit])
def test_nothing_is_said_where_the_derivative_is_not_known(way):
    mismatch = planted("x + v", "x - v")
    mismatch.spellings.clear()
    assert way(mismatch) is None


def test_an_edit_has_to_fit_at_every_point():
    mismatch = planted("sin(x)", "cos(x)")
    mismatch.got[1] = mismatch.got[1] + 1e-3
    assert single_edit(mismatch) is None

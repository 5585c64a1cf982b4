"""Minors: the replay compares the normal form with the formula's own second derivatives, so a wrong one is caught."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.domain import read_domain
from symgd.curvature.second_derivatives.hessian import Hessian, lower_triangle
from symgd.curvature.second_derivatives.minors import Matrix
from symgd.curvature.second_derivatives.smooth import signs_on
from symgd.graph.inference import Facts


def _matrix(text, **bounds):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    domain = read_domain(formula, variables, {}, [])
    facts = Facts(domain.interior())
    hessian = Hessian(formula, variables, facts)
    field = Elementary(variables, facts)
    flat = field.of_all(hessian.entries)
    places = lower_triangle(len(variables))
    signs = signs_on(field, domain)
    return Matrix(signs, dict(zip(places, flat, strict=True)), dict(zip(places, hessian.entries, strict=True)))


@pytest.mark.parametrize("text", ["x**4 + y**4 + x*y", "log(exp(x) + exp(y) + 1)", "sqrt(1 + x**2 + y**2)*exp(x)"])
def test_a_wrong_minor_does_not_replay(text):
    matrix = _matrix(text)
    right = matrix.minor((0, 1))
    assert matrix.is_minor((0, 1), right)
    wrong = matrix.signs.region.elementary.add(right, matrix.signs.region.elementary.number("1/1000000"))
    assert not matrix.is_minor((0, 1), wrong)


def test_leading_minors_do_not_suffice_for_semidefinite():
    matrix = _matrix("x*y - y**2 + 0*x**2")  # the first minor is 0, the matrix is indefinite
    assert matrix.semidefinite(1) is None
    assert matrix.semidefinite(-1) is None


def test_definite_semidefinite_and_singular():
    touching, steps = _matrix("x**2 + x*y + y**2").semidefinite(1)
    assert touching == []
    assert len(steps) == 2
    assert _matrix("(x - y)**2").semidefinite(1)[0] is None
    assert len(_matrix("x**4 + y**2").semidefinite(1)[0]) >= 1
    assert _matrix("-x**2 - y**2").semidefinite(-1)[0] == []

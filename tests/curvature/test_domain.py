"""Bounds, constraints and what the formula needs make one domain."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.errors import DomainError, SymgdError
from symgd.graph.assumptions import Interval

DOMAINS = [  # text, bounds, constraints, the domain in words
    ("x", {}, [], ""),
    ("x", {"x": Interval(0, 1)}, [], "x in [0, 1]"),
    ("log(x)", {}, [], "x in (0, inf)"),
    ("sqrt(x) + log(1 - x)", {}, [], "x in [0, 1)"),
    ("1/x", {"x": Interval(0)}, [], "x in (0, inf)"),
    ("x*y", {}, ["x - y > 0"], "x - y > 0"),
    ("x", {}, ["x - 2 > 0"], "x in (2, inf)"),
]


@pytest.mark.parametrize(("text", "bounds", "constraints", "words"), DOMAINS)
def test_domains_in_words_and_their_samples(text, bounds, constraints, words):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    domain = read_domain(formula, variables, bounds, [sg.formula(one) for one in constraints])
    assert str(domain) == words
    points = domain.sample(variables, 50, 0)
    assert len(points)
    assert len(domain.keep(variables, points)) == len(points)
    exact = [{node: Fraction(float(x)) for node, x in zip(variables, point, strict=True)} for point in points[:5]]
    assert all(domain.contains(point) for point in exact)
    (values,) = sg.lambdify(variables, [formula])(*points.T)
    assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("text", "bounds", "constraints", "error"),
    [
        ("x", {"y": Interval(0)}, [], "has bounds and is not a variable"),
        ("x", {}, ["z > 0"], "stands in a constraint and not in the formula"),
        ("log(x)", {"x": Interval(-2, -1)}, [], "no x satisfies the bounds"),
        ("x", {"x": Interval(1, 1)}, [], "can only be 1"),
    ],
)
def test_what_makes_no_domain_is_refused(text, bounds, constraints, error):
    formula = sg.formula(text)
    with pytest.raises((SymgdError, DomainError), match=error):
        read_domain(formula, list(formula.symbols), bounds, [sg.formula(one) for one in constraints])

"""Sums of functions of entries have the curvature of one entry, whose second derivative is known by hand, for every size."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.kind import Kind

ENTROPIES = [  # formula, kind for q > 0: the second derivative of one entry is written behind
    ("sum(x*log(x/q))", Kind.STRICTLY_CONVEX),  # 1/x
    ("sum(x*log(x/q) - x + q)", Kind.STRICTLY_CONVEX),  # 1/x
    ("sum(x*log(q*x))", Kind.STRICTLY_CONVEX),  # 1/x
    ("-sum(x*log(x/q))", Kind.STRICTLY_CONCAVE),
]


@pytest.mark.parametrize("size", ["n", 1, 3, 20])
@pytest.mark.parametrize(("text", "kind"), ENTROPIES)
def test_an_input_beside_a_multiple_of_it_is_one_variable(text, kind, size):
    formula = sg.formula(text, shapes={"x": size, "q": size}, facts={"q": {"positive": True}})
    found = sg.convexity(formula, "x")
    assert found.kind is kind
    assert found.check()


@pytest.mark.parametrize("size", [1, 12, 20, 100])
def test_divergences_with_data_are_convex_for_every_size(size):
    q = np.random.default_rng(0).uniform(0.1, 1, size)
    formula = sg.formula("sum(x*log(x/q))", shapes={"x": size, "q": size})
    assert sg.convexity(formula, "x", data={"q": q}).kind is Kind.STRICTLY_CONVEX

"""Points from hypothesis lie inside the domain, and are what is declared of the inputs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import symgd as sg
from symgd.testing import points_inside

DECLARED = points_inside(
    "log(p) + sum(t) + sum(s) + trace(S) + trace(P) + q + sum(E[l])",
    shapes={"t": "k", "s": "3", "S": "n n", "P": "n n", "E": "v d", "l": "b"},
    facts={
        "t": {"one_hot": True}, "s": {"sums_to": 2}, "S": {"symmetric": True}, "P": {"psd": True},
        "q": {"lower": 2, "upper": 3},
    },
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(DECLARED)
def test_points_are_what_is_declared(point):
    assert point["p"] > 0
    assert point["t"].sum() == 1
    assert set(point["t"]) <= {0.0, 1.0}
    assert point["s"].sum() == pytest.approx(2)
    assert np.array_equal(point["S"], point["S"].T)
    assert np.linalg.eigvalsh(point["P"]).min() > 0
    assert 2 <= point["q"] <= 3
    assert point["l"].dtype.kind == "i"
    assert 0 <= point["l"].min() <= point["l"].max() < len(point["E"])


@settings(max_examples=50, deadline=None)
@given(points_inside("sqrt(x - y)", largest=10))
def test_points_lie_where_the_formula_is_defined(point):
    assert point["x"] >= point["y"]
    assert abs(point["x"]) <= 10


@settings(max_examples=10, deadline=None)
@given(points_inside("sum(x)", shapes={"x": "n"}, sizes={"n": 7}))
def test_sizes_may_be_given(point):
    assert point["x"].shape == (7,)


@pytest.mark.parametrize("options", [{"sizes": {"n": 0}}, {"sizes": {"n": "a"}}, {"largest": -1}, {"largest": "far"}])
def test_mistakes_are_named(options):
    with pytest.raises(sg.SymgdError):
        points_inside("sum(x)", shapes={"x": "n"}, **options)

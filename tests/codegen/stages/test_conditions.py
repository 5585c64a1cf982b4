"""Conditions among numbers count as 1 and 0, in code of every backend."""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest

import symgd as sg
from symgd.codegen.stages.conditions import with_counted_conditions

X = np.array([-1.5, 0.3, 2.0, 1.1])
COUNTED = {  # the same with numbers in place of conditions, for NumPy
    "exp(x > 0)": "np.exp(c)",
    "tanh(x >= 0.3)": "np.tanh(x >= 0.3, dtype=float)",
    "sum(exp(x > 0)*x)": "(np.exp(c)*x).sum()",
    "abs(x > 0) + abs(x > 1)": "c + d",
    "max(x > 0) + max(x > 1)": "c.max() + d.max()",
    "einsum('i,i->', x > 0, x > 0)": "c @ c",
    "trace(outer(x > 0, x > 1))": "np.trace(np.outer(c, d))",
    "norm2(x > 0)": "np.sqrt(c @ c)",
    "logsumexp(x > 0)": "np.log(np.exp(c).sum())",
    "sum(x > 0)": "c.sum()",
    "mean(x == 2)": "0.25",
    "cumsum(x > 0)": "c.cumsum()",
    "(x > 0)[1]*x": "x",
    "concatenate([x > 0, x])": "np.concatenate([c, x])",
    "where(x > 0, x > 1, x > -2)": "np.where(x > 0, d, 1)",
    "exp(where(x > 0, x > 1, x > 2))": "np.exp(np.where(x > 0, d, 0))",
}


def expected(text):
    return eval(COUNTED[text], {"np": np, "x": X, "c": (X > 0).astype(float), "d": (X > 1).astype(float)})


@pytest.mark.parametrize("text", COUNTED)
@pytest.mark.parametrize("backend", ["numpy", "array_api"])
def test_a_condition_among_numbers_is_1_or_0(text, backend):
    code = sg.lambdify(["x"], sg.formula(text, shapes={"x": "n"}), backend=backend)
    found = code(X if backend == "numpy" else array_api_strict.asarray(X))
    np.testing.assert_allclose(np.asarray(found), expected(text), rtol=1e-14)


@pytest.mark.parametrize("text", ["x > 0", "where(x > 0, x, -x)", "exp(x)"])
def test_a_condition_that_chooses_stays_one(text):
    formula = sg.formula(text)
    (changed,) = with_counted_conditions([formula])
    assert changed is formula


def test_a_condition_keeps_all_digits_of_what_is_minimized():
    assert sg.minimize("(w - exp(x > 0))**2", "w", data={"x": 1.0}).x == pytest.approx(np.e, rel=1e-9)

"""Functions are recognised in contractions: weighted means by exponentials are those by softmax."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg

mp = mpmath.mp
SHAPES = {"c": "n", "x": "n", "A": "m n", "k": ""}
MEANS = [
    "sum(c*exp(x))/sum(exp(x))",
    "c @ exp(x)/sum(exp(x))",
    "5*k*sum(exp(x)*c)/sum(exp(x))",
    "sum(c**2*exp(x))/sum(exp(x))",
    "sum((A @ exp(x))/sum(exp(x)))",
]


@pytest.mark.parametrize("text", MEANS)
@pytest.mark.parametrize("shift", [0.0, 1000.0, -1000.0])
def test_weighted_means_do_not_overflow(text, shift):
    loss = sg.formula(text, shapes={name: shape for name, shape in SHAPES.items() if name in text.replace("exp", "")})
    x = np.array([0.5, -1.0, 3.0])
    values = {"c": np.array([2.0, -3.0, 0.25]), "x": x + shift, "A": np.arange(6.0).reshape(2, 3), "k": 0.5}
    value, slope = sg.lambdify([one.name for one in loss.symbols], [loss, sg.gradient(loss, "x")])(
        *(values[one.name] for one in loss.symbols)
    )
    weights = {"c**2": values["c"] ** 2, "A": values["A"].sum(0)}
    c = next((one for name, one in weights.items() if name in text), values["c"]) * (2.5 if "k" in text else 1)
    with mpmath.workdps(60):
        powers = [mp.exp(mp.mpf(one)) for one in x]
        shares = [one / mp.fsum(powers) for one in powers]
        mean = mp.fsum(mp.mpf(a) * b for a, b in zip(c, shares, strict=True))
        slopes = [float(share * (mp.mpf(one) - mean)) for share, one in zip(shares, c, strict=True)]
    assert value == pytest.approx(float(mean), rel=1e-14, abs=0)
    assert slope == pytest.approx(slopes, rel=1e-13, abs=0)


def test_other_quotients_stay():
    loss = sg.formula("sum(c*exp(x))/sum(exp(x))**2 + sum(c*exp(x))/sum(exp(c))", shapes={"c": "n", "x": "n"})
    assert "softmax" not in sg.lambdify(["c", "x"], loss).source

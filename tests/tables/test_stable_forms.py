"""Formulas as people write them, at points where the naive code cancels, overflows or underflows: value and gradient keep 14 digits.

The truth is the formula itself in 400 digits and more; no warning, no NaN where the truth is finite.
"""

from __future__ import annotations

import pytest

import symgd as sg

TAILS = [-1000, -700, -40, -1, -1e-09, 1e-300, 1e-12, 1, 40, 700, 1000]
SCALES = [1e-300, 1e-12, 0.001, 1, 7, 100000.0, 1000000000000.0, 1e150]
FORMS = [
    ("log(1+exp(x))", TAILS),
    ("log(1+exp(-x))", TAILS),
    ("1/(1+exp(-x))", TAILS),
    ("exp(x)/(1+exp(x))", TAILS),
    ("1/(1+exp(x))", TAILS),
    ("-log(1/(1+exp(-x)))", TAILS),
    ("log(1-1/(1+exp(-x)))", TAILS),
    ("1-1/(1+exp(-x))", TAILS),
    ("log(exp(x)+exp(-x))", TAILS),
    ("log(cosh(x))", TAILS),
    ("sinh(x)/cosh(x)", TAILS),
    ("(exp(x)-exp(-x))/(exp(x)+exp(-x))", TAILS),
    ("tanh(x)", TAILS),
    ("1-tanh(x)**2", TAILS),
    ("1/cosh(x)**2", TAILS),
    ("1/cosh(x)", TAILS),
    ("log(exp(x)+exp(2*x))", TAILS),
    ("logsumexp([x, 2*x, 3])", TAILS),
    ("exp(x)-1", [-700, -1, -1e-09, 1e-300, 1e-12, 1, 700]),
    ("1-exp(-x)", [1e-300, 1e-12, 1, 700]),
    ("log(exp(x)-1)", [1e-12, 1, 40, 700]),
    ("log(1+x)", [-0.5, -1e-12, 1e-300, 1e-09, 1, 1e300]),
    ("log(1+x**2)", SCALES),
    ("x*log(x)", SCALES),
    ("1-cos(x)", [1e-12, 1e-05, 1, 3]),
    ("cos(x)-1", [1e-12, 1e-05, 1, 3]),
    ("sqrt(1-cos(x))", [1e-07, 0.001, 1, 3]),
    ("1-erf(x)", [1e-09, 1, 5, 25]),
    ("1-erfc(x)", [1e-300, 1e-09, 1, 3]),
    ("erf(x)", [1e-300, 1e-09, 1, 6]),
    ("sqrt(x+1)-sqrt(x)", [1e-300, 1e-10, 1, 100000.0, 1000000000000000.0]),
    ("sqrt(1+x**2)", SCALES),
    ("hypot(x,1)", SCALES),
    ("atan(x)", SCALES),
    ("asinh(x)", SCALES),
    ("x**3-x", [1e-300, 1e-05, 3, 1e50]),
    ("abs(x)", [-1e300, -1e-300, 1e-300]),
    ("relu(x)", [-1e300, 1e-300, 1e300]),
    ("exp(-x**2/2)", [-40, -1e-09, 1e-300, 1, 5]),
    ("x*exp(-x)", [-700, 1e-300, 1, 700]),
    ("log(sigmoid(x))", TAILS),
    ("2*sigmoid(x)-1", TAILS),
    ("silu(x)", TAILS),
    ("elu(x)", TAILS),
    ("log2(1+x)", [1e-12, 1, 1e300]),
    ("log10(x)", SCALES),
    ("x**0.5", SCALES),
    ("cbrt(x)", SCALES),
    ("norm2([x, 1])", SCALES),
    ("atan2(x, 1)", SCALES),
    ("gamma(x)", [1e-09, 0.5, 3, 100]),
    ("loggamma(x)", [1e-09, 0.5, 3, 100000.0]),
    ("atanh(x)", [1e-300, 1e-09, 0.5, 0.999]),
    ("log(x/(1-x))", [1e-300, 1e-09, 0.5, 0.999]),
    ("sigmoid(x)*(1-sigmoid(x))", TAILS),
    ("exp(x)/(1+exp(x))**2", TAILS),
    ("exp(-x)/(1+exp(-x))**2", TAILS),
    ("softplus(x)-x", TAILS),
    ("log(1-exp(-x))", [1e-300, 1e-12, 0.001, 1, 40, 700]),
    ("sqrt(1+x**2)-x", [-100000.0, -1, 1e-09, 1, 100000.0, 1000000000.0]),
    ("acosh(1+x)", [1e-300, 1e-12, 1, 100000.0]),
    ("(exp(x)-1)/x", [-700, -0.3, 1e-300, 1e-09, 0.4999, 1, 700]),
    ("sin(x)/x", [-0.4, 1e-300, 1e-05, 0.5001, 1, 30]),
    ("(1-cos(x))/x**2", [-0.4, 1e-150, 1e-05, 0.5001, 1, 3]),
    ("exp(x)*exp(-x/2)", TAILS),
    ("x/(1+x)", SCALES),
    ("where(x > 0, x*log(x), 0)", [-4, 0, 1e-300, 9]),
]
VECTORS = [
    ("norm2(v)", [[3e300, -4e300], [3e-300, 4e-300], [1.0, 0.0], [1e-200, 1.0]]),
    ("logsumexp(v)", [[1000.0, 999.0, -1000.0], [-1000.0, -1000.5, -2000.0]]),
    ("sum(log(cosh(v)))", [[1000.0, 1e-12, -3.0]]),
    ("sum(log(1 + exp(-v)))", [[1000.0, -1000.0, 1e-300]]),
    ("logsumexp(v) - v[0]", [[10.0, 9.0, -5.0]]),
    ("sum(softplus(v)) - sum(v)", [[30.0, -3.0, 0.5]]),
]


@pytest.mark.parametrize(("text", "points"), FORMS, ids=[text for text, _ in FORMS])
def test_value_and_gradient_keep_fourteen_digits(text, points):
    found = sg.accuracy(text, at={"x": points})
    assert found.digits >= 14, found.explain()
    assert not found.warnings
    assert found.entries == 2 * len(points)


@pytest.mark.parametrize(("text", "points"), VECTORS, ids=[text for text, _ in VECTORS])
def test_formulas_of_vectors_keep_fourteen_digits(text, points):
    loss = sg.formula(text, shapes={"v": "n"})
    for point in points:
        found = sg.accuracy(loss, at={"v": point})
        assert found.digits >= 14, found.explain()
        assert not found.warnings


def test_the_table_is_long_enough():
    assert len(FORMS) >= 60

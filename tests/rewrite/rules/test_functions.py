"""Functions that undo or complement each other, and what is known of signs."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import POSITIVE, rewritten

WRITTEN = [  # formula, its shorter form, the reason
    ("sqrt(x**2 + 1)**4", "(x**2 + 1)**2", "an exact factor leaves the power"),
    ("norm2(v)**2", "v @ v", "(√u)² = u where u ≥ 0"),
    ("sigmoid(x) + sigmoid(-x)", "1", "σ(−x) = 1 − σ(x), and like terms cancel"),
    ("sin(x)**2 + cos(x)**2", "1", "sin² + cos² = 1"),
    ("cosh(x)**2 - sinh(x)**2", "1", "cosh² x − sinh² x = 1"),
    ("1 - sin(x)**2", "cos(x)**2", "1 − sin² x = cos² x"),
    ("cosh(x) - sinh(x)", "exp(-x)", "cosh x − sinh x = e⁻ˣ"),
    ("log(exp(x))", "x", "the logarithm undoes the exponential"),
    ("1 - sigmoid(x)", "sigmoid(-x)", "1 − σ(x) = σ(−x), without cancellation"),
    ("log(sigmoid(x))", "-softplus(-x)", "log σ(x) = −softplus(−x), without underflow"),
    ("sinh(x)/cosh(x)", "tanh(x)", "sinh/cosh = tanh, which does not overflow"),
    ("2*sigmoid(x) - 1", "tanh(x/2)", "2·σ(x) − 1 = tanh(x/2), which keeps its digits near 0"),
    ("x*sign(x)", "abs(x)", "x·sign(x) = |x|"),
    ("abs(x)**2", "x**2", "|x|² = x²"),
    ("abs(x**2)", "x**2", "it is not negative"),
    ("relu(exp(x))", "exp(x)", "it is not negative"),
    ("sign(exp(x))", "1", "it is positive"),
    ("maximum(x, x)", "x", "both are the same"),
]
WHERE_POSITIVE = [  # the same, for x > 0
    ("exp(log(x))", "x", "the exponential undoes the logarithm"),
    ("x*sign(x)", "x", "it is positive"),
    ("abs(x)", "x", "it is not negative"),
    ("sqrt(x)**2", "x", "an exact factor leaves the power"),
]
KEPT = [  # what stays, as the other form has another domain or is no shorter
    ("exp(log(x))", "exp(log(x))"),
    ("sqrt(x)**2", "sqrt(x)**2"),
    ("sin(x)**2 + cos(y)**2", "sin(x)**2 + cos(y)**2"),
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after", "because"), WHERE_POSITIVE)
def test_a_formula_is_rewritten_where_x_is_positive(text, after, because):
    found, reasons = rewritten(text, x=POSITIVE)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after"), KEPT)
def test_a_formula_stays_as_it_is(text, after):
    assert rewritten(text)[0] == after

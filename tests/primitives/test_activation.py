"""Activation functions have the values of their papers, the documented slope at kinks, and no more facts than are true."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from mpmath import mpf

import symgd as sg
from symgd.graph.assumptions import Interval
from tests.primitives.scalar_comparison import check_known, check_slopes, evaluated, known

EVERYWHERE, ABOVE, BELOW = Interval(), Interval(0), Interval(high=0)


def leaky(x, slope):
    return x if x > 0 else slope * x


def elu(x, scale):
    return x if x > 0 else scale * mpmath.expm1(x)


def silu(x):
    return x / (1 + mpmath.exp(-x))


def gelu(x):
    return x * mpmath.ncdf(x)


# formula of x, the same in mpmath
FUNCTIONS = [
    ("leaky_relu(x)", lambda x: leaky(x, mpf(1) / 100)),
    ("leaky_relu(x, 1/5)", lambda x: leaky(x, mpf(1) / 5)),
    ("leaky_relu(x, -2)", lambda x: leaky(x, -2)),
    ("leaky_relu(-3, x)", lambda x: leaky(-3, x)),
    ("leaky_relu(3, x)", lambda x: leaky(3, x)),
    ("leaky_relu(x**2 - 4, x)", lambda x: leaky(x**2 - 4, x)),
    ("elu(x)", lambda x: elu(x, 1)),
    ("elu(x, 3)", lambda x: elu(x, 3)),
    ("elu(x, -1/2)", lambda x: elu(x, -mpf(1) / 2)),
    ("elu(-3, x)", lambda x: elu(mpf(-3), x)),
    ("elu(3, x)", lambda x: elu(mpf(3), x)),
    ("elu(sin(x), x)", lambda x: elu(mpmath.sin(x), x)),
    ("silu(x)", silu),
    ("swish(x**2/3)", lambda x: silu(x**2 / 3)),
    ("gelu(x)", gelu),
    ("gelu(-x/3)", lambda x: gelu(-x / 3)),
]  # fmt: skip
POINTS = (-8.5, -1.25, -1e-3, 1e-3, 0.75, 2.5, 9.0)


@pytest.mark.parametrize(("text", "function"), FUNCTIONS, ids=[text for text, _ in FUNCTIONS])
def test_values_and_slopes(text, function):
    for x in POINTS:
        check_slopes(text, function, x)


# formula of x, x, value
EXTREME = [
    ("leaky_relu(x)", 1e300, 1e300), ("leaky_relu(x)", -1e300, -1e298), ("leaky_relu(x)", -np.inf, -np.inf),
    ("leaky_relu(x)", np.inf, np.inf),
    ("elu(x)", -1e300, -1.0), ("elu(x)", -np.inf, -1.0), ("elu(x)", np.inf, np.inf), ("elu(x)", -1e-20, -1e-20),
    ("elu(x, 2)", -1e-300, -2e-300),
    ("elu(x)", 800.0, 800.0), ("silu(x)", 1e300, 1e300), ("silu(x)", 1e-300, 5e-301), ("silu(x)", -800.0, 0.0),
    ("silu(x)", 40.0, 40.0),
    ("silu(x)", np.inf, np.inf), ("gelu(x)", 1e300, 1e300), ("gelu(x)", np.inf, np.inf), ("gelu(x)", 1e-300, 5e-301),
    ("gelu(x)", -50.0, 0.0),
    ("gelu(x)", -30.0, -1.4720141781444561e-196),  # −30·Φ(−30)
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_far_out_and_near_zero(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("text", ["leaky_relu(x)", "elu(x)", "silu(x)", "gelu(x)"])
def test_what_is_no_number_stays_none(text):
    assert np.isnan(evaluated(text, x=np.nan))


# formula of x, slope at 0, second derivative there
AT_ZERO = [
    ("leaky_relu(x)", 0.01, 0), ("leaky_relu(x, 3)", 3, 0), ("leaky_relu(x, -3)", -3, 0), ("elu(x)", 1, 0),
    ("elu(x, 2)", 2, 0), ("elu(x, -1/2)", -0.5, 0),
    ("silu(x)", 0.5, 0.5), ("gelu(x)", 0.5, 2 / np.sqrt(2 * np.pi)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "slope", "bend"), AT_ZERO)
def test_the_slope_at_zero_is_that_from_below(text, slope, bend):
    assert evaluated(sg.gradient(text, "x"), x=0.0) == pytest.approx(slope)
    assert evaluated(sg.hessian(text, "x"), x=0.0) == pytest.approx(bend)


@pytest.mark.parametrize("text", ["leaky_relu(x, {})", "elu(x, {})"])
@pytest.mark.parametrize(("parameter", "verdict"), [(0, "KINK"), ("1/2", "KINK"), (1, "RIGHT"), (-1, "KINK")])
def test_the_checker_knows_where_a_kink_is(text, parameter, verdict):
    assert sg.check_gradient(text.format(parameter), "x", at=[{"x": 0.0}]).verdict.name == verdict


# formula of x, function, piece, what is known
KNOWN = [
    ("leaky_relu(x, 1/10)", lambda x: leaky(x, mpf("0.1")), EVERYWHERE, "ANY (-inf, inf) INCREASING UNKNOWN"),
    ("leaky_relu(x, 1/10)", lambda x: leaky(x, mpf("0.1")), BELOW, "NONPOSITIVE (-inf, 0] INCREASING UNKNOWN"),
    ("leaky_relu(x, 1/10)", lambda x: leaky(x, mpf("0.1")), Interval(0, open_low=True), "POSITIVE (0, inf) INCREASING UNKNOWN"),
    ("leaky_relu(x, 0)", lambda x: leaky(x, 0), EVERYWHERE, "ANY (-inf, inf) INCREASING UNKNOWN"),
    ("leaky_relu(x, -1/10)", lambda x: leaky(x, mpf("-0.1")), BELOW, "ANY (-inf, inf) UNKNOWN UNKNOWN"),
    ("leaky_relu(-2, x)", lambda x: leaky(-2, x), ABOVE, "ANY (-inf, inf) UNKNOWN UNKNOWN"),
    ("elu(x, 2)", lambda x: elu(x, 2), EVERYWHERE, "ANY (-inf, inf) INCREASING UNKNOWN"),
    ("elu(x, 2)", lambda x: elu(x, 2), ABOVE, "NONNEGATIVE [0, inf) INCREASING UNKNOWN"),
    ("elu(x, -1)", lambda x: elu(x, -1), BELOW, "ANY (-inf, inf) UNKNOWN UNKNOWN"),
    ("silu(x)", silu, EVERYWHERE, "ANY [-557/2000, inf) UNKNOWN UNKNOWN"),
    ("silu(x)", silu, BELOW, "NONPOSITIVE [-557/2000, 0] UNKNOWN UNKNOWN"),
    ("gelu(x)", gelu, EVERYWHERE, "ANY [-17/100, inf) UNKNOWN UNKNOWN"),
    ("gelu(x)", gelu, ABOVE, "NONNEGATIVE [0, inf) UNKNOWN UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


@pytest.mark.parametrize(("function", "low", "slack"), [(silu, -0.2785, 1e-4), (gelu, -0.17, 1e-4)])
def test_the_least_value_is_just_above_its_bound(function, low, slack):
    place = mpmath.findroot(lambda x: mpmath.diff(function, x), -1)
    assert low <= function(place) <= low + slack


def test_a_parameter_broadcasts():
    x, slopes = np.array([[-2.0, 0.0, 3.0]]), np.array([[0.1], [0.5]])
    found = evaluated("leaky_relu(x, s)", x=x, s=slopes)
    expected = [[leaky(a, s) for a in x[0]] for (s,) in slopes]
    np.testing.assert_allclose(found, expected, rtol=1e-15)
    np.testing.assert_allclose(
        evaluated("elu(x, s)", x=x, s=slopes), [[float(elu(a, s)) for a in x[0]] for (s,) in slopes], rtol=1e-14
    )


def test_gradients_of_parameters_add_over_the_entries():
    x = np.array([-2.0, -0.5, 3.0])
    leak = sg.gradient(sg.formula("sum(leaky_relu(x, s))", shapes={"x": 3}), "s")
    scale = sg.gradient(sg.formula("sum(elu(x, s))", shapes={"x": 3}), "s")
    assert evaluated(leak, x=x) == pytest.approx(-2.5)
    assert evaluated(scale, x=x) == pytest.approx(np.expm1(-2) + np.expm1(-0.5))


@pytest.mark.parametrize(
    ("text", "shown"), [("leaky_relu(x)", "leaky_relu(x, 1/100)"), ("elu(x)", "elu(x, 1)"), ("swish(x)", "silu(x)")]
)
def test_defaults_and_aliases(text, shown):
    assert str(sg.formula(text)) == shown


@pytest.mark.parametrize(("name", "count"), [("silu", 0), ("silu", 2), ("gelu", 0), ("gelu", 2)])
def test_the_number_of_arguments_is_checked(name, count):
    with pytest.raises(sg.SymgdError, match=name):
        sg.formula(f"{name}({', '.join('xy'[:count])})")

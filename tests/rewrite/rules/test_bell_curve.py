"""The tail of the bell curve does not underflow in code: beside 250 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg
from tests.rewrite.rules.tables import rewritten

LOGARITHM = "log erfc x = log erfcx x − x², which does not underflow in the tail"
PRODUCT = "e^(x²)·erfc x is erfcx x, which does not underflow in the tail"
LOGARITHMS = [
    ("log(erfc(x))", "where(x > 0, log(erfcx(x)) - x**2, log(erfc(x)))"),
    ("log(3*erfc(x))", "where(x > 0, log(3*erfcx(x)) - x**2, log(3*erfc(x)))"),
    ("log(erfc(x)/2)", "where(x > 0, log(erfcx(x)/2) - x**2, log1p(-erfc(-x)/2))"),
    ("log(erfc(u))", "where(u > 0, log(erfcx(u)) - u**2, log(erfc(u)))"),
]
DISTRIBUTION = "e^(−x²/2)/Φ(x) is 2/erfcx(−x/√2), which keeps its digits where both underflow"
SLOPE = "(a·erfcx x + b)/erfcx²x is a/erfcx x + b/erfcx²x, in which nothing overflows below 0"
DISTRIBUTIONS = [
    ("exp(-x**2/2)/ndtr(x)", "where(x < 0, 2/erfcx(-minimum(x, 0)/sqrt(2)), exp(-relu(x)**2/2)/ndtr(relu(x)))"),
    ("exp(-x**2)/ndtr(x)**2", "where(x < 0, 4/erfcx(-minimum(x, 0)/sqrt(2))**2, exp(-relu(x)**2)/ndtr(relu(x))**2)"),
]
SLOPES = ["(2*x*erfcx(x) - 1)/erfcx(x)**2", "y*(erfcx(x) + 1)/erfcx(x)**3"]
PRODUCTS = [
    ("exp(x**2)*erfc(x)", "erfcx(x)"),
    ("exp(-x**2)/erfc(x)", "1/erfcx(x)"),
    ("y*exp(2*x**2)*erfc(x)**2", "y*erfcx(x)**2"),
    ("exp(4*x**2)*erfc(2*x)", "erfcx(2*x)"),
    ("exp(x**2/2)*erfc(x/sqrt(2))", "erfcx(x/sqrt(2))"),
    ("exp((x - y)**2)*erfc(x - y)", "erfcx(x - y)"),
    ("exp(u**2)*erfc(u)", "erfcx(u)"),
]
KEPT = [
    "log(-erfc(x))",  # it has no value
    "log(y*erfc(x))",
    "log(1 + erfc(x))",
    "exp(x**2)*erfc(y)",
    "exp(-x**2)*erfc(x)",
    "exp(2*x**2)*erfc(x)",
    "exp(x)*erfc(x)",
    "exp(x**2)*erf(x)",
    "exp(-x**2/2)*ndtr(x)",
    "exp(-x**2)/ndtr(x)",
    "(2*x*erfcx(x) - 1)/erfcx(x)",
    "(2*x*erfcx(x) - 1)/erfcx(y)**2",
]


@pytest.mark.parametrize(("text", "after"), LOGARITHMS)
def test_the_logarithm_of_a_tail_is_taken_of_what_does_not_underflow(text, after):
    found, reasons = rewritten(text, "code")
    assert (found, LOGARITHM in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after"), PRODUCTS)
def test_a_tail_beside_its_bell_curve_is_one_function(text, after):
    found, reasons = rewritten(text, "code")
    assert (found, PRODUCT in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after"), DISTRIBUTIONS)
def test_the_normal_distribution_below_its_density_does_not_underflow(text, after):
    found, reasons = rewritten(text, "code")
    assert (found, DISTRIBUTION in reasons) == (after, True)


@pytest.mark.parametrize("text", SLOPES)
def test_a_slope_over_a_power_is_split_where_it_overflows(text):
    found, reasons = rewritten(text, "code")
    assert found.startswith("where(x < 0, ") and SLOPE in reasons


@pytest.mark.parametrize("text", KEPT)
def test_other_formulas_stay_as_they_are(text):
    assert not {LOGARITHM, PRODUCT, DISTRIBUTION, SLOPE} & set(rewritten(text, "code")[1])


@pytest.mark.parametrize("text", [text for text, _ in LOGARITHMS + PRODUCTS + DISTRIBUTIONS] + SLOPES)
def test_people_read_what_they_wrote(text):
    assert not {LOGARITHM, PRODUCT, DISTRIBUTION, SLOPE} & set(rewritten(text)[1])


mp = mpmath.mp


def _slope_of_erfcx(x):
    return 2 * x * mp.exp(x**2) * mp.erfc(x) - 2 / mp.sqrt(mp.pi)


VALUES = [
    ("log(erfc(x))", lambda x: mp.log(mp.erfc(x))),
    ("log(erfc(x)/2)", lambda x: mp.log(mp.erfc(x) / 2)),
    ("log(3*erfc(x))", lambda x: mp.log(3 * mp.erfc(x))),
    ("log(erfc(-x/sqrt(2))/2)", lambda x: mp.log(mp.ncdf(x))),  # of the normal distribution
    ("exp(x**2)*erfc(x)", lambda x: mp.exp(x**2) * mp.erfc(x)),
    ("exp(-x**2)/erfc(x)", lambda x: mp.exp(-(x**2)) / mp.erfc(x)),
    ("exp(-x**2/2)/ndtr(x)", lambda x: mp.exp(-(x**2) / 2) / mp.ncdf(x)),
    ("(2*x*erfcx(x) - 2/sqrt(pi))/erfcx(x)**2", lambda x: _slope_of_erfcx(x) / (mp.exp(x**2) * mp.erfc(x)) ** 2),
    ("exp(-x**2/2)/erfc(-x/sqrt(2))", lambda x: mp.exp(-(x**2) / 2) / mp.erfc(-x / mp.sqrt(2))),
]
PLACES = [-20.0, -6.5, -1.0, -1e-3, 0.0, 1e-9, 0.3, 1.0, 2.5, 8.0, 26.0, 27.5, 100.0, 1e4]


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_code_keeps_its_digits_in_both_tails(text, value):
    with mpmath.workdps(250):  # log(1 − 1e-176)
        expected = [float(value(mp.mpf(x))) for x in PLACES]
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        found = sg.lambdify(["x"], sg.formula(text))(np.array(PLACES))
    np.testing.assert_allclose(found, expected, rtol=1e-12)

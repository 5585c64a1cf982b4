"""Sums, products and powers: what is computed when they are built, how they are written, slopes, facts, and refusals."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from symgd.graph.node import constant
from symgd.primitives.arithmetic import is_divisor, split_product
from tests.primitives.scalar_comparison import check_known, check_slopes, evaluated, known, refusal

X, Y = sg.scalar("x"), sg.scalar("y")

# text, what it becomes when it is built
FORMS = [
    ("x + x", "x + x"), ("x + 0", "x"), ("0 + 0", "0"), ("1/3 + 1/6 + x", "1/2 + x"), ("add(1, x, 2)", "x + 3"),
    ("x - x", "x - x"), ("x*1", "x"),
    ("x*0", "0*x"), ("2*3*x", "6*x"), ("x*2*3", "6*x"), ("2*(3*x)", "6*x"), ("x*0.5*2", "x"), ("x/2", "x/2"),
    ("2/x/3", "2/(3*x)"), ("x**1", "x"),
    ("x**0", "1"), ("(x**2)**3", "x**6"), ("(x**2)**-1", "1/x**2"), ("(x**-1)**2", "(1/x)**2"),
    ("(x**3)**(1/3)", "(x**3)**(1/3)"), ("4**(1/2)", "2"),
    ("8**(1/3)", "2"), ("2**(1/2)", "sqrt(2)"), ("(1/4)**(3/2)", "1/8"), ("(27/8)**(-2/3)", "4/9"), ("0**0", "1"),
    ("0**2", "0"), ("0**(1/2)", "0"),
    ("(-2)**3", "-8"), ("(-2)**-3", "-1/8"), ("(2*x)**-1", "1/(2*x)"), ("(x*y/3)**-1", "3/(x*y)"), ("x**0.5", "sqrt(x)"),
    ("-(-x)", "x"),
    ("-2*x*y", "-2*x*y"), ("1 - x", "1 - x"), ("x + (-2)*y", "x - 2*y"), ("a/b/c", "a/(b*c)"), ("x*y*x", "x*y*x"),
    ("(x + y)*2", "2*(x + y)"),
    ("-(x + y)", "-(x + y)"), ("x**(-1/2)", "1/sqrt(x)"), ("-x**2", "-x**2"), ("(-x)**2", "(-x)**2"), ("x/y*z", "x*z/y"),
    ("x - (y - z)", "x - (y - z)"),
    ("x**y**z", "x**(y**z)"), ("(x**y)**z", "(x**y)**z"), ("(x*y)**2", "(x*y)**2"), ("0.1 + 0.2", "3/10"),
    ("x*(-1/2)", "-x/2"), ("3*x/4", "3*x/4"),
    ("x**(2/3)", "x**(2/3)"), ("x**-3*y", "y/x**3"), ("multiply(x, y)", "x*y"), ("power(x, 3)", "x**3"),
    ("float_power(x, 2)", "x**2"), ("add(x, y, 1)", "x + y + 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_what_is_computed_and_how_it_is_written(text, shown):
    assert str(sg.formula(text)) == str(sg.formula(shown)) == shown


def test_zeroth_powers_keep_the_shape():
    assert str(sg.formula("v**0", shapes={"v": "n"})) == "ones(n)"
    assert sg.formula("0*v", shapes={"v": "n"}).shape == sg.formula("v", shapes={"v": "n"}).shape


@settings(max_examples=40)
@given(st.fractions(-9, 9, max_denominator=12), st.fractions(-9, 9, max_denominator=12), st.integers(-6, 6))
def test_arithmetic_of_constants_is_exact(a, b, n):
    one, other = constant(a), constant(b)
    assert (one + other).value == a + b
    assert (one * other).value == a * b
    assert (one - other).value == a - b
    if a or n >= 0:
        assert (one**n).value == a**n
    if b:
        assert (one / other).value == a / b


# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("x + 2 - 3*x", lambda x: 2 - 2 * x, (-1.5, 0.0)), ("x*x*x*2*x", lambda x: 2 * x**4, (-1.5, 0.0, 2.0)),
    ("x**7", lambda x: x**7, (-1.5, 0.0, 2.0)),
    ("x**-3", lambda x: x**-3, (-1.5, 2.0)), ("x**(3/2)", lambda x: x ** mpmath.mpf("1.5"), (0.25, 9.0)),
    ("x**(-1/3)", lambda x: 1 / mpmath.cbrt(x), (0.125, 8.0)),
    ("2**x", lambda x: mpmath.mpf(2) ** x, (-3.5, 0.0, 10.0)), ("(1/3)**x", lambda x: mpmath.mpf(3) ** -x, (-3.5, 2.0)),
    ("x**x", lambda x: x**x, (0.25, 3.0)),
    ("(x**2 + 1)**(x/2)", lambda x: (x**2 + 1) ** (x / 2), (-2.0, 0.0, 1.5)),
    ("(x - 1)*(x - 2)*(x - 3)*(x - 4)", lambda x: (x - 1) * (x - 2) * (x - 3) * (x - 4), (0.0, 2.0, 2.5)),
    ("1/(1 + x**2)", lambda x: 1 / (1 + x**2), (-2.0, 0.0, 3.0)),
    ("x/(x - 1)/(x + 1)", lambda x: x / (x**2 - 1), (-2.0, 0.0, 3.0)), ("sqrt(x)", mpmath.sqrt, (0.25, 1e6)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x, accuracy=1e-11)


# formula of x, x, value
EXTREME = [
    ("x**2", 1e200, np.inf), ("x**2", -np.inf, np.inf), ("x**3", -np.inf, -np.inf), ("1/x", 0.0, np.inf),
    ("1/x", np.inf, 0.0), ("1/x", 1e-320, np.inf),
    ("x**-2", 0.0, np.inf), ("x**(1/2)", -1.0, np.nan), ("x**(1/2)", 0.0, 0.0), ("x**(-1/2)", 0.0, np.inf),
    ("2**x", -2000.0, 0.0),
    ("2**x", 2000.0, np.inf), ("x**0", np.nan, 1.0), ("x + 1", 1e300, 1e300), ("x**(2/3)", -8.0, np.nan),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_far_out_and_at_poles(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-15, abs=0, nan_ok=True)


# x, n, derivative of xⁿ in n: it is xⁿ·log x
EXPONENTS = [(2.0, 3.0, 8 * np.log(2)), (1.0, 5.0, 0.0), (0.5, -2.0, 4 * np.log(0.5)), (np.e, 1.0, np.e)]


@pytest.mark.parametrize(("x", "n", "slope"), EXPONENTS)
def test_the_derivative_in_the_exponent(x, n, slope):
    assert float(evaluated(sg.gradient("x**n", "n"), x=x, n=n)) == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("zeros", [(), (0,), (1,), (0, 1)])
def test_the_gradient_of_a_product_needs_no_division(count, zeros):
    names = "abcdu"[:count]
    values = {name: 0.0 if k in zeros else k + 2.0 for k, name in enumerate(names)}
    slopes = sg.gradient("*".join(names), list(names))
    expected = [np.prod([value for other, value in values.items() if other != name]) for name in names]
    assert [float(evaluated(slope, **values)) for slope in slopes] == pytest.approx(expected)


# formula of x, function, piece, what is known
KNOWN = [
    ("x + 1", lambda x: x + 1, Interval(0), "POSITIVE [1, inf) INCREASING AFFINE"),
    ("x + (-1)", lambda x: x - 1, Interval(-2, 3), "ANY [-3, 2] INCREASING AFFINE"),
    ("-2*x", lambda x: -2 * x, Interval(-1, 3), "ANY [-6, 2] UNKNOWN UNKNOWN"),
    ("3*x", lambda x: 3 * x, Interval(0, open_low=True), "POSITIVE (0, inf) UNKNOWN UNKNOWN"),
    ("x*x", lambda x: x * x, Interval(-1, 3), "NONNEGATIVE [0, 9] UNKNOWN UNKNOWN"),
    ("x*x", lambda x: x * x, Interval(1, 3), "POSITIVE [1, 9] UNKNOWN UNKNOWN"),
    ("x*x*x", lambda x: x**3, Interval(high=0, open_high=True), "NEGATIVE (-inf, 0) UNKNOWN UNKNOWN"),
    ("x**2", lambda x: x**2, Interval(-1, 3), "NONNEGATIVE [0, 9] UNKNOWN CONVEX"),
    ("x**3", lambda x: x**3, Interval(-1, 2), "ANY [-1, 8] INCREASING UNKNOWN"),
    ("x**(1/2)", mpmath.sqrt, Interval(0), "NONNEGATIVE [0, inf) INCREASING CONCAVE"),
    ("2**x", lambda x: mpmath.mpf(2) ** x, Interval(), "POSITIVE (0, inf) INCREASING CONVEX"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


@pytest.mark.parametrize(
    ("factors", "sign"),
    [((X, X, Y), "ANY"), ((X, Y, X, Y), "NONNEGATIVE"), ((X, X, sg.exp(Y)), "NONNEGATIVE"), ((X, Y, X, Y, -1), "NONPOSITIVE")],
)
def test_equal_factors_make_squares(factors, sign):
    assert Facts().sign(sg.mul(*factors)).name == sign


# formula, coefficient, factors, factors below the line
SPLIT = [
    (sg.mul(2, X, Y**-1), 2, [X], [Y]), (X, 1, [X], []), (X**-2, 1, [], [X**2]),
    (sg.mul(X, Fraction(-1, 3), Y**-1, 1, X), Fraction(-1, 3), [X, X], [Y]), (constant(5), 5, [], []),
    (X + Y, 1, [X + Y], []), (X ** Fraction(-1, 2) * 3, 3, [], [X ** Fraction(1, 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("node", "coefficient", "above", "below"), SPLIT)
def test_a_product_is_split(node, coefficient, above, below):
    assert split_product(node) == (coefficient, above, below)


@pytest.mark.parametrize(
    ("node", "expected"),
    [(X**-1, True), (X ** Fraction(-1, 2), True), (X**2, False), (X, False), (X**Y, False), (X**-Y, False)],
)
def test_what_a_product_is_divided_by(node, expected):
    assert is_divisor(node) is expected


# what is refused, and how
REFUSED = [
    (lambda: sg.add(), "SymgdError: add takes at least 1 argument, not 0"),
    (lambda: sg.formula("multiply()"), "SymgdError: mul takes at least 1 argument, not 0"),
    (lambda: sg.pow(X), "SymgdError: pow takes 2 arguments, not 1"), (lambda: X / 0, "DomainError: division by zero"),
    (lambda: constant(0) ** -1, "DomainError: division by zero"),
    (lambda: constant(0) ** Fraction(-1, 2), "DomainError: division by zero"),
    (lambda: (0 * X) ** -1, "DomainError: division by zero"),
    (lambda: constant(-8) ** Fraction(1, 3), "DomainError: (-8)**(1/3) is not a real number"),
    (lambda: constant(10) ** 20_000, "SymgdError: a constant power would have about 20,000 digits"),
    (lambda: constant(10) ** 10**40, "SymgdError: a constant power would have about more than 10^15 digits"),
    (lambda: sg.mul(10**9999, 10**9999), "SymgdError: a constant would have more than 10,000 digits"),
    (lambda: sg.tensor("a", 3) + sg.tensor("b", 4),
     "ShapeError: cannot add (3,) and (4,): axis 0 has size 3 on the left and 4 on the right"),
    (lambda: sg.pow(X, 1j), "SymgdError: complex cannot stand in a formula"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)


def test_gradients_of_what_was_broadcast_add():
    a, b = np.array([[1.0], [2.0]]), np.array([[3.0, 4.0, 5.0]])
    loss = sg.formula("sum(a*b**2 + a)", shapes={"a": (2, 1), "b": (1, 3)})
    np.testing.assert_allclose(evaluated(sg.gradient(loss, "a"), a=a, b=b), np.full((2, 1), 3 + 9 + 16 + 25.0))
    np.testing.assert_allclose(evaluated(sg.gradient(loss, "b"), a=a, b=b), 2 * b * 3)

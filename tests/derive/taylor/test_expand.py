"""Coefficients of Taylor expansions are exact, in one variable and in several; where there is no expansion, none is given."""

import re
from fractions import Fraction

import mpmath
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DomainError, SymgdError

x = sp.Symbol("x", real=True)


@pytest.mark.parametrize(
    ("text", "expression", "at"),
    [
        ("exp(x)*cos(x)", sp.exp(x) * sp.cos(x), 0),
        ("log(x)", sp.log(x), 1),
        ("sqrt(x)", sp.sqrt(x), 4),
        ("softplus(x)", sp.log(1 + sp.exp(x)), 0),
        ("tanh(x)", sp.tanh(x), 0),
        ("1/(1 + x**2)", 1 / (1 + x**2), Fraction(1, 2)),
        ("sin(x)", sp.sin(x), sp.pi / 4),
        ("exp(sin(x))", sp.exp(sp.sin(x)), 0),
        ("x**3 - 2*x", x**3 - 2 * x, 2),
        ("x**x", x**x, 1),
        ("atan(x)", sp.atan(x), 0),
        ("(x - 1)**2*exp(x)", (x - 1) ** 2 * sp.exp(x), 1),
        ("where(x > 0, x**2, sin(x))", x**2, 1),
        ("abs(x)**3", x**3, 1),
    ],
)
def test_coefficients_are_exactly_those_of_repeated_differentiation(text, expression, at):
    expansion = sg.taylor(text, "x", at=at, order=5)
    for k, coefficient in expansion.coefficients.items():
        point = sp.Rational(at.numerator, at.denominator) if isinstance(at, Fraction) else at
        expected = sp.diff(expression, x, k).subs(x, point) / sp.factorial(k)
        assert sp.simplify(coefficient - expected) == 0


def test_sine_to_order_seven():
    expansion = sg.taylor("sin(x)", "x", order=7)
    assert str(expansion.polynomial) == "x - x**3/6 + x**5/120 - x**7/5040"
    assert expansion.coefficients == {
        0: 0,
        1: 1,
        2: 0,
        3: sp.Rational(-1, 6),
        4: 0,
        5: sp.Rational(1, 120),
        6: 0,
        7: sp.Rational(-1, 5040),
    }


def test_high_orders_are_quick_and_exact():
    expansion = sg.taylor("exp(x)", "x", order=60)
    assert expansion.coefficients[60] == 1 / sp.factorial(60)


def test_parameters_stay_symbolic():
    a = sp.Symbol("a", real=True)
    assert sp.simplify(sg.taylor("(1 + x)**a", "x", order=2).coefficients[2] - a * (a - 1) / 2) == 0


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("abs(x)", 0, "kink"),
        ("relu(x)", 0, "kink"),
        ("log(x)", 0, "not defined"),
        ("1/x", 0, "pole"),
        ("sqrt(x)", 0, "base is 0"),
        ("where(x > 0, x, 0)", 0, "changes its branch"),
        ("sqrt(x)", -1, "not defined"),
        ("x**a", 0, "base is 0"),
    ],
)
def test_where_there_is_no_expansion_none_is_given(text, at, message):
    with pytest.raises(DomainError, match=message):
        sg.taylor(text, "x", at=at)


def test_a_kink_that_cancels_is_none():
    assert str(sg.taylor("abs(x)**2", "x").polynomial) == "x**2"


def test_a_message_speaks_of_the_variables():
    with pytest.raises(DomainError, match=re.escape("sqrt(x**2 + y**2) has no Taylor expansion")):
        sg.taylor("sqrt(x**2 + y**2)", ["x", "y"])


@pytest.mark.parametrize(("wrt", "message"), [([], "is empty"), (["x", "x"], "stands twice")])
def test_variables_are_named_once(wrt, message):
    with pytest.raises(SymgdError, match=message):
        sg.taylor("sin(x)*y", wrt)


def test_long_coefficients_are_exact_at_points_without_nice_values():
    expansion = sg.taylor("gamma(1 + x)", "x", at=sp.Rational(1, 3), order=6)
    with mpmath.workdps(40):
        true = mpmath.taylor(lambda x: mpmath.gamma(1 + x), mpmath.mpf(1) / 3, 6)
        for k, coefficient in expansion.coefficients.items():
            assert abs(sp.N(coefficient, 30) - sp.Float(str(true[k]), 30)) < sp.Float("1e-20")


@pytest.mark.parametrize("order", [-1, 1.5, 10_000, True])
def test_an_impossible_order_is_refused(order):
    with pytest.raises(SymgdError, match="the order"):
        sg.taylor("x", "x", order=order)


REMOVABLE = [
    ("sin(x)/x", sp.sin(x) / x),
    ("(exp(x) - 1)/x", (sp.exp(x) - 1) / x),
    ("(1 - cos(x))/x**2", (1 - sp.cos(x)) / x**2),
    ("1/sin(x) - 1/x", 1 / sp.sin(x) - 1 / x),
    ("x/tan(x)", x / sp.tan(x)),
    ("log(1 + x)/x", sp.log(1 + x) / x),
    ("(sin(x) - x)/x**3", (sp.sin(x) - x) / x**3),
    ("where(x == 0, 1, sin(x)/x)", sp.sin(x) / x),
    ("sinc(x)", sp.sin(sp.pi * x) / (sp.pi * x)),
]


@pytest.mark.parametrize(("text", "expression"), REMOVABLE)
def test_removable_points_are_expanded(text, expression):
    expansion = sg.taylor(text, "x", order=5)
    series = sp.series(expression, x, 0, 6).removeO()
    for k, coefficient in expansion.coefficients.items():
        assert sp.simplify(coefficient - series.coeff(x, k)) == 0


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("exp(x)*cos(y)", 0),
        ("sin(x*y)/(x*y)", 0),
        ("sqrt(1 + x*y)", 0),
        ("x**3*y + y**2", [1, 2]),
        ("atan(x/y)", {"x": 1, "y": 1}),
    ],
)
def test_several_variables_give_the_mixed_partial_derivatives(text, at):
    y = sp.Symbol("y", real=True)
    expansion = sg.taylor(text, ["x", "y"], at=at, order=3)
    point = at if isinstance(at, list) else [at["x"], at["y"]] if isinstance(at, dict) else [at, at]
    expression = sp.sympify(text.replace("atan", "atan"), locals={"x": x, "y": y})
    for i in range(4):
        for j in range(4 - i):
            partial = sp.diff(expression, x, i, y, j)
            limit = sp.limit(sp.limit(partial, x, point[0]), y, point[1]) / (sp.factorial(i) * sp.factorial(j))
            assert sp.simplify(expansion.coefficients.get((i, j), 0) - limit) == 0


def test_directional_singularities_have_no_expansion():
    with pytest.raises(DomainError, match="direction"):
        sg.taylor("x*y/(x + y)", ["x", "y"])


def test_tensors_of_numeric_size_are_written_out():
    f = sg.formula("sum((x*v)**2)", shapes={"v": "2"})
    assert set(sg.taylor(f, "x", order=2).coefficients) == {0, 1, 2}


@pytest.mark.parametrize("point", [sp.Float(0.1), 0.1], ids=["SymPy float", "float"])
def test_a_float_point_is_the_binary_number_it_is(point):
    coefficients = sg.taylor("x**2 + sin(x)", "x", at=point, order=1).coefficients
    exact = sp.Rational(*(0.1).as_integer_ratio())
    assert coefficients[0] == exact**2 + sp.sin(exact)
    assert coefficients[1] == 2 * exact + sp.cos(exact)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("(1+x)**(1/x)", 0), ("cos(x)**(1/x**2)", 0), ("(1+x+x**2)**(1/x)", 0), ("(exp(x)+x)**(1/x)", 0), ("(1+2*x)**(3/x)", 0),
        ("x**(1/(1-x))", 1), ("(x/2)**(1/(x-2))", 2), ("(1+x)**(1/sin(x))", 0), ("cosh(x)**(1/x**2)", 0),
        ("cos(sqrt(x))", 0), ("sin(sqrt(x))/sqrt(x)", 0), ("sqrt(x)*tanh(sqrt(x))", 0), ("log(cos(sqrt(x)))", 0),
        ("sqrt(x)/sinh(sqrt(x))", 0), ("besselj(0,sqrt(x))", 0), ("cosh(sqrt(x-1))", 1), ("sqrt(x)*sin(sqrt(4*x))", 0),
        ("atan(sqrt(x))/sqrt(x)", 0), ("sqrt(x)*cot(sqrt(x))", 0), ("erf(sqrt(x))/sqrt(x)", 0), ("asin(sqrt(x))**2", 0),
    ],
)  # fmt: skip
def test_powers_with_limits_and_even_functions_of_roots(text, at):
    """The independent truth is SymPy's series, in a symbol that is positive beside the point."""
    t = sp.Symbol("t", positive=True)
    wanted = sp.series(sp.sympify(text).subs(sp.Symbol("x"), at + t), t, 0, 4).removeO()
    found = sg.taylor(sg.formula(sp.sympify(text)), "x", at=at, order=3).coefficients
    for power in range(4):
        assert abs(sp.N(found[power] - wanted.coeff(t, power), 30)) < sp.Rational(1, 10**25)


@pytest.mark.parametrize(
    "text", ["exp(sqrt(x))", "sqrt(x)", "sqrt(sin(x))", "x**(3/2)", "sin(sqrt(x))", "abs(sqrt(x))", "log(sqrt(x))"]
)
def test_odd_powers_of_roots_have_no_expansion(text):
    with pytest.raises(DomainError):
        sg.taylor(text, "x", order=2)


γ, third = sp.EulerGamma, sp.Rational(1, 3)

a = sp.Symbol("a", positive=True)

EXACT = [
    # powers and products of poles
    ("x**2*(1 + 1/x)**2", 0, [1, 2, 1, 0]),
    ("(1/x - 1/tan(x))**2", 0, [0, 0, "1/9", 0, "2/135"]),
    ("(sin(x)/x - 1)**2/x**4", 0, ["1/36", 0, "-1/360"]),
    ("(1 + cot(x))**2*tan(x)**2", 0, [1, 2, 1]),
    ("x*Piecewise((1/x, x < 1), (x, True))", 0, [1, 0, 0]),
    ("Min(sin(x)/x, 1/x**2)", 0, [1, 0, "-1/6"]),
    ("atan2(sin(x)/x, 1/x**2)", 0, [0, 0, 1, 0, "-1/6"]),
    # equations of slopes that are singular at the point
    ("elliptic_k(x)", 0, ["pi/2", "pi/8", "9*pi/128", "25*pi/512"]),
    ("elliptic_e(x)", 0, ["pi/2", "-pi/8", "-3*pi/128", "-5*pi/512"]),
    ("elliptic_k(x**2)", 0, ["pi/2", 0, "pi/8", 0, "9*pi/128"]),
    ("(elliptic_k(x) - elliptic_e(x))/x", 0, ["pi/4", "3*pi/32", "15*pi/256"]),
    ("elliptic_k(1 - x) + log(x/16)*elliptic_k(x)/pi", 0, [0, "-1/4", "-21/128"]),
    ("polylog(2, x)", 0, [0, 1, "1/4", "1/9"]),
    ("polylog(2, 1 - exp(-x))", 0, [0, 1, "-1/4", "1/36"]),
    ("lerchphi(x, 2, 3)", 0, ["1/9", "1/16", "1/25"]),
    # exponents that move, where there is a limit
    ("(sin(x)/x)**(1/x**2)", 0, ["exp(-1/6)", 0, "-exp(-1/6)/180"]),
    ("((exp(x) - 1)/x)**(1/x)", 0, ["exp(1/2)", "exp(1/2)/24", "exp(1/2)/1152"]),
    ("cos(sqrt(x))**(1/x)", 0, ["exp(-1/2)", "-exp(-1/2)/12", "-3*exp(-1/2)/160"]),
    ("(2 - x)**tan(pi*x/2)", 1, ["exp(2/pi)", "exp(2/pi)/pi"]),
    # roots and kinks of which whole powers are left
    ("cos(sqrt(sin(x)))", 0, [1, "-1/2", "1/24", "59/720"]),
    ("sqrt(x + x**2)/sqrt(x)", 0, [1, "1/2", "-1/8", "1/16"]),
    ("acosh(1 + x)**2", 0, [0, 2, "-1/3", "4/45"]),
    ("acos(x)**2/(1 - x)", 1, [2, "-1/3", "4/45"]),
    ("exp(cbrt(x)) + 2*exp(-cbrt(x)/2)*cos(sqrt(3)*cbrt(x)/2)", 0, [3, "1/2", "1/240", "1/120960"]),
    ("cos(x**(3/2))", 0, [1, 0, 0, "-1/2"]),
    ("cos(sqrt(x**2))", 0, [1, 0, "-1/2", 0, "1/24"]),
    ("Abs(x)*sin(Abs(x))", 0, [0, 0, 1, 0, "-1/6"]),
    ("sqrt(x**4)", 0, [0, 0, 1, 0]),
    ("besselj(1/2, x)/sqrt(x)", 0, ["sqrt(2/pi)", 0, "-sqrt(2/pi)/6"]),
    ("besselj(a, x)/x**a", 0, ["2**-a/gamma(a + 1)", 0, "-2**-a/(4*gamma(a + 2))"]),
    # poles and logarithms of special functions
    ("x*gamma(x)", 0, [1, "-γ", "γ**2/2 + pi**2/12"]),
    ("gamma(x) - 1/x", 0, ["-γ", "γ**2/2 + pi**2/12"]),
    ("1/gamma(x)", -1, [0, -1, "1 - γ"]),
    ("binomial(x, 2)", 0, [0, "-1/2", "1/2", 0]),
    ("(x - 1)*zeta(x)", 1, [1, "γ", "-stieltjes(1)"]),
    ("x*digamma(x)", 0, [-1, "-γ", "pi**2/6", "-zeta(3)"]),
    ("x**2*zeta(2, x)", 0, [1, 0, "pi**2/6", "-2*zeta(3)"]),
    ("Ci(x) - log(x)", 0, ["γ", 0, "-1/4", 0, "1/96"]),
    ("Ei(x) - log(x)", 0, ["γ", 1, "1/4", "1/18"]),
    ("expint(1, x) + log(x)", 0, ["-γ", 1, "-1/4", "1/18"]),
    ("besselk(0, x) + log(x)*besseli(0, x)", 0, ["log(2) - γ", 0, "(1 + log(2) - γ)/4"]),
    ("x*besselk(1, x) - x*log(x/2)*besseli(1, x)", 0, [1, 0, "γ/2 - 1/4", 0]),
    # functions with lists of arguments, and other spellings
    ("hyper((1/2, 1/3), (2/3,), x)", 0, [1, "1/4", "3/20"]),
    ("meijerg(((), ()), ((0,), ()), x)", 1, ["exp(-1)", "-exp(-1)", "exp(-1)/2"]),
    ("RisingFactorial(x, a)", 1, ["gamma(a + 1)", "gamma(a + 1)*(digamma(a + 1) + γ)"]),
    ("dirichlet_eta(x)", 1, ["log(2)", "γ*log(2) - log(2)**2/2"]),
]

NAMES = {"x": x, "a": a, "γ": γ, "cbrt": lambda u: sp.sign(u) * abs(u) ** third, "zeta": sp.zeta, "gamma": sp.gamma}


@pytest.mark.parametrize(("text", "at", "expected"), EXACT, ids=[text for text, _, _ in EXACT])
def test_coefficients_of_singular_parts_are_exact(text, at, expected):
    found = sg.taylor(sp.sympify(text, locals=NAMES, rational=True), "x", at=at, order=len(expected) - 1).coefficients
    for k, wanted in enumerate(expected):
        gap = (found[k] - sp.sympify(wanted, locals=NAMES)).subs(a, sp.Rational(7, 10))
        assert abs(sp.N(gap, 30)) < sp.Rational(1, 10**25), k


def _by_cauchy(function, at, radius, count):
    """Taylor coefficients as integrals over a circle, whose trapezoidal sums converge geometrically."""
    points = [mpmath.expjpi(mpmath.mpf(2 * j) / 160) for j in range(160)]
    values = [function(at + radius * point) for point in points]
    return [mpmath.fsum(v * z**-k for v, z in zip(values, points, strict=True)).real / (160 * radius**k) for k in range(count)]


PARAMETERS = [
    ("zeta(x)", 2, lambda z: mpmath.zeta(z)),
    ("zeta(x)", sp.Rational(-1, 2), lambda z: mpmath.zeta(z)),
    ("exp(x)*zeta(2 + x)", 0, lambda z: mpmath.exp(z) * mpmath.zeta(2 + z)),
    ("besselj(x, 1)", 0, lambda z: mpmath.besselj(z, 1)),
    ("besselj(x, x)", 2, lambda z: mpmath.besselj(z, z)),
    ("polylog(x, 1/2)", 2, lambda z: mpmath.polylog(z, mpmath.mpf(1) / 2)),
    ("elliptic_pi(x, x, 1/2)", 0, lambda z: mpmath.ellippi(z, z, mpmath.mpf(1) / 2)),
    ("legendre(x, 1/2)", 1, lambda z: mpmath.legendre(z, mpmath.mpf(1) / 2)),
]


@pytest.mark.parametrize(("text", "at", "function"), PARAMETERS, ids=[f"{text} at {at}" for text, at, _ in PARAMETERS])
def test_derivatives_without_a_closed_form_have_fifty_digits(text, at, function):
    expansion = sg.taylor(sp.sympify(text, rational=True), "x", at=at, order=2)
    with mpmath.workdps(60):
        true = _by_cauchy(function, mpmath.mpf(at.p) / at.q if at != int(at) else mpmath.mpf(int(at)), mpmath.mpf(1) / 8, 3)
        for coefficient, number in zip(expansion.coefficients.values(), true, strict=True):
            assert abs(sp.N(coefficient, 50) - sp.Float(number, 55)) < sp.Float("1e-45")


def test_a_derivative_without_a_closed_form_says_what_it_is():
    expansion = sg.taylor("zeta(x)", "x", at=2, order=2)
    assert str(expansion.coefficients[1]) == "D[1, 0]zeta(2, 1)"
    assert str(expansion.up_to(1).polynomial) == "pi**2/6 + D[1, 0]zeta(2, 1)*(x - 2)"
    value = sg.lambdify("x", expansion.polynomial)(2.01)
    assert abs(float(value) - float(mpmath.zeta(2.01))) < 1e-5


@pytest.mark.study
def test_a_derivative_that_is_0_is_not_divided_by():
    """K is even in its order, so ∂K/∂ν is 0 at 0, which no closed form says."""
    first = sg.taylor("x**2/(besselk(x, 1) - besselk(0, 1))", "x", order=0, budget=600).coefficients[0]
    with mpmath.workdps(40):
        true = 2 / mpmath.diff(lambda order: mpmath.besselk(order, 1), 0, 2)
        assert abs(sp.N(first, 30) - sp.Float(true, 35)) < sp.Float("1e-25")
    with pytest.raises(DomainError, match="pole"):
        sg.taylor("x/(besselk(x, 1) - besselk(0, 1))", "x")


NO_EXPANSION = [
    ("(1 + 1/x)**2", 0), ("sign(x)**2", 0), ("x**5*log(x)", 0), ("abs(x)**3", 0), ("sqrt(x**2)", 0), ("x*floor(x)", 0),
    ("log(x)**2", 0), ("maximum(sin(x)/x, 1/x)", 0), ("where(x < 1, 1/x, x)", 0), ("exp(1/x)", 0), ("erf(1/x)", 0), ("x**x", 0),
    ("besselk(0, x)", 0), ("bessely(0, x)", 0), ("gamma(x)", -2), ("zeta(x)", 1), ("zeta(x)/(x - 1)", 1), ("cos(cbrt(x))", 0),
    ("sqrt(x**2 + x**4)*sin(x)", 0), ("x**floor(x)", 0), ("log1p(floor(x + x**2))", 0), ("x*where(x == 0, 5, 1/x)", 0),
    ("(1/x**2)**acos(cos(1/2))", 0), ("where(log(1 + log(x)) > 0, 1, x)", 0), ("acos(gamma(1 + cbrt(x)))", 0),
    ("elliptic_k(x)", 1), ("polylog(2, x)", 1), ("polylog(1/2, x)", 1), ("polylog(1/2, x)", 2), ("polylog(3, x)", 1),
    ("lerchphi(x, 1/2, 2)", 1), ("lerchphi(x, 2, 2)", 1), ("lerchphi(x, 2, 2)", 3), ("expint(4, x)", 0),
    ("sign(x**20)", 0), ("x**4*acos(1 - x)", 0), ("acos(xlogy(sin(1), erf(x**2)))", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at"), NO_EXPANSION)
def test_what_has_no_expansion_is_refused(text, at):
    with pytest.raises(SymgdError):
        sg.taylor(text, "x", at=at, order=4)


@pytest.mark.parametrize("text", ["mathieuc(1, 1/3, sqrt(x))", "expint(3/2, x)", "polylog(x, x)"])
def test_slopes_that_need_slopes_without_end_are_no_endless_search(text):
    with pytest.raises(SymgdError):
        sg.taylor(sp.sympify(text, rational=True), "x", order=3)


SLOPES = [  # SymPy's name, numbers, and which of them moves: every argument in which a function has slopes
    (name, numbers, k)
    for name, numbers, moving in (
        ("uppergamma", ("2", "1"), (0, 1)), ("uppergamma", ("1/2", "3"), (0, 1)), ("lowergamma", ("2", "1"), (0, 1)),
        ("expint", ("2", "1"), (0, 1)), ("expint", ("3/2", "1/3"), (0, 1)), ("besselj", ("2", "3"), (0, 1)),
        ("bessely", ("1/2", "3"), (0, 1)),
        ("besseli", ("0", "2"), (0, 1)), ("besselk", ("1/2", "2"), (1,)),
        ("polylog", ("2", "1/3"), (0, 1)), ("polylog", ("1/2", "-1/3"), (1,)),
        ("zeta", ("3", "2"), (0, 1)), ("beta", ("2", "1/3"), (0, 1)),
        ("legendre", ("2", "1/3"), (1,)),
        ("elliptic_f", ("1/2", "1/3"), (0, 1)), ("elliptic_e", ("1/2", "1/3"), (0, 1)), ("elliptic_pi", ("1/5", "1/3"), (0, 1)),
        ("jacobi", ("2", "1/2", "1/3", "1/5"), (3,)), ("gegenbauer", ("2", "1/2", "1/5"), (2,)),
        ("hermite", ("3", "1/5"), (1,)), ("chebyshevt", ("3", "1/5"), (1,)),
        ("chebyshevu", ("3", "1/5"), (1,)), ("LambertW", ("1/3",), (0,)),
        ("elliptic_k", ("0",), (0,)), ("elliptic_e", ("0",), (0,)),
    )
    for k in moving
]  # fmt: skip


@pytest.mark.parametrize(("name", "numbers", "k"), SLOPES, ids=[f"{name}{numbers} in {k}" for name, numbers, k in SLOPES])
def test_slopes_in_every_argument_are_those_of_differences_in_fifty_digits(name, numbers, k):
    point = [sp.Rational(number) for number in numbers]
    moved = [sp.Symbol("x", real=True) if j == k else number for j, number in enumerate(point)]
    found = sg.taylor(getattr(sp, name)(*moved, evaluate=False), "x", at=point[k], order=2).coefficients
    symbols = sp.symbols(f"a:{len(point)}")
    function = sp.lambdify(symbols, getattr(sp, name)(*symbols, evaluate=False), "mpmath")
    with mpmath.workdps(75):
        numbers = [mpmath.mpf(int(one.p)) / int(one.q) for one in point]
        for order in (1, 2):
            true = mpmath.diff(lambda x, j=k: function(*numbers[:j], x, *numbers[j + 1 :]), numbers[k], order)
            slope = sp.Float(mpmath.re(true) / order, 60)
            assert abs(sp.N(found[order], 50) - slope) <= (abs(slope) + sp.Float("1e-15")) * sp.Float("1e-45")


def test_a_flat_side_is_told_from_0():
    assert sg.taylor("maximum(x**8, 0)", "x", order=9).coefficients[8] == 1
    assert sg.taylor("maximum(x, -x) - abs(x)", "x", order=2).coefficients == {0: 0, 1: 0, 2: 0}
    with pytest.raises(SymgdError):
        sg.taylor("maximum(0, x**40)", "x", order=3)


@pytest.mark.parametrize("order", [4, 5])
def test_the_next_order_is_free_of_logarithms(order):
    """x⁶·log x is of order O(x⁵), not of order O(x⁶)."""
    if order == 4:
        assert set(sg.taylor("x**6*log(x)", "x", order=4).coefficients.values()) == {0}
    else:
        with pytest.raises(DomainError):
            sg.taylor("x**6*log(x)", "x", order=5)


def test_formulas_nested_deeper_than_the_stack_of_python():
    node = sg.formula("x")
    for _ in range(3_000):
        node = node + sg.formula("x") * node.primitive.make(node.args, node.params) * 0 + sg.formula("x")
    assert sg.taylor(node, "x", order=1).coefficients[1] == 3_001


@pytest.mark.parametrize(
    ("text", "at"),
    [("abs(gamma(erf(x)))", -8), ("sign(gamma(tanh(x)))", -200), ("where(gamma(erf(x)) > 0, x, -x)", -9),
     ("arctan2(1, zeta(1 + exp(-x)))", 200), ("maximum(1, gamma(erf(x)))", -4)],
)  # fmt: skip
def test_values_that_cannot_be_computed_are_refused(text, at):
    """erf(−8) is −1 in its first 28 digits, where Γ has a pole; mpmath says so with a ValueError."""
    with pytest.raises(SymgdError):
        sg.taylor(text, "x", at=at, order=1)

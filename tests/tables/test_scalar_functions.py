"""Classic scalar functions: gradient and Hessian from compiled code against SymPy's, entry by entry in 40 digits.

The Moré–Garbow–Hillstrom set (ACM TOMS 7, 1981; sums of squares at their standard starting points), the usual test functions of
optimisation (Jamil & Yang 2013), physics formulas, special functions, and nonsmooth functions beside their kinks.
"""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from sympy import (
    Abs,
    Max,
    Rational,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    besselj,
    cos,
    cosh,
    digamma,
    erf,
    erfc,
    exp,
    gamma,
    log,
    loggamma,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

import symgd as sg

R = Rational


def squares(*residuals):
    return sum(r**2 for r in residuals)


BARD = [R(n, 100) for n in (14, 18, 22, 25, 29, 32, 35, 39, 37, 58, 73, 96, 134, 210, 439)]
KOWALIK = (
    [R(n, 10000) for n in (1957, 1947, 1735, 1600, 844, 627, 456, 342, 323, 235, 246)],
    [4, 2, 1, R(1, 2), R(1, 4), R(1, 6), R(1, 8), R(1, 10), R(1, 12), R(1, 14), R(1, 16)],
)
GAUSS = [R(n, 10000) for n in (9, 44, 175, 540, 1295, 2420, 3521, 3989, 3521, 2420, 1295, 540, 175, 44, 9)]
MEYER = (34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872)


def watson(*x):
    total = x[0] ** 2 + (x[1] - x[0] ** 2 - 1) ** 2
    for i in range(1, 30):
        t = R(i, 29)
        total += (
            sum((j - 1) * x[j - 1] * t ** (j - 2) for j in range(2, len(x) + 1))
            - sum(x[j] * t**j for j in range(len(x))) ** 2
            - 1
        ) ** 2
    return total


MORE_GARBOW_HILLSTROM = {
    "Rosenbrock": (lambda x, y: squares(10 * (y - x**2), 1 - x), (-1.2, 1)),
    "Freudenstein and Roth": (lambda x, y: squares(-13 + x + ((5 - y) * y - 2) * y, -29 + x + ((y + 1) * y - 14) * y), (0.5, -2)),
    "Powell badly scaled": (lambda x, y: squares(10**4 * x * y - 1, exp(-x) + exp(-y) - R(10001, 10000)), (0.1, 1)),
    "Brown badly scaled": (lambda x, y: squares(x - 10**6, y - R(2, 10**6), x * y - 2), (1, 1)),
    "Beale": (lambda x, y: squares(R(3, 2) - x * (1 - y), R(9, 4) - x * (1 - y**2), R(21, 8) - x * (1 - y**3)), (1, 1)),
    "Jennrich and Sampson": (lambda x, y: squares(*(2 + 2 * i - exp(i * x) - exp(i * y) for i in range(1, 11))), (0.3, 0.4)),
    "helical valley": (lambda x, y, z: squares(10 * (z - 5 * atan2(y, x) / pi), 10 * (sqrt(x**2 + y**2) - 1), z), (-1, 0.3, 0.1)),
    "Bard": (lambda x, y, z: squares(*(b - (x + i / (y * (16 - i) + z * min(i, 16 - i))) for i, b in enumerate(BARD, 1))), (1, 1, 1)),
    "Gaussian": (lambda x, y, z: squares(*(x * exp(-y * (R(8 - i, 2) - z) ** 2 / 2) - g for i, g in enumerate(GAUSS, 1))), (0.4, 1, 0)),
    "Meyer": (lambda x, y, z: squares(*(x * exp(y / (45 + 5 * i + z)) - m for i, m in enumerate(MEYER, 1))), (0.02, 4000, 250)),
    "Gulf": (lambda x, y, z: squares(*(exp(-(Abs(25 + (-50 * log(R(i, 100))) ** R(2, 3) - y) ** z) / x) - R(i, 100) for i in (1, 5, 20, 60, 90))), (5, 2.5, 0.15)),
    "box three-dimensional": (lambda x, y, z: squares(*(exp(-R(i, 10) * x) - exp(-R(i, 10) * y) - z * (exp(-R(i, 10)) - exp(-i)) for i in range(1, 11))), (0, 10, 20)),
    "Powell singular": (lambda a, b, c, d: squares(a + 10 * b, sqrt(5) * (c - d), (b - 2 * c) ** 2, sqrt(10) * (a - d) ** 2), (3, -1, 0, 1)),
    "Wood": (lambda a, b, c, d: 100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2 + (1 - c) ** 2 + 10 * (b + d - 2) ** 2 + (b - d) ** 2 / 10, (-3, -1, -3, -1)),
    "Kowalik and Osborne": (lambda a, b, c, d: squares(*(y - a * (u**2 + u * b) / (u**2 + u * c + d) for y, u in zip(*KOWALIK, strict=True))), (0.25, 0.39, 0.415, 0.39)),
    "Brown and Dennis": (lambda a, b, c, d: squares(*((a + R(i, 5) * b - exp(R(i, 5))) ** 2 + (c + d * sin(R(i, 5)) - cos(R(i, 5))) ** 2 for i in range(1, 11))), (25, 5, -5, -1)),
    "Osborne 1": (lambda a, b, c, d, e: squares(*(R(844 - 20 * i, 1000) - (a + b * exp(-10 * i * d) + c * exp(-10 * i * e)) for i in range(12))), (0.5, 1.5, -1, 0.01, 0.02)),
    "Biggs EXP6": (lambda a, b, c, d, e, f: squares(*(c * exp(-t * a) - d * exp(-t * b) + f * exp(-t * e) - exp(-t) + 5 * exp(-10 * t) - 3 * exp(-4 * t) for t in (R(i, 10) for i in range(1, 14)))), (1, 2, 1, 1, 1, 1)),
    "Watson, three variables": (watson, (0.1, -0.2, 0.3)),
    "extended Rosenbrock": (lambda *x: sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(0, len(x), 2)), (-1.2, 1) * 3),
    "penalty I": (lambda *x: sum(R(1, 10**5) * (v - 1) ** 2 for v in x) + (sum(v**2 for v in x) - R(1, 4)) ** 2, (1, 2, 3, 4)),
    "variably dimensioned": (lambda *x: (lambda s: sum((v - 1) ** 2 for v in x) + s**2 + s**4)(sum((k + 1) * (v - 1) for k, v in enumerate(x))), (0.8, 0.6, 0.4, 0.2)),
    "trigonometric": (lambda *x: squares(*(len(x) - sum(cos(v) for v in x) + (i + 1) * (1 - cos(u)) - sin(u) for i, u in enumerate(x))), (0.2, 0.3, 0.4)),
    "Brown almost linear": (lambda *x: squares(*(v + sum(x) - (len(x) + 1) for v in x[:-1]), sp.prod(x) - 1), (0.5, 0.6, 0.7, 0.4)),
    "discrete boundary value": (lambda *x: squares(*(2 * x[i] - (x[i - 1] if i else 0) - (x[i + 1] if i + 1 < len(x) else 0) + (x[i] + R(i + 1, 5) + 1) ** 3 / 50 for i in range(len(x)))), (-0.1, -0.2, -0.2, -0.1)),
    "Broyden tridiagonal": (lambda *x: squares(*((3 - 2 * x[i]) * x[i] - (x[i - 1] if i else 0) - 2 * (x[i + 1] if i + 1 < len(x) else 0) + 1 for i in range(len(x)))), (-1, -1.1, -0.9, -1)),
    "Broyden banded": (lambda *x: squares(*(v * (2 + 5 * v**2) + 1 - sum(u * (1 + u) for j, u in enumerate(x) if j != i and abs(i - j) <= 2) for i, v in enumerate(x))), (-1, -0.9, -1.1)),
    "linear, full rank": (lambda *x: squares(*(v - R(2, 5) * sum(x) - 1 for v in x), -R(2, 5) * sum(x) - 1), (1, 1.5, 2)),
    "Chebyquad": (lambda *x: squares(*(sum(sp.chebyshevt(k, 2 * v - 1) for v in x) / len(x) + (R(1, k**2 - 1) if k % 2 == 0 else 0) for k in range(1, 5))), (0.2, 0.4, 0.6, 0.8)),
}  # fmt: skip

OPTIMISATION = {
    "Ackley": (lambda x, y: -20 * exp(-R(1, 5) * sqrt((x**2 + y**2) / 2)) - exp((cos(2 * pi * x) + cos(2 * pi * y)) / 2) + 20 + sp.E, (0.7, -1.3)),
    "Rastrigin": (lambda x, y: 20 + x**2 - 10 * cos(2 * pi * x) + y**2 - 10 * cos(2 * pi * y), (0.4, 1.7)),
    "Griewank": (lambda x, y: 1 + (x**2 + y**2) / 4000 - cos(x) * cos(y / sqrt(2)), (3, -4)),
    "Himmelblau": (lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2, (0.5, 1.5)),
    "Booth": (lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2, (0, 0)),
    "Matyas": (lambda x, y: R(26, 100) * (x**2 + y**2) - R(48, 100) * x * y, (1, 2)),
    "Lévy 13": (lambda x, y: sin(3 * pi * x) ** 2 + (x - 1) ** 2 * (1 + sin(3 * pi * y) ** 2) + (y - 1) ** 2 * (1 + sin(2 * pi * y) ** 2), (0.3, 1.2)),
    "Goldstein–Price": (lambda x, y: (1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)) * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)), (0.2, -0.7)),
    "Branin": (lambda x, y: (y - R(51, 10) / (4 * pi**2) * x**2 + 5 / pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * pi)) * cos(x) + 10, (2, 3)),
    "six-hump camel": (lambda x, y: (4 - R(21, 10) * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2, (0.5, 0.7)),
    "three-hump camel": (lambda x, y: 2 * x**2 - R(105, 100) * x**4 + x**6 / 6 + x * y + y**2, (1, 2)),
    "Easom": (lambda x, y: -cos(x) * cos(y) * exp(-((x - pi) ** 2 + (y - pi) ** 2)), (2.5, 3.5)),
    "McCormick": (lambda x, y: sin(x + y) + (x - y) ** 2 - R(3, 2) * x + R(5, 2) * y + 1, (0, 1)),
    "Styblinski–Tang": (lambda x, y: (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2, (1, -2)),
    "Michalewicz": (lambda x, y: -sin(x) * sin(x**2 / pi) ** 4 - sin(y) * sin(2 * y**2 / pi) ** 4, (2, 1.4)),
    "Schwefel": (lambda x, y: 837 - x * sin(sqrt(x)) - y * sin(sqrt(y)), (30, 50)),
    "drop wave": (lambda x, y: -(1 + cos(12 * sqrt(x**2 + y**2))) / ((x**2 + y**2) / 2 + 2), (0.3, 0.4)),
    "Schaffer 2": (lambda x, y: R(1, 2) + (sin(x**2 - y**2) ** 2 - R(1, 2)) / (1 + (x**2 + y**2) / 1000) ** 2, (1, 0.5)),
    "Zakharov": (lambda x, y: x**2 + y**2 + (x / 2 + y) ** 2 + (x / 2 + y) ** 4, (1, -1)),
    "Colville": (lambda a, b, c, d: 100 * (a**2 - b) ** 2 + (a - 1) ** 2 + (c - 1) ** 2 + 90 * (c**2 - d) ** 2 + R(101, 10) * ((b - 1) ** 2 + (d - 1) ** 2) + R(198, 10) * (b - 1) * (d - 1), (0, 1, 2, 3)),
    "Dixon–Price": (lambda a, b, c: (a - 1) ** 2 + 2 * (2 * b**2 - a) ** 2 + 3 * (2 * c**2 - b) ** 2, (1, 2, 3)),
    "monkey saddle": (lambda x, y: x**3 - 3 * x * y**2, (1, 2)),
    "sum of powers": (lambda x, y: Abs(x) ** 2 + Abs(y) ** 3, (0.5, -0.7)),
    "bird": (lambda x, y: sin(x) * exp((1 - cos(y)) ** 2) + cos(y) * exp((1 - sin(x)) ** 2) + (x - y) ** 2, (1, 2)),
    "cross-in-tray, smooth part": (lambda x, y: -((sin(x) ** 2 * sin(y) ** 2 + 1) ** R(1, 10)), (1, 2)),
}  # fmt: skip

PHYSICS = {
    "Lennard-Jones": (lambda r, s: 4 * ((s / r) ** 12 - (s / r) ** 6), (1.3, 1)),
    "Morse": (lambda r, a: (1 - exp(-a * (r - 1))) ** 2, (1.4, 2)),
    "Yukawa": (lambda r, m: -exp(-m * r) / r, (0.8, 1.5)),
    "Planck": (lambda v, T: v**3 / (exp(v / T) - 1), (2, 1.5)),
    "Maxwell–Boltzmann": (lambda v, T: 4 * pi * (1 / (2 * pi * T)) ** R(3, 2) * v**2 * exp(-(v**2) / (2 * T)), (1.2, 0.7)),
    "Fermi–Dirac": (lambda e, T: 1 / (exp((e - 1) / T) + 1), (1.3, 0.2)),
    "Bose–Einstein": (lambda e, T: 1 / (exp(e / T) - 1), (0.7, 0.4)),
    "van der Waals": (lambda v, T: 8 * T / (3 * v - 1) - 3 / v**2, (1.2, 0.9)),
    "Lorentz factor": (lambda v, c: 1 / sqrt(1 - v**2 / c**2), (0.6, 1)),
    "relativistic sum": (lambda u, v: (u + v) / (1 + u * v), (0.5, 0.3)),
    "pendulum energy": (lambda q, p: p**2 / 2 + 1 - cos(q), (1, 0.5)),
    "Kepler": (lambda x, y, p: p**2 / 2 - 1 / sqrt(x**2 + y**2), (0.6, 0.8, 0.3)),
    "Breit–Wigner": (lambda e, m, w: 1 / ((e**2 - m**2) ** 2 + m**2 * w**2), (1.1, 1, 0.2)),
    "Arrhenius": (lambda T, E: exp(-E / T), (2, 3)),
    "Nernst": (lambda T, c: T * log(c), (2, 3)),
    "Michaelis–Menten": (lambda s, k: s / (k + s), (2, 0.7)),
    "Hill": (lambda s, n: s**n / (1 + s**n), (2, 1.7)),
    "Butler–Volmer": (lambda u, a: exp(a * u) - exp(-(1 - a) * u), (0.8, 0.4)),
    "diode": (lambda v, i: i * (exp(v / R(26, 1000)) - 1), (0.06, 0.3)),
    "Snell": (lambda a, n: asin(sin(a) / n), (0.6, 1.5)),
    "lens": (lambda f, d: 1 / (1 / f - 1 / d), (0.5, 2)),
    "Gaussian beam": (lambda z, r: exp(-2 * r**2 / (1 + z**2)) / (1 + z**2), (0.5, 0.4)),
    "Langevin": (lambda x, a: 1 / tanh(a * x) - 1 / (a * x), (0.9, 1.1)),
    "Debye–Hückel": (lambda i, a: -a * sqrt(i) / (1 + sqrt(i)), (0.3, 0.5)),
    "Black–Scholes call": (lambda s, v: s * erfc(-((log(s) + v**2 / 2) / v) / sqrt(2)) / 2 - erfc(-((log(s) - v**2 / 2) / v) / sqrt(2)) / 2, (1.1, 0.3)),
    "haversine": (lambda a, b, d: 2 * asin(sqrt(sin((a - b) / 2) ** 2 + cos(a) * cos(b) * sin(d / 2) ** 2)), (0.3, 0.8, 0.5)),
    "catenary": (lambda x, a: a * cosh(x / a), (0.7, 1.3)),
    "brachistochrone angle": (lambda x, y: atan(y / x) + sqrt(x**2 + y**2), (0.7, 0.2)),
    "rocket": (lambda m, v: v * log(m), (3, 2)),
    "logistic growth": (lambda t, r: 1 / (1 + 9 * exp(-r * t)), (1, 2)),
    "magnetic dipole": (lambda r, t: cos(t) / r**3 + sin(t) ** 2 / r, (1.2, 0.4)),
    "Schwarzschild": (lambda r, m: 1 / sqrt(1 - 2 * m / r), (5, 1)),
}  # fmt: skip

SPECIAL = {
    "erf": (lambda x, y: erf(x * y) + erfc(x - y), (0.7, 0.4)),
    "gamma": (lambda x, y: gamma(x) * loggamma(y), (2.3, 3.1)),
    "digamma": (lambda x, y: digamma(x) * y + sp.polygamma(2, y), (2.3, 1.7)),
    "beta": (lambda x, y: sp.beta(x, y), (1.3, 2.4)),
    "zeta": (lambda x, y: sp.zeta(3, x) * y, (1.5, 2)),
    "Bessel J": (lambda x, y: besselj(2, x * y), (1.3, 2)),
    "Bessel Y": (lambda x, y: sp.bessely(0, x) + sp.bessely(1, y), (1.3, 2)),
    "Bessel I": (lambda x, y: sp.besseli(1, x) * y, (1.3, 2)),
    "Bessel K": (lambda x, y: sp.besselk(0, x * y), (0.6, 1.3)),
    "Lambert W": (lambda x, y: sp.LambertW(x * y), (1.2, 0.7)),
    "Airy": (lambda x, y: sp.airyai(x) * sp.airybi(y), (0.6, -0.4)),
    "inverse hyperbolic": (lambda x, y: asinh(x) + acosh(y) + atanh(x / y), (0.5, 1.7)),
    "hyperbolic": (lambda x, y: sinh(x) / cosh(y) + tanh(x * y), (0.8, -0.5)),
    "trigonometric": (lambda x, y: tan(x) * sp.sec(y) + sp.cot(x * y), (0.6, 0.9)),
    "powers": (lambda x, y: x**y + y**x + x**x, (1.4, 0.8)),
    "sinc": (lambda x, y: sp.sinc(x) * sp.sinc(x * y), (0.9, 1.4)),
    "complete elliptic": (lambda x, y: sp.elliptic_k(x) + sp.elliptic_e(y), (0.3, 0.5)),
    "exponential integrals": (lambda x, y: sp.Ei(x) * sp.Si(y) + sp.Ci(x * y) + sp.Shi(x), (1.3, 0.8)),
    "Legendre": (lambda x, y: sp.legendre(4, x) + sp.hermite(3, y), (0.3, 0.5)),
}  # fmt: skip

NONSMOOTH = {
    "absolute values": (lambda x, y: Abs(x - y) + Abs(x + y) ** 3, (0.7, -0.4)),
    "maximum": (lambda x, y: Max(x**2, y, x + y), (0.7, 0.2)),
    "piecewise": (lambda x, y: sp.Piecewise((x**2 * y, x < y), (sin(x) + y, True)), (0.7, 0.2)),
    "Heaviside": (lambda x, y: sp.Heaviside(x) * x**2 * y, (1.7, 0.2)),
}  # fmt: skip

TABLE = {**MORE_GARBOW_HILLSTROM, **OPTIMISATION, **PHYSICS, **SPECIAL, **NONSMOOTH}


def _close(got: np.ndarray, expected: list, scale: float) -> None:
    true = np.array([float(number) for number in expected]).reshape(got.shape)
    np.testing.assert_allclose(got, true, rtol=1e-7, atol=1e-7 * max(scale, 1e-30))


@pytest.mark.parametrize("name", TABLE)
def test_gradient_and_hessian_from_compiled_code(name):
    function, start = TABLE[name]
    symbols = sp.symbols(f"x0:{len(start)}", real=True)
    expression = function(*symbols)
    at = {
        symbol: sp.Rational(value) if value == int(value) else sp.Rational(str(value))
        for symbol, value in zip(symbols, start, strict=True)
    }
    f = sg.lambdify(list(symbols), [sg.gradient(expression, symbols), sg.hessian(expression, symbols)])
    gradient, hessian = f(*(float(value) for value in at.values()))
    first = [sp.diff(expression, symbol) for symbol in symbols]
    slopes = [sp.N(slope.subs(at), 40) for slope in first]
    second = [sp.N(sp.diff(slope, symbol).subs(at), 40) for slope in first for symbol in symbols]
    assert all(number.is_real is not False and number.is_number for number in slopes + second)
    _close(gradient, slopes, max(abs(float(number)) for number in slopes))
    _close(hessian, second, max(abs(float(number)) for number in second))


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("abs(x)", {"x": 0}), ("maximum(x, y)", {"x": 1, "y": 1}), ("relu(x)*y", {"x": 0, "y": 2}), ("abs(x - y)", {"x": 2, "y": 2}),
        ("max([x, y, 1])", {"x": 1, "y": 0}), ("sqrt(x**2 + y**2)", {"x": 0, "y": 0}), ("minimum(x, x**2)", {"x": 1}),
        ("leaky_relu(x)", {"x": 0}), ("clip(x, 0, 1)", {"x": 1}), ("where(x < 1, x, 2*x - 1)", {"x": 1}),
    ],
)  # fmt: skip
def test_at_a_kink_the_judge_says_so(text, point):
    formula = sg.formula(text)
    verdicts = {sg.check_gradient(formula, name, at=point).verdict.name for name in point}
    assert verdicts <= {"KINK", "UNSURE", "WRONG", "RIGHT"}
    assert verdicts & {"KINK", "UNSURE"}

"""Closed forms as textbooks print them: what symgd derives is no longer, and equal by proof.

Sources: Petersen & Pedersen, *The Matrix Cookbook* (2012) [MC]; Boyd & Vandenberghe, *Convex Optimization* (2004) [BV];
Bishop, *Pattern Recognition and Machine Learning* (2006) [PRML]; Goodfellow, Bengio & Courville, *Deep Learning* (2016) [DL];
Nocedal & Wright, *Numerical Optimization* (2006) [NW]; Magnus & Neudecker, *Matrix Differential Calculus* (2019) [MN]; Abramowitz &
Stegun, *Handbook of Mathematical Functions* (1964) [AS].
"""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.equality.proof import Equality, compare_formulas
from symgd.rewrite.cost import length

V = {"x": "n", "y": "n", "a": "n", "b": "n", "c": "n", "A": "n n", "B": "n n", "W": "n n", "S": "n n"}
M = {"X": "m n", "Y": "m n", "A": "n n", "B": "m m", "C": "m n", "a": "m", "b": "n", "c": "n", "d": "m"}
Q = {"X": "n n", "A": "n n", "B": "n n", "C": "n n", "a": "n", "b": "n"}
D = {"X": "m n", "y": "m", "w": "n", "lam": "", "d": "m"}
N = {}

# formula, shapes, variable, the textbook's gradient
GRADIENTS = [
    # vectors
    ("a@x", V, "x", "a"),  # MC 69
    ("x@x", V, "x", "2*x"),
    ("x@A@x", V, "x", "(A + A.T)@x"),  # MC 81
    ("x@A@x/2 + b@x", V, "x", "(A + A.T)@x/2 + b"),
    ("a@x*(b@x)", V, "x", "b@x*a + a@x*b"),
    ("(a@x)**2", V, "x", "2*(a@x)*a"),
    ("x@A@y", V, "x", "A@y"),
    ("x@A@y", V, "y", "A.T@x"),
    ("norm2(x)", V, "x", "x/norm2(x)"),  # MC 130
    ("norm2(x)**2", V, "x", "2*x"),
    ("norm2(x)**4", V, "x", "4*(x@x)*x"),
    ("norm2(x - a)", V, "x", "(x - a)/norm2(x - a)"),  # MC 129
    ("norm2(x - a)**2/2", V, "x", "x - a"),
    ("1/norm2(x)", V, "x", "-x/norm2(x)**3"),
    ("log(norm2(x))", V, "x", "x/norm2(x)**2"),
    ("norm2(A@x - b)**2", V, "x", "2*A.T@(A@x - b)"),  # BV 9.1
    ("norm2(A@x - b)**2/2", V, "x", "A.T@(A@x - b)"),
    ("norm2(A@x - b)", V, "x", "A.T@(A@x - b)/norm2(A@x - b)"),
    ("(x - a)@A@(x - a)", V, "x", "(A + A.T)@(x - a)"),
    ("(b - A@x)@W@(b - A@x)", V, "x", "-A.T@(W + W.T)@(b - A@x)"),  # MC 84
    ("x@A@x/(x@B@x)", V, "x", "((A + A.T)@x - (x@A@x/(x@B@x))*((B + B.T)@x))/(x@B@x)"),
    ("x@A@x/(x@x)", V, "x", "((A + A.T)@x - 2*(x@A@x/(x@x))*x)/(x@x)"),
    ("exp(a@x)", V, "x", "exp(a@x)*a"),
    ("exp(x@A@x)", V, "x", "exp(x@A@x)*((A + A.T)@x)"),
    ("log(a@x)", V, "x", "a/(a@x)"),
    ("1/(a@x)", V, "x", "-a/(a@x)**2"),
    ("sqrt(x@x + 1)", V, "x", "x/sqrt(x@x + 1)"),
    ("log(1 + x@x)", V, "x", "2*x/(1 + x@x)"),
    ("sin(a@x)", V, "x", "cos(a@x)*a"),
    ("sum(x)", V, "x", "ones(n)"),
    ("sum(x)**2", V, "x", "2*sum(x)*ones(n)"),
    ("mean(x)", V, "x", "ones(n)/n"),
    ("sum(x**3)", V, "x", "3*x**2"),
    ("sum(exp(x))", V, "x", "exp(x)"),
    ("sum(log(x))", V, "x", "1/x"),
    ("sum(x*log(x))", V, "x", "log(x) + 1"),
    ("sum(x*log(x/y))", V, "x", "log(x/y) + 1"),
    ("sum(x*log(x/y))", V, "y", "-x/y"),
    ("prod(x)", V, "x", "prod_others(x)"),
    ("logsumexp(x)", V, "x", "softmax(x)"),  # BV 3.1.5
    ("log(sum(exp(A@x + b)))", V, "x", "A.T@softmax(A@x + b)"),
    ("logsumexp(x) - a@x", V, "x", "softmax(x) - a"),
    ("-sum(log(b - A@x))", V, "x", "A.T@(1/(b - A@x))"),  # BV 9.4, the analytic centre
    ("var(x)", V, "x", "2*(x - mean(x))/n"),
    ("std(x)", V, "x", "(x - mean(x))/(n*std(x))"),
    ("sum((x - mean(x))**2)", V, "x", "2*(x - mean(x))"),
    ("a@x/norm2(x)", V, "x", "(a - (a@x/norm2(x)**2)*x)/norm2(x)"),
    ("norm1(x)", V, "x", "sign(x)"),
    ("sum(abs(x - a))", V, "x", "sign(x - a)"),
    ("sum(relu(x))", V, "x", "where(x > 0, 1, 0)"),
    ("sum((x[1:] - x[:-1])**2)", V, "x", "scatter(2*(x[1:] - x[:-1]), '1:', n) - scatter(2*(x[1:] - x[:-1]), ':-1', n)"),
    # matrices: traces
    ("trace(X)", Q, "X", "eye(n)"),  # MC 99
    ("trace(X@A)", Q, "X", "A.T"),  # MC 100
    ("trace(A@X@B)", Q, "X", "A.T@B.T"),  # MC 101
    ("trace(A@X.T@B)", Q, "X", "B@A"),  # MC 102
    ("trace(X.T@A)", Q, "X", "A"),  # MC 103
    ("trace(A@X.T)", Q, "X", "A"),  # MC 104
    ("trace(X@X)", Q, "X", "2*X.T"),  # MC 106
    ("trace(X@X@B)", Q, "X", "(X@B + B@X).T"),  # MC 107
    ("trace(X.T@B@X)", Q, "X", "B@X + B.T@X"),  # MC 108
    ("trace(X@B@X.T)", Q, "X", "X@B.T + X@B"),  # MC 111
    ("trace(A@X@B@X)", Q, "X", "A.T@X.T@B.T + B.T@X.T@A.T"),  # MC 114
    ("trace(X.T@X)", Q, "X", "2*X"),  # MC 115
    ("trace(B@X@X.T)", Q, "X", "(B + B.T)@X"),  # MC 110
    ("trace(B.T@X.T@C@X@B)", Q, "X", "C.T@X@B@B.T + C@X@B@B.T"),  # MC 116
    ("trace(X.T@B@X@C)", Q, "X", "B@X@C + B.T@X@C.T"),  # MC 117
    ("trace(A@X@B@X.T@C)", Q, "X", "A.T@C.T@X@B.T + C@A@X@B"),  # MC 118
    ("trace(X@X@X)", Q, "X", "3*(X@X).T"),  # MC 121, k = 3
    ("trace(A@inv(X)@B)", Q, "X", "-(inv(X)@B@A@inv(X)).T"),  # MC 124
    ("trace(inv(X))", Q, "X", "-(inv(X)@inv(X)).T"),
    ("trace(X@X@X@X)", Q, "X", "4*(X@X@X).T"),  # MC 121
    ("trace(kron(A, X))", Q, "X", "trace(A)*eye(n)"),  # MN: tr A ⊗ X = tr A · tr X
    ("trace(inv(X + A))", Q, "X", "-(inv(X + A)@inv(X + A)).T"),  # MC 64
    # matrices: forms, determinants, norms
    ("a@X@b", Q, "X", "outer(a, b)"),  # MC 70
    ("a@X.T@b", Q, "X", "outer(b, a)"),  # MC 71
    ("a@X@a", Q, "X", "outer(a, a)"),  # MC 72
    ("b@X.T@X@a", Q, "X", "X@(outer(a, b) + outer(b, a))"),  # MC 77
    ("b@X.T@A@X@a", Q, "X", "A.T@X@outer(b, a) + A@X@outer(a, b)"),  # MC 82
    ("(X@a + b)@A@(X@a + b)", Q, "X", "outer((A + A.T)@(X@a + b), a)"),  # MC 83
    ("a@inv(X)@b", Q, "X", "-inv(X).T@outer(a, b)@inv(X).T"),  # MC 61
    ("det(X)", Q, "X", "det(X)*inv(X).T"),  # MC 49
    ("logdet(X)", Q, "X", "inv(X).T"),  # MC 57
    ("log(abs(det(X)))", Q, "X", "inv(X).T"),
    ("logdet(A@X@B)", Q, "X", "inv(X).T"),  # MC 50
    ("logdet(X.T@X)", Q, "X", "2*inv(X).T"),  # MC 55
    ("normF(X)**2", Q, "X", "2*X"),  # MC 132
    ("normF(X)", Q, "X", "X/normF(X)"),
    ("sum((X - A)**2)/2", Q, "X", "X - A"),
    ("sum(X*A)", Q, "X", "A"),
    ("sum(X@b)", Q, "X", "outer(ones(n), b)"),
    ("sum((X@b - a)**2)", Q, "X", "2*outer(X@b - a, b)"),
    ("sum((A@X - B)**2)/2", Q, "X", "A.T@(A@X - B)"),
    ("sum((A@X@B - C)**2)", Q, "X", "2*A.T@(A@X@B - C)@B.T"),
    ("sum((A - X@X.T)**2)", Q, "X", "2*(2*X@X.T - A - A.T)@X"),
    ("logdet(X) - trace(A@X)", Q, "X", "inv(X).T - A.T"),  # BV 7.1, covariance selection
    # learning
    ("sum((X@w - y)**2)", D, "w", "2*X.T@(X@w - y)"),
    ("mean((X@w - y)**2)", D, "w", "2*X.T@(X@w - y)/m"),
    ("sum((X@w - y)**2)/2 + lam/2*w@w", D, "w", "X.T@(X@w - y) + lam*w"),  # PRML 3.27
    ("sum(d*(X@w - y)**2)/2", D, "w", "X.T@(d*(X@w - y))"),
    ("-sum(y*log(sigmoid(X@w)) + (1 - y)*log(1 - sigmoid(X@w)))", D, "w", "X.T@(sigmoid(X@w) - y)"),  # PRML 4.91
    ("sum(log(1 + exp(X@w)) - y*(X@w))", D, "w", "X.T@(sigmoid(X@w) - y)"),
    ("mean(log(1 + exp(-y*(X@w))))", D, "w", "-X.T@(y*sigmoid(-y*(X@w)))/m"),
    ("sum(exp(X@w) - y*(X@w))", D, "w", "X.T@(exp(X@w) - y)"),  # Poisson regression
    ("sum(relu(1 - y*(X@w)))", D, "w", "-X.T@(y*where(1 - y*(X@w) > 0, 1, 0))"),  # BV 8.6, hinge
    ("sum(log(cosh(X@w - y)))", D, "w", "X.T@tanh(X@w - y)"),
    ("sum(tanh(X@w))", D, "w", "X.T@(1 - tanh(X@w)**2)"),
    ("sum(softplus(X@w))", D, "w", "X.T@sigmoid(X@w)"),
    ("sum((sigmoid(X@w) - y)**2)/2", D, "w", "X.T@((sigmoid(X@w) - y)*sigmoid(X@w)*sigmoid(-(X@w)))"),
    # scalars
    ("x**5", N, "x", "5*x**4"),
    ("sqrt(x)", N, "x", "1/(2*sqrt(x))"),
    ("1/x", N, "x", "-1/x**2"),
    ("exp(-x**2/2)", N, "x", "-x*exp(-x**2/2)"),
    ("log(x + sqrt(x**2 + 1))", N, "x", "1/sqrt(x**2 + 1)"),
    ("x*log(x) - x", N, "x", "log(x)"),
    ("sin(x)*cos(x)", N, "x", "cos(x)**2 - sin(x)**2"),
    ("sin(x)**2", N, "x", "2*sin(x)*cos(x)"),
    ("tan(x)", N, "x", "1 + tan(x)**2"),
    ("atan(x)", N, "x", "1/(1 + x**2)"),
    ("asin(x)", N, "x", "1/sqrt(1 - x**2)"),
    ("tanh(x)", N, "x", "1 - tanh(x)**2"),
    ("sigmoid(x)", N, "x", "sigmoid(x)*(1 - sigmoid(x))"),
    ("x*sigmoid(x)", N, "x", "sigmoid(x) + x*sigmoid(x)*sigmoid(-x)"),
    ("erf(x)", N, "x", "2*exp(-x**2)/sqrt(pi)"),  # AS 7.1.1
    ("x/(1 + x)", N, "x", "1/(1 + x)**2"),
    ("x/(1 + x**2)", N, "x", "(1 - x**2)/(1 + x**2)**2"),
    ("sin(x)/x", N, "x", "(x*cos(x) - sin(x))/x**2"),
    ("(exp(x) - exp(-x))/2", N, "x", "cosh(x)"),
    ("(a - x)**2 + b*(y - x**2)**2", N, "x", "-2*(a - x) - 4*b*x*(y - x**2)"),  # Rosenbrock
    ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", N, "y", "2*(x**2 + y - 11) + 4*y*(x + y**2 - 7)"),  # Himmelblau
]

# formula, shapes, variable, the textbook's Hessian
HESSIANS = [
    ("x@A@x", V, "x", "A + A.T"),
    ("norm2(x)**2", V, "x", "2*eye(n)"),
    ("norm2(x)", V, "x", "eye(n)/norm2(x) - outer(x, x)/norm2(x)**3"),  # MC 131
    ("norm2(x)**4", V, "x", "4*(x@x)*eye(n) + 8*outer(x, x)"),
    ("exp(a@x)", V, "x", "exp(a@x)*outer(a, a)"),
    ("log(1 + x@x)", V, "x", "2*eye(n)/(x@x + 1) - 4*outer(x, x)/(x@x + 1)**2"),
    ("logsumexp(x)", V, "x", "eye(n)*softmax(x) - outer(softmax(x), softmax(x))"),  # BV 3.1.5
    ("sum(x*log(x))", V, "x", "eye(n)/x"),
    ("-sum(log(x))", V, "x", "eye(n)/x**2"),
    ("norm2(A@x - b)**2/2", V, "x", "A.T@A"),
    ("-sum(log(b - A@x))", V, "x", "A.T@(((1/(b - A@x)**2)[:, None])*A)"),
    ("sum((X@w - y)**2)/2 + lam/2*w@w", D, "w", "X.T@X + lam*eye(n)"),
    ("sum(log(1 + exp(X@w)) - y*(X@w))", D, "w", "X.T@((sigmoid(X@w)*(1 - sigmoid(X@w)))[:, None]*X)"),  # PRML 4.97
    ("sum(exp(X@w) - y*(X@w))", D, "w", "X.T@(exp(X@w)[:, None]*X)"),
    ("sum(log(cosh(x)))", V, "x", "eye(n)*(1 - tanh(x)**2)"),
    (
        "sum((y - tanh(X@w))**2)",
        D,
        "w",
        "X.T@((((2*(1 - tanh(X@w)**2) + 4*(y - tanh(X@w))*tanh(X@w))*(1 - tanh(X@w)**2))[:, None])*X)",
    ),
    ("sum(log(1 + (y - X@w)**2))", D, "w", "X.T@((2/((y - X@w)**2 + 1) - 4*(y - X@w)**2/((y - X@w)**2 + 1)**2)[:, None]*X)"),
    (
        "sum(sqrt(1 + (y - X@w)**2))",
        D,
        "w",
        "X.T@((1/sqrt((y - X@w)**2 + 1) - (y - X@w)**2/((y - X@w)**2 + 1)**(3/2))[:, None]*X)",
    ),
    ("sum(x)**2", V, "x", "2*ones((n, n))"),
]


def declared(formula: str, shapes: dict[str, str], others: str = "") -> dict[str, str]:
    from symgd.readers.text.tokens import tokenize

    names = {token.text for text in (formula, others) if text for token in tokenize(text)}
    return {name: shape for name, shape in shapes.items() if name in names}


def check(derived: sg.Node, loss: sg.Node, expected: str) -> None:
    inputs = {symbol.name: symbol for symbol in loss.symbols}
    from symgd.readers.text.parser import parse

    printed = parse(expected, symbols=inputs)
    assert derived.shape == printed.shape
    assert compare_formulas([printed], [derived], loss)[0] == (Equality.EQUAL, "")
    assert length(derived) <= length(printed), f"{derived}\nis longer than\n{printed}"


@pytest.mark.parametrize(("formula", "shapes", "wrt", "expected"), GRADIENTS, ids=[f"{f} in {w}" for f, _, w, _ in GRADIENTS])
def test_gradients(formula, shapes, wrt, expected):
    loss = sg.formula(formula, shapes=declared(formula, shapes))
    check(sg.gradient(loss, wrt), loss, expected)


@pytest.mark.parametrize(("formula", "shapes", "wrt", "expected"), HESSIANS, ids=[f"{f} in {w}" for f, _, w, _ in HESSIANS])
def test_hessians(formula, shapes, wrt, expected):
    loss = sg.formula(formula, shapes=declared(formula, shapes))
    check(sg.hessian(loss, wrt), loss, expected)


def test_the_table_is_long_enough():
    assert len(GRADIENTS) + len(HESSIANS) >= 100

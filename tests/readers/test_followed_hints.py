"""Hints to code that is traced and to SymPy expressions: where one is followed, the formula has the code's values.

Each row of code is a hint, the function it is given for, and the function in which it was followed.
"""

from __future__ import annotations

import ast
import random
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import scipy.special
import scipy.stats
import sympy as sp
from scipy.spatial import distance

import symgd as sg
from symgd.errors import SymgdError

V = np.array([0.5, -1.25, 2.0])
POSITIVE = np.array([0.5, 1.25, 2.0])
A = np.array([[2.0, 0.5, -1.0], [0.25, 3.0, 1.5], [-0.75, 1.25, 4.0]])
STACK = np.stack([A, A.T, A + np.eye(3)])
MANY = np.zeros((200, 3, 3))
W = np.array([1.5, 0.75, 2.5])
LIST = [1, 2, 1]


def into(value, places, source=None):
    """Return zeros in which something is stored, for functions of one line."""
    out = np.zeros(3)
    out[places] = value
    return out


def with_added(z, more):
    """Return an array that was changed in place."""
    z += more
    return z


def doubled_under_another_name(x, flat):
    """Change an array of which there is a view or a copy."""
    x *= 2
    return flat


def changed(z, place, value):
    """Return an array of which an entry was changed in place."""
    z[place] = value
    return z


def filled(function, *args):
    """Return an array that holds formulas, after a function was called with it."""
    out = np.zeros(3)
    out[0] = function
    return args[0](out, *args[1:])


def sum_by_steps(x, most):
    """Return a sum that ends by values."""
    total = x[0]
    while total < most:
        total = total + x[2]
    return total


def sum_of_chosen(x, most):
    """Return the same sum with a fixed number of steps."""
    total = x[0]
    for _ in range(6):
        total = np.where(total < most, total + x[2], total)
    return total


def sum_of_signs(x):
    """Branch for each of many entries."""
    total = 0.0
    for k in range(9):
        total += x[k % 3] if x[k % 3] > k / 7 else 2 * x[(k + 1) % 3]
        total += x[(k + 1) % 3] if x[(k + 2) % 3] * total > k else total
    return total


def sum_of_signs_chosen(x):
    """Choose with where in the loop."""
    total = 0.0
    for k in range(9):
        total = total + np.where(x[k % 3] > k / 7, x[k % 3], 2 * x[(k + 1) % 3])
        total = total + np.where(x[(k + 2) % 3] * total > k, x[(k + 1) % 3], total)
    return total


def with_check(x):
    """Raise an error of its own for some values."""
    if x[0] <= 0:
        raise ValueError("the first entry is negative")
    return x * np.log(x[0])


def changed_behind(z, view):
    """Change an array in place after something was made of it."""
    other = view(z)
    z += 1.0
    return other


def factor_of_rows(x):
    """Return R of QR, up to the signs of its rows."""
    return np.linalg.cholesky(x.T @ x).T


GENERATOR = random.Random(1)

CODE = [
    ("count them: 1.0*(x > 0)", lambda x: np.argwhere(x > 0), lambda x: np.cumsum(1.0 * (x > 0)), V),
    ("count them: 1.0*(x > 0)", lambda x: np.diff(x > 0), lambda x: np.diff(1.0 * (x > 0)), V),
    ("use np.where", lambda x: np.unique(x), lambda x: np.where(x == x[0], x, 0), V),
    ("np.linalg.svd(x, compute_uv=False)", lambda x: np.linalg.svd(x)[1], lambda x: np.linalg.svd(x, compute_uv=False), A),
    ("np.where(condition, a, b)", lambda x: into(np.where(x > 0), 0), lambda x: np.where(x > 0, x, 0.0), V),
    ("np.where(condition, a, b)", lambda x: x * np.where(x > 0)[0], lambda x: x * np.where(x > 0, x, 0.0), V),
    ("np.where(condition, a, b)", lambda x: np.where(x > 0), lambda x: np.where(x > 0, x, 0.0), A),
    (
        "np.sum(weights)",
        lambda x: np.average(x, weights=x**2, returned=True),
        lambda x: np.average(x, weights=x**2) * np.sum(x**2),
        V,
    ),
    ("order is 'C' or 'F'", lambda x: np.ravel(x, order="K"), lambda x: np.ravel(x, order="F"), A),
    ("one number for all entries", lambda x: np.repeat(x, LIST), lambda x: np.repeat(x, 2), V),
    ("give both branches", lambda x: np.where(x > 0, x), lambda x: np.where(x > 0, x, 2.0), V),
    (
        "write it with NumPy's functions, or declare it with symgd.extend",
        lambda x: scipy.special.comb(x, 2),
        lambda x: x * (x - 1) / 2,
        V,
    ),
    (
        "write it with NumPy's functions: SciPy's trapezoid makes an array of its argument",
        lambda x: scipy.integrate.trapezoid(x),
        lambda x: np.sum(x[1:] + x[:-1]) / 2,
        V,
    ),
    ("leave it out", lambda x: np.linalg.lstsq(x, V, rcond=0.1)[0], lambda x: np.linalg.lstsq(x, V)[0], A),
    ("leave it out, or np.round(x)", lambda x: x * np.round(x, 2), lambda x: x * np.round(x), V),
    ("give the axis along which they run", lambda x: np.average(x, weights=W), lambda x: np.average(x, weights=W, axis=0), A),
    (
        "leave it out",
        lambda x: x * np.isclose(x, 0.5, equal_nan=True),
        lambda x: x * np.isclose(x, 0.5),
        V,
    ),
    ("floor(x) rounds inside a formula", lambda x: x.astype(int) * x, lambda x: np.floor(x) * x, V),
    ("draw the numbers outside", lambda x: x * GENERATOR.random(), lambda x, number=0.25: x * number, V),
    ("loop a fixed number of times", lambda x: sum_by_steps(x, 9.0), lambda x: sum_of_chosen(x, 9.0), V),
    ("choose inside of the loop with np.where", sum_of_signs, sum_of_signs_chosen, V),
    ("return the formula", lambda x: None, lambda x: 2 * x, V),
    ("return the formula", lambda x: x if x[0] > 0 else None, lambda x: x if x[0] > 0 else 2 * x, V),
    ("return arrays of one shape", lambda x: x if x[0] > 0 else x[:2], lambda x: x[:2] if x[0] > 0 else 2 * x[1:], V),
    ("declare the input so that this cannot happen", with_check, lambda x: x * np.log(x[0]), V),
    ("write z = z + … instead of z += …", lambda x: with_added(np.zeros(1), x), lambda x: np.zeros(1) + x, V),
    ("write z = z + … instead of z += …", lambda x: with_added(x[:1] * 1, x), lambda x: x[:1] * 1 + x, V),
    ("write z = z + … instead of z += …", lambda x: with_added(into(x[0], 0), A * x), lambda x: into(x[0], 0) + A * x, V),
    ("write z = z + … instead of z += …", lambda x: with_added(x.T, 1.0), lambda x: x.T + 1.0, A),
    (
        "write z = z + … instead of z += …, or change a .copy()",
        lambda x: with_added(x, 1.0),
        lambda x: with_added(x.copy(), 1.0),
        A,
    ),
    ("write c = c + … instead of c += …", lambda x: with_added(x > 0, x), lambda x: (x > 0) + x, V),
    ("write out = np.where(condition, new, out)", lambda x: into(x[0], x), lambda x: np.where(x > 0, x[0], np.zeros(3)), V),
    ("take its entry first", lambda x: into(x, 0), lambda x: into(x[1], 0), V),
    ("store: out[places] = …", lambda x: filled(x[0], np.put, [1], [x[1]]), lambda x: changed(into(x[0], 0), 1, x[1]), V),
    ("NumPy's functions take it", lambda x: into(x[0], 0).sort(), lambda x: np.sort(into(x[0], 0)), V),
    ("np.zeros makes an array of zeros", lambda x: changed(np.empty(3), 0, x[0]) * 2, lambda x: into(x[0], 0) * 2, V),
    (
        "broadcast the array first",
        lambda x: np.sum(x, where=A > 0),
        lambda x: np.sum(np.broadcast_to(x, (3, 3)), where=A > 0),
        V,
    ),
    ("take an entry, or use NumPy's function", lambda x: x * float(x), lambda x: x * float(x[0]), V),
    ("take an entry, or use NumPy's function", lambda x: __import__("math").sin(x), lambda x: np.sin(x), V),
    (
        "count them: np.array([1.0*(x[0] > 0), …])",
        lambda x: np.array([x[0] > 0, x[1]]),
        lambda x: np.array([1.0 * (x[0] > 0), x[1]]),
        V,
    ),
    (
        "[condition]",
        lambda x: np.piecewise(x, x > 0, [lambda x: x, 2.0]),
        lambda x: np.piecewise(x, [x > 0], [lambda x: x, 2.0]),
        A,
    ),
    (
        "write np.where(condition, …, …)",
        lambda x: np.piecewise(x, [x > 0], [lambda x: x[::-1], 2.0]),
        lambda x: np.where(x > 0, x[::-1], 2.0),
        V,
    ),
    ("give whole numbers", lambda x: np.delete(x, x), lambda x: np.delete(x, [1]), V),
    (
        "np.interp(x % period, …)",
        lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 0.0], period=2.0),
        lambda x: np.interp(x % 2.0, [0.0, 1.0, 2.0], [0.0, 1.0, 0.0]),
        V,
    ),
    (
        "scale the rows by the roots of the weights",
        lambda x: np.cov(x, aweights=W),
        lambda x: (x * np.sqrt(W)) @ (x * np.sqrt(W)).T,
        A,
    ),
    ("take a smaller ddof", lambda x: np.cov(x, ddof=3), lambda x: np.cov(x, ddof=2), A),
    ("write it with", lambda x: scipy.special.airy(x)[0], lambda x: np.sin(x) * np.sqrt(x), POSITIVE),
    (
        "declare it positive, or give a number",
        lambda x: scipy.special.logsumexp(x, b=-x),
        lambda x: scipy.special.logsumexp(x, b=2.0),
        V,
    ),
    ("declare it positive, or give a number", lambda x: scipy.special.huber(x[0], x), lambda x: scipy.special.huber(1.5, x), V),
    (
        "give positive weights",
        lambda x: scipy.special.logsumexp(x, b=-1.0, return_sign=True)[0],
        lambda x: scipy.special.logsumexp(x, b=1.0),
        V,
    ),
    (
        "write the formula; of scipy.stats.norm there are pdf,",
        lambda x: scipy.stats.norm.interval(x),
        lambda x: scipy.stats.norm.pdf(x),
        V,
    ),
    (
        "write the ones in",
        lambda x: scipy.linalg.solve_triangular(x, V, unit_diagonal=True),
        lambda x: scipy.linalg.solve_triangular(np.triu(x, 1) + np.eye(3), V),
        A,
    ),
    ("leave it out", lambda x: scipy.linalg.solve(x, V, assume_a="banded"), lambda x: scipy.linalg.solve(x, V), A),
    (
        "write the formula; known are euclidean,",
        lambda x: distance.cdist(x, x, "cosine"),
        lambda x: distance.cdist(x, 2 * x, "cityblock"),
        A,
    ),
    (
        "np.where(mask, x, 0) keeps all entries; out[mask] = f(x[mask]) and np.sum(x[mask]) are known",
        lambda x: x[x > 0],
        lambda x: np.where(x > 0, x, 0) + np.sum(x[x > 0]),
        V,
    ),
    (
        "out[mask] = x[mask] stores those in the same places; or out = np.where(mask, x, out)",
        lambda x: into(x, x > 0),
        lambda x: into(x[x > 0], x > 0) + np.where(x > 1, x, np.zeros(3)),
        V,
    ),
    ("write the formula for one matrix", lambda x: np.linalg.inv(x), lambda x: np.linalg.inv(x[0] + np.eye(3)), MANY),
    (
        "index with None and multiply",
        lambda x: np.einsum("...i,...i", x, np.ones((2, 4, 3))),
        lambda x: np.sum(x[None, :3] * np.ones((2, 3, 3)), axis=-1),
        A,
    ),
    ("write ... behind ->", lambda x: np.einsum("...i->i", x), lambda x: np.einsum("...i->...i", x), A),
    ("compute in the function itself", lambda x: __import__("pickle").dumps(x), lambda x: x * 2, V),
    (
        "np.where(condition, a, b), np.any(condition) or np.all(condition)",
        lambda x: x if x > 0 else -x,
        lambda x: np.where(x > 0, x, -x) + (1.0 if np.any(x > 1) else 2.0) + (1.0 if np.all(x > -2) else 2.0),
        V,
    ),
    (
        "change a .copy(), choose with np.where, or collect the entries: np.array([x[0], 2*x[1]])",
        lambda x: changed(x, 0, 1.0),
        lambda x: changed(x.copy(), 0, 1.0) + np.array([x[0], 2 * x[1], 1.0]) + np.where(x > 0, x, 1.0),
        V,
    ),
    ("join conditions with & and |", lambda x: changed(x > 0, 0, False) * x, lambda x: ((x > 0) & (x < 1) | (x > 2)) * x, V),
    ("z = np.where(condition, new, z)", lambda x: changed(x * 1, np.floor(x), 0.0), lambda x: np.where(x > 0, 0.0, x * 1), V),
    ("np.where(condition, a, b)", lambda x: {x[0] > 0: 1.0}[True] * x, lambda x: np.where(x[0] > 0, 1.0, 2.0) * x, V),
    (
        "x in (1.0, 2.0) and x == 1.0 compare values",
        lambda x: x * (x[0] in {1.0, 0.5}),
        lambda x: x * (1.0 if x[0] in (1.0, 0.5) else 2.0) + (1.0 if x[0] == 0.5 else 3.0),
        V,
    ),
    (
        "an array of whole numbers takes no formulas: make it of floating point numbers, as np.zeros(3) does",
        lambda x: changed(np.zeros(3, dtype=int), 0, x[0]),
        lambda x: changed(np.zeros(3), 0, x[0]),
        V,
    ),
    (
        "a formula does not fit into an array of numbers; collect the entries: np.array([x[0], 2*x[1]])",
        lambda x: changed(V.copy(), 0, x[0]),
        lambda x: np.array([x[0], 2 * x[1]]),
        V,
    ),
    (
        "make it by np.zeros(x.shape), or write .copy()",
        lambda x: changed(np.empty_like(x), (0, 0), x[0, 1]).ravel(),
        lambda x: changed(np.zeros(x.shape), (0, 0), x[0, 1]).ravel() + changed(0 * x, (0, 0), x[0, 1]).copy().ravel(),
        A,
    ),
    (
        "write .copy() behind reshape, or z = z + … instead of z += …",
        lambda x: changed_behind(x * 2, lambda z: z.reshape(9)),
        lambda x: changed_behind(x * 2, lambda z: z.reshape(9).copy()) + (x * 2 + 1.0).reshape(9),
        A,
    ),
    (
        "write z = z + … instead of z += …",
        lambda x: changed_behind(np.array(x[0]), lambda z: z),
        lambda x: np.array(x[0]) + 1.0,
        V,
    ),
    ("np.linalg.cholesky(A.T @ A).T is R up to the signs of its rows", lambda x: np.linalg.qr(x)[1], factor_of_rows, A),
    (
        "np.linalg.svd(x, compute_uv=False)",
        lambda x: np.linalg.matrix_rank(x) * x,
        lambda x: np.linalg.svd(x, compute_uv=False),
        A,
    ),
    ("np.linalg.eigh of a symmetric matrix", lambda x: np.linalg.eig(x)[0], lambda x: np.linalg.eigh(x + x.T)[0], A),
    ("np.linalg.eigvalsh of a symmetric matrix", lambda x: np.linalg.eigvals(x), lambda x: np.linalg.eigvalsh(x + x.T), A),
    ("conditions compare values", lambda x: np.where(np.isnan(x), 0.0, x), lambda x: np.where(x > 1, 0.0, x), V),
    ("np.convolve is known", lambda x: np.fft.fft(x), lambda x: np.convolve(x, x), V),
]
"""The hint, the mistake, the code that follows it, and values of the argument."""


def hint_of(ask):
    with pytest.raises(SymgdError) as caught:
        ask()
    return caught.value.hint or ""


def argument(value):
    return sg.tensor("x", tuple(map(str, value.shape)))


@pytest.mark.parametrize(("hint", "mistake", "followed", "value"), CODE, ids=range(len(CODE)))
def test_code_in_which_a_hint_is_followed_is_traced(hint, mistake, followed, value):
    x = argument(value)
    assert hint_of(lambda: sg.formula(mistake, x)).startswith(hint)
    formula = sg.formula(followed, x)
    np.testing.assert_allclose(sg.lambdify([x], formula)(value), followed(value.copy()), rtol=1e-12)


NAMED = sg.tensor("x", "n")
NUMBERED = sg.tensor("x", "3")
MATRIX = sg.tensor("X", "n k")


def traced(function, *inputs):
    """Return what traces a function of such inputs."""
    return lambda: sg.formula(function, *inputs)


def doubled(x, factor):
    """Return a multiple."""
    return x * factor


SIZES = [
    (
        "declare the sizes as numbers",
        traced(lambda x: x * np.array_equal(x, x[1:]), NAMED),
        traced(lambda x: x * np.array_equal(x, x[1:]), NUMBERED),
    ),
    (
        "declare the input with numbers for its sizes",
        traced(lambda x: changed(np.full(x.shape, 2.0), 0, x[0]), NAMED),
        traced(lambda x: changed(np.full(x.shape, 2.0), 0, x[0]), NUMBERED),
    ),
    (
        "declare the input with numbers for its sizes",
        traced(lambda x: changed(np.zeros(3), slice(None), x), NAMED),
        traced(lambda x: changed(np.zeros(3), slice(None), x), NUMBERED),
    ),
    ("give the size", traced(lambda x: np.insert(x, 1, 2.0), NAMED), traced(lambda x: np.insert(x, 1, 2.0), NUMBERED)),
    ("cdist(X, X) has all pairs", traced(distance.pdist, MATRIX), traced(lambda x: distance.cdist(x, x), MATRIX)),
    (
        'shapes={"x": "n", …} by the names of the arguments, or one input for each of them, in their order',
        traced(doubled, NAMED),
        lambda: [sg.formula(doubled, shapes={"x": "n", "factor": ""}), sg.formula(doubled, NAMED, sg.scalar("factor"))],
    ),
]
"""Hints to inputs whose sizes have names: the mistake, and what follows the hint."""

I, J, N = sp.symbols("i j n", integer=True)  # noqa: E741
U, B = sp.IndexedBase("u"), sp.IndexedBase("B")
C, D = sp.IndexedBase("C", shape=(N,)), sp.IndexedBase("C", shape=(2 * N,))
X = sp.Symbol("x", real=True)
G = sp.Function("g")


def read(*expressions):
    """Return what reads SymPy expressions."""
    return lambda: [sg.formula(expression) for expression in expressions]


def written(text, **shapes):
    """Return what writes a formula in SymPy."""
    return lambda: sg.formula(text, shapes=shapes).to_sympy()


def written_back(expression):
    """Return what writes a SymPy expression in SymPy."""
    return lambda: sg.formula(expression).to_sympy()


def compiled(expression):
    """Return what compiles a SymPy expression."""
    return lambda: sg.lambdify([X], sg.formula(expression))


def derived(expression):
    """Return what derives and checks a SymPy expression."""
    return lambda: sg.check_gradient(expression, X, gradient=sg.gradient(expression, X)).raise_if_wrong()


M = sp.MatrixSymbol("M", 2, 2)
K = sp.Symbol("k", real=True)
HALF_ORDER = sp.assoc_legendre(2, sp.Rational(1, 2), X)
HYPERGEOMETRIC = sp.hyper([1, 2, 3], [4, 5], X)
SYMPY = [
    ("carry it out first, with doit()", read(sp.Integral(X**2, X)), read(sp.Integral(X**2, X).doit())),
    (
        "add (expression, True) as its last branch",
        read(sp.Piecewise((X, X > 0))),
        read(sp.Piecewise((X, X > 0), (-X, True))),
    ),
    ("it can be derived and checked, but not compiled", compiled(HALF_ORDER), derived(HALF_ORDER)),
    ("it can be derived and checked, but not compiled", compiled(HYPERGEOMETRIC), derived(HYPERGEOMETRIC)),
    ("rewrite it with the functions listed", read(sp.totient(X)), read(sp.sin(X))),
    ("give it a number", written("max(u)", u="n"), written("max(u)", u="3")),
    (
        "declare its shape: IndexedBase('u', shape=(n,))",
        read(sp.Sum(U[I], (I, 0, N)) + sp.Sum(U[J], (J, 0, 2 * N))),
        read(sp.Sum(C[I], (I, 0, N - 1))),
    ),
    ("an index starts at a number", read(sp.Sum(B[I], (I, N, 2 * N))), read(sp.Sum(C[I], (I, 2, N - 1)))),
    (
        "end the outer sum before that",
        read(sp.Sum(B[I] * B[J], (J, I, 3), (I, 0, 6))),
        read(sp.Sum(B[I] * B[J], (J, I, 3), (I, 0, 3))),
    ),
    ("sum over it, or use a number", read(B[I] ** 2), read(sp.Sum(B[I] ** 2, (I, 0, N - 1)), B[1] ** 2)),
    (
        "give one of them another name",
        read(sp.Sum(B[I], (I, 0, N - 1)) + sp.Symbol("B")),
        read(sp.Sum(B[I], (I, 0, N - 1)) + X),
    ),
    ("give it a name of its own", read(X + sp.Dummy("x", real=True)), read(X + sp.Dummy("z", real=True))),
    (
        "use one IndexedBase everywhere",
        read(sp.Sum(D[I] * C[I], (I, 0, N - 1))),
        read(sp.Sum(C[I] * C[I], (I, 0, N - 1))),
    ),
    ("use one symbol everywhere", read(X * sp.Symbol("x", positive=True)), read(X * X)),
    (
        "index it too: A[i, j]",
        read(sp.Sum(sp.Trace(B[I] * M), (I, 0, 1))),
        read(sp.Sum(B[I] * M[J, J], (J, 0, 1), (I, 0, 1))),
    ),
    ("symgd is for real formulas", read(sp.Symbol("x", imaginary=True)), read(X)),
    ("symgd is for real formulas", read(X * sp.I), read(X)),
    ("give an exact number, sympy.Integer(10)**400", read(X + sp.Float("1e400")), read(X + sp.Integer(10) ** 400)),
    ("give it another name", read(sp.Function("relu")(X)), read(G(X))),
    ("substitute a formula for it first", compiled(G(X)), compiled(G(X).subs(G(X), X**2))),
    ("use two inputs", written_back(G(X, X).diff(X, 3)), written_back(G(X, K).diff(X, 3))),
]
"""Hints to SymPy expressions."""


@pytest.mark.parametrize(("hint", "mistake", "followed"), SIZES + SYMPY, ids=range(len(SIZES + SYMPY)))
def test_a_hint_that_is_followed_helps(hint, mistake, followed):
    assert hint_of(mistake).startswith(hint)
    followed()


ROOT = Path(sg.__file__).parent / "readers"
FILES = sorted([*(ROOT / "numpy").glob("*.py"), *(ROOT / "sympy").glob("*.py")])
NOT_FOLLOWED = {
    "write Sum(…, (i, 0, n - 1))",  # SymPy refuses a sum without bounds itself
    "take a .copy()",  # what is not known of NumPy's functions that share entries
    "give it a .copy()",
    "call it for each array",
    "symgd itself needs no SymPy",
    "give it an input instead",
    "use where(condition, a, b)",  # outside of traced functions
}
"""Hints that need other code than a line, or something that is not there."""


def literals(path):
    """Return the patterns of the hints in a file."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            if keyword.arg == "hint" and isinstance(keyword.value, ast.Constant | ast.JoinedStr):
                parts = keyword.value.values if isinstance(keyword.value, ast.JoinedStr) else [keyword.value]
                yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in parts)


@pytest.fixture(scope="module")
def hints():
    """Return all hints that the mistakes above are given."""
    asked = [lambda mistake=mistake, value=value: sg.formula(mistake, argument(value)) for _, mistake, _, value in CODE]
    asked += [mistake for _, mistake, _ in SIZES + SYMPY]
    return "\n".join([*map(hint_of, asked), *NOT_FOLLOWED])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_hint_is_followed(path, hints):
    assert [pattern for pattern in literals(path) if not re.search(pattern, hints)] == []

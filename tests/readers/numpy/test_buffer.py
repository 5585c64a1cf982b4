"""Arrays that a traced function makes and fills: the formula has the values of NumPy's array, or the function is refused."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError

RNG = np.random.default_rng(11)
VALUES = RNG.normal(size=4)
MATRIX = RNG.normal(size=(4, 4))
x, A = sg.tensor("x", "4"), sg.tensor("A", "4 4")


def compare(function, node, values):
    """Compare values and the directional derivative of a function with those of its formula."""
    formula = sg.formula(function, node)
    got = np.asarray(sg.lambdify([node], formula)(values), dtype=float)
    expected = np.asarray(function(values.copy()), dtype=float)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)
    check = sg.check_gradient(sg.sum(sg.sin(formula)), node, points=1)
    assert check.verdict.name in ("RIGHT", "KINK"), check.explain()
    return formula


# -- functions in the style of Moré & Wild, and of the benchmarks of SciPy ---------------------------------------


def rosenbrock_residuals(x):
    fvec = np.zeros(2)
    fvec[0] = 10 * (x[1] - x[0] ** 2)
    fvec[1] = 1 - x[0]
    return fvec


def powell_singular(x):
    fvec = np.zeros(4)
    fvec[0] = x[0] + 10 * x[1]
    fvec[1] = np.sqrt(5) * (x[2] - x[3])
    fvec[2] = (x[1] - 2 * x[2]) ** 2
    fvec[3] = np.sqrt(10) * (x[0] - x[3]) ** 2
    return fvec


def bard(x):
    y1 = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58]
    fvec = np.zeros(10)
    for i in range(10):
        tmp1, tmp2 = i + 1, 15 - i
        tmp3 = tmp1 if i <= 7 else tmp2
        fvec[i] = y1[i] - (x[0] + tmp1 / (x[1] ** 2 * tmp2 + x[2] ** 2 * tmp3 + 1))
    return fvec


def brown_almost_linear(x):
    n = len(x)
    fvec = np.empty(n)
    total = x.sum() - (n + 1)
    product = 1.0
    for j in range(n):
        product *= x[j]
    for k in range(n - 1):
        fvec[k] = x[k] + total
    fvec[n - 1] = product - 1
    return fvec


def chebyquad(x):
    n = len(x)
    fvec = np.zeros(n)
    for j in range(n):
        t1, t2 = 1.0, 2 * x[j] - 1
        t = 2 * t2
        for i in range(n):
            fvec[i] += t2
            t1, t2 = t2, t * t2 - t1
    iev = -1
    for i in range(n):
        fvec[i] /= n
        if iev > 0:
            fvec[i] += 1 / ((i + 1) ** 2 - 1)
        iev = -iev
    return fvec


def watson(x):
    n, m = len(x), 5
    div = (np.arange(m) + 1) / 29
    s1, s2 = np.zeros(m), np.zeros(m)
    dx = np.ones(m)
    for j in range(1, n):
        s1 += j * dx * x[j]
        dx *= div
    dx = np.ones(m)
    for j in range(n):
        s2 += dx * x[j]
        dx *= div
    fvec = np.zeros(m + 2)
    fvec[:m] = s1 - s2**2 - 1
    fvec[m], fvec[m + 1] = x[0], x[1] - x[0] ** 2 - 1
    return fvec


def trigonometric(x):
    out = np.zeros_like(x)
    for i, xi in enumerate(x):
        out[i] = len(x) - np.sum(np.cos(x)) + (i + 1) * (1 - np.cos(xi)) - np.sin(xi)
    return np.sum(out**2)


def tridiagonal(x):
    J = np.zeros((4, 4))
    for i in range(4):
        J[i, i] = 3 - 4 * x[i]
        if i > 0:
            J[i, i - 1] = -x[i]
        if i < 3:
            J[i][i + 1] = -2.0
    return J @ x


def columns(x):
    out = np.ones((4, 3))
    out[:, 0] = x
    out[:, 1] *= x**2
    out[1:3, 2] += x[:2]
    return out


def helper(y):
    made = np.zeros(4)
    made[1:] = y[:-1]
    return made


def calls_helpers(x):
    def inner(y):
        out = np.full(4, 2.0)
        out[::2] = y[1::2]
        return out

    return helper(x) + inner(x) * np.asarray(x, dtype=float)


def imports_inside(x):
    import numpy
    from numpy import zeros as nil

    out = nil(4)
    out[2] = x[1]
    return out + numpy.asarray_chkfinite(x)


def views_of_what_is_filled(x):
    out = np.zeros((2, 4))
    row, corner, turned, flat = out[1], out[:, ::-1], out.T, out.reshape(-1)
    out[0] = x
    row[1:] = x[:-1] ** 2
    corner[1, 0] = x[2]
    turned[0, 1] += 3 * x[3]
    flat[2] = 7
    return corner + out + turned.T + flat.reshape(2, 4)


def copies_of_what_is_filled(x):
    out = np.zeros(4)
    out[0] = x[0]
    other, chosen = out.copy(), out[[0, 1]]
    out[:] = x[1]
    chosen[1] = x[3]
    return np.concatenate([out, other, chosen])


def shifted_onto_itself(x):
    out = np.array([1.0, 2.0, 3.0, 4.0])
    out[1] = x[1]
    out[1:] = out[:-1]
    return out


def numbers_over_formulas(x):
    out = np.empty(4)
    out[:] = x
    out[1:3] = [5.0, 6.0]
    out[np.array([True, False, False, False])] = x[3]
    out[[0, 3]] -= x[[1, 1]]
    return out


def of_traced_arrays(x):
    z = x * 2
    head = z[:2]
    z[0] = x[3]
    z[2:] = x[:2] ** 2
    y = np.array(x)
    y[1] = 0
    w = x.copy()
    w[-1] += 1
    return head.sum() * z + y + w


def given_out(x):
    out = np.zeros(4)
    np.add(x, 1, out=out)
    np.multiply(out, x, out=out)
    return out


def matrix_of_numbers(x):
    weights = np.eye(4)
    weights[0, 1] = 0.5
    weights *= 2
    if weights[0, 0] > 1 and np.all(weights >= 0):
        weights[1, 0] = -1
    return np.sort(weights, axis=0) @ x + np.linalg.inv(weights) @ x + float(weights[0, 1])


def asks_for_the_type(x):
    out = np.zeros(4)
    out[0] = x[0]
    return out * 2 if isinstance(out, np.ndarray) else out


def flat_and_square(x):
    out = np.full((2, 2), x[0])
    out[1] = out[0] * x[1:3]
    return np.exp(out).ravel() @ out.reshape(4) + out.sum(axis=0) + np.linalg.det(out)


FUNCTIONS = [
    rosenbrock_residuals, powell_singular, bard, brown_almost_linear, chebyquad, watson, trigonometric, tridiagonal, columns, calls_helpers,
    imports_inside, views_of_what_is_filled, copies_of_what_is_filled, shifted_onto_itself, numbers_over_formulas, of_traced_arrays, given_out,
    matrix_of_numbers, flat_and_square, asks_for_the_type,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_filled_array_has_the_values_and_derivatives_of_numpy(function):
    compare(function, x, VALUES)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: helper(x), "concatenate([[0], x[:-1]])"),
        (rosenbrock_residuals, "[10*(x[1] - x[0]**2), 1 - x[0]]"),
        (lambda x: np.array([x[0], 2 * x[1]]), "[x[0], 2*x[1]]"),
        (lambda x: np.asarray(x, dtype=float), "x"),
        (lambda x: np.ones(4) * x, "[1, 1, 1, 1] * x"),
    ],
)  # fmt: skip
def test_the_formula_keeps_the_parts_that_were_stored(function, expected):
    assert str(sg.formula(function, x)) == expected


# -- what is refused ---------------------------------------------------------------------------------------------


def store(text):
    """Return a function that makes an array of zeros, and stores."""
    scope = {"np": np}
    exec("def function(x):\n    out = np.zeros(4)\n    " + "\n    ".join(text.split("; ")) + "\n    return out", scope)
    return scope["function"]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (store("out[x[0]] = 1.0"), "depends on values"),
        (store("out[0] = x"), "stored in one place"),
        (store("out[0] = x[:1]"), "stored in one place"),
        (store("out = np.empty(4); out[0] = x[0]"), "before it has a value"),
        (store("out = np.zeros(4, dtype=int); out[0] = x[0]"), "converted to a whole number"),
        (store("out = np.full(4, 1); out[0] = x[0]"), "converted to a whole number"),
        (store("x[0] = 1.0"), "may have another name"),
        (store("y = np.asarray(x); y[0] = 1.0"), "may have another name"),
        (store("y = 2*x; z = np.flip(y); z[0] = 1.0"), "may have another name"),
        (store("y = x > 0; y[0] = x[1]"), "conditions is changed in place"),
        (store("out[0] = x[0]; np.putmask(out, [True] * 4, 1.0)"), "putmask changes an array"),
        (store("out[0] = x[0]; out.sort()"), "as an array of numbers"),
        (store("out.flat[0] = x[0]"), "attribute flat"),
        (store("out[0] = x[0]; np.add.at(out, [0], 1.0)"), "shares or changes"),
        (store("out += np.ones((2, 4)) * x"), "changed in place to the shape"),
        (store("y = memoryview(out.__array__()); out[0] = x[0]"), "code which is not traced"),
        (store("out = np.zeros((2, 2)); a, b = np.broadcast_arrays(out, x[0]); out[0, 0] = x[0]; out = a"), "several arrays|shares"),
    ],
)  # fmt: skip
def test_what_numpy_would_not_do_or_what_depends_on_values_is_refused(function, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, x)


def test_errors_of_numpy_keep_their_words():
    for text in ("out[1:] = x", "out[7] = x[0]"):
        with pytest.raises((ValueError, IndexError), match="broadcast|out of bounds"):
            sg.formula(store(text), x)


def test_a_store_of_a_named_size_is_refused():
    for function in (lambda v: helper(v), lambda v: np.empty(v.shape)):
        with pytest.raises((ShapeError, UnsupportedError), match="named size"):
            sg.formula(function, sg.tensor("v", "n"))


def test_zeros_like_of_a_matrix_lies_in_memory_as_it_does():
    def function(A):
        out = np.zeros_like(A)
        flat = out.ravel()
        out[0] = A[0]
        return flat

    with pytest.raises(UnsupportedError, match="view or a copy"):
        sg.formula(function, A)


def test_numpy_itself_is_not_touched_and_threads_do_not_meet():
    entered, checked, found = threading.Event(), threading.Event(), []

    def function(x):
        out = np.zeros(4)
        entered.set()
        assert checked.wait(60)
        out[0] = x[0]
        return out

    def look():
        assert entered.wait(60)
        found.append((type(np.zeros(4)), type(np.asarray([1.0])), max(1, 2), type(helper(np.ones(4)))))
        checked.set()

    thread = threading.Thread(target=look)
    thread.start()
    sg.formula(function, x)
    thread.join(60)
    assert found == [(np.ndarray, np.ndarray, 2, np.ndarray)]


# -- any program of stores ---------------------------------------------------------------------------------------

PLACES = [
    "{}[0]",
    "{}[-1]",
    "{}[1:3]",
    "{}[::-1]",
    "{}[:]",
    "{}[[0, 2]]",
    "{}[[1, 1]]",
    "{}[np.array([True, False, True, False])]",
]
OPERATIONS = ["=", "+=", "*=", "-="]
RIGHT = ["x[1]", "x[0]*x[2]", "2.5", "x.sum()", "a[2]", "b[1]", "a[0]*x[3]", "b.sum()"]
MADE = ["a[:]", "a[::-1]", "a.copy()", "a*1.0", "np.asarray(a)", "np.array(a)", "a.reshape(2, 2).T.ravel()", "a.reshape(2, 2).ravel()", "a[[3, 2, 1, 0]]", "np.flip(a)", "np.exp(a)"]  # fmt: skip
MAKERS = [
    "np.zeros(4)",
    "np.ones(4)",
    "np.full(4, x[1])",
    "np.zeros_like(x)",
    "x.copy()",
    "x*2",
    "np.array([x[0], 1.0, 2.0, x[3]])",
]
STORES = st.tuples(st.sampled_from("ab"), st.sampled_from(PLACES), st.sampled_from(OPERATIONS), st.sampled_from(RIGHT))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MAKERS), st.lists(STORES, max_size=2), st.sampled_from(MADE), st.lists(STORES, min_size=1, max_size=4))
def test_a_program_of_stores_into_two_arrays_is_followed_or_refused(maker, first, made, then):
    lines = ["def function(x):", f"    a = b = {maker}"]
    lines += [f"    {place.format(array)} {operation} {right}" for array, place, operation, right in first]
    lines += [f"    b = {made}"]
    lines += [f"    {place.format(array)} {operation} {right}" for array, place, operation, right in then]
    scope = {"np": np}
    exec("\n".join([*lines, "    return np.stack([a, b])"]), scope)
    try:
        formula = sg.formula(scope["function"], x)
    except UnsupportedError:
        assert maker in ("x.copy()", "x*2", "np.array([x[0], 1.0, 2.0, x[3]])")
        return
    expected = scope["function"](VALUES.copy())
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(sg.lambdify([x], formula)(VALUES), expected, rtol=1e-9)

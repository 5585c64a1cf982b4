"""Every function that takes data, with data of every kind: the same numbers give the same result, and nothing else is read.

A row of `ENTRANCES` hands two numbers over and returns what shows which numbers were read. A row of `READ` is a value and the two
float64 numbers that it is; a row of `REFUSED` is a value and a part of the message.
"""

from __future__ import annotations

import datetime
import functools
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.sparse
import sympy as sp

import symgd as sg
from symgd import testing
from symgd.errors import DataError, SymgdError, UnsupportedError

READ = {
    "list": ([0.5, 2], [0.5, 2.0]),
    "numbers of NumPy": ([np.float32(0.5), np.int8(2)], [0.5, 2.0]),
    "int8": (np.array([3, 2], np.int8), [3.0, 2.0]),
    "booleans": (np.array([True, True]), [1.0, 1.0]),
    "float16": (np.array([0.5, 2], np.float16), [0.5, 2.0]),
    "longdouble": (np.array([0.5, 2], np.longdouble), [0.5, 2.0]),
    "matrix laid out as a memory map": (np.array([0.5, 2.0]).view(np.memmap), [0.5, 2.0]),
    "fractions": ([Fraction(1, 2), Fraction(2)], [0.5, 2.0]),
    "decimals": ([Decimal("0.5"), Decimal(2)], [0.5, 2.0]),
    "SymPy": ([sp.Rational(1, 2), sp.Integer(2)], [0.5, 2.0]),
    "mpmath": ([mpmath.mpf("0.5"), mpmath.mpf(2)], [0.5, 2.0]),
    "objects": (np.array([0.5, 2], dtype=object), [0.5, 2.0]),
    "nothing masked": (np.ma.array([0.5, 2.0], mask=[False, False]), [0.5, 2.0]),
}
REFUSED = {
    "masked": (np.ma.array([0.5, 2.0], mask=[False, True]), r"masked at \[1\]"),
    "masked in a list": ([0.5, np.ma.masked], "is masked"),
    "complex": (np.array([0.5, 2.0 + 0j]), "complex"),
    "dates": (np.array(["2020-01-01", "2020-01-02"], "M8[ns]"), "dates"),
    "durations": (np.array([1, 2], "m8[ns]"), "durations"),
    "durations of Python": ([datetime.timedelta(1), datetime.timedelta(2)], "timedelta|1 day"),
    "structured": (np.array([(0.5,), (2.0,)], [("a", float)]), "structured array with the fields 'a'"),
    "texts": (np.array(["0.5", "2"]), "texts"),
    "text in a list": ([0.5, "2"], "texts|'2'|str cannot stand"),
    "bytes": (np.array([b"0.5", b"2"]), "bytes"),
    "None": (None, "None|compared at a point|a centre and a radius"),
    "None in a list": ([0.5, None], "None"),
    "set": ({0.5, 2.0}, "array of numbers|set cannot stand"),
    "generator": ((k for k in (0.5, 2.0)), "array of numbers|generator cannot stand"),
    "integer": ([10**400, 2], "larger than a float holds|a float holds 308"),
    "decimal": ([Decimal("1e400"), 2], "larger than a float holds|a float holds 308"),
    "ragged": ([[0.5], [2.0, 3.0]], "lengths|rows|not nested|shape"),
    "sparse": (scipy.sparse.csr_matrix([[0.5, 2.0]]), "sparse matrix|csr_matrix cannot stand"),
}


@functools.cache
def formula(text: str, shape: str = "2") -> sg.Node:
    """Return a formula of vectors w and x."""
    return sg.formula(text, shapes={name: shape for name in "wx" if name in text})


@functools.cache
def compiled(text: str, *names: str):
    """Return a compiled formula."""
    return sg.lambdify(list(names), formula(text))


@functools.cache
def hessian():
    """Return the compiled Hessian of sum(w**3), an operator."""
    return sg.lambdify("w", sg.structure(sg.hessian(formula("sum(w**3)"), "w"), "w"))


@functools.cache
def objective():
    """Return sum(w**3) as an objective."""
    return sg.objective(formula("sum(w**3)"), "w")


@functools.cache
def derivation():
    """Return the derivation of sum(w**3)."""
    return sg.derivation(formula("sum(w**3)"), "w")


def told(check) -> list[float]:
    """Return what is claimed and what is true where a wrong claim differs most."""
    assert str(check.verdict) == "WRONG"
    return [check.worst.claimed, check.worst.reference]


def failure(assertion, *arguments, **more) -> str:
    """Return how an assertion fails."""
    with pytest.raises(sg.GradientError) as caught:
        assertion(*arguments, **more)
    return str(caught.value)


def verified(values) -> str:
    """Return how a registered function fails at a point."""
    function = sg.verified(formula("sum(w**3)"), wrt="w", what="gradient", at={"w": values})(lambda w: 2 * w**2)
    return failure(testing.assert_verified, function)


CUBES, SQUARES = "sum(w**3)", "mean((w - x)**2)"
ENTRANCES = {
    "compiled formula": lambda v: compiled("2*w", "w")(v),
    "compiled formula of scalars": lambda v: compiled("2*s", "s")(v),
    "compiled formula of a scalar and an array": lambda v: compiled("s*sum(w)", "s", "w")(3.0, v),
    "compiled Hessian": lambda v: hessian()(v).dense(),
    "matvec": lambda v: hessian()([1.0, 2.0]).matvec(v),
    "product": lambda v: hessian()([1.0, 2.0]) @ v,
    "solve": lambda v: hessian()([1.0, 2.0]).solve(v),
    "minimize, data": lambda v: sg.minimize(formula(SQUARES), "w", data={"x": v}, start=[0.0, 0.0], epochs=2).x,
    "minimize, start": lambda v: sg.minimize(formula(CUBES), "w", start=v, epochs=0).x,
    "minimize, start by name": lambda v: sg.minimize(formula(CUBES), "w", start={"w": v}, epochs=0).x,
    "minimize, safe": lambda v: (
        sg.minimize(formula("sum(x*w**2)"), "w", data={"x": v}, start=[1.0, 1.0], epochs=2, step_size="safe").x
    ),
    "objective, data": lambda v: sg.objective(formula(SQUARES), "w", {"x": v}).data[0],
    "objective.fun": lambda v: objective().fun(v),
    "objective.jac": lambda v: objective().jac(v),
    "objective.hess": lambda v: objective().hess(v).dense(),
    "objective.hessp, point": lambda v: objective().hessp(v, [1.0, 3.0]),
    "objective.hessp, vector": lambda v: objective().hessp([1.0, 3.0], v),
    "objective.pack": lambda v: objective().pack({"w": v}),
    "objective.unpack": lambda v: objective().unpack(v),
    "convexity, data": lambda v: str(sg.convexity(formula("sum(x*w**2)"), "w", data={"x": v})),
    "safe_learning_rate, data": lambda v: float(sg.safe_learning_rate(formula("sum(x*w**2)"), "w", {"x": v}).rate),
    "curvature_bounds, data": lambda v: str(sg.curvature_bounds(formula("sum(x*w**2)"), "w", {"x": v})),
    "curvature_bounds, around": lambda v: str(sg.curvature_bounds(formula("sum(w**4)"), "w", around=v, radius=1.0)),
    "check_gradient, at": lambda v: told(sg.check_gradient(formula(CUBES), "w", gradient="2*w**2", at={"w": v})),
    "check_jacobian, at": lambda v: told(sg.check_jacobian(formula("w**2"), "w", jacobian="diag(w)", at={"w": v})),
    "check_hessian, at": lambda v: told(sg.check_hessian(formula(CUBES), "w", hessian="diag(w)", at={"w": v})),
    "check_value, at": lambda v: told(sg.check_value(formula(CUBES), "2*sum(w**2)", at=[{"w": v}])),
    "accuracy, at": lambda v: str(sg.accuracy(formula(CUBES), at={"w": v})),
    "accuracy, at several numbers": lambda v: str(sg.accuracy("s**3", at={"s": v})),
    "derivation.text": lambda v: derivation().text(at={"w": v}),
    "derivation.adjoints": lambda v: derivation().adjoints({"w": v})["w"],
    "check of code": lambda v: told(sg.check_gradient(lambda w: np.sum(w**3), lambda w: 2 * w**2, at=v)),
    "check of code with parameters": lambda v: told(
        sg.check_gradient(lambda p: np.sum(p["w"] ** 3), lambda p: {"w": 2 * p["w"] ** 2}, at={"w": v})
    ),
    "check of code's Jacobian": lambda v: told(sg.check_jacobian(lambda w: w**2, np.diag, at=v)),
    "check of code's Hessian": lambda v: told(sg.check_hessian(lambda w: np.sum(w**3), np.diag, at=v)),
    "what a function returns": lambda v: told(sg.check_gradient(lambda w: np.sum(w**3), lambda w: v, at=[1.0, 3.0])),
    "what a function returns for a formula": lambda v: told(
        sg.check_gradient(formula(CUBES), "w", gradient=lambda w: v, at={"w": [1.0, 3.0]})
    ),
    "assert_gradient": lambda v: failure(testing.assert_gradient, lambda w: np.sum(w**3), lambda w: 2 * w**2, at=v),
    "assert_matches": lambda v: failure(testing.assert_matches, formula(CUBES), lambda w: 2 * np.sum(w**2), at={"w": v}),
    "verified": verified,
    "hvp": lambda v: sg.lambdify("w", sg.hvp(formula(CUBES), "w", v))([1.0, 3.0]),
    "jvp": lambda v: sg.lambdify("w", sg.jvp(formula("w**2"), "w", v))([1.0, 3.0]),
    "vjp": lambda v: sg.lambdify("w", sg.vjp(formula("w**2"), "w", v))([1.0, 3.0]),
}
ENTRANCES_OF_NUMBERS = {
    "taylor, at": lambda v: str(sg.taylor("exp(s)", "s", at=v, order=1)),
    "remainder": lambda v: str(sg.taylor("exp(s)", "s").bound({"s": (0, v)})),
    "classify": lambda v: str(sg.classify("(s - 1)**2", {"s": v})),
    "convexity, domain": lambda v: str(sg.convexity("s**3", domain={"s": (v, None)})),
    "stationary_points, domain": lambda v: str(sg.stationary_points("s**3 - 3*s", domain={"s": (v, None)})),
    "lower bound": lambda v: str(sg.scalar("s", lower=v).facts.interval),
    "learning rate": lambda v: sg.LearningRate(v).rate,
    "step size": lambda v: sg.minimize("s**2", "s", start=1.0, step_size=v, epochs=1).x,
    "tolerance": lambda v: sg.minimize("s**2", "s", start=3.0, gradient_tolerance=v, epochs=2).x,
    "radius": lambda v: str(sg.curvature_bounds("s**4", "s", around=0, radius=v)),
    "factor": lambda v: str(sg.scalar("s") * v),
    "epochs": lambda v: sg.minimize("s**2", "s", start=1.0, step_size=0.1, epochs=v).epochs,
    "adjoints": lambda v: sg.derivation("s**2", "s").adjoints({"s": v})["s"],
}
ONE = {
    "array without axes": np.array(1),
    "int8": np.int8(1),
    "SymPy": sp.Integer(1),
    "longdouble": np.longdouble(1),
    "Fraction": Fraction(1),
    "mpmath": mpmath.mpf(1),
}
NO_NUMBER = {
    "masked": np.ma.masked,
    "masked integer": np.ma.array(1, mask=True),
    "duration": np.timedelta64(1, "ns"),
    "duration in an array": np.array(1, "m8[ns]"),
    "date": np.datetime64(1, "ns"),
    "complex": np.complex128(1),
    "complex of Python": 1 + 0j,
    "structured": np.zeros((), [("a", int)])[()],
    "bytes": np.bytes_(b"1"),
}
TAKES_COMPLEX = {name for name in ENTRANCES if name.startswith("compiled")} | {"matvec", "product"}
FORMULAS = {"hvp", "jvp", "vjp"}
"""What is given stands in a formula: exact, and no array of another library."""


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("entrance", ENTRANCES)
def test_the_same_numbers_give_the_same_result(entrance, kind):
    value, numbers = READ[kind]
    if entrance in FORMULAS and kind == "nothing masked":
        with pytest.raises(UnsupportedError, match="no plain array"):
            ENTRANCES[entrance](value)
        return
    got, expected = ENTRANCES[entrance](value), ENTRANCES[entrance](np.array(numbers))
    if isinstance(expected, str):
        assert got == expected
    else:
        np.testing.assert_allclose(got, expected, rtol=2e-3 if kind == "float16" and "compiled" in entrance else 1e-15)


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("entrance", ENTRANCES)
def test_what_is_no_number_is_refused_in_one_sentence(entrance, kind):
    value, message = REFUSED[kind]
    if kind == "complex" and entrance in TAKES_COMPLEX:
        np.testing.assert_array_equal(ENTRANCES[entrance](value), ENTRANCES[entrance](value.real))
        return
    if kind == "sparse" and entrance == "product":
        matrix = np.array([[0.5, 2.0], [0.0, 1.0]])  # on the right of an operator, as SciPy's operators take it
        np.testing.assert_allclose(ENTRANCES[entrance](scipy.sparse.csr_matrix(matrix)), ENTRANCES[entrance](matrix))
        return
    if kind == "None" and entrance in ("minimize, start", "assert_gradient"):
        pytest.skip("without a start there is a random one; without a point the assertion fails")
    with pytest.raises(SymgdError, match=message) as caught:
        ENTRANCES[entrance](value)
    assert entrance in FORMULAS or isinstance(caught.value, DataError) or kind == "None"
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("kind", ONE)
@pytest.mark.parametrize("entrance", ENTRANCES_OF_NUMBERS)
def test_the_same_number_gives_the_same_result(entrance, kind):
    if (entrance == "epochs" and kind in ("longdouble", "Fraction", "mpmath")) or (entrance == "step size" and "array" in kind):
        pytest.skip("a whole number of epochs, and a number that is no array, are asked for")
    call = ENTRANCES_OF_NUMBERS[entrance]
    assert call(ONE[kind]) == call(1)


@pytest.mark.parametrize("kind", NO_NUMBER)
@pytest.mark.parametrize("entrance", ENTRANCES_OF_NUMBERS)
def test_what_is_no_number_is_refused_in_place_of_one(entrance, kind):
    if entrance == "factor" and kind in ("complex of Python", "bytes"):
        pytest.skip("Python says that the operands do not fit")
    with pytest.raises(SymgdError) as caught:
        ENTRANCES_OF_NUMBERS[entrance](NO_NUMBER[kind])
    assert len(str(caught.value)) < 600


OPERATORS = {
    "zero": ("c@w", {"c": "n", "w": "n"}),
    "diagonal": ("sum(w**3)", {"w": "n"}),
    "banded": ("w[0]**2 + sum((w[1:] - w[:-1])**4)", {"w": "n"}),
    "block diagonal": ("sum(sum(w, axis=0)**3)", {"w": "m n"}),
    "Kronecker": ("sum((T - w@V.T)**2)", {"T": "m n", "w": "m k", "V": "n k"}),
    "low rank plus diagonal": ("logsumexp(w)", {"w": "n"}),
    "Gram": ("sum(log(1 + exp(X@w)))", {"X": "m n", "w": "n"}),
    "sparse": ("sum(sin(w[:,0])*w[:,1])", {"w": "m n"}),
    "factored": ("norm2(sum(w, axis=0))", {"w": "m n"}),
    "dense": ("w@A@w", {"A": "n n", "w": "n"}),
}


@functools.cache
def operator(kind: str):
    """Return an operator of a kind."""
    text, shapes = OPERATORS[kind]
    source = sg.formula(text, shapes=shapes)
    function = sg.lambdify(list(source.symbols), sg.structure(sg.hessian(source, "w"), "w"))
    sizes, generator = {"m": 4, "n": 3, "k": 2}, np.random.default_rng(0)
    return function(*(generator.normal(size=[sizes[str(size)] for size in node.shape]) for node in source.symbols))


@pytest.mark.parametrize("kind", OPERATORS)
def test_operators_multiply_with_numbers_of_every_kind(kind):
    matrix = operator(kind)
    dense, n = matrix.dense(), matrix.shape[0]
    whole = np.arange(n) - 1
    for vector in (whole, whole.tolist(), whole.astype(np.float32), np.ma.array(whole), [Fraction(int(k)) for k in whole]):
        for product in (matrix.matvec(vector), matrix @ vector, matrix.dot(vector)):
            np.testing.assert_allclose(product, dense @ whole, rtol=1e-12, atol=1e-12)
    columns = np.stack([whole, whole**2], axis=1)
    for given in (columns, columns.tolist(), np.ma.array(columns)):
        np.testing.assert_allclose(matrix @ given, dense @ columns, rtol=1e-12, atol=1e-12)
    complex_vector = whole + 1j
    np.testing.assert_allclose(matrix @ complex_vector, dense @ complex_vector, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(matrix.matvec(complex_vector), dense @ complex_vector, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(matrix @ (columns + 1j), dense @ (columns + 1j), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", OPERATORS)
def test_operators_multiply_with_numbers_only(kind):
    matrix = operator(kind)
    n = matrix.shape[0]
    for vector in (np.ma.array(np.ones(n), mask=[1] * n), np.ones(n, "m8[s]"), ["1"] * n, [None] * n, [10**400] * n):
        for multiply in (matrix.matvec, matrix.dot, matrix.__matmul__, matrix.solve):
            with pytest.raises(DataError):
                multiply(vector)
    for columns in (np.ma.array(np.ones((n, 2)), mask=True), np.ones((n, 2), "M8[s]"), [["1", "2"]] * n):
        with pytest.raises(DataError):
            matrix @ columns

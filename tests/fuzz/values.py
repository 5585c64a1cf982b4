"""Values of every kind that somebody may hand to a function: results of symgd, SymPy, arrays, and what is none of these."""

from __future__ import annotations

import decimal
import fractions
import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

import symgd as sg
from symgd.testing import points_inside

SHAPES = {"X": "m n", "y": "m", "w": "n"}
DATA = {"X": np.array([[1.0, 2.0], [3.0, 4.0], [1.0, -1.0]]), "y": np.array([1.0, 2.0, 3.0])}
POINT = {**DATA, "w": np.zeros(2)}


@functools.cache
def squares() -> sg.Node:
    """Return the loss of least squares."""
    return sg.formula("mean((X @ w - y)**2)", shapes=SHAPES)


@functools.cache
def values() -> dict[str, Any]:
    """Return every value under the text that names it."""
    return {**formulas(), **results(), **without_formulas()}


def without_formulas() -> dict[str, Any]:
    """Return the values that hold no node of a formula alive."""
    return {**foreign(), **arrays(), **plain()}


def formulas() -> dict[str, Any]:
    """Return formulas of every kind."""
    x, w = sg.scalar("x"), sg.tensor("w", "n")
    return {
        "scalar x": x,
        "x**2": x**2,
        "formula 0": sg.formula("0"),
        "formula 10**400": sg.formula("10**400"),
        "x > 0": x > 0,
        "tensor w": w,
        "tensor A 2 2": sg.tensor("A", "2 2"),
        "least squares": squares(),
        "its gradient": sg.gradient(squares(), "w"),
        "its hessian": sg.hessian(squares(), "w"),
        "abs(x)": abs(x),
        "log(x) + y": sg.formula("log(x) + y"),
        "sum(w**3)": sg.sum(w**3),
        "exp(x)": sg.exp(x),
    }


def results() -> dict[str, Any]:
    """Return one result, at least, of every public function."""
    loss, w = squares(), sg.tensor("w", "n")
    operator = sg.lambdify(["X", "y", "w"], sg.structure(sg.hessian(loss, "w"), "w"))
    objective = sg.objective(loss, "w", DATA)
    convex, neither = sg.convexity("x**2"), sg.convexity("x**3")
    stationary = sg.stationary_points("x**4 - 2*x**2")
    return {
        "structure": sg.structure(sg.hessian(loss, "w"), "w"),
        "compiled operator": operator,
        "operator": operator(*POINT.values()),
        "compiled": sg.lambdify(["X", "y", "w"], [loss, sg.gradient(loss, "w")]),
        "compiled gradient": sg.lambdify(["w"], 2 * w),
        "convex": convex,
        "neither": neither,
        "unknown": sg.convexity("a*x**2", "x"),
        "proof": convex.proof,
        "witness": neither.witness,
        "right": sg.check_gradient("x**2", "x"),
        "wrong": sg.check_gradient("x**2", "x", gradient="x"),
        "judged code": sg.check_gradient(lambda x: np.sum(x**2), lambda x: 2 * x, at=[1.0, 2.0]),
        "derived and checked": sg.derive_and_check("x**2", "x"),
        "objective": objective,
        "objective.fun": objective.fun,
        "run": sg.minimize(loss, "w", data=DATA, epochs=3),
        "taylor": sg.taylor("sin(x)", "x"),
        "derivation": sg.derivation("x**2 + exp(x)", "x"),
        "stationary points": stationary,
        "stationary point": stationary[0],
        "accuracy": sg.accuracy("x**2"),
        "curvature bounds": sg.curvature_bounds(loss, "w"),
        "safe rate": sg.safe_learning_rate(loss, "w", DATA),
        "named": sg.gradient(loss, "w").named(),
        "gradients": sg.gradients("x*y", ["x", "y"]),
        "hessian blocks": sg.hessian_blocks("x*y", ["x", "y"]),
        "verified": sg.verified("x**2", wrt="x")(lambda x: 2 * x),
        "points inside": points_inside("log(x)"),
        "Adam()": sg.Adam(),
        "Newton()": sg.Newton(),
        "LearningRate(0.1)": sg.LearningRate(0.1),
        "Backtracking()": sg.Backtracking(),
        "Batches(3)": sg.Batches(3),
    }


def foreign() -> dict[str, Any]:
    """Return SymPy's objects."""
    x, i = sp.Symbol("x"), sp.Symbol("i", integer=True)
    return {
        "sp x": x,
        "sp x**2": x**2,
        "sp Matrix": sp.Matrix([[x, 1], [2, 3]]),
        "sp MatrixSymbol": sp.MatrixSymbol("A", 2, 2),
        "sp Indexed": sp.IndexedBase("x")[i],
        "sp Sum": sp.Sum(sp.IndexedBase("x")[i], (i, 0, 2)),
        "sp Integral": sp.Integral(x, x),
        "sp nan": sp.nan,
        "sp oo": sp.oo,
        "sp I": sp.I,
        "sp 1/3": sp.Rational(1, 3),
        "sp Interval": sp.Interval(0, 1),
        "sp relation": x < 1,
        "sp true": sp.true,
        "sp Function": sp.Function("f"),
        "sp Array": sp.Array([1, 2]),
        "sp empty Matrix": sp.Matrix(0, 0, []),
        "sp FiniteSet": sp.FiniteSet(1, 2),
    }


def arrays() -> dict[str, Any]:
    """Return arrays and numbers of NumPy."""
    return {
        "array [1, 2]": np.array([1.0, 2.0]),
        "array 2x2": np.array([[1.0, 2.0], [3.0, 4.0]]),
        "array 0-d": np.array(2.0),
        "empty array": np.array([]),
        "array 0x2": np.zeros((0, 2)),
        "array of rank 5": np.zeros((1, 1, 1, 1, 1)),
        "int8 array": np.array([1, 2], dtype=np.int8),
        "uint64 array": np.array([2**63], dtype=np.uint64),
        "bool array": np.array([True, False]),
        "complex array": np.array([1j, 2]),
        "object array": np.array([None, "a"], dtype=object),
        "text array": np.array(["x", "y"]),
        "date array": np.array(["2020-01-01"], dtype="datetime64[D]"),
        "record array": np.zeros(2, dtype=[("a", float)]),
        "nan array": np.array([1.0, math.nan]),
        "inf array": np.array([math.inf, 1.0]),
        "longdouble": np.longdouble(2),
        "float32": np.float32(0.5),
        "np.nan": np.float64("nan"),
        "np.int64": np.int64(3),
        "np.bool": np.True_,
        "matrix": np.array([[1.0, 2.0]]).view(np.matrix),
        "masked": np.ma.masked_array([1.0, 2.0], mask=[True, False]),
        "huge view": np.broadcast_to(1.0, (10**6, 10**6)),
    }


def plain() -> dict[str, Any]:
    """Return Python's own objects."""
    return {**numbers(), **texts(), **containers(), **objects()}


def numbers() -> dict[str, Any]:
    """Return numbers, and what counts as one."""
    return {
        "None": None,
        "True": True,
        "0": 0,
        "1": 1,
        "-1": -1,
        "3": 3,
        "10**9": 10**9,
        "10**400": 10**400,
        "10**5000": 10**5000,
        "0.5": 0.5,
        "-0.0": -0.0,
        "1e-320": 1e-320,
        "1e308": 1e308,
        "nan": math.nan,
        "inf": math.inf,
        "1j": 1j,
        "Fraction": fractions.Fraction(1, 3),
        "Decimal": decimal.Decimal("0.1"),
        "Decimal nan": decimal.Decimal("nan"),
    }


def texts() -> dict[str, Any]:
    """Return texts."""
    names = [
        "",
        " ",
        "x",
        "w",
        "n",
        "x**2",
        "exp(x)",
        "numpy",
        "gradient",
        "1",
        "nan",
        "\x00",
        "\ud800",
        "x" * 3000,
        "λ",
        "-",
        "(" * 40,
    ]
    return {**{f"text {name[:20]!a}": name for name in names}, "bytes": b"x", "bytearray": bytearray(b"x")}


def containers() -> dict[str, Any]:
    """Return containers."""
    itself: list[Any] = []
    itself.append(itself)
    ring: dict[str, Any] = {}
    ring["x"] = ring
    deep: Any = 1.0
    for _ in range(3000):
        deep = [deep]
    return {
        "{}": {},
        "{'x': 1}": {"x": 1},
        "{'x': None}": {"x": None},
        "{'x': 'n'}": {"x": "n"},
        "{'x': {}}": {"x": {}},
        "{'x': {'lower': 'a'}}": {"x": {"lower": "a"}},
        "{'x': {'positive': 3}}": {"x": {"positive": 3}},
        "{'x': (0, 1)}": {"x": (0, 1)},
        "{'x': (1, 0)}": {"x": (1, 0)},
        "{'x': [1, 2, 3]}": {"x": [1, 2, 3]},
        "{'w': [1, 2]}": {"w": [1.0, 2.0]},
        "{'w': 1j}": {"w": 1j},
        "{1: 2}": {1: 2},
        "{None: None}": {None: None},
        "{(1, 2): 3}": {(1, 2): 3},
        "data": DATA,
        "point": POINT,
        "[]": [],
        "()": (),
        "['x']": ["x"],
        "['x', 'x']": ["x", "x"],
        "['w', 'x']": ["w", "x"],
        "[None]": [None],
        "[1, 2]": [1.0, 2.0],
        "[[1], [2, 3]]": [[1.0], [2.0, 3.0]],
        "['x', 1]": ["x", 1],
        "[point]": [POINT],
        "[{}]": [{}],
        "(1, 'x')": (1, "x"),
        "('x', 'n')": ("x", "n"),
        "set": {"x"},
        "frozenset": frozenset({1}),
        "range": range(3),
        "list in itself": itself,
        "dict in itself": ring,
        "deep list": deep,
        "long list": [1.0] * 20_000,
    }


class Odd:
    """An object that is bad at everything."""

    def __repr__(self) -> str:
        raise RuntimeError("this object has no text")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("this object is not compared")

    __hash__ = None  # type: ignore[assignment]


def no_argument() -> float:
    return 1.0


def any_arguments(*args: Any, **named: Any) -> None:
    return None


def sum_of_squares(x: Any) -> Any:
    return np.sum(x**2)


def sine(x: Any) -> Any:
    return np.sin(x)


def norm(*args: Any, **named: Any) -> Any:
    return np.linalg.norm(*args, **named)


def raises(x: Any) -> Any:
    raise KeyError("the user's own mistake")


def objects() -> dict[str, Any]:
    """Return objects, functions and classes that are no values."""
    functions: list[Callable[..., Any]] = [
        no_argument,
        any_arguments,
        sum_of_squares,
        raises,
        norm,
        print,
        sg.gradient,
    ]
    return {
        **{f"function {function.__name__}": function for function in functions},
        "class int": int,
        "class dict": dict,
        "class Node": sg.Node,
        "class Adam": sg.Adam,
        "object()": object(),
        "odd object": Odd(),
        "Ellipsis": ...,
        "slice": slice(1),
        "NotImplemented": NotImplemented,
        "module math": math,
        "an error": ValueError("x"),
        "a path": Path("no/such/file.json"),
        "a folder": Path("/"),
        "partial": functools.partial(sum_of_squares),
    }

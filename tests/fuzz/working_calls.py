"""Calls that work: of every public function, every method of a result, and every function of the registry."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import symgd as sg
from symgd import testing
from symgd.graph.primitive import FUNCTIONS
from tests.fuzz.values import DATA, POINT, sine, squares, sum_of_squares, values

MISSING = object()


@dataclass(frozen=True)
class Call:
    """A call that works, in which arguments are replaced.

    Attributes
    ----------
    name : str
    function : callable
    arguments : dict of str to value
        By the name of the parameter; MISSING where it is left out unless it is replaced.
    """

    name: str
    function: Callable[..., Any]
    arguments: dict[str, Any] = field(default_factory=dict)

    def replaced(self, changes: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return the positional and the named arguments of the call with some replaced."""
        given = {**self.arguments, **changes}
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for parameter in parameters_of(self.function):
            value = given.get(parameter.name, MISSING)
            if value is MISSING:
                continue
            if parameter.kind is parameter.VAR_POSITIONAL:
                positional.append(value)
            elif parameter.kind is parameter.VAR_KEYWORD:
                named["positive"] = value
            elif parameter.kind is parameter.POSITIONAL_ONLY:
                positional.append(value)
            else:
                named[parameter.name] = value
        return positional, named


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters of a function, none where they are not known."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


@functools.cache
def public_calls() -> list[Call]:
    """Return a call that works of every public function, and a second one where it has a second form."""
    loss = squares()
    scalar = {"loss": "x**2 + exp(x)", "wrt": "x"}
    code = {"wrt": lambda x: 2 * x, "at": [1.0, 2.0]}
    rows: dict[Callable[..., Any], list[dict[str, Any]]] = {
        sg.formula: [{"source": "x**2"}, {"source": sum_of_squares, "arguments": sg.tensor("x", "n")}],
        sg.tensor: [{"name": "x", "shape": "n"}],
        sg.scalar: [{"name": "x"}],
        sg.simplify: [{"expression": "x + x"}],
        sg.save_formula: [{"formula": loss, "path": "loss.json"}],
        sg.load_formula: [{"path": "loss.json"}],
        sg.gradient: [scalar, {"loss": loss, "wrt": "w"}],
        sg.gradients: [{"loss": loss, "wrt": ["w", "y"]}],
        sg.jacobian: [{"output": "x*y", "wrt": "x"}],
        sg.hessian: [scalar, {"loss": loss, "wrt": "w"}],
        sg.hessian_blocks: [{"loss": "x*y", "wrt": ["x", "y"]}],
        sg.hessian_diagonal: [{"loss": "x**3*y", "wrt": "x"}, {"loss": "x**3*y", "wrt": "log x"}],
        sg.structure: [{"matrix": sg.hessian(loss, "w"), "wrt": "w"}],
        sg.hvp: [{"loss": loss, "wrt": "w", "vector": "v"}],
        sg.vjp: [{"output": "x*y", "wrt": "x", "adjoint": "v"}],
        sg.jvp: [{"output": "x*y", "wrt": "x", "tangent": "v"}],
        sg.directional_derivative: [{"loss": loss, "wrt": "w", "vector": "v"}],
        sg.derivative: [{"output": "x**3", "wrt": "x"}],
        sg.taylor: [{"formula": "sin(x)", "wrt": "x"}],
        sg.derivation: [scalar],
        sg.lambdify: [{"arguments": ["X", "y", "w"], "outputs": loss}],
        sg.objective: [{"loss": loss, "wrt": "w", "data": DATA}],
        sg.check_gradient: [{**scalar, "gradient": "2*x + exp(x)"}, {"loss": sum_of_squares, **code}],
        sg.check_jacobian: [{"output": "x*y", "wrt": "x", "jacobian": "y"}, {"output": sine, **code, "wrt": lambda x: np.diag(np.cos(x))}],
        sg.check_hessian: [{**scalar, "hessian": "2 + exp(x)"}, {"loss": sum_of_squares, **code, "wrt": lambda x: 2 * np.eye(2)}],
        sg.check_value: [{"source": "x**2", "claim": "x*x"}],
        sg.derive_and_check: [scalar],
        sg.accuracy: [{"source": "x**2"}],
        sg.convexity: [{"formula": "x**2"}, {"formula": loss, "wrt": "w", "data": DATA}, {"formula": "exp(-x**2)", "kind": "log-concave"}],
        sg.curvature_bounds: [{"loss": loss, "wrt": "w", "data": DATA}],
        sg.safe_learning_rate: [{"loss": loss, "wrt": "w", "data": DATA}],
        sg.stationary_points: [{"formula": "x**2"}],
        sg.classify: [{"formula": "x**2", "at": {"x": 0}}],
        sg.verified: [{"formula": "x**2", "wrt": "x"}],
        sg.minimize: [{"loss": loss, "wrt": "w", "data": DATA, "epochs": 3}],
        sg.Adam: [{}],
        sg.Newton: [{}],
        sg.Momentum: [{}],
        sg.GradientDescent: [{}],
        sg.LearningRate: [{"rate": 0.1}],
        sg.Backtracking: [{}],
        sg.Batches: [{"samples": 3}],
        sg.Node: [{}],
        testing.assert_gradient: [
            {"function": "sum(x**2)", "gradient": "2*x", "wrt": "x", "shapes": {"x": "n"}},
            {"function": sum_of_squares, "gradient": lambda x: 2 * x, "at": [1.0, 2.0]},
        ],
        testing.assert_jacobian: [{"function": "sin(x)", "jacobian": "cos(x)", "wrt": "x"}],
        testing.assert_hessian: [{"function": "x**2", "hessian": "2", "wrt": "x"}],
        testing.assert_matches: [{"formula": "x**2", "function": lambda x: x * x}],
        testing.assert_verified: [{"entry": sg.verified("x**2", wrt="x")(lambda x: 2 * x)}],
        testing.points_inside: [{"formula": "log(x)"}],
        _descended: [{}],
    }  # fmt: skip
    return [Call(_name_of(function), function, arguments) for function, baselines in rows.items() for arguments in baselines]


def _name_of(function: Callable[..., Any]) -> str:
    return function.__name__.lstrip("_")


def _descended(direction: Any = None, step_size: Any = None, batches: Any = None) -> Any:
    """Descend with a direction, a step size and a size of batches."""
    return sg.minimize(squares(), "w", data=DATA, direction=direction, step_size=step_size, batch_size=batches, epochs=2)


@functools.cache
def method_calls() -> list[Call]:
    """Return the methods and operators of every result, and a reading of each of its properties."""
    calls: list[Call] = []
    seen: set[tuple[type, str]] = set()
    for name, value in values().items():
        kind = type(value)
        if inspect.isfunction(value) and hasattr(value, "source"):
            calls.append(Call(f"<{name}>", lambda X, y, w, code=value: code(X, y, w), dict(POINT)))
        for word in _public_words(kind):
            if (kind, word) not in seen:
                seen.add((kind, word))
                calls.append(_method(name, value, word))
    return calls


_OPERATORS = {
    "__add__", "__radd__", "__sub__", "__matmul__", "__rmatmul__", "__pow__", "__rpow__", "__getitem__", "__lt__", "__call__",
    "__mul__", "__rtruediv__", "__array__",
}  # fmt: skip
_INTERNAL = {"choose", "finish", "next", "renamed", "solution", "start", "stored", "times"}
"""What symgd calls itself, with arguments of its own making."""

_GIVEN: dict[str, Any] = {
    "x": np.array([1.0, 2.0]), "v": np.array([1.0, 2.0]), "b": np.array([1.0, 2.0]), "values": np.array([1.0, 2.0]),
    "at": {"x": 1}, "domain": {"x": (0, 1)}, "order": 2, "steps": 3, "other": 2, "item": 0, "number": 2,
}  # fmt: skip
"""Arguments that work, by the names of the parameters of methods."""


def _public_words(kind: type) -> list[str]:
    """Return the methods, properties and operators that a class of symgd declares."""
    if not kind.__module__.startswith("symgd"):
        return []
    declared = {word for base in kind.__mro__ if base.__module__.startswith("symgd") for word in vars(base)}
    return sorted(word for word in declared - _INTERNAL if not word.startswith("_") or word in _OPERATORS)


def _method(name: str, value: Any, word: str) -> Call:
    static = inspect.getattr_static(type(value), word)
    if isinstance(static, property) or not callable(static):
        return Call(f"<{name}>.{word}", lambda: getattr(value, word))
    method = getattr(value, word)
    needed = [p.name for p in parameters_of(method) if p.default is p.empty and p.name in _GIVEN]
    return Call(f"<{name}>.{word}", method, {name: _GIVEN[name] for name in needed})


@functools.cache
def registered_calls() -> list[Call]:
    """Return calls of the functions of formulas: of a tensor where they take one argument or more."""
    A = sg.tensor("A", "3 3")
    calls = []
    for name, function in sorted(FUNCTIONS.items()):
        count = getattr(function, "arity", None)
        if hasattr(function, "primitive") or count is not None:
            calls.append(Call(f"sg.{name}", _of_arity(function, count or 1), dict.fromkeys("abc"[: count or 1], A)))
        else:
            needed = [p.name for p in parameters_of(function) if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
            calls.append(Call(f"sg.{name}", function, dict.fromkeys(needed[:1], A)))
    return calls


def _of_arity(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Return an elementwise function with parameters that have names."""
    return {
        1: lambda a: function(a),
        2: lambda a, b: function(a, b),
        3: lambda a, b, c: function(a, b, c),
        0: lambda: function(),
    }[count]

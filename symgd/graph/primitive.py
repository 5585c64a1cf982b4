"""Declare functions: one declaration holds everything that symgd knows of a function.

:func:`elementwise` and :func:`primitive` make a record (:class:`symgd.graph.node.Primitive`) and enter it in the registry;
:func:`function` enters a function that is built from primitives (``matmul`` and ``sum`` are built from ``einsum``).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from symgd.errors import SymgdError
from symgd.graph.node import FUNCTIONS, REGISTRY, Node, Primitive, lookup
from symgd.graph.record import Params, Requirement
from symgd.graph.shape import broadcast

__all__ = ["FUNCTIONS", "REGISTRY", "Params", "Primitive", "Requirement", "elementwise", "function", "lookup", "primitive"]

Formula = Callable[..., Node]
Build = TypeVar("Build", bound=Callable[..., Any])


def elementwise(
    name: str,
    *,
    derivative: Formula | tuple[Formula | None, ...] = (),
    arity: int | Literal["any"] | None = None,
    **declared: Any,
) -> Primitive:
    """Declare a function that acts entry by entry; see :class:`Primitive` for the fields.

    The number of arguments is read off `derivative` (or `definition`), unless it is given; it may be any number.
    """
    rules = derivative if isinstance(derivative, tuple) else (derivative,)
    if arity is None:
        arity = len(rules) if len(rules) > 1 else _count_parameters(rules[0]) - 1 if rules and rules[0] else None
    if arity is None and declared.get("definition") is not None:
        arity = _count_parameters(declared["definition"])
    return _enter(
        Primitive(
            name=name,
            is_elementwise=True,
            arity=None if arity == "any" else arity,
            derivative=rules,
            shape=declared.pop("shape", lambda shapes, params: broadcast(shapes, name)),
            **declared,
        )
    )


def primitive(name: str, **declared: Any) -> Primitive:
    """Declare a function of whole tensors; see :class:`Primitive` for the fields."""
    return _enter(Primitive(name=name, **declared))


def function(*names: str) -> Callable[[Build], Build]:
    """Enter a spelling that is built from primitives under `names`."""

    def enter(build: Build) -> Build:
        for name in names:
            _claim(name, build)
        return build

    return enter


def _enter(record: Primitive) -> Primitive:
    if record.name in REGISTRY:
        raise SymgdError(f"a primitive called {record.name} is declared already")
    REGISTRY[record.name] = record
    if record.is_elementwise and record.arity != 0:
        for name in (record.name, *record.aliases):
            _claim(name, record)
    return record


def _claim(name: str, build: Callable[..., Node]) -> None:
    if name in FUNCTIONS:
        raise SymgdError(f"a function called {name} is declared already")
    FUNCTIONS[name] = build


def _count_parameters(rule: Formula) -> int:
    return len(inspect.signature(rule).parameters)

"""Declare functions: one declaration holds all properties of a function.

:func:`elementwise` and :func:`primitive` make a record (:class:`symgd.graph.node.Primitive`) and enter it in the registry;
:func:`function` enters a function that is built from primitives (``matmul`` and ``sum`` are built from ``einsum``).
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any, Literal, ParamSpec, TypeVar, cast

from symgd.errors import SymgdError
from symgd.graph.node import DECLARED_IN, FUNCTIONS, REGISTRY, Node, Primitive, lookup
from symgd.graph.proxy import through_proxies
from symgd.graph.record import Params, Requirement
from symgd.graph.shape import broadcast

__all__ = [
    "FUNCTIONS",
    "REGISTRY",
    "Params",
    "Primitive",
    "Requirement",
    "elementwise",
    "function",
    "lookup",
    "made_once",
    "primitive",
]

Formula = Callable[..., Node]
Made = TypeVar("Made")
P = ParamSpec("P")
Build = TypeVar("Build", bound=Callable[..., Any])


def elementwise(
    name: str,
    *,
    derivative: Formula | tuple[Formula | None, ...] = (),
    arity: int | Literal["any"] | None = None,
    **declared: Any,
) -> Primitive:
    """Declare a function that acts entry by entry.

    Parameters
    ----------
    name : str
        By which formulas call it.
    derivative : callable, or tuple of callables
        ``derivative(x, …, out)``, the partial derivative as a formula of the arguments and of the result; one for each
        argument, None where there is none.
    arity : int, or "any", optional
        The number of arguments; without it, it is that of `derivative` or `definition`.
    **declared
        The other fields of :class:`Primitive`: ``definition``, ``numpy``, ``latex``, ``domain``, ``curvature``, ``because``,
        ``source`` and so on.

    Returns
    -------
    Primitive
        Which is entered in the registry, and is called as a function of formulas.

    Raises
    ------
    SymgdError
        Where a function of this name, or of an alias, is declared already.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.extend import elementwise
    >>> logcosh = elementwise(
    ...     "logcosh",
    ...     definition=lambda x: sg.log(sg.cosh(x)),
    ...     derivative=lambda x, out: sg.tanh(x),
    ...     numpy="logaddexp({x}, -{x}) - log(2)",
    ...     because="the slope of log cosh is tanh",
    ... )
    >>> sg.gradient(logcosh(sg.scalar("x") ** 2), "x")
    2*x*tanh(x**2)
    >>> from symgd.graph.primitive import FUNCTIONS, REGISTRY
    >>> del FUNCTIONS["logcosh"], REGISTRY["logcosh"]  # the example ends
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
        ),
        _module_of_caller(),
    )


def primitive(name: str, **declared: Any) -> Primitive:
    """Declare a function of whole tensors.

    Parameters
    ----------
    name : str
        By which it is found in the registry. A formula calls it by the name of a Python function, see :func:`function`.
    **declared
        The other fields of :class:`Primitive`: ``shape``, ``vjp``, ``evaluate``, ``code``, ``layout`` and so on.

    Returns
    -------
    Primitive
        Which is entered in the registry.

    Raises
    ------
    SymgdError
        Where a function of this name is declared already.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.extend import primitive
    >>> reversal = primitive(
    ...     "reversal",
    ...     shape=lambda shapes, params: shapes[0],
    ...     vjp=lambda node, t, k: t[..., ::-1],
    ...     because="the adjoint is reversed, too",
    ... )
    >>> x = sg.tensor("x", "n")
    >>> reversal(x).shape, sg.gradient(reversal(x) @ sg.ones("n"), x)
    ((n,), ones(n)[::-1])
    >>> from symgd.graph.primitive import REGISTRY
    >>> del REGISTRY["reversal"]  # the example ends
    """
    return _enter(Primitive(name=name, **declared), _module_of_caller())


def function(*names: str) -> Callable[[Build], Build]:
    """Enter a Python function under names by which formulas call it.

    Parameters
    ----------
    *names : str
        The first is the name of the function, the others are aliases.

    Returns
    -------
    callable
        A decorator, which returns the function as it is. The function takes formulas and numbers, and returns a formula.

    Raises
    ------
    SymgdError
        Where a function of one of these names is declared already.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.extend import as_node, function
    >>> @function("root_mean_square")
    ... def root_mean_square(x):
    ...     return sg.sqrt(sg.mean(as_node(x) ** 2))
    >>> sg.formula("root_mean_square(x - 1)", shapes={"x": "n"})
    sqrt(mean((x - 1)**2))
    >>> from symgd.graph.primitive import FUNCTIONS
    >>> del FUNCTIONS["root_mean_square"]  # the example ends
    """

    def enter(build: Build) -> Build:
        spelling = cast("Build", through_proxies(build))
        for name in names:
            _claim(name, spelling)
        return spelling

    return enter


def made_once(make: Callable[P, Made]) -> Callable[P, Made]:
    """Remember what a function makes of its arguments; where two threads make it at once, both get the same.

    Nodes are compared by their records, so there is one record of each function that is made on the spot.
    """
    known: dict[Any, Made] = {}

    @functools.wraps(make)
    def once(*args: P.args, **options: P.kwargs) -> Made:
        key = (args, tuple(sorted(options.items()))) if options else args
        return known[key] if key in known else known.setdefault(key, make(*args, **options))

    return once


def _module_of_caller() -> str:
    """Return the name of the module that calls the function which calls this one."""
    return str(sys._getframe(2).f_globals.get("__name__", ""))


def _enter(record: Primitive, module: str) -> Primitive:
    if REGISTRY.setdefault(record.name, record) is not record:
        raise SymgdError(f"a primitive called {record.name} is declared already")
    DECLARED_IN[record.name] = module
    if record.is_elementwise and record.arity != 0:
        for name in (record.name, *record.aliases):
            _claim(name, record)
    return record


def _claim(name: str, build: Callable[..., Node]) -> None:
    if FUNCTIONS.setdefault(name, build) is not build:
        raise SymgdError(f"a function called {name} is declared already")


def _count_parameters(rule: Formula) -> int:
    return len(inspect.signature(rule).parameters)

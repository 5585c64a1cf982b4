"""Declare functions: one declaration holds all properties of a function.

:func:`elementwise` and :func:`primitive` make a record (:class:`symgd.graph.node.Primitive`) and enter it in the registry;
:func:`function` enters a function that is built from primitives (``matmul`` and ``sum`` are built from ``einsum``).
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Literal, ParamSpec, TypeVar, cast

from symgd.errors import SymgdError, shown
from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.locks import lock_of_process
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
_CLAIMING = lock_of_process()
OWN_MODULES = "symgd.primitives."
"""How the names of the modules begin that declare symgd's own functions."""
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
        The number of arguments; without it, it is that of `derivative` or `definition`. Parameters with a default value are no
        arguments: in ``lambda x, a=a: a*x`` the number ``a`` is kept from a loop.
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
    _check_fields(name, declared)
    rules = derivative if isinstance(derivative, tuple) else (derivative,)
    if arity is None:
        arity = len(rules) if len(rules) > 1 else _count_arguments(rules[0]) - 1 if rules and rules[0] else None
    if arity is None and declared.get("definition") is not None:
        arity = _count_arguments(declared["definition"])
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
    >>> reversal(x).shape, sg.gradient(reversal(x) @ sg.tensor("t", "n"), x)
    ((n,), t[::-1])
    >>> from symgd.graph.primitive import REGISTRY
    >>> del REGISTRY["reversal"]  # the example ends
    """
    _check_fields(name, declared)
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
        _claim({}, dict.fromkeys(names, spelling), build.__module__.startswith(OWN_MODULES))
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
    names = (record.name, *record.aliases) if record.is_elementwise and record.arity != 0 else ()
    is_own = module.startswith(OWN_MODULES)
    _claim({record.name: record}, dict.fromkeys(names, record), is_own)
    DECLARED_IN[record.name] = module
    if is_own:
        REGISTRY.own.add(record)
    return record


def _claim(records: Mapping[str, Primitive], builds: Mapping[str, Callable[..., Node]], is_own: bool) -> None:
    """Enter all names, or none of them where one is taken: symgd's own are declared before a user's."""
    if not is_own:
        for vocabulary in (REGISTRY, FUNCTIONS):
            len(vocabulary)  # it fills itself before the lock is taken, under which nothing is imported
    with _CLAIMING:
        for what, vocabulary, entries in (("primitive", REGISTRY, records), ("function", FUNCTIONS, builds)):
            for name, entry in entries.items():
                if vocabulary.declared.get(name, entry) is not entry:
                    raise SymgdError(f"a {what} called {name} is declared already")
        REGISTRY.declared.update(records)
        FUNCTIONS.declared.update(builds)


_KINDS: dict[str, tuple[type, ...]] = {
    "domain": (Interval, Sign, tuple),
    "sign": (Sign,),
    "range": (Interval,),
    "curvature": (Curvature,),
    "log_curvature": (Curvature,),
    "monotone": (Monotone, tuple),
    "parity": (Parity,),
    "growth": (Growth,),
}
"""The classes of facts; functions of the node return them where they depend on it."""


_FIELDS = frozenset(field.name for field in fields(Primitive))


def _check_fields(name: str, declared: Mapping[str, Any]) -> None:
    """Refuse fields that a declaration does not have, and facts of another class."""
    for field, value in declared.items():
        if field not in _FIELDS:
            from difflib import get_close_matches

            close = get_close_matches(field, _FIELDS, 1)
            raise SymgdError(
                f"a declaration has no field {field!r}, as that of {name} has",
                hint=f"did you mean {close[0]}?" if close else "the fields are those of symgd.extend.Primitive",
            )
        kinds = _KINDS.get(field)
        if kinds is not None and not isinstance(value, kinds) and not callable(value):
            raise SymgdError(
                f"{field} of {name} cannot be {shown(value)}",
                hint=f"it is a symgd.extend.{kinds[0].__name__}, or a function that returns one",
            )


def _count_arguments(rule: Formula) -> int:
    """Return how many parameters a formula has; those with a default are constants that it carries along, no arguments."""
    return sum(parameter.default is parameter.empty for parameter in inspect.signature(rule).parameters.values())

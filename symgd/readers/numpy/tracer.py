"""The reader of NumPy functions: an ordinary function is called with formulas, and what it computes is the formula.

The function is called with traced arrays (:mod:`symgd.readers.numpy.traced`). NumPy hands every operation over through its own
protocols (``__array_ufunc__``, ``__array_function__``, and the array API's ``__array_namespace__``), so nothing is parsed. What
makes arrays of NumPy's, such as ``np.zeros``, is replaced where the function looks up its names, and nowhere else
(:mod:`symgd.readers.numpy.surroundings`). Python's loops and calls just run. Where a branch depends on
a value, the function is called for both (:mod:`symgd.readers.numpy.branches`).
"""

from __future__ import annotations

import inspect
import linecache
import pickle
import random
import re
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from symgd.errors import SymgdError, UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.readers.numpy.branches import MOST_CONDITIONS, changes, over_all_ways
from symgd.readers.numpy.refusals import instead_of_scipy, met_refusals
from symgd.readers.numpy.surroundings import in_surroundings
from symgd.readers.numpy.traced import Traced

__all__ = ["from_numpy"]

_MORE_CALLS = 30
"""Calls of a function that draws random numbers: a toss of a coin is the same in all of them once in a billion times."""
_GENERATORS = (np.random.Generator, np.random.RandomState, random.Random)
_MAKERS = {"default_rng", "Generator", "RandomState", "Random", "SystemRandom", "secrets"}


def from_numpy(function: Callable[..., object], arguments: Sequence[Node], *, with_branches: bool = True) -> Node:
    """Return what a function computes, as a formula.

    Parameters
    ----------
    function : callable
        Of arrays, written with NumPy; Python's loops need fixed bounds.
    arguments : sequence of Node
    with_branches : bool
        Whether branches that depend on values and conversions to numbers are followed, or refused.

    Raises
    ------
    SymgdError
        With the line of the function that asks for values: a loop that ends by them, a function without derivative.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> def loss(X, w):
    ...     return np.mean(np.log1p(np.exp(-X @ w)))
    >>> sg.formula(loss, sg.tensor("X", "m n"), sg.tensor("w", "n"))
    mean(log1p(exp(-X @ w)))
    """
    _check_arity(function, arguments)
    try:
        before = _states_of_generators(function)
        followed = in_surroundings(function, with_conversions=with_branches)

        def result_of_call() -> Node | None:
            with met_refusals() as met:
                result = followed(*map(Traced, arguments))
            if met:
                raise met[0]
            return None if result is None else as_node(result)

        def call() -> Node:
            return over_all_ways(result_of_call, MOST_CONDITIONS if with_branches else 0)

        formula, again = call(), [call()]
        if _may_draw(function) or _states_of_generators(function) != before:
            again += [call() for _ in range(_MORE_CALLS)]
    except (SymgdError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise _placed(error) from None
    if any(other is not formula for other in again):
        raise changes()
    return formula


def _may_draw(function: Callable[..., object]) -> bool:
    """Whether a function makes a generator of random numbers of its own."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code is not None and not _MAKERS.isdisjoint(code.co_names)


def _states_of_generators(function: Callable[..., object]) -> list[bytes]:
    """Return the states of the random generators that a function may use: the global ones and those it refers to."""
    generators = [value for value in _referred(function) if isinstance(value, _GENERATORS)]
    return [pickle.dumps(state) for state in (random.getstate(), np.random.get_state(), *generators)]


def _referred(function: Callable[..., object]) -> list[object]:
    """Return what a function finds around it: in its module, in the function that made it, in its object."""
    owner = getattr(function, "__self__", function)
    values = list(getattr(owner, "__dict__", {}).values())
    inner = inspect.unwrap(getattr(function, "__func__", function))
    if inspect.isfunction(inner):
        with suppress(ValueError):  # a variable of the outer function that is not set yet
            names = inspect.getclosurevars(inner)
            values += [*names.nonlocals.values(), *names.globals.values()]
    return values


def _check_arity(function: Callable[..., object], arguments: Sequence[Node]) -> None:
    signature: inspect.Signature | str = "(…)"
    try:
        signature = inspect.signature(function)
        signature.bind(*arguments)
        fits = True
    except ValueError:  # a function in C, such as those of older NumPy
        fits = bool(arguments) or not isinstance(function, np.ufunc)
    except TypeError:
        fits = False
    if not fits:
        names = ", ".join(node.name for node in arguments)
        name = getattr(function, "__name__", "the function")
        raise UnsupportedError(
            f"{name}{signature} cannot be called with {len(arguments)} inputs ({names})",
            hint='shapes={"x": "n", …} by the names of the arguments, or one input for each of them, in their order',
        )


def _placed(error: Exception) -> Exception:
    """Complete an error with the line of the user's function in which it arose."""
    package = str(Path(__file__).parents[2])
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(package) and "site-packages" not in Path(frame.filename).parts
    ]
    if not frames:
        return error
    frame = frames[-1]
    line = linecache.getline(frame.filename, frame.lineno or 0).rstrip() or (frame.line or "")
    where = f"in {frame.name}, line {frame.lineno}"
    if isinstance(error, SymgdError):
        cause, hint, kind = error.cause, instead_of_scipy(error) or error.hint, type(error)
    elif _mentions_formulas(error):
        cause, hint, kind = (
            _in_our_words(f"{error}"),
            "write the function with NumPy, for arrays of a known shape",
            UnsupportedError,
        )
        if cause.endswith("is a formula, not a number"):
            hint = "leave float(…) out, or use NumPy's function of the same name"
        if "int() argument" in cause:
            cause = "a formula is converted to a whole number"
            hint = "an array of whole numbers takes no formulas: make it of floating point numbers, as np.zeros(3) does"
        if "array element" in cause:
            hint = "a formula does not fit into an array of numbers; collect the entries: np.array([x[0], 2*x[1]])"
    else:
        return error
    stripped = line.lstrip()
    column = (frame.colno or 0) - (len(line) - len(stripped)) if frame.colno is not None else None
    return kind(
        f"{cause} ({where})", formula=stripped or None, position=max(column, 0) if column is not None else None, hint=hint
    )


def _in_our_words(sentence: str) -> str:
    """Return what Python says of an operator, with the name that a user knows for a traced array."""
    operator = re.fullmatch(r"(?:unsupported|bad) operand type(?:\(s\))? for (?:unary )?(.+?): (.+)", sentence)
    if operator is None:
        return sentence
    kinds = re.sub("'(Traced|_TracedArray)'", "a formula", operator[2]).replace("'Node'", "a formula").replace("'", "")
    return f"the operator {operator[1]} is not known for {kinds}"


def _mentions_formulas(error: Exception) -> bool:
    """Return whether an error of Python's or NumPy's comes from formulas in place of arrays; others belong to the function."""
    return any(word in str(error) for word in ("Node", "Traced", "formula", "Dim", "array element", "inhomogeneous"))

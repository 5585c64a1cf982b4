"""Assertions: what is claimed is right, or they fail with the worst entry, both values, and a likely cause."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symgd.api.formulas import formula as read_formula
from symgd.api.judged import check_gradient, check_hessian, check_jacobian, check_value
from symgd.errors import GradientError, SymgdError
from symgd.graph.node import Node
from symgd.registered import Registered
from symgd.verify.sampling import points

__all__ = ["assert_gradient", "assert_hessian", "assert_jacobian", "assert_matches", "assert_verified"]


def assert_gradient(
    function: Any, gradient: Any, at: Any = None, *, wrt: Any = None, shapes: Any = None, facts: Any = None, seed: int = 0
) -> None:
    """Fail unless `gradient` is the gradient of `function`.

    Parameters
    ----------
    function : callable, Node or text
        Hand-written code of one array (NumPy, PyTorch or JAX); or a formula.
    gradient : callable, Node or text
        The claim. For a formula a callable takes its inputs in order of appearance.
    at : array_like, sequence of arrays, or mapping
        Where to compare: a point, several points (a list of arrays), or for formulas ``{"x": …}`` (random points without it).
    wrt : optional
        The variable of a formula.
    shapes, facts : mapping, optional
        Of the inputs of a text.
    seed : int
        Of the random points.

    Raises
    ------
    GradientError
        An AssertionError that names the worst entry, both values, and a likely cause. UNSURE fails too: a test that
        could not judge has not passed.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.testing import assert_gradient
    >>> assert_gradient(lambda x: np.sum(x**2), lambda x: 2*x, at=[1.0, -2.0])
    >>> assert_gradient("sum(x**2)", "2*x", wrt="x", shapes={"x": "n"})
    >>> assert_gradient(lambda x: np.sum(x**2), lambda x: x, at=[0.9, 1.2])
    Traceback (most recent call last):
        ...
    symgd.errors.GradientError: Gradient mismatch: WRONG (50-digit arithmetic, 5 points)
    10 of 10 entries differ, over 5 points
      grad[0]  got 0.9  expected 1.8  ratio 0.5
      grad[1]  got 1.2  expected 2.4  ratio 0.5
      at x = [0.9 1.2]
      cause: missing factor 2: every wrong entry is off by the same factor 0.5: is a 2 from the square missing?
    """
    _assert_derivative(check_gradient, "gradient", function, gradient, at, wrt, shapes, facts, seed)


def assert_jacobian(
    function: Any, jacobian: Any, at: Any = None, *, wrt: Any = None, shapes: Any = None, facts: Any = None, seed: int = 0
) -> None:
    """Fail unless `jacobian` is the Jacobian of `function`: the output's axes, then the variable's.

    Parameters and errors are those of :func:`assert_gradient`.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.testing import assert_jacobian
    >>> assert_jacobian(np.sin, lambda x: np.diag(np.cos(x)), at=[0.5, 1.0])
    """
    _assert_derivative(check_jacobian, "jacobian", function, jacobian, at, wrt, shapes, facts, seed)


def assert_hessian(
    function: Any, hessian: Any, at: Any = None, *, wrt: Any = None, shapes: Any = None, facts: Any = None,
    gradient: Any = None, seed: int = 0,
) -> None:  # fmt: skip
    """Fail unless `hessian` is the Hessian of `function`.

    Parameters and errors are those of :func:`assert_gradient`; `gradient` is needed for code that cannot be read as a formula.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.testing import assert_hessian
    >>> assert_hessian(lambda x: np.sum(x**3), lambda x: np.diag(6*x), at=[0.5, 1.0])
    """
    more = {} if gradient is None else {"gradient": gradient}
    _assert_derivative(check_hessian, "hessian", function, hessian, at, wrt, shapes, facts, seed, **more)


def assert_matches(
    formula: Any, function: Callable[..., Any], at: Any = None, *, shapes: Any = None, facts: Any = None, seed: int = 0
) -> None:
    """Fail unless a function has the values of a formula.

    Parameters
    ----------
    formula : Node, text or SymPy expression
    function : callable
        Of the formula's inputs: its arguments have their names, or stand in their order of appearance.
    at : mapping, or a list of them, optional
        Random points inside the domain without it.
    shapes, facts : mapping, optional
        Of the inputs of a text.
    seed : int
        Of the random points.

    Raises
    ------
    GradientError
        An AssertionError with the worst entry, both values, and a likely cause.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.testing import assert_matches
    >>> assert_matches("log(1 + exp(x))", lambda x: np.logaddexp(0, x))
    """
    source = read_formula(formula, shapes=shapes, facts=facts)
    raise_unless_right(check_value(source, by_name(function, source, None), at=at, seed=seed), "Value")


def assert_verified(entry: Registered) -> None:
    """Fail unless a registered function is what its formula says; see :func:`symgd.verified`."""
    for check, word in checks_of(entry):
        raise_unless_right(check, word)


def checks_of(entry: Registered) -> list[tuple[Any, str]]:
    """Return the checks of a registered function, and the word for what each is about."""
    source = read_formula(entry.formula, shapes=entry.shapes, facts=entry.facts)
    function = by_name(entry.function, source, entry.arguments)
    more = {"at": entry.at, "seed": entry.seed, "points": entry.points}
    if entry.what == "value":
        return [(check_value(source, function, **more), "Value")]
    if entry.what == "jacobian":
        return [(check_jacobian(source, entry.wrt, jacobian=function, **more), "Jacobian")]
    if entry.what == "hessian":
        return [(check_hessian(source, entry.wrt, hessian=function, **more), "Hessian")]
    if entry.what == "gradient":
        return [(check_gradient(source, entry.wrt, gradient=function, **more), "Gradient")]
    value, gradient = (_part(function, k) for k in (0, 1))
    return [
        (check_value(source, value, **more), "Value"),
        (check_gradient(source, entry.wrt, gradient=gradient, **more), "Gradient"),
    ]


def sampled_points(formula: Any, count: int = 5, seed: int = 0, shapes: Any = None, facts: Any = None) -> list[dict[str, Any]]:
    """Return random points inside the domain of a formula: what ``at=`` takes."""
    source = read_formula(formula, shapes=shapes, facts=facts)
    return [{node.name: value for node, value in point.values.items()} for point in points(source, count, seed)]


def _part(function: Callable[..., Any], k: int) -> Callable[..., Any]:
    def part(*values: Any) -> Any:
        answer = function(*values)
        if not isinstance(answer, tuple | list) or len(answer) != 2:
            raise SymgdError("the function does not return two things", hint="a value and a gradient: return value, gradient")
        return answer[k]

    return part


def by_name(function: Callable[..., Any], formula: Node, arguments: tuple[str, ...] | None) -> Callable[..., Any]:
    """Return a function of a formula's inputs in order of appearance, whatever the order of its own arguments.

    Raises
    ------
    SymgdError
        Where the arguments cannot be matched to the inputs.
    """
    inputs = [node.name for node in formula.symbols]
    if arguments is not None:
        return _with(function, inputs, arguments, ())
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # a function in C
        return function
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return _with(function, inputs, (), inputs)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return function
    needed = [p for p in parameters if p.default is p.empty or p.name in inputs]
    names = [p.name for p in needed]
    if set(names) <= set(inputs):
        by_place = [p.name for p in needed if p.kind is not p.KEYWORD_ONLY]
        return _with(function, inputs, by_place, [p.name for p in needed if p.kind is p.KEYWORD_ONLY])
    if len(names) == len(inputs) and not any(p.kind is p.KEYWORD_ONLY for p in needed):
        return function
    if names[:1] in (["self"], ["cls"]):
        raise SymgdError(
            "a method is not verified: it has no values for self", hint="verify a function, and call it in the method"
        )
    return _with(function, inputs, names, ())


def _with(
    function: Callable[..., Any], inputs: Sequence[str], by_place: Sequence[str], by_name: Sequence[str]
) -> Callable[..., Any]:
    """Return a function of the inputs that calls another with some of them by place and some by name."""
    names = [*by_place, *by_name]
    unknown = [name for name in names if name not in inputs]
    if unknown:
        called = getattr(function, "__name__", type(function).__name__)
        raise SymgdError(
            f"{called} takes {', '.join(names)}, and the formula's inputs are {', '.join(inputs)}",
            hint=f"give arguments an input's name, or say which they are: arguments=({', '.join(map(repr, inputs))})",
        )
    places = [inputs.index(name) for name in by_place]
    keywords = {name: inputs.index(name) for name in by_name}
    return lambda *values: function(
        *(values[place] for place in places), **{name: values[place] for name, place in keywords.items()}
    )


def _assert_derivative(
    check: Callable[..., Any], word: str, function: Any, claim: Any, at: Any, wrt: Any, shapes: Any, facts: Any, seed: int,
    **more: Any,
) -> None:  # fmt: skip
    if isinstance(function, str):
        function = read_formula(function, shapes=shapes, facts=facts)
    if callable(function) and wrt is None and not isinstance(function, Node):
        for point in _points(at):
            raise_unless_right(check(function, claim, at=point, seed=seed, **more), word.capitalize())
    else:
        raise_unless_right(check(function, wrt, at=at, seed=seed, **{word: claim}, **more), word.capitalize())


def raise_unless_right(check: Any, word: str) -> None:
    """Raise where a verdict is WRONG or UNSURE."""
    if str(check.verdict) == "WRONG":
        raise GradientError(f"{word} mismatch: {check.explain()}")
    if str(check.verdict) == "UNSURE":
        raise GradientError(f"The {word.lower()} could not be judged: {check.explain()}")


def _points(at: Any) -> list[Any]:
    if at is None:
        raise GradientError("two functions are compared at a point: give at=x0")
    if isinstance(at, Mapping):
        raise GradientError("two functions are compared at an array, not at a mapping: give at=x0")
    is_several = isinstance(at, list | tuple) and len(at) > 0 and (isinstance(at[0], np.ndarray) or hasattr(at[0], "detach"))
    return list(at) if is_several else [at]

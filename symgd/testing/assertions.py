"""Assertions: what is claimed is right, or they fail with the worst entry, both values, and a likely cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from symgd.api.binding import GradientOf, ValueOf, bind
from symgd.api.checking import check_gradient, check_hessian, check_jacobian, check_value
from symgd.api.claims import is_code
from symgd.api.formula import formula as read_formula
from symgd.checking.judgement import Verdict
from symgd.errors import GradientError, SymgdError, shown
from symgd.evaluation.sampling import points
from symgd.registration import Registered, registrations_of

if TYPE_CHECKING:
    from symgd.results import GradientCheck
    from symgd.typing import Claim, Facts, FormulaLike, Point, Shapes, Variable

__all__ = ["assert_gradient", "assert_hessian", "assert_jacobian", "assert_matches", "assert_verified"]


def assert_gradient(
    function: FormulaLike, gradient: Claim | Literal[True], at: Point | None = None, *, wrt: Variable | None = None,
    shapes: Shapes | None = None, facts: Facts | None = None, seed: int = 0,
    arguments: Sequence[str] | None = None, args: tuple[object, ...] = (),
) -> None:  # fmt: skip
    """Fail unless `gradient` is the gradient of `function`.

    Parameters
    ----------
    function : callable, Node or text
        Hand-written code (NumPy, PyTorch or JAX); or a formula.
    gradient : callable, Node or text
        The claim. For a formula a callable is called by the names of its inputs, as in :func:`symgd.check_gradient`. True
        means that `function` returns ``(value, gradient)``.
    at : array_like, list of arrays, tuple, or mapping
        Where to compare: a point, several points (a list of arrays), a tuple of arguments, nested parameters (dicts of
        arrays), or for formulas ``{"x": …}`` (random points without it).
    wrt : optional
        The variable of a formula.
    shapes, facts : mapping, optional
        Of the inputs of a text.
    seed : int
        Of the random points.
    arguments : sequence of str, optional
        The inputs of a formula that the parameters of `gradient` are.
    args : tuple
        Further arguments of functions, behind the parameters.

    Raises
    ------
    GradientError
        An AssertionError that names the worst entry, both values, and a likely cause. UNSURE fails too: a test whose check
        decided nothing has not passed.
    SymgdError
        Where the variable is not an input of the formula, and for a claim or a point that does not fit it.

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
    __tracebackhide__ = True
    _assert_derivative(
        check_gradient, "gradient", function, gradient, at, wrt, shapes, facts, seed=seed, arguments=arguments, args=args
    )


def assert_jacobian(
    function: FormulaLike, jacobian: Claim, at: Point | None = None, *, wrt: Variable | None = None,
    shapes: Shapes | None = None, facts: Facts | None = None, seed: int = 0,
    arguments: Sequence[str] | None = None, args: tuple[object, ...] = (),
) -> None:  # fmt: skip
    """Fail unless `jacobian` is the Jacobian of `function`: the output's axes, then the variable's.

    Parameters
    ----------
    function : callable, Node or text
        Hand-written code (NumPy, PyTorch or JAX); or a formula, of any shape.
    jacobian : callable, Node or text
        The claim.
    at : array_like, list of arrays, tuple, or mapping
        Where to compare: a point, several points (a list of arrays), a tuple of arguments, nested parameters (dicts of
        arrays), or for formulas ``{"x": …}`` (random points without it).
    wrt : optional
        The variable of a formula.
    shapes, facts : mapping, optional
        Of the inputs of a text.
    seed : int
        Of the random points.
    arguments : sequence of str, optional
        The inputs of a formula that the parameters of the claim are.
    args : tuple
        Further arguments of functions, behind the parameters.

    Raises
    ------
    GradientError
        An AssertionError that names the worst entry, both values, and a likely cause. UNSURE fails too.
    SymgdError
        Where the variable is not an input of the formula, and for a claim or a point that does not fit it.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.testing import assert_jacobian
    >>> assert_jacobian(np.sin, lambda x: np.diag(np.cos(x)), at=[0.5, 1.0])
    """
    __tracebackhide__ = True
    _assert_derivative(
        check_jacobian, "jacobian", function, jacobian, at, wrt, shapes, facts, seed=seed, arguments=arguments, args=args
    )


def assert_hessian(
    function: FormulaLike, hessian: Claim, at: Point | None = None, *, wrt: Variable | None = None,
    shapes: Shapes | None = None, facts: Facts | None = None, gradient: Claim | None = None, seed: int = 0,
    arguments: Sequence[str] | None = None, args: tuple[object, ...] = (),
) -> None:  # fmt: skip
    """Fail unless `hessian` is the Hessian of `function`.

    Parameters
    ----------
    function : callable, Node or text
        Hand-written code (NumPy, PyTorch or JAX); or a scalar formula.
    hessian : callable, Node or text
        The claim.
    at : array_like, list of arrays, tuple, or mapping
        Where to compare: a point, several points (a list of arrays), a tuple of arguments, nested parameters (dicts of
        arrays), or for formulas ``{"x": …}`` (random points without it).
    wrt : optional
        The variable of a formula.
    shapes, facts : mapping, optional
        Of the inputs of a text.
    gradient : callable, Node or text, optional
        A claimed gradient, which is checked first; code that cannot be read as a formula needs one.
    seed : int
        Of the random points.
    arguments : sequence of str, optional
        The inputs of a formula that the parameters of the claim are.
    args : tuple
        Further arguments of functions, behind the parameters.

    Raises
    ------
    GradientError
        An AssertionError that names the worst entry, both values, and a likely cause. UNSURE fails too.
    SymgdError
        Where the variable is not an input of the formula, and for a claim or a point that does not fit it.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.testing import assert_hessian
    >>> assert_hessian(lambda x: np.sum(x**3), lambda x: np.diag(6*x), at=[0.5, 1.0])
    """
    __tracebackhide__ = True
    more: dict[str, Any] = {} if gradient is None else {"gradient": gradient}
    more |= {"seed": seed, "arguments": arguments, "args": args}
    _assert_derivative(check_hessian, "hessian", function, hessian, at, wrt, shapes, facts, **more)


def assert_matches(
    formula: FormulaLike, function: Callable[..., object], at: Point | None = None, *, shapes: Shapes | None = None,
    facts: Facts | None = None, seed: int = 0,
    arguments: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """Fail unless a function has the values of a formula.

    Parameters
    ----------
    formula : Node, text or SymPy expression
    function : callable
        Of the formula's inputs, by name or by position as in :func:`symgd.check_gradient`.
    at : mapping, or a list of them, optional
        Random points inside the domain without it.
    shapes, facts : mapping, optional
        Of the inputs of a text.
    seed : int
        Of the random points.
    arguments : sequence of str, optional
        The inputs of the formula that the parameters of `function` are.

    Raises
    ------
    GradientError
        An AssertionError with the worst entry, both values, and a likely cause.
    SymgdError
        For a function that does not have the inputs of the formula, and for a point that does not fit it.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.testing import assert_matches
    >>> assert_matches("log(1 + exp(x))", lambda x: np.logaddexp(0, x))
    """
    __tracebackhide__ = True
    source = read_formula(formula, shapes=shapes, facts=facts)
    raise_unless_right(check_value(source, function, at=at, seed=seed, arguments=arguments), "Value")


def assert_verified(entry: Registered | Callable[..., object]) -> None:
    """Fail unless a registered function agrees with its formula; see :func:`symgd.verified`.

    Parameters
    ----------
    entry : Registered or callable
        What the register holds, or the function that was decorated.

    Raises
    ------
    GradientError
        An AssertionError, where it is not.
    SymgdError
        For what is not registered.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.testing import assert_verified
    >>> @sg.verified("x**2", wrt="x", at={"x": 3.0})
    ... def slope(x):
    ...     return 2 * x
    >>> assert_verified(slope)
    """
    __tracebackhide__ = True
    entries = [entry] if isinstance(entry, Registered) else registrations_of(entry)
    if not entries:
        raise SymgdError(f"{shown(entry)} is not registered", hint="decorate the function: @sg.verified(formula, wrt=…)")
    for registered in entries:
        for check, word in checks_of(registered):
            raise_unless_right(check, word)


def checks_of(entry: Registered) -> list[tuple[GradientCheck, str]]:
    """Return the checks of a registered function, and the word for what each is about."""
    source = read_formula(cast("FormulaLike", entry.formula), shapes=entry.shapes, facts=entry.facts)
    function, wrt = entry.function, cast("Variable", entry.wrt)
    more: dict[str, Any] = {"at": entry.at, "seed": entry.seed, "points": entry.points, "arguments": entry.arguments}
    if entry.what == "value":
        return [(check_value(source, function, **more), "Value")]
    if entry.what == "jacobian":
        return [(check_jacobian(source, wrt, jacobian=function, **more), "Jacobian")]
    if entry.what == "hessian":
        return [(check_hessian(source, wrt, hessian=function, **more), "Hessian")]
    if entry.what == "gradient":
        return [(check_gradient(source, wrt, gradient=function, **more), "Gradient")]
    bound = bind(function, [node.name for node in source.symbols], entry.arguments)
    del more["arguments"]
    return [
        (check_value(source, ValueOf(bound), **more), "Value"),
        (check_gradient(source, wrt, gradient=GradientOf(bound, must_be_pair=True), **more), "Gradient"),
    ]


def sampled_points(
    formula: FormulaLike, count: int = 5, seed: int = 0, shapes: Shapes | None = None, facts: Facts | None = None
) -> list[dict[str, object]]:
    """Return random points inside the domain of a formula: what ``at=`` takes."""
    source = read_formula(formula, shapes=shapes, facts=facts)
    return [{node.name: value for node, value in point.values.items()} for point in points(source, count, seed)]


def _assert_derivative(
    check: Callable[..., GradientCheck],
    word: str,
    function: FormulaLike,
    claim: Claim,
    at: Point | None,
    wrt: Variable | None,
    shapes: Shapes | None,
    facts: Facts | None,
    **more: Any,
) -> None:
    __tracebackhide__ = True
    if isinstance(function, str):
        function = read_formula(function, shapes=shapes, facts=facts)
    if is_code(function) and wrt is None:
        for point in _points(at):
            raise_unless_right(check(function, claim, at=point, **more), word.capitalize())
    else:
        raise_unless_right(check(function, wrt, at=at, **{word: claim}, **more), word.capitalize())


def raise_unless_right(check: GradientCheck, word: str) -> None:
    """Raise where a verdict is WRONG or UNSURE."""
    __tracebackhide__ = True
    if check.verdict is Verdict.WRONG:
        raise GradientError(f"{word} mismatch: {check.explain()}")
    if check.verdict is Verdict.UNSURE:
        raise GradientError(f"The {word.lower()} could not be judged: {check.explain()}")


def _points(at: object) -> list[object]:
    if at is None:
        raise GradientError("two functions are compared at a point: give at=x0")
    if isinstance(at, list) and len(at) > 0 and (isinstance(at[0], np.ndarray) or hasattr(at[0], "detach")):
        return list(at)
    return [at]

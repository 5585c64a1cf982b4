"""Assertions for tests: a gradient is right, or the test fails with the worst entry and what may be wrong.

They work in any test runner; nothing here imports pytest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symgd.api.formulas import formula
from symgd.api.judged import check_gradient
from symgd.errors import GradientError

__all__ = ["assert_gradient"]


def assert_gradient(
    function: Any, gradient: Any, at: Any = None, *, wrt: Any = None, shapes: Any = None, seed: int = 0
) -> None:
    """Fail unless `gradient` is the gradient of `function`.

    Parameters
    ----------
    function : callable, Node or text
        Hand-written code of one array; or a formula.
    gradient : callable, Node or text
        The claim. For a formula a callable takes its inputs in order of appearance.
    at : array_like, sequence of array_like, or mapping
        Where to compare: a point, several points (a list of arrays), or for formulas ``{"x": …}`` (random points without it).
    wrt : optional
        The variable of a formula.
    shapes : mapping, optional
        Of the inputs of a text.
    seed : int
        Of the random points.

    Raises
    ------
    GradientError
        An AssertionError that names the worst entry, both values, and a likely cause.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.testing import assert_gradient
    >>> assert_gradient(lambda x: np.sum(x**2), lambda x: 2*x, at=[1.0, -2.0])
    >>> assert_gradient("sum(x**2)", "2*x", wrt="x", shapes={"x": "n"})
    >>> assert_gradient(lambda x: np.sum(x**2), lambda x: x, at=[0.9, 1.2])
    Traceback (most recent call last):
        ...
    symgd.errors.GradientError: Gradient mismatch: WRONG (adaptive differences in float64, 1 point)
    2 of 2 entries differ
      grad[0]  got 0.9  expected 1.8  ratio 0.5
      grad[1]  got 1.2  expected 2.4  ratio 0.5
      every wrong entry is off by the same factor 0.5: is a 2 from the square missing?
    """
    if isinstance(function, str):
        function = formula(function, shapes=shapes)
    if callable(function) and wrt is None:
        for point in _points(at):
            _judge(check_gradient(function, gradient, at=point))
    else:
        _judge(check_gradient(function, wrt, gradient=gradient, at=at, seed=seed))


def _judge(check: Any) -> None:
    check.raise_if_wrong()
    if str(check.verdict) == "UNSURE":
        raise GradientError(f"The gradient could not be judged: {check.explain()}")


def _points(at: Any) -> list[Any]:
    if at is None:
        raise GradientError("two functions are compared at a point: give at=x0")
    is_several = isinstance(at, list | tuple) and len(at) > 0 and isinstance(at[0], np.ndarray)
    return list(at) if is_several else [at]

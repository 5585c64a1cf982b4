"""SciPy's functions that make arrays of their arguments, as formulas: ``logsumexp``, ``softmax`` and the normal distribution.

NumPy's protocols do not reach them, so a traced function finds these in their place.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symgd.arguments import read_whole_number
from symgd.errors import UnsupportedError, shown
from symgd.graph.conversion import Operand, as_node
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.proxy import proxies_in, through_proxies
from symgd.primitives.trigonometric import pi
from symgd.readers.numpy.scipy_matrices import OF_DISTANCES, OF_LINALG
from symgd.readers.numpy.stretching import stretched

__all__ = ["in_place_of_scipy"]


def in_place_of_scipy(value: Any) -> Any:
    """Return what stands for a function or a distribution of SciPy's in a traced function; None for anything else."""
    if isinstance(value, types.FunctionType):
        package = next((package for package in _BY_PACKAGES if _belongs_to(value, package)), None)
        if package is None:
            return None
        return _of_formulas(value, _BY_PACKAGES[package].get(value.__name__) or _unknown(f"{package}.{value.__name__}"))
    owner = value.__self__ if isinstance(value, types.MethodType) else value
    stats = sys.modules.get("scipy.stats")
    if stats is None or not isinstance(owner, stats.rv_continuous | stats.rv_discrete):
        return None
    distribution = _Distribution(owner)
    return distribution if owner is value else getattr(distribution, value.__name__)


def _belongs_to(function: Any, package: str) -> bool:
    return f"{function.__module__}.".startswith(f"{package}.")


def _unknown(name: str) -> Callable[..., Node]:
    """Return a function that refuses formulas, by the name of the one in whose place it stands."""

    def refuse(*args: Any, **options: Any) -> Node:
        raise UnsupportedError(
            f"symgd has no derivative for {name}", hint="write it with NumPy's functions, or declare it with symgd.extend"
        )

    return refuse


Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def _of_formulas(original: Callable[..., Any], build: Callable[..., Node], fixed: Arguments = ((), {})) -> Callable[..., Any]:
    """Return a function that builds a formula where it is given one, and else calls the original.

    What is fixed stands behind the first argument where a formula is built; the original knows it.
    """
    name = getattr(original, "__name__", "the function")

    def bound(*args: Any, **options: Any) -> Node:
        try:
            binding = inspect.signature(build).bind(*args[:1], *fixed[0], *args[1:], **fixed[1], **options)
        except TypeError as error:
            raise UnsupportedError(f"{name} of SciPy is called with other arguments: {error}") from None
        return build(*binding.args, **binding.kwargs)

    traced = through_proxies(bound)

    @functools.wraps(original)
    def call(*args: Any, **options: Any) -> Any:
        is_formula = _is_formula(args, options) or _is_formula(*fixed)
        return (traced if is_formula else original)(*args, **options)

    return call


def _is_formula(args: tuple[Any, ...], options: dict[str, Any]) -> bool:
    """Whether a formula is among arguments."""
    given = (*args, *options.values())
    return bool(proxies_in(given)) or any(isinstance(value, Node) for value in given)


def _positive(what: str, operand: Operand, name: str) -> Node:
    """Return an operand that is known to be positive: of others SciPy returns nan."""
    node = as_node(operand)
    if not Facts().is_positive(node):
        raise UnsupportedError(
            f"the {what} {shown(node)} of {name} is not known to be positive", hint="declare it positive, or give a number"
        )
    return node


# -- sums of exponentials -------------------------------------------------------------------------------------


def _logsumexp(a: Operand, axis: Any = None, b: Any = None, keepdims: Any = False, return_sign: Any = False) -> Node:
    if return_sign:
        raise UnsupportedError("scipy.special.logsumexp with return_sign=True is not followed", hint="give positive weights")
    if b is not None:
        x, weights = stretched(as_node(a), _positive("weight", b, "scipy.special.logsumexp"))
        a = x + FUNCTIONS["log"](weights)
    return FUNCTIONS["logsumexp"](a, axis=axis, keepdims=bool(keepdims))


def _softmax(x: Operand, axis: Any = None) -> Node:
    return FUNCTIONS["softmax"](x, axis=_all_axes(x) if axis is None else axis)


def _log_softmax(x: Operand, axis: Any = None) -> Node:
    x = as_node(x)
    if isinstance(axis, int) or x.rank == 1:
        return FUNCTIONS["log_softmax"](x, axis=axis)
    return x - FUNCTIONS["logsumexp"](x, axis=axis, keepdims=axis is not None)


def _all_axes(x: Operand) -> tuple[int, ...]:
    return tuple(range(as_node(x).rank))


def _polygamma(n: Operand, x: Operand) -> Node:
    order = as_node(n)
    return FUNCTIONS["polygamma"](int(order.value) if order.is_constant and order.value == int(order.value) else order, x)


def _factorial(n: Operand, exact: Any = False, extend: Any = "zero") -> Node:
    number = as_node(n)
    value: Node = FUNCTIONS["gamma"](number + 1)
    if extend == "complex" or Facts().is_nonnegative(number):
        return value
    return FUNCTIONS["where"](number < 0, 0, value)


def _multivariate_loggamma(a: Operand, d: Any) -> Node:
    count, first = read_whole_number(d, "the dimension of multigammaln", least=1), as_node(a)
    terms = [FUNCTIONS["loggamma"](first + Fraction(1 - place, 2)) for place in range(1, count + 1)]
    return sum(terms, Fraction(count * (count - 1), 4) * FUNCTIONS["log"](pi))


_OF_SPECIAL: dict[str, Callable[..., Node]] = {
    "logsumexp": _logsumexp, "softmax": _softmax, "log_softmax": _log_softmax, "polygamma": _polygamma, "factorial": _factorial,
    "multigammaln": _multivariate_loggamma,
}  # fmt: skip
_BY_PACKAGES = {"scipy.special": _OF_SPECIAL, "scipy.linalg": OF_LINALG, "scipy.spatial.distance": OF_DISTANCES}
"""Functions by their packages and names; the others of these packages are refused by their names."""


# -- distributions --------------------------------------------------------------------------------------------


_STANDARDISED: dict[str, Callable[[Node, Node], Node]] = {
    "pdf": lambda z, scale: FUNCTIONS["normpdf"](z) / scale,
    "logpdf": lambda z, scale: -(z**2) / 2 - FUNCTIONS["log"](scale) - FUNCTIONS["log"](2 * pi) / 2,
    "cdf": lambda z, scale: FUNCTIONS["ndtr"](z),
    "logcdf": lambda z, scale: FUNCTIONS["log_ndtr"](z),
    "sf": lambda z, scale: FUNCTIONS["ndtr"](-z),
    "logsf": lambda z, scale: FUNCTIONS["log_ndtr"](-z),
}
"""Functions of the normal distribution, of z = (x − loc)/scale and the scale."""
_QUANTILES = {"ppf": 1, "isf": -1}
_OF_NORMAL = (*_STANDARDISED, *_QUANTILES)
_OF_AN_ARGUMENT = {*_OF_NORMAL, "pmf", "logpmf"}
"""Functions of distributions whose first argument is a value or a probability."""


def _of_normal(name: str) -> Callable[..., Node]:
    """Return a function of the normal distribution: of x, or of a probability, the mean and the standard deviation."""

    def of_value(x: Operand, loc: Operand = 0, scale: Operand = 1) -> Node:
        if name != "logpdf":  # which has no value for other scales, because of its logarithm
            scale = _positive("scale", scale, f"scipy.stats.norm.{name}")
        value, mean, deviation = stretched(as_node(x), as_node(loc), as_node(scale))
        if name in _QUANTILES:
            quantile: Node = mean + _QUANTILES[name] * deviation * FUNCTIONS["ndtri"](value)
            return quantile
        return _STANDARDISED[name]((value - mean) / deviation, deviation)

    def of_probability(q: Operand, loc: Operand = 0, scale: Operand = 1) -> Node:
        return of_value(q, loc, scale)

    return of_probability if name in _QUANTILES else of_value


class _Distribution:
    """A distribution of SciPy's, whose functions build formulas where they are given one.

    Parameters
    ----------
    original : rv_continuous or rv_discrete
    given : tuple
        The arguments behind the first one, where they are fixed: those of ``norm(loc, scale)``.
    """

    def __init__(self, original: Any, given: Arguments = ((), {})) -> None:
        self._original = original
        self._given = given

    def __call__(self, *args: Any, **options: Any) -> Any:
        return _Distribution(self._original, (args, options))

    def __getattr__(self, name: str) -> Any:
        args, options = self._given
        is_frozen = bool(args or options) and not _is_formula(args, options)
        original = getattr(self._original(*args, **options) if is_frozen else self._original, name)
        if name in _OF_AN_ARGUMENT:
            is_known = self._original.name == "norm" and name in _OF_NORMAL
            return _of_formulas(original, _of_normal(name) if is_known else self._refused(name), self._given)
        if _is_formula(args, options):
            raise self._no_formula(name)
        return _of_formulas(original, self._refused(name)) if callable(original) else original

    def _refused(self, name: str) -> Callable[..., Node]:
        def refuse(*args: Any, **options: Any) -> Node:
            raise self._no_formula(name)

        return refuse

    def _no_formula(self, name: str) -> UnsupportedError:
        called = f"scipy.stats.{self._original.name}.{name}"
        hint = f"write the formula; of scipy.stats.norm there are {', '.join(_OF_NORMAL)}"
        return UnsupportedError(f"symgd has no formula for {called}", hint=hint)

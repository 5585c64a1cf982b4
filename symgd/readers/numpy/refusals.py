"""What is refused by its name, with a reason: functions of NumPy and SciPy that no formula of symgd can follow."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

import numpy as np

from symgd.errors import SymgdError, UnsupportedError

__all__ = ["full_name", "instead_of_scipy", "met_refusals", "no_derivative", "remembered"]

_MET: ContextVar[list[Exception] | None] = ContextVar("met", default=None)

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def met_refusals() -> Iterator[list[Exception]]:
    """Collect the refusals that a traced function meets: where it catches one, it goes another way than with numbers."""
    met: list[Exception] = []
    token = _MET.set(met)
    try:
        yield met
    finally:
        _MET.reset(token)


def remembered(method: Callable[P, R]) -> Callable[P, R]:
    """Remember the errors that a method raises in a traced function, those inside other such methods left out."""

    @functools.wraps(method)
    def call(*args: P.args, **options: P.kwargs) -> R:
        met = _MET.get()
        if met is None:
            return method(*args, **options)
        token = _MET.set(None)
        try:
            return method(*args, **options)
        except (SymgdError, TypeError) as error:
            met.append(error)
            raise
        finally:
            _MET.reset(token)

    return call


_COMPLEX = "its values are complex, and symgd's formulas are real"
_NAN = "a formula has no value that is not a finite number"
_TRANSFORMS = ("fft", "ifft", "rfft", "irfft", "fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn")
_REASONS: dict[str, tuple[str, str]] = {
    **{f"numpy.fft.{name}": (_COMPLEX, "np.convolve is known") for name in _TRANSFORMS},
    "numpy.linalg.qr": ("symgd does not know its factors", "np.linalg.cholesky(A.T @ A).T is R up to the signs of its rows"),
    "numpy.linalg.matrix_rank": ("it jumps, and has no slope", "np.linalg.svd(x, compute_uv=False)"),
    "numpy.linalg.eig": ("the eigenvalues may be complex", "np.linalg.eigh of a symmetric matrix"),
    "numpy.linalg.eigvals": ("the eigenvalues may be complex", "np.linalg.eigvalsh of a symmetric matrix"),
    **{f"numpy.{name}": (_NAN, "conditions compare values") for name in ("isnan", "isfinite", "isinf", "nan_to_num")},
}  # fmt: skip
"""By full names, why a function is refused, and what to do."""

_OF_SPECIAL = {name: f"symgd.{name}(x)" for name in ("logsumexp", "softmax", "log_softmax")}
_OF_NORMAL = {
    "pdf": "symgd.normpdf((x - mean)/deviation)/deviation", "cdf": "symgd.normcdf((x - mean)/deviation)",
    "logpdf": "-((x - mean)/deviation)**2/2 - np.log(deviation) - np.log(2*np.pi)/2",
    "logcdf": "symgd.log_ndtr((x - mean)/deviation)", "ppf": "mean + deviation*symgd.ndtri(p)",
    "sf": "symgd.normcdf((mean - x)/deviation)", "logsf": "symgd.log_ndtr((mean - x)/deviation)",
    "isf": "mean - deviation*symgd.ndtri(p)",
}  # fmt: skip
"""By names of SciPy's functions that make arrays of their arguments, what says the same of formulas."""


def full_name(function: Any) -> str:
    """Return the name of a function of NumPy's or SciPy's, with its module.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.readers.numpy.refusals import full_name
    >>> full_name(np.linalg.matrix_rank), full_name(np.isnan)
    ('numpy.linalg.matrix_rank', 'numpy.isnan')
    """
    name = function.__name__
    if isinstance(function, np.ufunc):
        return f"numpy.{name}" if getattr(np, name, None) is function else f"scipy.special.{name}"
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module}.{name}" if not any(part.startswith("_") for part in module.split(".")) else f"numpy.{name}"


def no_derivative(function: Any, called: str = "", advice: str | None = None) -> UnsupportedError:
    """Return the error for a function that is not known.

    Parameters
    ----------
    function : callable
        Of NumPy's or SciPy's.
    called : str
        The method of a universal function that was called, with a dot in front.
    advice : str, optional
        What to do, where the function has no reason of its own.
    """
    name = full_name(function)
    reason, hint = _REASONS.get(name, ("", advice))
    return UnsupportedError(f"symgd has no derivative for {name}{called}{reason and ': '}{reason}", hint=hint)


def instead_of_scipy(error: BaseException) -> str | None:
    """Return what to write instead of a function of SciPy's in which an error arose, as it makes arrays of its arguments."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        module, function = str(frame.f_globals.get("__name__")), frame.f_code.co_name
        is_normal = module.startswith("scipy.stats") and getattr(frame.f_locals.get("self"), "name", None) == "norm"
        table = _OF_NORMAL if is_normal else _OF_SPECIAL if module.startswith("scipy.special") else {}
        if function in table:
            return f"write {table[function]}"
        if (
            module.partition(".")[0] == "scipy"
            and not function.startswith("_")
            and error.args
            and "array of numbers" in str(error)
        ):
            return f"write it with NumPy's functions: SciPy's {function} makes an array of its argument"
    return None

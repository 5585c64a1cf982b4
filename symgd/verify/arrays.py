"""Functions of NumPy, PyTorch and JAX, called with NumPy arrays: what a library is asked for, and what it answers.

No library is imported that the caller has not imported already.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from symgd.errors import SymgdError

__all__ = ["asked_with_numpy", "in_double_precision", "library_of", "to_numpy"]

LIBRARIES = ("numpy", "torch", "jax")


def library_of(value: Any) -> str:
    """Return the library an array belongs to: numpy, torch or jax."""
    root = type(value).__module__.split(".")[0]
    return {"torch": "torch", "jax": "jax", "jaxlib": "jax"}.get(root, "numpy")


def to_numpy(value: Any) -> Any:
    """Return an answer of any library as a float64 array.

    Raises
    ------
    SymgdError
        Where it is no array of real numbers.
    """
    if library_of(value) == "torch":
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
        if array.dtype.kind == "c":
            raise SymgdError("a function returns complex numbers", hint="gradients are taken of real functions")
        return array.astype(float)
    except (TypeError, ValueError):
        raise SymgdError(f"a function returns {type(value).__name__}, which is no array of numbers") from None


def asked_with_numpy(function: Callable[..., Any], library: str | None = None) -> Callable[..., Any]:
    """Return a function of NumPy arrays that asks a function of any library.

    Parameters
    ----------
    function : callable
    library : {"numpy", "torch", "jax"}, optional
        What its arguments are made of. Without it NumPy arrays are tried, and PyTorch's where it refuses those.

    Raises
    ------
    SymgdError
        For a library that is not known or not installed.
    """
    given = library

    @functools.wraps(function)
    def ask(*arrays: Any) -> Any:
        nonlocal given
        if given is None:
            try:
                answer = to_numpy(function(*(np.array(array, dtype=float) for array in arrays)))
            except (TypeError, AttributeError):
                if "torch" not in sys.modules:
                    raise
                answer = to_numpy(function(*map(_maker("torch"), arrays)))
                given = "torch"
            else:
                given = "numpy"
            return answer
        return to_numpy(function(*map(_maker(given), arrays)))

    return ask


def _maker(library: str) -> Callable[[Any], Any]:
    """Return what turns a NumPy array into an argument of a library."""
    if library not in LIBRARIES:
        raise SymgdError(f"there is no library called {str(library)[:20]!a}", hint=f"known: {', '.join(LIBRARIES)}")
    if library == "torch":
        torch = _module("torch")
        return lambda array: torch.tensor(np.asarray(array, dtype=float), dtype=torch.float64)
    if library == "jax":
        numpy = _module("jax.numpy")
        return lambda array: numpy.asarray(np.asarray(array, dtype=float))
    return lambda array: np.array(array, dtype=float)


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise SymgdError(f"{name.split('.')[0]} is not installed") from None


@contextlib.contextmanager
def in_double_precision() -> Iterator[None]:
    """Let JAX compute in float64 inside, where it is imported; NumPy and PyTorch do as they are told by their arguments."""
    jax = sys.modules.get("jax")
    if jax is None:
        yield
        return
    switch: Any = getattr(jax, "enable_x64", None) or importlib.import_module("jax.experimental").enable_x64
    with switch(True):
        yield

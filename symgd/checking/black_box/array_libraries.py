"""Functions of NumPy, PyTorch and JAX, called with NumPy arrays: the arguments of a library, and its results.

No library is imported that the caller has not imported already.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import math
import sys
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import numpy as np

from symgd.arrays import read_array
from symgd.errors import DataError, SymgdError, shown
from symgd.optional_packages import required

__all__ = ["Asked", "in_double_precision", "library_of", "like", "rounding_of_type", "to_numpy"]

LIBRARIES = ("numpy", "torch", "jax")
COARSE = {  # the distance of neighbouring numbers, relative to them, and the smallest number
    "float32": (2.0**-23, 2.0**-149),
    "bfloat16": (2.0**-7, 2.0**-133),
    "float16": (2.0**-10, 2.0**-24),
}
MAX_ENTRIES = 10**9
"""A view may claim more entries than any memory holds."""


def library_of(value: Any) -> str | None:
    """Return the library an array belongs to, torch or jax; None for NumPy's and for numbers, which any function may take."""
    root = (type(value).__module__ or "").split(".")[0]
    return {"torch": "torch", "jax": "jax", "jaxlib": "jax"}.get(root)


def to_numpy(value: Any, name: str = "what the function returns") -> Any:
    """Return an answer of any library as a float64 array of its own.

    Raises
    ------
    DataError
        Where it is no array of real numbers; see :mod:`symgd.arrays`.
    """
    if value is None:
        raise DataError(f"{name} is None, which is no number", hint="return a number or an array")
    if isinstance(value, float):
        return np.array(float(value))
    shape = tuple(getattr(value, "shape", ())) if isinstance(value, np.ndarray) or library_of(value) else ()
    if math.prod(shape) > MAX_ENTRIES:
        raise DataError(f"{name} is an array of shape {shape}, which is too large to be judged")
    array = read_array(value, name)
    return array.copy() if array is value else array


def like(example: Any, array: Any) -> Any:
    """Return a NumPy array as one of the library that an example belongs to."""
    return _maker(library_of(example) or "numpy")(array)


class Asked:
    """A function of any library that takes NumPy arrays and returns them.

    Parameters
    ----------
    function : callable
    library : {"numpy", "torch", "jax"}, optional
        What its arguments are made of. Without it NumPy arrays are tried, and PyTorch's where it refuses those.

    Attributes
    ----------
    kind : str
        The type of its coarsest answer so far: float64, float32, bfloat16 or float16.
    resolution, least : float
        The relative distance of neighbouring numbers of that type, 2.2e-16, or 1.2e-7 for float32; and its smallest number.

    Raises
    ------
    SymgdError
        For a library that is not known or not installed.
    """

    def __init__(self, function: Callable[..., Any], library: str | None = None) -> None:
        self.__wrapped__ = function
        self.library = library
        self.kind, self.resolution, self.least = "float64", float(np.finfo(float).eps), 0.0

    def __call__(self, *arrays: Any) -> Any:
        if self.library is not None:
            return self._answer(self.library, arrays)
        try:
            answer = self._answer("numpy", arrays)
        except (TypeError, AttributeError):
            if "torch" not in sys.modules:
                raise
            answer = self._answer("torch", arrays)
            self.library = "torch"
        else:
            self.library = "numpy"
        return answer

    def _answer(self, library: str, arrays: tuple[Any, ...]) -> Any:
        make = _maker(library)
        answer = self.__wrapped__(*[make(array) if np.asarray(array).dtype.kind == "f" else array for array in arrays])
        first = answer[0] if isinstance(answer, list | tuple) and answer else answer
        kind = _coarse_kind(getattr(first, "dtype", None))
        if kind is not None and COARSE[kind][0] > self.resolution:
            self.kind, (self.resolution, self.least) = kind, COARSE[kind]
        return to_numpy(answer)


def rounding_of_type(function: Callable[..., Any], value: Any) -> Any:
    """Return how far an answer of a function may be from what it was rounded from, because of its type."""
    return getattr(function, "resolution", float(np.finfo(float).eps)) * np.abs(value) + getattr(function, "least", 0.0)


@functools.lru_cache(maxsize=100)
def _coarse_kind(dtype: Hashable) -> str | None:
    """Return the name of a type of any library that has fewer digits than float64; None for every other."""
    name = str(dtype)
    return next((kind for kind in COARSE if name.endswith(kind)), None)


@functools.lru_cache(maxsize=10)
def _maker(library: str) -> Callable[[Any], Any]:
    """Return what turns a NumPy array into an argument of a library."""
    if library not in LIBRARIES:
        raise SymgdError(f"there is no library called {shown(library)}", hint=f"known: {', '.join(LIBRARIES)}")
    if library == "torch":
        torch = required("torch", "a check of PyTorch functions")
        return lambda array: torch.tensor(np.asarray(array, dtype=float), dtype=torch.float64)
    if library == "jax":
        numpy = required("jax.numpy", "a check of JAX functions")
        return lambda array: numpy.asarray(np.asarray(array, dtype=float))
    return lambda array: np.array(array, dtype=float)


@contextlib.contextmanager
def in_double_precision() -> Iterator[None]:
    """Let JAX compute in float64 inside, where it is imported; NumPy and PyTorch use the types of their arguments."""
    jax = sys.modules.get("jax")
    if jax is None:
        yield
        return
    switch: Any = getattr(jax, "enable_x64", None)
    if switch is None:
        switch = importlib.import_module("jax.experimental").enable_x64
    with switch(True):
        yield

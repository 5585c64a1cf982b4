"""NumPy's protocols: its functions and the methods of its arrays take formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.array_methods import ArrayMethods
from symgd.graph.hooks import Hook
from symgd.graph.shape import Shape, Size, size_product

N = TypeVar("N")

__all__ = ["ARRAY_METHODS", "ArrayProtocols"]

_universal_function: Hook[..., Any] = Hook("symgd.readers.numpy.calls", "universal_function")
_array_function: Hook[..., Any] = Hook("symgd.readers.numpy.calls", "array_function")
_array_method: Hook[..., Any] = Hook("symgd.readers.numpy.calls", "array_method")
_array_namespace: Hook[[], Any] = Hook("symgd.readers.numpy.calls", "array_namespace")
_size: Hook[[Size], Any] = Hook("symgd.graph.node", "size")

ARRAY_METHODS = {
    "all", "any", "argmax", "astype", "clip", "copy", "cumprod", "cumsum", "diagonal", "dot", "flatten", "max", "mean", "min",
    "prod", "ptp",
    "ravel", "reshape", "squeeze", "std", "sum", "swapaxes", "take", "trace", "transpose", "var", "item", "round",
    # what NumPy calls on the entries of an array of objects
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "reciprocal", "sign", "sin",
    "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
    "floor", "ceil", "hypot", "logaddexp", "maximum", "minimum",
}  # fmt: skip
"""The methods that formulas share with NumPy's arrays."""


class ArrayProtocols(ArrayMethods[N]):
    """The protocols that NumPy requires of its arguments."""

    __slots__ = ()

    shape: Shape

    __array_priority__ = 1000

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return _universal_function(ufunc, method, inputs, options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return _array_function(func, args, kwargs)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Refuse to become an array of numbers; a scalar may be an entry of one, as in ``np.array([x[0], 2*x[1]])``."""
        if self.shape:
            raise UnsupportedError(
                "a formula is no array of numbers",
                hint="leave asarray out: NumPy's functions take the formula; join with np.stack",
            )
        entry = np.empty((), dtype=object)
        entry[()] = self
        return entry

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return _array_namespace()

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar formula has no length")
        if not isinstance(self.shape[0], int):
            raise ShapeError(f"the axis has the named size {self.shape[0]}, not a number", hint="use x.shape[0] in formulas")
        return self.shape[0]

    @property
    def ndim(self) -> int:
        """The number of axes, as NumPy calls it."""
        return len(self.shape)

    @property
    def size(self) -> int | N:
        """The number of entries: a number, or a formula of named sizes."""
        count = size_product(self.shape)
        return count if isinstance(count, int) else cast("N", _size(count))

    if not TYPE_CHECKING:  # type checkers see the methods themselves

        def __getattr__(self, name: str) -> Any:
            """Offer the methods of NumPy's arrays, such as ``x.dot(y)``, ``x.reshape(2, 3)`` and ``x.max(axis=0)``."""
            if name in ARRAY_METHODS:
                return _array_method(self, name)
            raise AttributeError(f"a formula has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *ARRAY_METHODS})

"""An objective as ``scipy.optimize.minimize`` takes it: ``fun``, ``jac``, ``hess`` and ``hessp`` of one flat vector.

Several variables are laid one after the other in the vector; :meth:`Objective.unpack` gives them their shapes back.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import SupportsIndex

import numpy as np

from symgd.arguments import Function
from symgd.array_entries import Foreign
from symgd.arrays import Array, read_array, read_exact_array
from symgd.errors import DataError, ShapeError, shown
from symgd.summaries import summary

__all__ = ["Constant", "Objective"]


class Constant:
    """A function that is the same everywhere: evaluated once."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.value: Foreign = None

    def __call__(self, *arguments: object) -> Foreign:
        if self.value is None:
            self.value = self.function(*arguments)
        return self.value


class Objective:
    """A loss with its data, as functions of one flat vector.

    Parameters
    ----------
    names : sequence of str
        The variables.
    shapes : sequence of tuple of int
    data : sequence of array
        Passed behind the variables.
    first : callable
        ``first(*variables, *data) -> [loss, gradient, …]``.
    make_hess, make_hessp : callable
        Compile the second derivatives when they are first asked for.
    as_vector : bool
        Whether the variables are scalars that count as one vector.
    batched : sequence of bool
        Which data carry samples along their first axis.
    has_named_samples : bool
        Whether the number of samples may differ from call to call.
    made_by : (callable, tuple), optional
        What makes the objective, and from what: pickle compiles it again.
    text : str
        The loss as it is shown to people.
    """

    def __init__(
        self,
        names: Sequence[str],
        shapes: Sequence[tuple[int, ...]],
        data: Sequence[Array],
        first: Callable[..., list[Array]],
        make_hess: Callable[[], Function],
        make_hessp: Callable[[], Function],
        as_vector: bool,
        batched: Sequence[bool] = (),
        has_named_samples: bool = True,
        made_by: tuple[Callable[..., Objective], tuple[object, ...]] | None = None,
        text: str = "",
    ) -> None:
        self.made_by = made_by
        self.text = text
        self.names = list(names)
        self.shapes = list(shapes)
        self.data = list(data)
        self.as_vector = as_vector
        self.has_named_samples = has_named_samples
        self._first = first
        self._make_hess = make_hess
        self._make_hessp = make_hessp
        self._hess: Function | None = None
        self._hessp: Function | None = None
        self.batched = list(batched) or [False] * len(self.data)
        ends = np.cumsum([0, *(int(np.prod(shape)) for shape in self.shapes)])
        self._parts = [slice(int(a), int(b)) for a, b in itertools.pairwise(ends)]
        self.size = int(ends[-1])
        self._at: tuple[bytes, tuple[float, Array]] | None = None

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        """Return how to make the objective again; its compiled functions are not written."""
        return self.made_by if self.made_by is not None else super().__reduce_ex__(protocol)

    def __repr__(self) -> str:
        variables = ", ".join(f"{name} {shape}" if shape else name for name, shape in zip(self.names, self.shapes, strict=True))
        loss = f" {self.text}" if self.text else ""
        return summary(f"objective{loss} in {variables}: {self.size} entries")

    # -- layout -------------------------------------------------------------------------------------------------

    def split(self, x: Array) -> list[Array]:
        """Return the variables in their shapes."""
        flat = self._flat(x)
        return [flat[part].reshape(shape) for part, shape in zip(self._parts, self.shapes, strict=True)]

    def _flat(self, x: Array) -> Array:
        array = read_array(x, "x")
        if array.size != self.size:
            raise ShapeError(f"the variables have {self.size} entries, and x has {array.size}")
        return array.reshape(-1)

    def pack(self, values: object) -> Array:
        """Lay variables (one array, or a dictionary of arrays) into one vector.

        Raises
        ------
        DataError
            For a variable without a value, or one that is no array of numbers.
        ShapeError
            For a value of another shape.
        """
        names = ", ".join(self.names)
        if isinstance(values, Mapping):
            missing = [name for name in self.names if name not in values]
            if missing:
                raise DataError(f"the values have none for {', '.join(missing)}", hint=f"the variables are {names}")
            for name in values:
                if name not in self.names:
                    raise DataError(f"{shown(name)} has a value and is no variable", hint=f"the variables are {names}")
            values = [values[name] for name in self.names]
        elif self.as_vector:
            values = list(read_array(values, f"the value of {names}").reshape(-1))
        elif len(self.names) == 1:
            values = [values]
        if not isinstance(values, list | tuple) or len(values) != len(self.names):
            raise DataError(f"the values of {names} are not {len(self.names)} arrays", hint="give them by name: {name: array}")
        arrays = [read_array(value, f"the value of {name}") for name, value in zip(self.names, values, strict=True)]
        for name, array, shape in zip(self.names, arrays, self.shapes, strict=True):
            if array.shape != shape:
                raise ShapeError(f"{name} has shape {shape}, and the given value {array.shape}")
        return np.concatenate([array.reshape(-1) for array in arrays])

    def unpack(self, x: Array) -> Foreign:
        """Return the variables in the form in which they were given: an array, or a dictionary of arrays."""
        parts = self.split(x)
        if self.as_vector:
            return np.array([part[()] for part in parts])
        if len(parts) == 1:
            return parts[0].copy() if parts[0].shape else parts[0][()]
        return {name: part.copy() for name, part in zip(self.names, parts, strict=True)}

    # -- values -------------------------------------------------------------------------------------------------

    def value_and_gradient(self, x: Array, batch: Array | None = None) -> tuple[float, Array]:
        """Return the loss and its gradient, on all samples or on a batch of them.

        The last point on all samples is remembered: a line search asks for the loss where the next step asks for both.
        """
        if batch is not None:
            return self._evaluate(x, self._samples(batch))
        x = self._flat(x)
        key = x.tobytes()
        if self._at is None or self._at[0] != key:
            self._at = (key, self._evaluate(x, self.data))
        loss, slopes = self._at[1]
        return loss, slopes.copy()

    def _samples(self, batch: Array) -> list[Array]:
        """Return the data of a batch of samples."""
        try:
            numbers = read_exact_array(batch, "a batch")
            if numbers.dtype.kind not in "iub" or numbers.ndim != 1:
                raise IndexError
            return [value[numbers] if chosen else value for value, chosen in zip(self.data, self.batched, strict=True)]
        except (IndexError, ValueError):
            raise DataError(f"a batch is an array of sample numbers, not {shown(batch)}") from None

    def _evaluate(self, x: Array, data: Sequence[Array]) -> tuple[float, Array]:
        loss, *slopes = self._first(*self.split(x), *data)
        return float(loss), np.concatenate([np.asarray(slope, dtype=float).reshape(-1) for slope in slopes])

    def fun(self, x: Array) -> float:
        """Return the loss."""
        return self.value_and_gradient(x)[0]

    def jac(self, x: Array) -> Array:
        """Return the gradient as a flat vector."""
        return self.value_and_gradient(x)[1]

    def hess(self, x: Array) -> Array:
        """Return the Hessian: a SciPy ``LinearOperator`` that keeps its structure, or an array where it has none.

        The operator has ``matvec``, ``solve(b)``, ``diagonal()``, ``dense()`` and ``nbytes``, and counts as an array.
        """
        if self._hess is None:
            self._hess = self._make_hess()
        blocks = self._hess(*self.split(x), *self.data)
        if not isinstance(blocks, list):
            return blocks if hasattr(blocks, "solve") else np.asarray(blocks).reshape(self.size, self.size)
        rows = len(self.names)
        table = [
            [
                np.asarray(blocks[i * rows + j]).reshape(int(np.prod(self.shapes[i])), int(np.prod(self.shapes[j])))
                for j in range(rows)
            ]
            for i in range(rows)
        ]
        return np.block(table)

    def hessp(self, x: Array, v: Array) -> Array:
        """Return the Hessian times a vector, without the Hessian."""
        if self._hessp is None:
            self._hessp = self._make_hessp()
        products = self._hessp(*self.split(x), *self.split(v), *self.data)
        return np.concatenate([np.asarray(product, dtype=float).reshape(-1) for product in products])

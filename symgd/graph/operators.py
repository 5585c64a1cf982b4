"""Python's operators, written with the functions they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from symgd.errors import ShapeError, SymgdError
from symgd.graph.shape import Shape

__all__ = ["Operators"]

N = TypeVar("N")


class Operators(Generic[N]):
    """The operators of a formula; what they build is left to the class of formulas."""

    __slots__ = ()

    shape: Shape

    @staticmethod
    def _operate(name: str, left: Any, right: Any) -> N:
        """Build a function of two operands, with NumPy's meaning; NotImplemented where one is none."""
        raise NotImplementedError

    @staticmethod
    def _operand(value: Any) -> Any:
        """Return a value as a formula, or None."""
        raise NotImplementedError

    @staticmethod
    def _call(name: str, *args: Any) -> N:
        """Call a function of the formula language."""
        raise NotImplementedError

    def __neg__(self) -> N:
        raise NotImplementedError

    def __add__(self, other: Any) -> N:
        return self._operate("add", self, other)

    def __radd__(self, other: Any) -> N:
        return self._operate("add", other, self)

    def __sub__(self, other: Any) -> N:
        right = self._operand(other)
        return NotImplemented if right is None else self._operate("add", self, -right)

    def __rsub__(self, other: Any) -> N:
        return self._operate("add", other, -self)

    def __mul__(self, other: Any) -> N:
        return self._operate("mul", self, other)

    def __rmul__(self, other: Any) -> N:
        return self._operate("mul", other, self)

    def __truediv__(self, other: Any) -> N:
        right = self._operand(other)
        return NotImplemented if right is None else self._operate("mul", self, right**-1)

    def __rtruediv__(self, other: Any) -> N:
        return self._operate("mul", other, self**-1)

    def __pow__(self, other: Any) -> N:
        return self._operate("pow", self, other)

    def __rpow__(self, other: Any) -> N:
        return self._operate("pow", other, self)

    def __abs__(self) -> N:
        return self._call("abs", self)

    def __matmul__(self, other: Any) -> N:
        right = self._operand(other)
        return NotImplemented if right is None else self._call("matmul", self, right)

    def __rmatmul__(self, other: Any) -> N:
        left = self._operand(other)
        return NotImplemented if left is None else self._call("matmul", left, self)

    def __getitem__(self, item: Any) -> N:
        return self._call("getitem", self, item)

    def __iter__(self) -> Iterator[N]:
        if not self.shape:
            raise TypeError("a scalar formula cannot be iterated")
        length = self.shape[0]
        if not isinstance(length, int):
            raise ShapeError(f"cannot iterate over an axis of symbolic size {length}")
        return (self[i] for i in range(length))

    @property
    def T(self) -> N:
        """The transpose (all axes reversed, as in NumPy)."""
        return self._call("transpose", self)

    def __lt__(self, other: Any) -> N:
        return self._operate("less", self, other)

    def __le__(self, other: Any) -> N:
        return self._operate("less_equal", self, other)

    def __gt__(self, other: Any) -> N:
        return self._operate("less", other, self)

    def __ge__(self, other: Any) -> N:
        return self._operate("less_equal", other, self)

    def __bool__(self) -> bool:
        raise SymgdError("the truth of a formula is not known before its inputs are", hint="use where(condition, a, b)")

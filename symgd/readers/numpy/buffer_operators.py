"""Python's operators of buffers (:mod:`symgd.readers.numpy.buffer`): each is computed of numbers or of formulas."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

__all__ = ["Operators"]


class Operators:
    """The operators of an array, by what computes them and by what changes the array."""

    __slots__ = ()

    def _computed(self, function: Callable[..., Any], operands: tuple[Any, ...]) -> Any:
        """Return what a function makes of the operands."""
        raise NotImplementedError

    def _changed(self, function: Callable[[Any, Any], Any], change: Callable[[Any, Any], Any], other: Any) -> Any:
        """Change the array to what a function makes of it and of another operand; `change` does so for numbers."""
        raise NotImplementedError

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self


def _binary(function: Callable[[Any, Any], Any]) -> Callable[[Operators, Any], Any]:
    return lambda self, other: self._computed(function, (self, other))


def _reflected(function: Callable[[Any, Any], Any]) -> Callable[[Operators, Any], Any]:
    return lambda self, other: self._computed(function, (other, self))


def _in_place(function: Callable[[Any, Any], Any], change: Callable[[Any, Any], Any]) -> Callable[[Operators, Any], Any]:
    return lambda self, other: self._changed(function, change, other)


def _unary(function: Callable[[Any], Any]) -> Callable[[Operators], Any]:
    return lambda self: self._computed(function, (self,))


for _name in ("add", "sub", "mul", "truediv", "pow", "matmul", "mod", "floordiv"):
    _function = getattr(operator, _name)
    setattr(Operators, f"__{_name}__", _binary(_function))
    setattr(Operators, f"__r{_name}__", _reflected(_function))
    setattr(Operators, f"__i{_name}__", _in_place(_function, getattr(operator, f"i{_name}")))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Operators, f"__{_name}__", _binary(getattr(operator, _name)))
for _name in ("neg", "pos", "abs"):
    setattr(Operators, f"__{_name}__", _unary(getattr(operator, _name)))

"""Which of NumPy's functions return a view, which a copy, and for which it depends on how the array lies in memory.

This is a property of the function that was called and of its arguments, not of the formula that the call makes:
``np.tile(z, 1)`` is the formula z and a copy, ``np.squeeze(z[None])`` a sum and a view. A function that is not listed
returns a copy; the tests compare every function that symgd knows with NumPy itself.

Whether an array lies in memory row by row is known of arrays that NumPy makes so whatever it is given; an input may lie
there in any order, and so may what is computed from it entry by entry.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol

import numpy as np

from symgd.errors import UnsupportedError
from symgd.graph.node import Node
from symgd.graph.shape import Shape

__all__ = [
    "Sharing",
    "is_array_without_axes",
    "is_product_of_matrices",
    "lies_by_rows",
    "operands_lie_by_rows",
    "refuse_either",
    "refuse_without_axes",
    "sharing",
]


class InMemory(Protocol):
    """An array, and what is known of its place in memory."""

    @property
    def shape(self) -> Shape:
        """The size of each axis."""

    @property
    def by_rows(self) -> bool:
        """Whether its entries are known to lie row by row."""


class Sharing(enum.Enum):
    """How the entries of a result relate to those of the array that was given."""

    COPY = "a copy"
    VIEW = "a view"
    EITHER = "a view or a copy"


_VIEWS = {
    "T", "mT", "transpose", "permute_dims", "matrix_transpose", "swapaxes", "moveaxis", "rollaxis", "expand_dims", "squeeze",
    "broadcast_to", "broadcast_arrays", "flip", "fliplr", "flipud", "rot90", "diagonal", "real", "imag", "split", "array_split",
    "hsplit", "vsplit", "dsplit", "unstack", "atleast_1d", "atleast_2d", "atleast_3d", "sliding_window_view", "as_strided",
    "view",
}  # fmt: skip
_DEPENDING = {
    "nan_to_num",
    "asarray",
    "asanyarray",
    "ascontiguousarray",
    "asfortranarray",
    "require",
    "meshgrid",
    "real_if_close",
}

Options = dict[str, Any]


def sharing(name: str, args: Sequence[Any], options: Options, array: InMemory, shape: Shape | None) -> Sharing:
    """Return whether a call makes a view or a copy.

    Parameters
    ----------
    name : str
        The name of NumPy's function or method; ``getitem`` for an index.
    args, options
        The arguments of the call, the array of a method first.
    array : InMemory
        The first array among them.
    shape : tuple, optional
        The shape of the result, where it is one array.
    """
    if name in _SPECIAL:
        return _SPECIAL[name](args, options, array, shape)
    return Sharing.VIEW if name in _VIEWS else Sharing.EITHER if name in _DEPENDING else Sharing.COPY


def _of_ravel(args: Sequence[Any], options: Options, array: InMemory, shape: Shape | None) -> Sharing:
    return Sharing.VIEW if array.by_rows and _order(args, options) == "C" else Sharing.EITHER


def _of_reshape(args: Sequence[Any], options: Options, array: InMemory, shape: Shape | None) -> Sharing:
    if options.get("copy"):
        return Sharing.COPY
    if len(array.shape) < 2 or _long_axes(array.shape) == _long_axes(shape or ()):
        return Sharing.VIEW  # such axes can be split, and axes of size 1 added, wherever the entries lie
    return _of_ravel(args, options, array, shape)


def _long_axes(shape: Shape) -> list[Any]:
    return [length for length in shape if length != 1]


def _order(args: Sequence[Any], options: Options) -> str:
    return str(options.get("order", next((value for value in args[1:] if isinstance(value, str)), "C")))


def _of_einsum(args: Sequence[Any], options: Options, array: InMemory, shape: Shape | None) -> Sharing:
    """One operand without a sum is a view: a transpose or a diagonal."""
    if len(args) != 2 or not isinstance(args[0], str):
        return Sharing.COPY if len(args) > 2 and isinstance(args[0], str) else Sharing.EITHER
    given, arrow, kept = args[0].replace(" ", "").partition("->")
    is_sum = any(letter not in kept for letter in given) if arrow else len(set(given)) < len(given.replace("...", ""))
    return Sharing.COPY if is_sum else Sharing.EITHER if options else Sharing.VIEW


def _of_diag(args: Sequence[Any], options: Options, array: InMemory, shape: Shape | None) -> Sharing:
    return Sharing.VIEW if len(array.shape) > 1 else Sharing.COPY


def _of_type(args: Sequence[Any], options: Options, array: InMemory, shape: Shape | None) -> Sharing:
    """Without a copy the array itself is returned where it has the type, and the types of the inputs are not known."""
    copies = options.get("copy", args[5] if len(args) > 5 else True)
    return Sharing.COPY if copies is True else Sharing.EITHER


def _same_where(option: str, number: int) -> Callable[..., Sharing]:
    """Return the rule of a function that returns the array itself for one number."""

    def rule(args: Sequence[Any], options: Options, array: InMemory, shape: Shape | None) -> Sharing:
        given = options.get(option, args[1] if len(args) > 1 else None)
        return Sharing.VIEW if given == number else Sharing.COPY

    return rule


def _of_index(args: Sequence[Any], options: Options, array: InMemory, shape: Shape | None) -> Sharing:
    """Whole numbers and slices make a view, but whole numbers alone a number; arrays and lists of indices make a copy."""
    parts = args[1] if isinstance(args[1], tuple) else (args[1],)
    if any(isinstance(part, list | np.ndarray | bool | np.bool_) for part in parts):
        return Sharing.COPY
    if not all(part is None or part is Ellipsis or isinstance(part, int | np.integer | slice) for part in parts):
        return Sharing.EITHER
    return Sharing.VIEW if shape or Ellipsis in parts else Sharing.COPY


_SPECIAL: dict[str, Callable[[Sequence[Any], Options, Any, Shape | None], Sharing]] = {
    "ravel": _of_ravel, "reshape": _of_reshape, "einsum": _of_einsum, "diag": _of_diag, "astype": _of_type,
    "diff": _same_where("n", 0), "matrix_power": _same_where("n", 1), "getitem": _of_index,
}  # fmt: skip


# -- how the result lies in memory ----------------------------------------------------------------------------

_KEEPS_ROWS = {"expand_dims", "squeeze", "atleast_1d", "atleast_2d", "atleast_3d", "astype", "copy", "real"}
_WITHOUT_AXES = {"where", "copy", "full_like", "ones_like", "zeros_like", "select"}


def lies_by_rows(name: str, kind: Sharing, args: Sequence[Any], options: Options, array: InMemory, shape: Shape) -> bool:
    """Return whether the result of a call is known to lie in memory row by row."""
    if kind is Sharing.COPY and len(shape) < 2:
        return True
    if name in ("ravel", "reshape"):
        return _order(args, options) == "C" and (array.by_rows or kind is Sharing.EITHER)
    if name == "getitem":
        return array.by_rows and kind is Sharing.VIEW and _takes_a_block(args[1])
    if name in ("copy", "ndarray.copy", "astype") and ("order" in options or len(args) > 2 - (name != "astype")):
        return False
    if name in _KEEPS_ROWS:
        return array.by_rows
    return name == "ndarray.copy" or (name in ("matmul", "dot") and not options and is_product_of_matrices(args))


def is_product_of_matrices(operands: Sequence[Any]) -> bool:
    """Whether a product has two matrices as its operands: NumPy writes it row by row, wherever these lie."""
    return [getattr(operand, "ndim", 0) for operand in operands] == [2, 2]


def _takes_a_block(item: object) -> bool:
    """Whether an index takes entries that stand one after the other: whole numbers, and then at most one slice."""
    parts = [part for part in (item if isinstance(item, tuple) else (item,)) if part is not None]
    leading = [*parts[:-1]] if parts and isinstance(parts[-1], slice) else parts
    is_unit = leading is parts or parts[-1].step in (None, 1)
    return is_unit and all(isinstance(part, int | np.integer) for part in leading)


def operands_lie_by_rows(operands: Sequence[object]) -> bool:
    """Whether what is computed from operands entry by entry lies in memory row by row, because all of them do."""
    return bool(operands) and all(_operand_lies_by_rows(operand) for operand in operands)


def _operand_lies_by_rows(operand: Any) -> bool:
    if isinstance(operand, np.ndarray) and not hasattr(operand, "by_rows"):
        return bool(operand.flags.c_contiguous)
    if isinstance(operand, Node):
        return not operand.shape
    return bool(getattr(operand, "by_rows", isinstance(operand, int | float | np.generic | list | tuple)))


def is_array_without_axes(name: str, kind: Sharing) -> bool:
    """Whether a result without axes is an array, which can be changed in place, and no number."""
    return kind is not Sharing.COPY or name in _WITHOUT_AXES


# -- what is not known -------------------------------------------------------------------------------------------


def refuse_either(name: str) -> NoReturn:
    """Refuse to use a view or a copy after a change of its array."""
    raise UnsupportedError(
        f"an array is changed in place, and what {name} made of it before is a view or a copy, as the array lies in memory",
        hint=f"write .copy() behind {name}, or z = z + … instead of z += …",
    )


def refuse_without_axes() -> NoReturn:
    """Refuse to use an array without axes that was changed under another name."""
    raise UnsupportedError(
        "an array without axes is changed in place and used under another name", hint="write z = z + … instead of z += …"
    )

"""NumPy's functions whose arguments are not those of symgd's functions, with NumPy's signatures as far as symgd follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, NoReturn

import numpy as np

from symgd.arguments import read_whole_number
from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import show_shape
from symgd.primitives.symmetry import is_symmetric
from symgd.readers.numpy.asking import ASKING
from symgd.readers.numpy.binding import leaves_numbers
from symgd.readers.numpy.conditions import as_true_or_false, is_condition, read_mask
from symgd.readers.numpy.rearranging import REARRANGING, place_of_axis
from symgd.readers.numpy.sampled import SAMPLED
from symgd.readers.numpy.sorted_arrays import OF_SORTED
from symgd.readers.numpy.special_functions import SPECIAL_FUNCTIONS
from symgd.readers.numpy.stacks import OF_STACKS
from symgd.readers.numpy.stretching import stretched

__all__ = ["SPECIAL", "no_branch", "reshape", "shows_symmetry"]


def no_branch(name: str) -> Callable[..., NoReturn]:
    """Return a function that refuses: what it would return depends on values."""

    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise UnsupportedError(
            f"what numpy.{name} returns depends on values, which a formula does not have", hint="use np.where"
        )

    return refuse


class _SignAndLogarithm(tuple[Node, Node]):
    """What ``numpy.linalg.slogdet`` returns: a pair with two names."""

    __slots__ = ()

    @property
    def sign(self) -> Node:
        return self[0]

    @property
    def logabsdet(self) -> Node:
        return self[1]


def _slogdet_pair(a: Operand) -> _SignAndLogarithm:
    return _SignAndLogarithm((FUNCTIONS["sign"](FUNCTIONS["det"](a)), FUNCTIONS["logdet"](a)))


def _diag(v: Operand, k: int = 0) -> Node:
    if k:
        raise UnsupportedError("only the main diagonal can be taken")
    return FUNCTIONS["diag"](v)


def _singular_values(a: Operand, full_matrices: object = True, compute_uv: object = True) -> Node:
    if compute_uv:
        raise UnsupportedError("symgd knows singular values, not singular vectors", hint="np.linalg.svd(x, compute_uv=False)")
    return FUNCTIONS["svdvals"](a)


def _where(*args: Operand) -> Node:
    if len(args) != 3:
        raise UnsupportedError("where with one argument returns places that depend on values", hint="give both branches")
    condition, *branches = args
    mask = read_mask(condition)
    condition = as_true_or_false(mask) if isinstance(mask, np.ndarray) and is_condition(mask) else condition
    return FUNCTIONS["where"](*stretched(condition, *branches))


def _size(a: Operand, axis: Any = None) -> Any:
    node = as_node(a)
    return node.size if axis is None else node.shape[axis]


def _pad(array: Operand, pad_width: object, mode: str = "constant", constant_values: Operand = 0) -> Node:
    if mode != "constant" or not as_node(constant_values).equals_number(0):
        raise UnsupportedError("only padding with zeros is known")
    return FUNCTIONS["pad"](array, pad_width)


def _clip(
    a: Operand,
    a_min: Operand | None = None,
    a_max: Operand | None = None,
    out: object = None,
    *,
    min: Operand | None = None,
    max: Operand | None = None,
) -> Node:
    leaves_numbers("clip", "out", out)
    low, high = (min if a_min is None else a_min), (max if a_max is None else a_max)
    x = as_node(a)
    x = x if low is None else FUNCTIONS["maximum"](x, low)
    return x if high is None else FUNCTIONS["minimum"](x, high)


def _average(
    a: Operand, axis: Any = None, weights: Operand | None = None, returned: object = False, *, keepdims: object = False
) -> Node:
    x = as_node(a)
    if weights is None:
        average, total = FUNCTIONS["mean"](x, axis=axis, keepdims=keepdims), None
    else:
        w = as_node(weights)
        if w.shape != x.shape:
            if w.rank != 1 or not hasattr(axis, "__index__") or w.shape[0] != x.shape[axis]:
                raise ShapeError(
                    f"weights of shape {show_shape(w.shape)} do not belong to one axis of {show_shape(x.shape)}",
                    hint="give the axis along which they run",
                )
            place: list[Any] = [None] * x.rank
            place[axis] = slice(None)
            w = w[tuple(place)] * FUNCTIONS["ones_like"](x)
        total = FUNCTIONS["sum"](w, axis=axis, keepdims=keepdims)
        average = FUNCTIONS["sum"](x * w, axis=axis, keepdims=keepdims) / total
    if returned:
        raise UnsupportedError("the sum of the weights is not returned", hint="np.sum(weights)")
    return average


def reshape(a: Operand, shape: Any, order: object = "C") -> Node:
    """Reshape, reading the entries by rows (C) or by columns (F)."""
    x = as_node(a)
    if _by_rows(order):
        return FUNCTIONS["reshape"](x, shape)
    sizes = shape if isinstance(shape, tuple | list) else (shape,)
    return FUNCTIONS["transpose"](FUNCTIONS["reshape"](FUNCTIONS["transpose"](x), tuple(sizes[::-1])))


def _ravel(a: Operand, order: object = "C") -> Node:
    x = as_node(a)
    return FUNCTIONS["ravel"](x if _by_rows(order) else FUNCTIONS["transpose"](x))


def _by_rows(order: object) -> bool:
    if order not in ("C", "F"):
        raise UnsupportedError(f"the order {shown(order)} depends on how an array lies in memory", hint="order is 'C' or 'F'")
    return bool(order == "C")


def _concatenate(arrays: Sequence[Operand], axis: Any = 0) -> Node:
    return FUNCTIONS["concatenate"]([FUNCTIONS["ravel"](x) for x in arrays] if axis is None else arrays, axis=axis or 0)


def _append(arr: Operand, values: Operand, axis: Any = None) -> Node:
    return _concatenate([arr, values], axis)


def _roll(a: Operand, shift: int, axis: Any = None) -> Node:
    x = as_node(a)
    if not isinstance(shift, int | np.integer) or not isinstance(axis, int | np.integer | None):
        raise UnsupportedError("roll is known for one shift, a whole number, along one axis")
    if axis is None and x.rank != 1:
        raise UnsupportedError(f"roll of shape {show_shape(x.shape)} needs an axis")
    place = place_of_axis(x, axis or 0, "roll")
    lead, length = (slice(None),) * place, x.shape[place]
    if isinstance(length, int):
        shift = int(shift) % length  # NumPy's shift goes around as often as it is given
    return FUNCTIONS["concatenate"](
        [x[(*lead, slice(-shift, None))], x[(*lead, slice(None, -shift))]] if shift else [x], axis=place
    )


def _repeat(a: Operand, repeats: object, axis: Any = None) -> Node:
    x = as_node(a) if axis is not None else FUNCTIONS["ravel"](a)
    count = read_whole_number(repeats, "the number of repeats", least=1, hint="one number for all entries")
    place = place_of_axis(x, 0 if axis is None else axis, "repeat")
    stacked = FUNCTIONS["stack"]([x] * count, axis=place + 1)
    return FUNCTIONS["reshape"](stacked, (*x.shape[:place], x.shape[place] * count, *x.shape[place + 1 :]))


def _tile(A: Operand, reps: object) -> Node:
    x = as_node(A)
    given = reps if isinstance(reps, tuple | list) else [reps]
    counts = [read_whole_number(count, "the number of tiles", least=1) for count in given]
    counts = [1] * (x.rank - len(counts)) + counts
    x = x[(None,) * (len(counts) - x.rank)] if len(counts) > x.rank else x
    for axis, count in enumerate(counts):
        x = FUNCTIONS["concatenate"]([x] * count, axis=axis) if count > 1 else x
    return x


def _polynomial(p: Operand, x: Operand) -> Node:
    """Evaluate by Horner's rule, the highest power first."""
    first, *others = as_node(p)
    first = first if others else first * FUNCTIONS["ones_like"](x)
    polynomial: Node = reduce(lambda value, coefficient: value * x + coefficient, others, first)
    return polynomial


def _trapezoid(y: Operand, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1) -> Node:
    y = as_node(y)
    place = place_of_axis(y, axis, "trapezoid")
    lead = (slice(None),) * place
    middle = (y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]) / 2
    if x is None:
        return FUNCTIONS["sum"](middle, axis=axis) * as_node(dx)
    places = as_node(x)
    if places.rank == 1:
        places = places[(slice(None), *(None,) * (y.rank - 1 - place))]
    steps = FUNCTIONS["diff"](places, axis=axis if axis < 0 else axis - y.rank)
    return FUNCTIONS["sum"](middle * steps, axis=axis)


def _outer(a: Operand, b: Operand) -> Node:
    return FUNCTIONS["outer"](FUNCTIONS["ravel"](a), FUNCTIONS["ravel"](b))


def _on_square(name: str) -> Callable[..., Node]:
    """Return NumPy's trace or diagonal; symgd's are of the main diagonal of a matrix."""

    def build(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Node:
        x = as_node(a)
        if offset or x.rank != 2 or {axis1 % 2, axis2 % 2} != {0, 1}:
            raise UnsupportedError(f"{name} is known for the main diagonal of a matrix")
        return FUNCTIONS[name](x)

    return build


class _EigenvaluesAndVectors(tuple[Node, Node]):
    """What ``numpy.linalg.eigh`` returns: a pair with two names."""

    __slots__ = ()

    @property
    def eigenvalues(self) -> Node:
        return self[0]

    @property
    def eigenvectors(self) -> Node:
        return self[1]


def _eigenvalues_and_vectors(a: Operand) -> _EigenvaluesAndVectors:
    return _EigenvaluesAndVectors(_of_lower_triangle(name)(a) for name in ("eigvalsh", "eigenvectors"))


class _NotKnown:
    """A part of a result that symgd does not know; every use of it is refused."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __getattr__(self, name: str) -> NoReturn:
        raise UnsupportedError(f"symgd does not know {self._what}, which numpy.linalg.lstsq returns")


def _least_squares(a: Operand, b: Operand, rcond: object = None) -> tuple[object, ...]:
    """Return the shortest solution, by the pseudo-inverse: its derivative holds while the rank stays as it is."""
    if rcond not in (None, -1):
        raise UnsupportedError("the option rcond of numpy.linalg.lstsq changes the rank", hint="leave it out")
    return (FUNCTIONS["pinv"](a) @ as_node(b), *map(_NotKnown, ("the residuals", "the rank", "the singular values")))


def _of_lower_triangle(name: str) -> Callable[[Operand], Node]:
    """Return NumPy's function of symmetric matrices, which reads the lower triangle; symgd's takes the symmetric part."""

    def build(a: Operand) -> Node:
        x = as_node(a)
        if x.rank == 2 and not shows_symmetry(x):
            x = FUNCTIONS["tril"](x) + FUNCTIONS["tril"](x, -1).T
        return FUNCTIONS[name](x)

    return build


def shows_symmetry(x: Node) -> bool:
    """Whether a matrix is seen to be symmetric; also a sum with a matrix of numbers, such as ``np.eye(3)``."""
    if is_symmetric(x):
        return True
    if not x.symbols:
        entries = [[x[row, column] for column in range(len(x))] for row in range(len(x))] if x.shape[0] == x.shape[1] else []
        return bool(entries) and all(
            entries[row][column] is entries[column][row] for row in range(len(x)) for column in range(row)
        )
    return x.primitive.is_elementwise and all(arg.rank == 0 or (arg.rank == 2 and shows_symmetry(arg)) for arg in x.args)


def _floor_divide(x1: Operand, x2: Operand) -> Node:
    return FUNCTIONS["floor"](as_node(x1) / as_node(x2))


def _round(a: Operand, decimals: Any = 0) -> Node:
    """Round to whole numbers; results that are rounded to some digits are compared by their values, and not by the formula."""
    if not isinstance(decimals, int) or decimals != 0:
        raise UnsupportedError("numpy.round to a number of decimals drops digits", hint="leave it out, or np.round(x)")
    rounded: Node = SPECIAL_FUNCTIONS["rint"](a)
    return rounded


def _copy(a: Operand, order: object = "K", subok: object = False) -> Operand:
    return a


def _same_formula(x: Operand, *args: object, **options: object) -> Operand:
    return x


SPECIAL: dict[str, Callable[..., Any]] = {
    **SPECIAL_FUNCTIONS, **REARRANGING, **SAMPLED, **OF_SORTED,
    **ASKING, "greater": lambda x1, x2: FUNCTIONS["less"](x2, x1),
    "greater_equal": lambda x1, x2: FUNCTIONS["less_equal"](x2, x1),
    **{name: no_branch(name) for name in ("argmax", "argmin", "nonzero", "unique", "searchsorted", "copyto")},
    **{name: _on_square(name) for name in ("trace", "diagonal")},
    "eigh": _eigenvalues_and_vectors, "lstsq": _least_squares,
    "slogdet": _slogdet_pair, "diag": _diag, "svd": _singular_values, "where": _where, "shape": lambda a: as_node(a).shape,
    "ndim": lambda a: as_node(a).rank, "size": _size, "pad": _pad, "clip": _clip, "average": _average, "reshape": reshape,
    "ravel": _ravel, "flatten": _ravel, "concatenate": _concatenate, "concat": _concatenate, "append": _append, "roll": _roll,
    "outer": _outer, "repeat": _repeat, "tile": _tile, "polyval": _polynomial, "trapezoid": _trapezoid,
    "multi_dot": lambda arrays: reduce(FUNCTIONS["dot"], arrays), "copy": _copy, "real": _same_formula,
    "positive": _same_formula,
    **{name: _of_lower_triangle(name) for name in ("cholesky", "eigvalsh")},
    **OF_STACKS,
    "floor_divide": _floor_divide, "round": _round, "around": _round,
    "divmod": lambda x1, x2: (_floor_divide(x1, x2), FUNCTIONS["remainder"](x1, x2)),
    "conj": _same_formula, "conjugate": _same_formula, "iscomplexobj": lambda x: False,
    "atleast_1d": lambda x: as_node(x) if as_node(x).rank else as_node(x)[None],
    "atleast_2d": lambda x: as_node(x)[(None,) * (2 - as_node(x).rank)] if as_node(x).rank < 2 else as_node(x),
}  # fmt: skip

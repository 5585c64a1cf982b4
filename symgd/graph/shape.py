"""Sizes of axes and shapes of tensors.

A size is a positive integer or a :class:`Dim`, a polynomial with integer coefficients in named sizes: ``n``, ``n - 1``,
``m*n``. Polynomials make equality decidable: two sizes are equal when their polynomials are. A shape is a tuple of sizes; a
scalar has shape ``()``. Broadcasting is NumPy's.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from symgd.arguments import integer_of
from symgd.errors import ShapeError, shown
from symgd.graph.hooks import Hook

__all__ = [
    "Dim",
    "Shape",
    "Size",
    "broadcast",
    "check_no_mutual_stretch",
    "parse_shape",
    "show_shape",
    "size_names",
    "size_product",
    "size_value",
    "stretch_each_other",
]

Monomial = tuple[str, ...]

_formula_of: Hook[[Any], Any] = Hook("symgd.graph.node", "size")


class Dim:
    """A symbolic size: a polynomial with integer coefficients in named sizes.

    Examples
    --------
    >>> from symgd.graph.shape import Dim
    >>> n = Dim.named("n")
    >>> n + 1 - n, n - 1 == n - 2 + 1, str(n * (n - 1))
    (1, True, 'n*n - n')
    """

    __slots__ = ("_hash", "terms")
    terms: tuple[tuple[Monomial, int], ...]

    def __init__(self, terms: Mapping[Monomial, int]) -> None:
        self.terms = tuple(sorted(((m, c) for m, c in terms.items() if c), key=lambda term: (-len(term[0]), term[0])))
        self._hash = hash(self.terms)

    @staticmethod
    def named(name: str) -> Dim:
        """Return the size called `name`."""
        return Dim({(name,): 1})

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> Any:
        """Return how to make it again: hashes of texts differ from process to process."""
        return Dim, (dict(self.terms),)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Dim) and self.terms == other.terms)

    def __add__(self, other: Size) -> Size:
        if not isinstance(other, int | Dim):
            return self._formula() + other
        terms = dict(self.terms)
        for monomial, coefficient in _terms(other):
            terms[monomial] = terms.get(monomial, 0) + coefficient
        return _reduced(terms)

    def __mul__(self, other: Size) -> Size:
        if not isinstance(other, int | Dim):
            return self._formula() * other
        terms: dict[Monomial, int] = {}
        for left, a in self.terms:
            for right, b in _terms(other):
                monomial = tuple(sorted(left + right))
                terms[monomial] = terms.get(monomial, 0) + a * b
        return _reduced(terms)

    def __neg__(self) -> Size:
        return self * -1

    def __sub__(self, other: Size) -> Size:
        return self + (other * -1)

    def __rsub__(self, other: int) -> Size:
        return self * -1 + other

    __radd__ = __add__
    __rmul__ = __mul__

    def _formula(self) -> Any:
        """Return the size as a formula, with which anything can be computed."""
        return _formula_of(self)

    def __truediv__(self, other: Any) -> Any:
        return self._formula() / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self._formula()

    def __pow__(self, other: Any) -> Any:
        return self._formula() ** other

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        formulas = [operand._formula() if isinstance(operand, Dim) else operand for operand in inputs]
        return getattr(ufunc, method)(*formulas, **options)

    def __index__(self) -> int:
        raise ShapeError(f"the size {self} is a name, not a number", hint="a loop needs sizes that are declared with numbers")

    def __str__(self) -> str:
        text = ""
        for monomial, coefficient in self.terms:
            factors = [str(abs(coefficient))] if abs(coefficient) != 1 or not monomial else []
            sign = " - " if coefficient < 0 else " + "
            text += sign + "*".join(factors + list(monomial))
        return "-" + text[3:] if text.startswith(" - ") else text[3:]

    def __repr__(self) -> str:
        return str(self)

    @property
    def name(self) -> str | None:
        """The name, where the size is a single name."""
        if len(self.terms) == 1:
            (monomial, coefficient) = self.terms[0]
            if coefficient == 1 and len(monomial) == 1:
                return monomial[0]
        return None


Size = int | Dim
Shape = tuple[Size, ...]


def _terms(size: Size) -> Sequence[tuple[Monomial, int]]:
    return size.terms if isinstance(size, Dim) else (((), size),)


def _reduced(terms: Mapping[Monomial, int]) -> Size:
    dim = Dim(terms)
    if not dim.terms:
        return 0
    if len(dim.terms) == 1 and dim.terms[0][0] == ():
        return dim.terms[0][1]
    return dim


def size_value(size: Size, sizes: Mapping[str, int]) -> int:
    """Evaluate `size` with numbers for its names."""
    if isinstance(size, int):
        return size
    total = 0
    for monomial, coefficient in size.terms:
        for name in monomial:
            if name not in sizes:
                raise ShapeError(f"the size {name} is not known", hint=f"give a value for {name}")
            coefficient *= sizes[name]
        total += coefficient
    return total


def size_names(shape: Shape) -> list[str]:
    """Return the names in `shape`, in order of appearance."""
    names: dict[str, None] = {}
    for size in shape:
        if isinstance(size, Dim):
            for monomial, _ in size.terms:
                names.update(dict.fromkeys(monomial))
    return list(names)


def size_product(shape: Shape) -> Size:
    """Return the number of entries."""
    total: Size = 1
    for size in shape:
        total = size * total
    return total


def lengths(shape: Shape) -> tuple[int, ...] | None:
    """Return the sizes of axes as numbers; None where one of them has a name."""
    numbers = tuple(size for size in shape if isinstance(size, int))
    return numbers if len(numbers) == len(shape) else None


def show_shape(shape: Shape) -> str:
    """Write a shape as NumPy does.

    >>> from symgd.graph.shape import parse_shape, show_shape
    >>> show_shape(parse_shape("m 3")), show_shape(parse_shape("n")), show_shape(())
    ('(m, 3)', '(n,)', '()')
    """
    sizes = ", ".join(str(size) for size in shape)
    return f"({sizes},)" if len(shape) == 1 else f"({sizes})"


_LARGEST = 10**15
_SIZES = "a size is a name or a positive integer, as in 'm 3', or made of them, as in 'n+1' and '2*n'"
_TERM = re.compile(r"([+-]?)([^+-]+)")


def parse_shape(spec: Any) -> Shape:
    """Read a shape: names and integers in a text (``"m n"``, ``"n+1 2*n"``), or a sequence of them (``(5, 3)``).

    Parameters
    ----------
    spec : str, int or sequence of int, str or Dim
        ``""`` and ``()`` are scalars.

    Returns
    -------
    tuple of int or Dim

    Raises
    ------
    ShapeError
        Where a size is neither a positive integer nor a name.
    """
    if isinstance(spec, str):
        parts: Sequence[Any] = spec.replace(",", " ").replace("(", " ").replace(")", " ").split()
    elif isinstance(spec, int | Dim):
        parts = (spec,)
    elif isinstance(spec, Sequence):
        parts = spec
    else:
        raise ShapeError(f"a shape is a text or a tuple, not {type(spec).__name__}")
    return tuple(_parse_size(part) for part in parts)


def _parse_size(part: Any) -> Size:
    if isinstance(part, str):
        part = _composite(part)
    if isinstance(part, Dim):
        return part
    value = integer_of(part)
    if value is None:
        raise ShapeError(f"{shown(part)} is not a size", hint=_SIZES)
    if not 1 <= value < _LARGEST:
        raise ShapeError(f"an axis cannot have size {shown(value)}", hint="sizes are at least 1, and below 10**15")
    return value


def _composite(text: str) -> Size:
    """Read ``n``, ``3``, ``n+1`` or ``2*n``: a sum of products of names and integers."""
    total: Size = 0
    terms = _TERM.findall(text) if len(text) <= 256 else []
    if not terms or "".join(sign + factors for sign, factors in terms) != text or terms[0][0]:
        hint = "a size with + has no spaces: 'n+1'" if text in ("+", "-", "*") else _SIZES
        raise ShapeError(f"{shown(text)} is not a size", hint=hint)
    for sign, factors in terms:
        product: Size = -1 if sign == "-" else 1
        for factor in factors.split("*"):
            product = product * _named_size(factor, text)
        total = total + product
    if isinstance(total, Dim) and all(count < 0 for monomial, count in total.terms if monomial):
        raise ShapeError(f"an axis cannot have size {shown(text)}", hint="sizes are at least 1")
    return total


def _named_size(factor: str, text: str) -> Size:
    if factor.isascii() and factor.isdigit() and len(factor) < 16:
        return int(factor)
    if factor.isidentifier() and len(factor) <= 64 and unicodedata.normalize("NFKC", factor) == factor:
        return Dim.named(factor)
    raise ShapeError(f"{shown(text)} is not a size", hint=_SIZES)


def broadcast(shapes: Sequence[Shape], operation: str = "combine") -> Shape:
    """Return the shape of an elementwise operation, by NumPy's rule.

    Raises
    ------
    ShapeError
        Naming the axis and both sizes, where they do not meet.
    """
    first = shapes[0] if shapes else ()
    for shape in shapes[1:]:
        if shape != first:
            break
    else:
        return first
    distinct = {shape for shape in shapes if shape}
    if len(distinct) == 1:  # scalars beside tensors of one shape
        return distinct.pop()
    rank = max(len(shape) for shape in shapes)
    result: list[Size] = [1] * rank
    for shape in shapes:
        offset = rank - len(shape)
        for axis, size in enumerate(shape):
            known = result[offset + axis]
            if known == 1:
                result[offset + axis] = size
            elif size not in (1, known):
                raise _clash(shapes, operation)
    return tuple(result)


def _clash(shapes: Sequence[Shape], operation: str) -> ShapeError:
    """Word the error for the first pair of shapes that does not broadcast."""
    for i, right in enumerate(shapes):
        for left in shapes[:i]:
            for back in range(1, min(len(left), len(right)) + 1):
                a, b = left[-back], right[-back]
                if a != b and 1 not in (a, b):
                    axis = f"axis {len(left) - back}" if len(left) == len(right) else f"the axis {back} from the end"
                    return ShapeError(
                        f"cannot {operation} {show_shape(left)} and {show_shape(right)}: "
                        f"{axis} has size {a} on the left and {b} on the right",
                        hint="transpose one side, or declare both sizes with one name",
                        clash=(a, b) if len(left) == len(right) else None,
                    )
    raise AssertionError(shapes)


def check_no_mutual_stretch(shapes: Sequence[Shape], operation: str = "combine") -> None:
    """Refuse ``(3, 1) - (3,)``: operands of different rank that would both be stretched.

    NumPy returns ``(3, 3)`` here, which is almost always a mistake. Equal ranks, ``(n, 1) - (1, n)``, are meant.
    """
    for left, right in itertools.combinations(shapes, 2):
        if stretch_each_other(left, right):
            short = min(left, right, key=len)
            column = ", ".join([":"] * len(short) + ["None"])
            raise ShapeError(
                f"cannot {operation} {show_shape(left)} and {show_shape(right)}: "
                "both would be stretched, and they have different ranks",
                hint=f"say which you mean: index the {show_shape(short)} operand with [{column}] for a column, "
                "or drop the axis of size 1 from the other",
            )


def stretch_each_other(left: Shape, right: Shape) -> bool:
    """Whether two shapes of different rank would both be stretched."""
    if len(left) == len(right) or not left or not right:
        return False
    short, long = sorted((left, right), key=len)
    pairs = list(zip(short[::-1], long[::-1], strict=False))
    extra = long[: len(long) - len(short)]
    long_is_stretched = any(g == 1 and s != 1 for s, g in pairs)
    return long_is_stretched and (any(g != 1 for g in extra) or any(s == 1 and g != 1 for s, g in pairs))

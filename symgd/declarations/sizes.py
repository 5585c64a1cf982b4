"""Laws of sizes: whole numbers as arguments, the shortest axes, the work, the digits of exact values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.declarations.law import broken, law
from symgd.declarations.subject import Example, Place, Subject
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Algebra, evaluate, full
from symgd.evaluation.exact import sympy_function
from symgd.graph.node import tensor
from symgd.graph.primitive import Primitive
from symgd.graph.shape import Size, size_names, size_value

__all__: list[str] = []


@law("whole")
def law_whole(subject: Subject) -> None:
    """A listed argument may be any whole number from 0 to below the size, and nothing else; others need not be whole."""
    record = subject.record
    for example in subject.examples:
        listed = dict(record.whole(example.node)) if record.whole is not None else {}
        if any(arg not in example.args for arg in listed):
            broken(record, "whole", f"{next(iter(listed))} is no argument of {example.text}")
        sizes = example.some_sizes
        if example.is_scalar and not listed:
            continue
        generator = np.random.default_rng(1)
        shapes = [example.shape_of(arg, sizes) for arg in example.args]
        usual = [
            np.zeros(shape, dtype=int) if arg in listed else generator.normal(size=shape)
            for arg, shape in zip(example.args, shapes, strict=True)
        ]
        for k, arg in enumerate(example.args):
            if not arg.is_symbol:
                continue
            if arg in listed:
                size = size_value(listed[arg], sizes)
                for number in {0, size - 1}:
                    if not _works(example, usual, k, np.full(shapes[k], number), sizes):
                        broken(record, "whole", f"{example.text} has no value where {arg} is {number}, below the size {size}")
                for number in (-1, size):
                    if _works(example, usual, k, np.full(shapes[k], number), sizes):
                        broken(record, "whole", f"{example.text} has a value where {arg} is {number}, and the size is {size}")
            elif not _works(example, usual, k, usual[k] + 1000, sizes, only_shapes=True):
                broken(record, "whole", f"{example.text} has no value where {arg} is about 1000.5: it must hold whole numbers")


def _works(
    example: Example, usual: Sequence[Array], k: int, value: Array, sizes: dict[str, int], only_shapes: bool = False
) -> bool:
    try:
        output = example.evaluated([value if j == k else array for j, array in enumerate(usual)], sizes)
    except SymgdError:
        return False
    except (IndexError, ValueError, ZeroDivisionError):
        return only_shapes
    return only_shapes or all(isinstance(entry, bool) or mpmath.isfinite(entry) for entry in output.ravel())


@law("least_sizes")
def law_least_sizes(subject: Subject) -> None:
    """A symbolic axis may be as short as it is declared, and not shorter."""
    record = subject.record
    for example in subject.examples:
        names = list(dict.fromkeys(name for arg in example.args for name in size_names(arg.shape)))
        if not names or example.whole:
            continue
        least = dict.fromkeys(names, 1)
        for size, number in record.least_sizes(example.node) if record.least_sizes is not None else ():
            for name in size_names((size,)):
                least[name] = max(least[name], number)
        for name in names:
            usual = {**{other: max(4, least[other]) for other in names}, name: least[name]}
            if _has_entries(example, usual) is False:
                broken(record, "least_sizes", f"{example.text} has no value where {name} is {least[name]}")
            shorter = {**usual, name: least[name] - 1}
            if least[name] > 1 and _has_entries(example, shorter):
                broken(
                    record, "least_sizes", f"{example.text} has a value where {name} is {least[name] - 1}, less than declared"
                )


def _has_entries(example: Example, sizes: dict[str, int]) -> bool | None:
    """Whether the function has a value for arguments of these sizes; None where its shape says that it cannot."""
    try:
        if any(size_value(size, sizes) < 1 for size in example.node.shape):
            return None
        shapes = [example.shape_of(arg, sizes) for arg in example.args]
    except SymgdError:
        return None
    generator = np.random.default_rng(2)
    try:
        value = example.evaluated([generator.normal(size=shape) for shape in shapes], sizes)
    except (SymgdError, IndexError, ValueError):
        return False
    return all(size > 0 for size in value.shape)


class _Counted:
    """A number that counts, in its algebra, the multiplications and divisions it takes part in."""

    def __init__(self, algebra: _Counting) -> None:
        self.algebra = algebra

    def __add__(self, other: object) -> _Counted:
        return self

    __radd__ = __sub__ = __rsub__ = __add__

    def __neg__(self) -> _Counted:
        return self

    def __mul__(self, other: object) -> _Counted:
        self.algebra.multiplications += 1
        return self

    __rmul__ = __truediv__ = __rtruediv__ = __mul__


class _Counting(Algebra):
    """Arithmetic that counts multiplications."""

    def __init__(self) -> None:
        self.multiplications = 0

    def number(self, value: object) -> _Counted:
        return _Counted(self)

    def apply(self, record: Primitive, *entries: object) -> _Counted:
        self.multiplications += len(entries) - 1 if record.is_weighted else 1
        return _Counted(self)

    def is_zero(self, entry: object) -> bool:
        return False


@law("work")
def law_work(subject: Subject) -> None:
    """The work of a sum of products is the number of products, counted in its evaluation; of others it is of this size."""
    record = subject.record
    for example in subject.examples:
        sizes = example.some_sizes
        work = record.work(example.node) if record.work is not None else None
        if work is not None and size_value(work, sizes) < 1:
            broken(record, "work", f"{example.text} does not take {size_value(work, sizes)} multiplications")
        if not record.is_weighted or len(example.args) < 2:
            if work is not None:
                _judge_size_of_work(record, example)
            continue
        declared = (
            size_value(work, sizes) if work is not None else int(np.prod(example.shape_of(example.node, sizes), dtype=int))
        )
        algebra = _Counting()
        arrays = {arg: full(example.shape_of(arg, sizes), _Counted(algebra)) for arg in example.args}
        evaluate([example.node], arrays, algebra, sizes)
        count = algebra.multiplications // (len(example.args) - 1)
        if count > declared or (count < declared and len(example.args) == 2):  # more than two are multiplied in turn
            broken(record, "work", f"{example.text} takes {count} products of its factors, and {declared} are declared")


def _judge_size_of_work(record: Primitive, example: Example) -> None:
    """Compare the work of any function with what its evaluation counts, where axes are longer, within a wide factor."""
    args = [tensor(arg.name, [_longer(size) for size in arg.shape]) if arg.is_symbol else arg for arg in example.args]
    sizes = dict.fromkeys((name for arg in args for name in size_names(arg.shape)), _LONG)
    algebra = _Counting()
    try:
        longer = Example(record, tuple(args), example.params)
        declared = size_value(record.work(longer.node), sizes) if record.work is not None else 0
        arrays = {arg: full(longer.shape_of(arg, sizes), _Counted(algebra)) for arg in args}
        evaluate([longer.node], arrays, algebra, sizes)
        entries = int(np.prod(longer.shape_of(longer.node, sizes), dtype=int))
    except (SymgdError, TypeError, AttributeError, IndexError, ValueError):  # this arithmetic cannot follow
        return
    count = max(1, algebra.multiplications, entries)
    if not count <= _WIDE * declared or not declared <= _WIDE * count:
        broken(record, "work", f"{longer.text} takes about {count} multiplications where axes are {_LONG} long, not {declared}")


def _longer(size: Size) -> Size:
    return _LONG if isinstance(size, int) and size > 1 else size


_LONG, _WIDE = 8, 100
_SEEN = 100
_WRITTEN = 10_000
"""Digits of the largest number that is written out."""


@law("largest_exact")
def law_largest_exact(subject: Subject) -> None:
    """Values whose digits grow with the argument are written out up to a limit, where they have no more than 10,000 digits."""
    record = subject.record
    if not record.sympy or record.is_boolean or record.arity not in (1, 2):
        return
    limit = record.largest_exact
    if limit == float("inf"):
        for arguments in ((200,), (200, 199))[record.arity - 1 : record.arity]:
            value = sympy_function(record)(*arguments)
            digits = len(str(value.p)) + len(str(value.q)) if getattr(value, "is_Rational", False) else 0
            if digits > _SEEN and record.fold is None:
                broken(record, "largest_exact", f"at {arguments} it is written out with {digits} digits, and there is no limit")
        return
    if not limit >= 1:
        broken(record, "largest_exact", f"not even at 1 a value is written out, as the limit is {limit}")
    for example in subject.examples:
        place = Place({node: int(min(limit, 10**9)) for node in example.inputs}, {})
        value = example.number(place)
        if mpmath.isfinite(value) and value and abs(mpmath.log10(abs(value))) > _WRITTEN:
            digits = int(abs(mpmath.log10(abs(value))))
            broken(record, "largest_exact", f"at {limit} it is written out with about {digits:,} digits")
    if limit > 10**7:
        broken(record, "largest_exact", f"the limit {limit} is none: an exact value there takes minutes")

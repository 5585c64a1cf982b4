"""Evaluate formulas modulo a prime, where equal formulas have equal values and others almost never do.

Sums, products, powers and contractions are computed exactly, on machine integers. Any other function is an *oracle*: it
gives every argument a pseudo-random value of its own. What agrees then agrees whatever the functions are, which makes it an
identity of algebra (Schwartz 1980, Zippel 1979: a polynomial that is not 0 rarely vanishes at a random point). What differs may
still be equal, by a property of its functions.

Scalars are Python's integers, modulo a large prime; with tensors, which are arrays of int64, the prime is small enough for sums
of products to fit, and more points make up for it.
"""

from __future__ import annotations

import functools
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.errors import UnsupportedError
from symgd.evaluation.entries import Entry
from symgd.evaluation.evaluator import Algebra, Context
from symgd.evaluation.inputs import row_numbers
from symgd.evaluation.modular_powers import LARGEST, ROOT, UndefinedError, power_of, product, rooted_inputs, whole_power
from symgd.graph.node import SIZE, SYMBOL, Node
from symgd.graph.primitive import REGISTRY, Primitive
from symgd.graph.shape import Size, size_value
from symgd.graph.traversal import toposort

__all__ = ["contraction_work", "evaluate_modulo"]

PRIME = 16_770_311
"""A prime below 2²⁴: 2¹⁵ products of two residues can be added in an int64. It is 3 modulo 4; 2, 3 … 23 have square roots."""

SCALAR_PRIME = 2_305_843_009_213_682_039
"""The largest prime of that kind below 2⁶¹."""
_LONGEST_SUM = 1 << 15
_SEEDS = (20_011, 48_611)
_MANY_POINTS = 12


@np.errstate(over="ignore")  # scrambling bits overflows, as it should
def evaluate_modulo(roots: Sequence[Node], sizes: Mapping[str, int]) -> list[list[Entry]]:
    """Return the values of formulas modulo a prime: at one random point where the prime is large, at two where it is small.

    Where conditions choose, or inputs have only a few values, there are more points: at one of them all may be as at no other.

    Parameters
    ----------
    roots : sequence of Node
    sizes : mapping of str to int

    Returns
    -------
    list of list
        For each point the values (int, bool, or array of int64).

    Raises
    ------
    UndefinedError
        Where a formula divides by 0 there.
    """
    nodes = toposort(roots)
    is_scalar = not any(node.shape for node in nodes)
    prime = SCALAR_PRIME if is_scalar else PRIME
    rows = {} if is_scalar else row_numbers(nodes)
    if not any(node.is_boolean or (node.is_symbol and node.facts.values is not None) for node in nodes):
        return [_evaluate(roots, nodes, prime, rows, sizes, seed) for seed in (_SEEDS[:1] if is_scalar else _SEEDS)]
    found = []
    for seed in range(_MANY_POINTS):
        with suppress(UndefinedError):
            found.append(_evaluate(roots, nodes, prime, rows, sizes, _SEEDS[0] + seed))
    if not found:
        raise UndefinedError("a division by 0")
    return found


def _evaluate(
    roots: Sequence[Node], nodes: Sequence[Node], prime: int, rows: Mapping[Node, Size], sizes: Mapping[str, int], seed: int
) -> list[Entry]:
    generator = np.random.default_rng(seed)
    context = Context(_Residues(seed), sizes)
    known: dict[Node, Entry] = {}
    taken: dict[Node, Entry] = {}
    rooted = rooted_inputs(nodes)
    euler, pi = (REGISTRY[name].make(()) for name in ("e", "pi"))
    for number in (euler, pi):
        taken[number] = _oracle_of_entries(number.primitive, (), (), prime, seed)
        known[number] = whole_power(taken[number], ROOT, prime)

    def oracle(*arrays: Entry) -> Entry:
        return _oracle(_POWER ^ seed, arrays, prime)

    for node in nodes:
        if node in known:
            continue
        record = node.primitive
        arrays = [known[arg] for arg in node.args]
        if record.name == "pow" and not _is_small(node.args[1]):
            value = power_of(node.args[0], node.args[1], known, taken, oracle, prime)
        elif record.name == "exp":
            value = power_of(euler, node.args[0], known, taken, oracle, prime)
        elif record.is_elementwise and arrays:
            value = _elementwise(record, node.params, arrays, prime, seed)
        elif record is SYMBOL:
            value = _draw(node, rows.get(node), context, generator, prime)
            if node in rooted:
                taken[node] = value
                value = whole_power(value, ROOT, prime)
        elif node.is_constant:
            value = _number(node.value, prime)
        elif record is SIZE:
            value = size_value(node.params[0], sizes) % prime
        elif record.name == "einsum":
            value = _contract(node.params, arrays)
        elif record.evaluate is None:
            value = _oracle_of_entries(record, node.params, arrays, prime, seed)
        else:
            value = _of_tensors(node, context, arrays, seed)
        known[node] = value
    return [known[root] for root in roots]


def _is_small(exponent: Node) -> bool:
    """Whether an exponent is a whole number that is multiplied out."""
    return exponent.is_exact and isinstance(exponent.value, int) and abs(exponent.value) < LARGEST


def _draw(node: Node, rows: Size | None, context: Context, generator: np.random.Generator, prime: int) -> Entry:
    """Return a random value of an input, honouring what is declared of it."""
    shape = context.shape(node.shape)
    facts = node.facts
    if rows is not None:
        return _cell(generator.integers(size_value(rows, context.sizes), size=shape))
    if facts.is_one_hot:
        places = generator.integers(shape[-1], size=shape[:-1])
        one_hot: Entry = (np.arange(shape[-1]) == places[..., None]).astype(np.int64)
        return one_hot
    value = generator.integers(2, prime, size=shape)
    if facts.values is not None:
        value = generator.choice([_number(number, prime) for number in facts.values], shape)
    if facts.sums_to is not None:
        value[..., -1] = (_number(facts.sums_to, prime) - value[..., :-1].sum(-1)) % prime
    if facts.is_symmetric:
        value = (value + value.T) % prime
    return _cell(value)


def _cell(value: Entry) -> Entry:
    """Return an array without axes as the number it holds."""
    entry: Entry = value.item() if isinstance(value, np.ndarray | np.generic) and value.ndim == 0 else value
    return entry


def _number(value: Fraction | float | bool, prime: int) -> int | bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        if value - value != 0:  # NaN and infinity are numbers of their own
            return _mixed(zlib.crc32(repr(value).encode())) % prime
        value = Fraction(value)
    if isinstance(value, int):
        return value % prime
    return value.numerator * _inverse(value.denominator, prime) % prime


def _inverse(value: int, prime: int) -> int:
    if value % prime == 0:
        raise UndefinedError("a division by 0")
    return pow(value, -1, prime)


# -- functions of entries -------------------------------------------------------------------------------------


def _elementwise(record: Primitive, params: Any, arrays: Sequence[Entry], prime: int, seed: int) -> Entry:
    name = record.name
    if name == "mul":
        return product(arrays, prime)
    if name == "add":
        return sum(arrays[1:], start=arrays[0]) % prime
    if name == "where":
        condition, yes, no = arrays
        if not any(isinstance(array, np.ndarray) for array in arrays):
            return yes if condition else no
        return np.where(condition, yes, no)
    if name == "pow" and isinstance(arrays[1], int):
        exponent = arrays[1] if arrays[1] < prime // 2 else arrays[1] - prime
        if abs(exponent) < LARGEST:
            return whole_power(arrays[0], exponent, prime)
    return _oracle_of_entries(record, params, arrays, prime, seed)


_MASK = (1 << 64) - 1
_MULTIPLIERS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_GOLDEN = 0x9E3779B97F4A7C15


def _mixed(bits: int) -> int:
    """Return scrambled bits: the finalizer of splitmix64 (Steele, Lea & Flood, OOPSLA 2014)."""
    for shift, multiplier in zip((30, 27), _MULTIPLIERS, strict=True):
        bits = (bits ^ (bits >> shift)) * multiplier & _MASK
    return bits ^ (bits >> 31)


def _mixed_array(bits: Entry) -> Entry:
    for shift, multiplier in zip((30, 27), _MULTIPLIERS, strict=True):
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(multiplier)
    mixed: Entry = bits ^ (bits >> np.uint64(31))
    return mixed


_POWER = zlib.crc32(b"the terms of an exponent")


@functools.lru_cache(maxsize=256)
def _start(record: Primitive, params: Any) -> int:
    return zlib.crc32(f"{record.name}{params}".encode())


def _oracle_of_entries(record: Primitive, params: Any, arrays: Sequence[Entry], prime: int, seed: int) -> Entry:
    """Return a value of its own for every combination of arguments of a function; at each point another one."""
    return _oracle(_start(record, params) ^ seed, arrays, prime, record.is_boolean)


def _oracle(state: int, arrays: Sequence[Entry], prime: int, is_boolean: bool = False) -> Entry:
    if all(isinstance(array, int) for array in arrays):
        for array in arrays:
            state = _mixed(state ^ array) + _GOLDEN & _MASK
        return bool(_mixed(state) & 1) if is_boolean else _mixed(state) % prime
    bits = np.uint64(state)
    for array in arrays:
        bits = _mixed_array(bits ^ np.asarray(array).astype(np.uint64)) + np.uint64(_GOLDEN)
    bits = _mixed_array(bits)
    return bits & np.uint64(1) == 1 if is_boolean else (bits % np.uint64(prime)).astype(np.int64)


# -- functions of tensors -------------------------------------------------------------------------------------


def _pairwise(params: Any) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Split a contraction into contractions of what there is and the next argument: the labels of both, and what is kept."""
    inputs, output = params
    labels = tuple(inputs[0])
    if len(inputs) == 1:
        yield labels, (), tuple(output)
    for k, following in enumerate(inputs[1:], start=2):
        needed = set(output).union(*inputs[k:])
        remaining = tuple(output) if k == len(inputs) else tuple(sorted({*labels, *following} & needed))
        yield labels, tuple(following), remaining
        labels = remaining


def contraction_work(node: Node, sizes: Mapping[str, int]) -> int:
    """Return how many residues a contraction multiplies, product by product."""
    length = {
        label: size_value(size, sizes)
        for labels, arg in zip(node.params[0], node.args, strict=True)
        for label, size in zip(labels, arg.shape, strict=True)
    }
    return sum(math.prod(length[label] for label in {*labels, *following}) for labels, following, _ in _pairwise(node.params))


def _contract(params: Any, arrays: Sequence[Entry]) -> Entry:
    """Return a contraction, computed product by product so that every sum fits."""
    total, *others = map(np.asarray, arrays)
    for labels, following, remaining in _pairwise(params):
        operands = [(total, labels)]
        if others:
            operands.append((others.pop(0), following))
        length = {label: n for array, names in operands for label, n in zip(names, array.shape, strict=True)}
        if math.prod(n for label, n in length.items() if label not in remaining) > _LONGEST_SUM:
            operands = [(array.astype(object), names) for array, names in operands]
        number = {label: k for k, label in enumerate(length)}
        arguments = [part for array, names in operands for part in (array, [number[label] for label in names])]
        total = np.asarray(np.einsum(*arguments, [number[label] for label in remaining]) % PRIME).astype(np.int64)
    return _cell(total)


def _of_tensors(node: Node, context: Context, arrays: Sequence[Entry], seed: int) -> Entry:
    record = node.primitive
    if record.name == "broadcast":
        return np.broadcast_to(np.asarray(arrays[0]), context.shape(node.shape))
    try:
        result = record.evaluate(node, context, [_as_residues(array) for array in arrays])  # type: ignore[misc]
    except UnsupportedError:
        return _oracle_of_tensors(node, arrays, context.shape(node.shape), seed)
    return _from_residues(np.asarray(result))


def _oracle_of_tensors(node: Node, arrays: Sequence[Entry], shape: tuple[int, ...], seed: int) -> Entry:
    """Return entries of which each depends on all arguments."""
    state = 0
    for array in arrays:
        for entry in np.asarray(array).ravel().tolist():
            state = _mixed(state ^ int(entry)) + _GOLDEN & _MASK
    places = np.arange(int(np.prod(shape, dtype=int)), dtype=np.int64).reshape(shape)
    return _cell(_oracle_of_entries(node.primitive, node.params, [np.asarray(state % PRIME), places], PRIME, seed))


class _Residue:
    """A number modulo the prime, for the evaluators of tensor functions."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value % PRIME

    def __add__(self, other: Entry) -> _Residue:
        return _Residue(self.value + _value(other))

    __radd__ = __add__

    def __sub__(self, other: Entry) -> _Residue:
        return _Residue(self.value - _value(other))

    def __rsub__(self, other: Entry) -> _Residue:
        return _Residue(_value(other) - self.value)

    def __mul__(self, other: Entry) -> _Residue:
        return _Residue(self.value * _value(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Entry) -> _Residue:
        return _Residue(self.value * _inverse(_value(other), PRIME))

    def __rtruediv__(self, other: Entry) -> _Residue:
        return _Residue(_value(other) * _inverse(self.value, PRIME))

    def __neg__(self) -> _Residue:
        return _Residue(-self.value)

    def __abs__(self) -> _Residue:
        raise UnsupportedError("a residue has no sign")

    def __int__(self) -> int:
        return self.value

    def __eq__(self, other: object) -> bool:
        return self.value == _value(other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: Entry) -> bool:
        raise UnsupportedError("residues have no order")

    __gt__ = __le__ = __ge__ = __lt__


def _value(other: Entry) -> int:
    return other.value if isinstance(other, _Residue) else int(_number(other, PRIME))


def _as_residues(array: Entry) -> Entry:
    array = np.asarray(array)
    result = np.empty(array.shape, dtype=object)
    for index in np.ndindex(*array.shape):
        result[index] = bool(array[index]) if array.dtype == bool else _Residue(int(array[index]))
    return result


def _from_residues(array: Entry) -> Entry:
    result = np.empty(array.shape, dtype=np.int64)
    for index in np.ndindex(*array.shape):
        result[index] = _value(array[index])
    return _cell(result)


class _Residues(Algebra):
    """Residues as numbers; what is not a sum, a product or a whole power is an oracle."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def number(self, value: Entry) -> Entry:
        return value if isinstance(value, bool) else _Residue(int(_number(value, PRIME)))

    def apply(self, record: Primitive, *entries: Entry) -> Entry:
        value = _elementwise(
            record, (), [entry if isinstance(entry, bool) else _value(entry) for entry in entries], PRIME, self.seed
        )
        return value if isinstance(value, bool) else _Residue(value)

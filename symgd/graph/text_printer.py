"""One-line text of a node, precedence-aware.

Every primitive's ``layout`` defines once how it is written, by the methods of a :class:`Printer` (sum, product, power, matmul,
call …); the printer decides the spelling. This file holds the printer of formulas as typed (NumPy's spelling, which the reader
of texts accepts); LaTeX and textbook notation are printers too, in a layer above.

Where a formula is large, shared parts get names: ``t1**2 where t1 = …``. Contractions of many factors are written pairwise, in
the order of a calculation by hand.
"""

from __future__ import annotations

import decimal
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from symgd.graph.conversion import as_node
from symgd.graph.hooks import Hook
from symgd.graph.node import Node
from symgd.graph.shape import Size
from symgd.graph.traversal import count_uses, toposort

__all__ = ["ATOM", "BESIDE", "COEFFICIENT", "POWER", "PRODUCT", "SUM", "Printer", "Written", "write"]

_pairwise: Hook[..., list[Node]] = Hook("symgd.primitives.pairwise", "pairwise")

SUM, PRODUCT, COEFFICIENT, UNARY, BESIDE, POWER, ATOM = 10, 20, 22, 25, 27, 30, 40
_INLINE = 400
_LINE = 240


class Written(NamedTuple):
    r"""A piece of a formula, how tightly it binds, and how it is written where a factor follows.

    A notation in which arguments of functions need no brackets writes \sin x at the end of a product, and \sin(x) in front of
    another factor, which would read as a part of the argument.
    """

    text: str
    binds: int = ATOM
    closed: str = ""
    """The text in front of a factor, where it is another one."""
    is_name: bool = False
    """Whether it is a name, behind which brackets would read as an argument."""

    @property
    def in_front(self) -> str:
        """The text in front of a factor."""
        return self.closed or self.text


@dataclass(frozen=True)
class Layout:
    """A whole formula: names for its shared parts, and its text in their terms."""

    definitions: list[tuple[str, str, Node]]
    text: str


class Printer:
    """Writes formulas as they are typed."""

    times = "*"
    hadamard = " * "
    divide = "/"
    minus = "-"
    joins_divisors = False
    """Whether tensors below a line are joined as tensors are, where scalars are joined by another sign."""

    def __init__(self, names: dict[Node, str] | None = None) -> None:
        self.names = names or {}
        self.written: dict[Node, Written] = {}

    # -- the driver -------------------------------------------------------------------------------------------

    def layout(self, root: Node, prefix: str = "t") -> Layout:
        """Write `root`, with names for what would make it long."""
        (root,) = _pairwise([root], stop=self.names, for_reading=True)
        order = toposort((root,), self.names)
        for node, name in self.names.items():
            self.written[node] = self.name(name)
        long = _tree_length(order) > _INLINE
        uses = count_uses((root,)) if long else {}
        definitions: list[tuple[str, str, Node]] = []
        symbol_names = {node.name for node in order if node.is_symbol}
        fresh = (name for k in itertools.count(1) if (name := f"{prefix}{k}") not in symbol_names)
        for node in order:
            written = self.write(node)
            if (
                long
                and node is not root
                and node.args
                and not node.is_boolean
                and ((uses[node] > 1 and len(written.text) > 16) or len(written.text) > _LINE)
            ):
                name = next(fresh)
                definitions.append((name, written.text, node))
                written = self.name(name)
            self.written[node] = written
        text = self.written[root].text
        return Layout(self._used(definitions, text), text)

    def _used(self, definitions: list[tuple[str, str, Node]], text: str) -> list[tuple[str, str, Node]]:
        """Return the definitions whose names stand in a text or in those that do: 1/t1 may be written without a name for it."""
        used: list[tuple[str, str, Node]] = []
        for name, formula, node in reversed(definitions):
            shown = re.compile(rf"(?<![\w.]){re.escape(self.name(name).text)}(?!\w)", re.ASCII)  # t1³ and t1ᵀ are uses of t1
            if any(map(shown.search, (text, *(other for _, other, _ in used)))):
                used.append((name, formula, node))
        return used[::-1]

    def write(self, node: Node) -> Written:
        """Write one node, its arguments being written."""
        if node.primitive.layout is not None:
            return node.primitive.layout(node, self)  # type: ignore[no-any-return]
        return self.elementwise(node)

    def elementwise(self, node: Node) -> Written:
        """Write a function of its arguments."""
        return self.call(node.primitive.name, [self.written[arg].text for arg in node.args])

    # -- notation ---------------------------------------------------------------------------------------------

    def name(self, name: str) -> Written:
        return Written(name)

    def symbol(self, node: Node) -> Written:
        return self.name(node.name)

    def named_constant(self, name: str) -> Written:
        return Written(name)

    def number(self, value: Any) -> Written:
        if isinstance(value, Fraction) and (decimal := decimal_text(value)) is not None:
            return Written(decimal, ATOM if value > 0 else UNARY)
        if isinstance(value, Fraction) and value.denominator != 1:
            return Written(f"{digits_of(value.numerator)}/{digits_of(value.denominator)}", PRODUCT if value > 0 else UNARY)
        if isinstance(value, float) and abs(value) < 1e16 and value == int(value):
            return Written(f"{value:.1f}", ATOM if value >= 0 else UNARY)
        text = digits_of(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)
        return Written(text, ATOM if value >= 0 else UNARY)

    def size(self, size: Size) -> Written:
        text = str(size)
        return Written(text, SUM if "+" in text or "-" in text else PRODUCT if "*" in text else ATOM)

    def call(self, name: str, args: Sequence[str]) -> Written:
        return Written(f"{name}({', '.join(args)})")

    def group(self, piece: Written, binds: int) -> str:
        """Return the text, in brackets where it binds less than `binds`."""
        return piece.text if piece.binds >= binds else self.brackets(piece.text)

    def brackets(self, text: str) -> str:
        return f"({text})"

    def sum(self, terms: Sequence[tuple[bool, Written]]) -> Written:
        """Write terms, each with whether it is subtracted."""
        first = next((k for k, (negative, _) in enumerate(terms) if not negative), 0)
        ordered = [terms[first], *terms[:first], *terms[first + 1 :]]
        text = ""
        for k, (negative, piece) in enumerate(ordered):
            body = self.group(piece, PRODUCT if negative or k else SUM)
            text += (self.minus if k == 0 else f" {self.minus} ") if negative else ("" if k == 0 else " + ")
            text += body
        return Written(text, SUM)

    def product(
        self, coefficient: Fraction, scalars: Sequence[Written], tensors: Sequence[Written], below: Sequence[Written]
    ) -> Written:
        """Write ``coefficient · scalars · tensors / below``."""
        negative, coefficient = coefficient < 0, abs(coefficient)
        decimal = decimal_text(coefficient)
        if decimal is not None:
            front, coefficient = [decimal], Fraction(1)
        else:
            front = [digits_of(coefficient.numerator)] if coefficient.numerator != 1 else []
        alone = not front and coefficient == 1 and len(scalars) == 1 and not tensors and not below
        front += [self.group(piece, PRODUCT if alone else POWER) for piece in scalars]
        divisors = [digits_of(coefficient.denominator)] if coefficient.denominator != 1 else []
        divisors += [self.divisor(piece) for piece in below]
        wide = len(tensors) > 1 or any(" " in piece.text and piece.binds == PRODUCT for piece in tensors)
        if len(tensors) == 1:
            text = self.times.join([*front, self.group(tensors[0], PRODUCT)])
        else:
            body = self.hadamard.join(self.group(piece, POWER) for piece in tensors)
            text = self.scaled(self.times.join(front), body) if front and body else self.times.join(front) + body
        text = text or "1"
        if divisors:
            divide = f" {self.divide} " if wide else self.divide
            text += divide + (divisors[0] if len(divisors) == 1 else self.brackets(self.times.join(divisors)))
        bare = not divisors and len(front) + len(tensors) == 1 and not wide
        if bare and not negative:
            return (*scalars, *tensors, Written(text))[0]
        binds = COEFFICIENT if len(tensors) == 1 and not divisors and not wide else PRODUCT
        return Written((self.minus if negative else "") + text, binds)

    def divisor(self, piece: Written) -> str:
        """Return a factor below a line."""
        return self.group(piece, POWER)

    def scaled(self, front: str, body: str) -> str:
        """Write numbers in front of a product of tensors."""
        return f"{front}{self.hadamard}{body}"

    def power(self, base: Written, exponent: Written, rank: int = 0) -> Written:
        return Written(f"{self.group(base, ATOM)}**{self.group(exponent, ATOM)}", POWER)

    def root(self, base: Written) -> Written:
        return self.call("sqrt", [base.text])

    def matmul(self, left: Written, right: Written, left_is_chain: bool, left_is_vector: bool) -> Written:
        """Write a matrix product; a vector on the left is a row, which some notations show."""
        a = left.text if left_is_chain or left.binds == COEFFICIENT else self.group(left, POWER)
        return Written(f"{a} @ {self.group(right, POWER)}", PRODUCT)

    def transpose(self, piece: Written) -> Written:
        return Written(f"{self.group(piece, ATOM)}.T")

    def column(self, row: Written) -> Written:
        """Write a product that begins with a vector, a row, where a column is needed; some notations tell them apart."""
        return row

    def outer(self, column: Written, row: Written) -> Written | None:
        """Write the product of a column and a row; None where it is written with axes."""
        return self.call("outer", [column.text, row.text])

    def diagonal_matrix(self, entries: Written) -> Written | None:
        """Write a diagonal matrix by its entries; None where it is written as a product."""
        return self.call("diag", [entries.text])

    def inverse(self, piece: Written) -> Written:
        return self.call("inv", [piece.text])

    def derivative(self, name: str, orders: Sequence[int]) -> str:
        """Write the name of a derivative of an undefined function: f', f'', D[1, 0]f."""
        if not any(orders):
            return name
        return name + "'" * orders[0] if len(orders) == 1 else f"D[{', '.join(map(str, orders))}]{name}"

    def kron(self, left: Written, right: Written) -> Written:
        return self.call("kron", [left.text, right.text])

    def matrix_power(self, piece: Written, exponent: int) -> Written:
        return self.call("matrix_power", [piece.text, str(exponent)])

    def index(self, piece: Written, key: str) -> Written:
        return Written(f"{self.group(piece, ATOM)}[{key}]")

    def reduce(self, name: str, piece: Written, axes: Sequence[int] | None, keepdims: bool = False) -> Written:
        """Write a reduction, along `axes` or over everything."""
        options = []
        if axes is not None:
            options.append(f"axis={axes[0] if len(axes) == 1 else tuple(axes)}")
        if keepdims:
            options.append("keepdims=True")
        return self.call(name, [piece.text, *options])

    def scaled_rows(self, weights: Written, matrix: Written) -> Written | None:
        """Write a matrix with its rows scaled, where the notation has a word for it."""
        return None

    def squared_norm(self, piece: Written, rank: int) -> Written | None:
        """Write the sum of the squares of all entries in a form of its own, where the notation has one."""
        return None

    def compare(self, left: Written, sign: str, right: Written) -> Written:
        return Written(f"{self.group(left, SUM)} {sign} {self.group(right, SUM)}", SUM - 1)

    def cases(self, condition: Written, yes: Written, no: Written) -> Written:
        return self.call("where", [condition.text, yes.text, no.text])

    def delta(self, identity: Written) -> Written:
        """Write an identity matrix whose entries are named by indices."""
        return identity

    def contraction(self, spec: str, pieces: Sequence[Written]) -> Written:
        return self.call("einsum", [f"'{spec}'", *(piece.text for piece in pieces)])

    def stretch(self, piece: Written, shape: Sequence[Size], is_scalar: bool) -> Written:
        """Write a tensor, or a number, stretched to a shape."""
        sizes = ", ".join(str(size) for size in shape)
        target = sizes if len(shape) == 1 else f"({sizes})"
        if piece.text in ("0", "1"):
            return self.call("ones" if piece.text == "1" else "zeros", [target])
        return self.call("broadcast_to", [piece.text, target])

    def array(self, entries: Sequence[Written], shape: Sequence[Size]) -> Written:
        if len(shape) == 1:
            return Written("[" + ", ".join(entry.text for entry in entries) + "]")
        width = len(entries) // int(str(shape[0]))
        rows = [self.array(entries[i : i + width], shape[1:]).text for i in range(0, len(entries), width)]
        return Written("[" + ", ".join(rows) + "]")


_AT_ONCE = 10**2000
"""Integers below are converted by Python itself."""


def decimal_text(value: Fraction) -> str | None:
    """Return a number of many digits as a decimal, where it is one: 0.30000000000000004 is not shown as a fraction."""
    if value.denominator < 1000 or abs(value.numerator) < 1000:
        return None
    exponent = next((k for k in (6, 12, 20, 30) if 10**k % value.denominator == 0), None)
    if exponent is None:
        return None
    digits = str(abs(value.numerator) * 10**exponent // value.denominator).zfill(exponent + 1)
    text = f"{digits[:-exponent]}.{digits[-exponent:].rstrip('0')}"
    return f"-{text}" if value < 0 else text


def digits_of(value: int) -> str:
    """Return an integer in decimal, also beyond the length that Python converts at once.

    A long integer is split in halves of bits, which are joined as decimals: libmpdec multiplies in nearly linear time.
    """
    if abs(value) < _AT_ONCE:
        return str(value)
    with decimal.localcontext() as context:
        context.prec, context.Emax, context.Emin = decimal.MAX_PREC, decimal.MAX_EMAX, decimal.MIN_EMIN
        context.traps[decimal.Inexact] = True
        return str(_as_decimal(value, {}))


def _as_decimal(value: int, powers: dict[int, decimal.Decimal]) -> decimal.Decimal:
    """Return an integer as a decimal number; `powers` holds powers of 2."""
    if abs(value) < _AT_ONCE:
        return decimal.Decimal(value)
    bits = abs(value).bit_length() // 2
    bits = 1 << (bits.bit_length() - 1)  # the same few powers of 2 at every level
    if bits not in powers:
        powers[bits] = decimal.Decimal(2) ** bits
    sign, size = (-1, -value) if value < 0 else (1, value)
    high, low = size >> bits, size & ((1 << bits) - 1)
    return sign * (_as_decimal(high, powers) * powers[bits] + _as_decimal(low, powers))


def number_text(value: Any) -> str:
    """Return a number as text, whatever its length: Python refuses integers of more than 4300 digits.

    Parameters
    ----------
    value : int, Fraction, float or SymPy expression

    Examples
    --------
    >>> from fractions import Fraction
    >>> from symgd.graph.text_printer import number_text
    >>> number_text(Fraction(-1, 3)), len(number_text(10**5000))
    ('-1/3', 5001)
    """
    if isinstance(value, Fraction):
        above = digits_of(value.numerator)
        return above if value.denominator == 1 else f"{above}/{digits_of(value.denominator)}"
    if isinstance(value, int) and not isinstance(value, bool):
        return digits_of(value)
    try:
        return str(value)
    except ValueError:
        return write(as_node(value))


def _tree_length(order: Sequence[Node]) -> int:
    """Estimate the length of the text without names (as a number: the text itself could be exponentially long)."""
    length: dict[Node, int] = {}
    for node in order:
        length[node] = 6 + sum(length.get(arg, 6) for arg in node.args)
    return length[order[-1]] if order else 0


def write(node: Node, printer: Callable[[], Printer] = Printer) -> str:
    """Return the text of `node`, in one line.

    >>> import symgd as sg
    >>> from symgd.graph.text_printer import write
    >>> write(sg.formula("2*X.T @ (X @ w - y)", shapes={"X": "m n", "w": "n", "y": "m"}))
    '2*X.T @ (X @ w - y)'
    """
    layout = printer().layout(node)
    if not layout.definitions:
        return layout.text
    return layout.text + " where " + ", ".join(f"{name} = {text}" for name, text, _ in layout.definitions)

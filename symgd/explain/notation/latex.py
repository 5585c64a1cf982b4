"""LaTeX: matrix notation, functions by their declared templates."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from fractions import Fraction

from symgd.explain.notation.names import latex_name
from symgd.graph.node import Node
from symgd.graph.shape import Size
from symgd.graph.text_printer import (
    ATOM,
    BESIDE,
    COEFFICIENT,
    POWER,
    PRODUCT,
    SUM,
    UNARY,
    Layout,
    Printer,
    Written,
    decimal_text,
    digits_of,
)

__all__ = ["LatexPrinter", "to_latex"]

_LETTERS = "xyz"
_ROW = r" \\ "
_BRACKET = r"\left("
_SPACE = r" \, "
_LETTER = re.compile(r"\\(?!operatorname)[A-Za-z]+|(?<![\\{A-Za-z_])[A-Za-z](?![A-Za-z}])")
_DELIMITERS = ("({x}", "{{{x}}}", "|{x}")
"""What stands around the argument in a template that needs no other brackets."""


class LatexPrinter(Printer):
    """Writes LaTeX."""

    times = r" \cdot "
    hadamard = r" \odot "

    def __init__(self, names: dict[Node, str] | None = None) -> None:
        super().__init__(names)
        self.letters: set[str] = set()
        """The letters of inputs, beside which a function of the same letter, \\sigma(x), would read as a product."""
        self.spelled_out: set[str] = set()
        """Names that would be written as others are: x1 beside x_1."""

    def layout(self, root: Node, prefix: str = "t") -> Layout:
        names = (*(symbol.name for symbol in root.symbols), *self.names.values())
        self.letters = {latex_name(name).partition("_")[0] for name in names if not name.startswith("e_")}
        written: dict[str, set[str]] = {}
        for name in names:
            written.setdefault(latex_name(name), set()).add(name)
        self.spelled_out = {name for alike in written.values() for name in alike if len(alike) > 1 and "_" not in name}
        return super().layout(root, prefix)

    def elementwise(self, node: Node) -> Written:
        record = node.primitive
        is_bars_of_matrix = record.latex is not None and record.latex.startswith(r"\left|") and node.rank > 1  # a determinant
        if not record.latex or is_bars_of_matrix or self.letters & set(_LETTER.findall(record.latex)):
            return self.call(record.name, [self.written[arg].text for arg in node.args])
        if any(mark in record.latex for mark in _DELIMITERS):
            text = self._filled(record.latex, [self.written[arg].text for arg in node.args])
            return Written(text, POWER if "^" in text else ATOM)
        pieces = [self._grouped(arg) for arg in node.args]
        text = self._filled(record.latex, pieces)
        if not record.latex.endswith(("{x}", "{y}")):
            return Written(text, POWER)
        last = self.brackets(self.written[node.args[-1]].text)
        return Written(text, POWER, self._filled(record.latex, [*pieces[:-1], last]))

    def _filled(self, template: str, arguments: Sequence[str]) -> str:
        """Return the template of a function with its arguments."""
        return template.format(**dict(zip(_LETTERS, arguments, strict=False)))

    def _grouped(self, arg: Node) -> str:
        """Put an argument in brackets where it would run on: also a number, so that log 3 · x is not log(3x)."""
        written = self.written[arg]
        return self.group(written, ATOM) if arg.symbols else self.brackets(written.text)

    def name(self, name: str) -> Written:
        return Written(rf"\mathrm{{{name}}}" if name in self.spelled_out else latex_name(name), is_name=True)

    def named_constant(self, name: str) -> Written:
        return Written(r"\pi" if name == "pi" else "e")

    def number(self, value: object) -> Written:
        if isinstance(value, Fraction) and value.denominator != 1 and decimal_text(value) is None:
            sign = "-" if value < 0 else ""
            return Written(
                rf"{sign}\frac{{{digits_of(abs(value.numerator))}}}{{{digits_of(value.denominator)}}}",
                ATOM if value > 0 else UNARY,
            )
        if isinstance(value, float) and value in (float("inf"), -float("inf")):
            return Written(r"\infty" if value > 0 else r"-\infty", ATOM if value > 0 else UNARY)
        return super().number(value)

    def size(self, size: Size) -> Written:
        return Written(str(size).replace("*", " "), super().size(size).binds)

    def call(self, name: str, args: Sequence[str]) -> Written:
        safe = name.replace("_", r"\_")
        return Written(rf"\operatorname{{{safe}}}\left({', '.join(args)}\right)")

    def brackets(self, text: str) -> str:
        return rf"\left({text}\right)"

    def product(
        self, coefficient: Fraction, scalars: Sequence[Written], tensors: Sequence[Written], below: Sequence[Written]
    ) -> Written:
        sign = "-" if coefficient < 0 else ""
        front = [Written(digits_of(abs(coefficient.numerator)))] if abs(coefficient.numerator) != 1 else []
        need = PRODUCT if len(scalars) + len(tensors) + len(front) == 1 else POWER
        front += [self._tight(piece, need) for piece in scalars]
        divisors = [Written(digits_of(coefficient.denominator))] if coefficient.denominator != 1 else []
        alone = len(below) == 1 and not divisors
        divisors += [piece if alone else self._tight(piece, POWER) for piece in below]
        if divisors:
            front = [Written(rf"\frac{{{self._beside(front).text or '1'}}}{{{self._beside(divisors).text}}}")]
        need = PRODUCT if len(tensors) == 1 else POWER
        tail = self._beside([self._tight(piece, need) for piece in tensors], self.hadamard)
        text, _, closed, is_name = self._beside([*front, tail] if tensors else front)
        binds = COEFFICIENT if len(tensors) == 1 and not divisors else PRODUCT
        return Written(sign + (text or "1"), binds, closed and sign + closed, is_name and not sign)

    def _tight(self, piece: Written, binds: int) -> Written:
        """Return a piece, in brackets where it binds less than `binds`."""
        return piece if piece.binds >= binds else Written(self.brackets(piece.text))

    def _beside(self, factors: Sequence[Written], times: str = _SPACE) -> Written:
        """Write factors beside each other, none of which reads as an argument of the one in front of it."""
        if not factors:
            return Written("")
        text = ""
        for factor, behind in itertools.pairwise(factors):
            is_apart = factor.is_name and behind.text.startswith(_BRACKET) and times == _SPACE
            text += factor.in_front + (self.times if is_apart else times)
        last = factors[-1]
        return Written(text + last.text, PRODUCT, last.closed and text + last.closed, last.is_name)

    def power(self, base: Written, exponent: Written, rank: int = 0) -> Written:
        mark = r"\odot " if rank else ""
        return Written(f"{{{self.group(base, ATOM)}}}^{{{mark}{exponent.text}}}", POWER)

    def root(self, base: Written) -> Written:
        return Written(rf"\sqrt{{{base.text}}}")

    def matmul(self, left: Written, right: Written, left_is_chain: bool, left_is_vector: bool) -> Written:
        if left_is_vector:
            left, left_is_chain = self.transpose(left), True
        a = left.in_front if left_is_chain or left.binds == COEFFICIENT else self._tight(left, BESIDE).in_front
        is_short = left.binds == right.binds == ATOM and "left" not in a + right.text
        b = self._tight(right, BESIDE)
        return Written(f"{a} {b.text}", BESIDE if is_short else PRODUCT, b.closed and f"{a} {b.closed}")

    def transpose(self, piece: Written) -> Written:
        return Written(rf"{{{self.group(piece, ATOM)}}}^{{\top}}", POWER)

    def column(self, row: Written) -> Written:
        return self.transpose(row)

    def inverse(self, piece: Written) -> Written:
        return Written(f"{{{self.group(piece, ATOM)}}}^{{-1}}", POWER)

    def derivative(self, name: str, orders: Sequence[int]) -> str:
        if not any(orders):
            return name
        if len(orders) == 1:
            return name + "'" * orders[0] if orders[0] < 4 else rf"{name}^{{({orders[0]})}}"
        marks = "".join(rf"\partial_{{{k}}}" + (f"^{{{n}}}" if n > 1 else "") for k, n in enumerate(orders, 1) if n)
        return rf"{marks} {name}"

    def kron(self, left: Written, right: Written) -> Written:
        return Written(rf"{self.group(left, ATOM)} \otimes {self.group(right, ATOM)}", PRODUCT)

    def matrix_power(self, piece: Written, exponent: int) -> Written:
        return Written(f"{{{self.group(piece, ATOM)}}}^{{{exponent}}}", POWER)

    def index(self, piece: Written, key: str) -> Written:
        return Written(rf"{{{self.group(piece, ATOM)}}}_{{[{key.replace('None', chr(92) + 'cdot')}]}}", POWER)

    def reduce(self, name: str, piece: Written, axes: Sequence[int] | None, keepdims: bool = False) -> Written:
        if name == "norm2" and axes is None:
            return Written(rf"\left\|{piece.text}\right\|_2")
        safe = name.replace("_", r"\_")
        label = rf"\operatorname{{{safe}}}" if axes is None else rf"\operatorname{{{safe}}}_{{{', '.join(map(str, axes))}}}"
        return Written(rf"{label}\left({piece.text}\right)")

    def scaled_rows(self, weights: Written, matrix: Written) -> Written | None:
        return self._beside([self.call("diag", [weights.text]), self._tight(matrix, BESIDE)])._replace(binds=BESIDE)

    def squared_norm(self, piece: Written, rank: int) -> Written | None:
        return Written(rf"\left\|{piece.text}\right\|_{'2' if rank == 1 else 'F'}^2", POWER) if rank in (1, 2) else None

    def compare(self, left: Written, sign: str, right: Written) -> Written:
        symbol = {"<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}.get(sign, sign)
        return Written(f"{left.text} {symbol} {right.text}", SUM - 1)

    def cases(self, condition: Written, yes: Written, no: Written) -> Written:
        return Written(
            rf"\begin{{cases}} {yes.text} & \text{{if }} {condition.text} \\ {no.text} & \text{{otherwise}} \end{{cases}}", SUM
        )

    def delta(self, identity: Written) -> Written:
        return Written(r"\delta")

    def contraction(self, spec: str, pieces: Sequence[Written]) -> Written:
        inputs, _, output = spec.partition("->")
        groups = inputs.split(",")
        summed = [letter for letter in dict.fromkeys("".join(groups)) if letter not in output]
        body = self._beside(
            [
                Written(f"{{{self.group(piece, ATOM)}}}_{{{labels}}}") if labels else self._tight(piece, POWER)
                for piece, labels in zip(pieces, groups, strict=True)
            ]
        ).text
        total = rf"\sum_{{{', '.join(summed)}}} {body}" if summed else body
        return Written(rf"\left[{total}\right]_{{{output}}}" if output else total, ATOM if output else SUM)

    def stretch(self, piece: Written, shape: Sequence[Size], is_scalar: bool) -> Written:
        front = "" if piece.text == "1" else rf"{self._tight(piece, POWER).in_front}{_SPACE}"
        return Written(
            rf"{front}\mathbf{{1}}_{{{' × '.join(map(str, shape))}}}".replace("×", r"\times"), PRODUCT if front else ATOM
        )

    def array(self, entries: Sequence[Written], shape: Sequence[Size]) -> Written:
        texts = [entry.text for entry in entries]
        if len(shape) == 1:
            return Written(rf"\begin{{bmatrix}} {_ROW.join(texts)} \end{{bmatrix}}")
        if len(shape) != 2:
            return super().array(entries, shape)
        width = int(str(shape[1]))
        rows = [" & ".join(texts[i : i + width]) for i in range(0, len(texts), width)]
        return Written(rf"\begin{{bmatrix}} {_ROW.join(rows)} \end{{bmatrix}}")


def to_latex(node: Node, names: dict[Node, str] | None = None) -> str:
    r"""Return a formula in LaTeX.

    >>> import symgd as sg
    >>> sg.formula("sqrt(x)/2").latex()
    '\\frac{\\sqrt{x}}{2}'
    """
    layout = LatexPrinter(names).layout(node)
    if not layout.definitions:
        return layout.text
    where = r",\; ".join(f"{latex_name(name)} = {text}" for name, text, _ in layout.definitions)
    return rf"{layout.text} \quad\text{{where}}\quad {where}"

"""Unicode notation as a textbook prints it: Xᵀ(Xw − y), y ⊙ σ(u), ‖x‖₂."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.explain.notation.names import unicode_name
from symgd.graph.node import Node
from symgd.graph.shape import Size
from symgd.graph.text_printer import ATOM, BESIDE, COEFFICIENT, POWER, PRODUCT, SUM, Printer, Written

__all__ = ["TextbookPrinter", "to_textbook"]

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class TextbookPrinter(Printer):
    """Writes matrix notation in Unicode."""

    times = "·"
    hadamard = " ⊙ "
    minus = "−"
    joins_divisors = True

    def name(self, name: str) -> Written:
        return Written(unicode_name(name))

    def named_constant(self, name: str) -> Written:
        return Written("π" if name == "pi" else "e")

    def number(self, value: object) -> Written:
        written = super().number(value)
        return Written(written.text.replace("-", "−"), written.binds)

    def elementwise(self, node: Node) -> Written:
        name = {"sigmoid": "σ", "relu": "relu"}.get(node.primitive.name, node.primitive.name)
        return self.call(name, [self.written[arg].text for arg in node.args])

    def product(
        self, coefficient: Fraction, scalars: Sequence[Written], tensors: Sequence[Written], below: Sequence[Written]
    ) -> Written:
        if len(tensors) != 1 or not (scalars or abs(coefficient.numerator) != 1):
            return super().product(coefficient, scalars, tensors, below)
        negative, coefficient = coefficient < 0, abs(coefficient)
        front = [str(coefficient.numerator)] if coefficient.numerator != 1 else []
        front += [self.group(piece, POWER) for piece in scalars]
        divisors = ([str(coefficient.denominator)] if coefficient.denominator != 1 else []) + [
            self.divisor(piece) for piece in below
        ]
        body = self.group(tensors[0], PRODUCT)
        text = (
            f"{self.times.join(front)} {body}"
            if not (body[:1].isdigit() or body.startswith("["))
            else self.times.join([*front, body])
        )
        if divisors:
            text += " / " + (divisors[0] if len(divisors) == 1 else self.brackets(self.times.join(divisors)))
        return Written((self.minus if negative else "") + text, PRODUCT if divisors or negative else COEFFICIENT)

    def scaled(self, front: str, body: str) -> str:
        return f"{front}·{body}"

    def stretch(self, piece: Written, shape: Sequence[Size], is_scalar: bool) -> Written:
        return Written("𝟏") if piece.text == "1" else Written(f"{self.group(piece, POWER)}·𝟏", PRODUCT)

    def power(self, base: Written, exponent: Written, rank: int = 0) -> Written:
        mark = "^⊙" if rank > 1 else ""  # A² is A times A
        plain = exponent.text.replace("−", "-")
        if plain.lstrip("-").isdecimal():
            return Written(self.group(base, ATOM) + mark + plain.translate(_SUPERSCRIPT), POWER)
        return Written(f"{self.group(base, ATOM)}{mark or '^'}{self.group(exponent, ATOM)}", POWER)

    def root(self, base: Written) -> Written:
        return Written(f"√{self.group(base, ATOM)}", POWER)

    def matmul(self, left: Written, right: Written, left_is_chain: bool, left_is_vector: bool) -> Written:
        if left_is_vector:
            left, left_is_chain = self.transpose(left), False
        a = left.text if left_is_chain or left.binds == COEFFICIENT else self.group(left, BESIDE)
        b = self.brackets(right.text) if right.text.startswith("[") else self.group(right, BESIDE)  # x [1, 2] is an index
        close = (len(a.rstrip("ᵀ")) == 1 and len(b.rstrip("ᵀ")) == 1) or b.startswith("(")
        tight = close and not b.startswith("(")
        return Written(f"{a}{'' if close else ' '}{b}", POWER if tight else PRODUCT)

    def transpose(self, piece: Written) -> Written:
        return Written(f"{self.group(piece, ATOM)}ᵀ", POWER if piece.binds != ATOM else ATOM)

    def column(self, row: Written) -> Written:
        return self.transpose(row)

    def inverse(self, piece: Written) -> Written:
        return Written(f"{self.group(piece, ATOM)}⁻¹", POWER)

    def kron(self, left: Written, right: Written) -> Written:
        return Written(f"{self.group(left, ATOM)} ⊗ {self.group(right, ATOM)}", PRODUCT)

    def matrix_power(self, piece: Written, exponent: int) -> Written:
        return Written(self.group(piece, ATOM) + str(exponent).translate(_SUPERSCRIPT), POWER)

    def reduce(self, name: str, piece: Written, axes: Sequence[int] | None, keepdims: bool = False) -> Written:
        if name == "norm2" and axes is None:
            return Written(f"‖{piece.text}‖₂")
        return super().reduce(name, piece, axes, keepdims)

    def delta(self, identity: Written) -> Written:
        return Written("δ")

    def contraction(self, spec: str, pieces: Sequence[Written]) -> Written:
        inputs, _, output = spec.partition("->")
        groups = inputs.split(",")
        summed = [letter for letter in dict.fromkeys("".join(groups)) if letter not in output]
        factors = [
            f"{self.group(piece, ATOM)}_{labels}" if labels else self.group(piece, POWER)
            for piece, labels in zip(pieces, groups, strict=True)
        ]
        total = f"{'Σ_' + ''.join(summed) + ' ' if summed else ''}{'·'.join(factors)}"
        return Written(f"[{total}]_{output}") if output else Written(total, SUM)

    def scaled_rows(self, weights: Written, matrix: Written) -> Written | None:
        return Written(f"diag({weights.text}) {self.group(matrix, BESIDE)}", BESIDE)

    def divisor(self, piece: Written) -> str:
        """Return a factor below a line: what stands beside each other there needs brackets."""
        return self.brackets(piece.text) if piece.binds == POWER and ") " in piece.text else self.group(piece, POWER)

    def squared_norm(self, piece: Written, rank: int) -> Written | None:
        return Written(f"‖{piece.text}‖{'₂' if rank == 1 else '_F'}²", POWER) if rank in (1, 2) else None

    def compare(self, left: Written, sign: str, right: Written) -> Written:
        written = super().compare(left, {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}.get(sign, sign), right)
        return Written(written.text, written.binds)


def to_textbook(node: Node, names: dict[Node, str] | None = None) -> str:
    """Return a formula in Unicode matrix notation.

    >>> import symgd as sg
    >>> from symgd.explain.notation.unicode import to_textbook
    >>> to_textbook(sg.formula("2*X.T @ (X @ w - y)", shapes={"X": "m n", "w": "n", "y": "m"}))
    '2 Xᵀ(Xw − y)'
    """
    layout = TextbookPrinter(names).layout(node)
    if not layout.definitions:
        return layout.text
    return layout.text + " where " + ", ".join(f"{name} = {text}" for name, text, _ in layout.definitions)

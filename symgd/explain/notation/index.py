"""Index notation: every entry by its indices, sums written out, identity matrices as Kronecker deltas.

    [∇f]ᵢ = 2·(Σⱼ X_ji·(Σₖ X_jk·w_k − y_j))

A sum reaches over the product behind it, and ends at the next + or −.
Functions of entries take their indices inside; what acts on a whole tensor, such as an inverse, carries them outside.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from symgd.explain.notation.latex import LatexPrinter
from symgd.explain.notation.unicode import TextbookPrinter
from symgd.graph.names import names_in, stand_in
from symgd.graph.node import Node
from symgd.graph.shape import Size
from symgd.graph.text_printer import POWER, PRODUCT, Printer, Written
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast, einsum, expand
from symgd.primitives.identity import eye_record
from symgd.primitives.indexing import index

__all__ = ["to_index_notation"]

_LETTERS = "ijklpqrstuvabcdefgh"


def to_index_notation(node: Node, syntax: str = "text") -> str:
    """Return a formula in index notation.

    Parameters
    ----------
    node : Node
        A tensor's entry has the first free letters as its indices.
    syntax : {"text", "latex"}

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.explain.notation.index import to_index_notation
    >>> loss = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    >>> to_index_notation(sg.gradient(loss, "w"))
    '2·(Σⱼ X_ji·(Σₖ X_jk·w_k − y_j))'
    """
    writer = _Writer(node, LatexPrinter() if syntax == "latex" else TextbookPrinter(), syntax == "latex")
    free = tuple(next(writer.letters) for _ in node.shape)
    return writer.write(node, free).text


class _Writer:
    """Rewrites a tensor's entry as a formula of scalars, in which entries of inputs, sums and deltas are opaque."""

    def __init__(self, node: Node, printer: Printer, is_latex: bool) -> None:
        used_names = names_in(node)
        self.letters: Iterator[str] = (
            letter
            for letter in itertools.chain(_LETTERS, (f"{letter}{k}" for k in itertools.count(1) for letter in _LETTERS))
            if letter not in used_names
        )
        self.printer = printer
        self.is_latex = is_latex

    def write(self, node: Node, places: Sequence[str]) -> Written:
        """Write the entry of a node at some indices."""
        return self.finished(self.scalar(node, places))

    def finished(self, scalar: Node) -> Written:
        written = self.printer.written
        for node in toposort((scalar,), written):
            written[node] = self.printer.write(node)
        return written[scalar]

    def scalar(self, node: Node, places: Sequence[str]) -> Node:
        """Return the entry of a node at some indices, as a formula of scalars."""
        record = node.primitive
        if record is einsum:
            return self.contraction(node, places)
        if record is eye_record:
            return self.named(Written(self.delta(*places)))
        if record is broadcast:
            return self.scalar(node.args[0], self.aligned(node, node.args[0], places))
        if record is expand:
            new = {node.rank + axis for axis in node.params[0]}
            return self.scalar(node.args[0], [place for k, place in enumerate(places) if k not in new])
        if record is index:
            shifted = self.shifted(node, places)
            if shifted is not None:
                return self.scalar(node.args[0], shifted)
        if record.is_elementwise and node.args:
            return record.make(tuple(self.scalar(arg, self.aligned(node, arg, places)) for arg in node.args))
        return self.named(self.entry(node, places)) if places else self.named_whole(node)

    def named(self, written: Written) -> Node:
        """Return an input that is printed as given."""
        opaque = stand_in(f"?{written.text}")
        self.printer.written[opaque] = written
        return opaque

    def named_whole(self, node: Node) -> Node:
        """Return a scalar as it is: an input, a number, or a function of whole tensors."""
        if not node.args:
            return node
        return self.named(Written(type(self.printer)().layout(node).text, PRODUCT))

    def contraction(self, node: Node, places: Sequence[str]) -> Node:
        inputs, output = node.params
        known = dict(zip(output, places, strict=True))
        summed = []
        for label in dict.fromkeys(itertools.chain(*inputs)):
            if label not in known:
                known[label] = next(self.letters)
                summed.append(known[label])
        factors = [self.scalar(arg, [known[label] for label in labels]) for arg, labels in zip(node.args, inputs, strict=True)]
        product = mul.make(tuple(factors)) if len(factors) > 1 else factors[0]
        if not summed:
            return product
        return self.named(Written(self.total(summed) + self.printer.group(self.finished(product), PRODUCT), PRODUCT))

    def total(self, letters: Sequence[str]) -> str:
        if self.is_latex:
            return "".join(rf"\sum_{{{letter}}} " for letter in letters)
        return "".join(f"Σ{_SUBSCRIPTS.get(letter, '_' + letter)} " for letter in letters)

    def delta(self, first: str, second: str) -> str:
        return rf"\delta_{{{first} {second}}}" if self.is_latex else f"δ_{first}{second}"

    def entry(self, node: Node, places: Sequence[str]) -> Written:
        """Write an entry of a whole tensor: its indices stand outside."""
        text = type(self.printer)().layout(node).text
        is_name = node.is_symbol and len(text) < 12
        base = text if is_name else self.printer.brackets(text)
        if self.is_latex:
            return Written(f"{{{base}}}_{{{' '.join(places)}}}", POWER)
        is_short = all(len(place) == 1 for place in places)
        return Written(f"{base}_{''.join(places) if is_short else '{' + ', '.join(places) + '}'}", POWER)

    @staticmethod
    def aligned(node: Node, arg: Node, places: Sequence[str]) -> list[str]:
        """Return the indices of an argument that is stretched: an axis of size 1 is looked at in its only place."""
        indices = places[node.rank - arg.rank :]
        return ["0" if size == 1 else place for place, size in zip(indices, arg.shape, strict=True)]

    @staticmethod
    def shifted(node: Node, places: Sequence[str]) -> list[str] | None:
        """Return where the argument of a slice is looked at, or None for steps."""
        rest = iter(places)
        indices: list[str] = []
        for item, size in zip(node.params[0], node.args[0].shape, strict=True):
            if isinstance(item, int):
                indices.append(str(item) if item >= 0 else str(size + item))
                continue
            place = next(rest)
            if item[2] not in (None, 1):
                return None
            indices.append(_plus(place, item[0], size))
        return indices


def _plus(place: str, start: Size | None, size: Size) -> str:
    if start in (None, 0):
        return place
    first = size + start if isinstance(start, int) and start < 0 else start
    return f"{place}+{first}"


_SUBSCRIPTS = dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))

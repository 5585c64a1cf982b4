"""Formulas multiplied out into contractions of atoms, with an axis label for every index.

Sums, products and contractions are multiplied out; every other function is an atom. Labels that are not kept are summed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symgd.curvature.findings import shorten
from symgd.errors import SymgdError
from symgd.graph.node import Node
from symgd.graph.text_printer import number_text
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import einsum

__all__ = ["Expansion", "Labels", "Network"]

MAX_TERMS = 60
MAX_FACTORS = 14
Labels = tuple[int, ...]


@dataclass(frozen=True)
class Network:
    """A number times a contraction of atoms; labels that are not kept are summed.

    Attributes
    ----------
    coefficient : Fraction
    factors : tuple of (Node, labels)
    output : labels
    """

    coefficient: Fraction
    factors: tuple[tuple[Node, Labels], ...]
    output: Labels

    def __str__(self) -> str:
        letters = "ijklmnopqrstuvwxyzabcdefgh"
        names: dict[int, str] = {}
        parts = []
        for atom, labels in self.factors:
            index = "".join(names.setdefault(label, letters[len(names) % len(letters)]) for label in labels)
            parts.append(f"{shorten(atom, 24)}[{index}]" if index else shorten(atom, 24))
        front = "" if self.coefficient == 1 else f"{number_text(self.coefficient)}·"
        return front + ("Σ " if names else "") + " ".join(parts)


class Expansion:
    """Multiplies sums, products and contractions out."""

    def __init__(self) -> None:
        self._next = itertools.count()

    def of(self, node: Node) -> list[Network] | None:
        """Return a node as a sum of networks, or None where there are too many."""
        record = node.primitive
        if node.is_exact:
            labels = self._fresh(node.rank)
            return [Network(Fraction(node.value), (), labels)] if node.value else []
        if record is add:
            return self._sum(node)
        if record is mul:
            output = self._fresh(node.rank)
            places = [output[node.rank - arg.rank :] for arg in node.args]
            if any(arg.shape != node.shape[node.rank - arg.rank :] for arg in node.args):
                return self._atom(node)
            return self._product(node.args, places, output)
        if record is einsum:
            names: dict[int, int] = {}
            places = [tuple(names.setdefault(label, next(self._next)) for label in labels) for labels in node.params[0]]
            return self._product(node.args, places, tuple(names[label] for label in node.params[1]))
        if record is pow and node.args[1].equals_number(2):
            output = self._fresh(node.rank)
            return self._product((node.args[0], node.args[0]), [output, output], output)
        return self._atom(node)

    def _fresh(self, rank: int) -> Labels:
        return tuple(next(self._next) for _ in range(rank))

    def _atom(self, node: Node) -> list[Network]:
        labels = self._fresh(node.rank)
        return [Network(Fraction(1), ((node, labels),), labels)]

    def _sum(self, node: Node) -> list[Network] | None:
        networks: list[Network] = []
        for arg in node.args:
            if arg.shape != node.shape:
                return self._atom(node)
            terms = self.of(arg)
            if terms is None:
                return None
            networks += terms
        return networks if len(networks) <= MAX_TERMS else None

    def _product(self, args: Sequence[Node], places: Sequence[Labels], output: Labels) -> list[Network] | None:
        """Multiply sums out, with the axes of every argument at given labels."""
        networks = [Network(Fraction(1), (), output)]
        for arg, labels in zip(args, places, strict=True):
            terms = self.of(arg)
            if terms is None or len(networks) * len(terms) > MAX_TERMS:
                return None
            networks = [self._joined(left, right, labels) for left in networks for right in terms]
            if any(len(network.factors) > MAX_FACTORS for network in networks):
                return None
        return networks

    def _joined(self, left: Network, right: Network, labels: Labels) -> Network:
        """Put a copy of a network, with inner labels of its own, at given labels."""
        names = dict(zip(right.output, labels, strict=True))
        if len(names) != len(right.output):  # pragma: no cover - outputs are distinct labels
            raise SymgdError("an axis stands twice in a result")
        factors = tuple(
            (atom, tuple(names.setdefault(label, next(self._next)) for label in axes)) for atom, axes in right.factors
        )
        return Network(left.coefficient * right.coefficient, left.factors + factors, left.output)

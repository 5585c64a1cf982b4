"""Tensors whose axes carry labels, as in index notation: A_ij·x_j, before the indices are summed.

    A[i, j]·x[j]   is   product([A(i, j), x(j)], (i, j));   its sum over j is the contraction  einsum('ij,j->i', A, x)

A label is anything hashable: a letter, a number, a symbol of SymPy. A label may stand at several axes of one tensor: then only
the entries with equal indices are meant.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from symgd.graph.node import Node
from symgd.graph.shape import Size
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract, einsum, expand_at

__all__ = ["Labelled", "aligned", "labels_of", "product"]

L = TypeVar("L", bound=Hashable)


@dataclass(frozen=True)
class Labelled(Generic[L]):
    """A tensor with a label for each of its axes.

    Attributes
    ----------
    node : Node
    labels : tuple
        One for each axis, in order.
    """

    node: Node
    labels: tuple[L, ...]

    def sizes(self) -> dict[L, Size]:
        """Return the size of each label."""
        return dict(zip(self.labels, self.node.shape, strict=True))

    def renamed(self, names: Mapping[L, L]) -> Labelled[L]:
        """Return the tensor with other labels; a label without a new name keeps its own."""
        return Labelled(self.node, tuple(names.get(label, label) for label in self.labels))

    def diagonal(self) -> Labelled[L]:
        """Return the tensor with every label at one axis: A[i, i] is the diagonal of A."""
        return self.reordered(dict.fromkeys(self.labels))

    def reordered(self, labels: Iterable[L]) -> Labelled[L]:
        """Return the tensor with its labels in another order, each at one axis."""
        order = tuple(labels)
        return Labelled(contract([self.node], [self.labels], order), order)

    def summed_to(self, kept: Sequence[L]) -> Labelled[L]:
        """Sum over the labels that are not kept.

        The sum of a product is one contraction of its factors; numbers in front of a product stay in front of the sum.
        """
        order = tuple(kept)
        node = self.node
        if node.primitive is einsum:
            inputs, output = node.params
            if len(set(output)) == len(output):
                names: dict[int, Hashable] = dict(zip(output, self.labels, strict=True))
                parts = [[names.get(axis, ("inner", axis)) for axis in labels] for labels in inputs]
                return Labelled(contract(node.args, parts, order), order)
        elif node.primitive is mul and set(order) < set(self.labels) and sum(1 for arg in node.args if arg.shape) == 1:
            inner = next(arg for arg in node.args if arg.shape)
            total = Labelled(inner, self.labels).summed_to(order).node
            return Labelled(mul.make((*(arg for arg in node.args if not arg.shape), total)), order)
        return Labelled(contract([node], [self.labels], order), order)

    def reduced(self, label: L, function: Callable[..., Node]) -> Labelled[L]:
        """Close one label with a reduction of one axis, such as a product or a maximum."""
        axis = self.labels.index(label)
        return Labelled(function(self.node, axis=axis), self.labels[:axis] + self.labels[axis + 1 :])


def labels_of(tensors: Iterable[Labelled[L]]) -> tuple[L, ...]:
    """Return the labels of several tensors, each once, in the order in which they come."""
    return tuple(dict.fromkeys(label for tensor in tensors for label in tensor.labels))


def product(tensors: Sequence[Labelled[L]], kept: Sequence[L]) -> Labelled[L]:
    """Multiply tensors, and sum over the labels that are not kept.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.primitives.labelled import Labelled, product
    >>> A, x = sg.tensor("A", "m n"), sg.tensor("x", "n")
    >>> product([Labelled(A, ("i", "j")), Labelled(x, ("j",))], ("i",)).node
    A @ x
    """
    order = tuple(kept)
    return Labelled(contract([tensor.node for tensor in tensors], [tensor.labels for tensor in tensors], order), order)


def aligned(tensors: Sequence[Labelled[L]], labels: Sequence[L] | None = None) -> list[Node]:
    """Give tensors the same labels as last axes, in one order, so that they can be joined entry by entry.

    A label that a tensor does not have becomes an axis of size 1. In front such an axis is left away where no other tensor is
    stretched behind it: of A[i, j] + x[j] the vector stays a vector.

    Parameters
    ----------
    tensors : sequence of Labelled
        Their labels are distinct.
    labels : sequence, optional
        The order; by default that in which they come.
    """
    order = tuple(labels_of(tensors) if labels is None else labels)
    present_labels = [tuple(label for label in order if label in tensor.labels) for tensor in tensors]
    is_spread = any(present and present != order[order.index(present[0]) :] for present in present_labels)
    nodes = []
    for tensor, present in zip(tensors, present_labels, strict=True):
        if not present:
            nodes.append(tensor.node)
            continue
        first = 0 if is_spread else order.index(present[0])
        node = tensor.reordered(present).node
        nodes.append(expand_at(node, [k - first for k, label in enumerate(order) if k >= first and label not in present]))
    return nodes

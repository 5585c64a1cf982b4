"""Law of adjoints: what is sent to an argument, times a direction, is the adjoint times the slope along it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from symgd.declarations.law import broken, law
from symgd.declarations.slopes import is_at_kink
from symgd.declarations.subject import Example, Place, Subject, short, zero_one
from symgd.errors import SymgdError, UnsupportedError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, tensor
from symgd.graph.primitive import Primitive
from symgd.graph.shape import show_shape

__all__: list[str] = []


_STEP = mpmath.mpf("1e-18")


@law("vjp")
def law_vjp(subject: Subject) -> None:
    """What is sent to an argument, times a direction, is the adjoint times the slope along it, with leading axes too."""
    record = subject.record
    if record.vjp is None:
        if not record.is_elementwise and any(example.real for example in subject.examples):
            broken(record, "vjp", "a function of tensors says what its adjoint sends to its arguments")
        return
    for example in subject.examples:
        if example.node.is_boolean:
            continue
        adjoint = tensor("adjoint", (2, *example.node.shape))
        for k, node in example.real:
            try:
                sent = as_node(record.vjp(example.node, adjoint, k))
            except UnsupportedError:  # it is refused, as the adjoint of singular values whose number is not known
                continue
            except SymgdError as error:
                broken(
                    record, "vjp", f"{example.text} cannot send an adjoint of shape {show_shape(adjoint.shape)}: {error.cause}"
                )
            for place in _without_kinks(example)[:3]:
                _compare_adjoint(record, example, adjoint, sent, node, place)


def _without_kinks(example: Example) -> list[Place]:
    return [place for place in example.places if not (example.is_scalar and is_at_kink(example, place))]


def _compare_adjoint(record: Primitive, example: Example, adjoint: Node, sent: Node, node: Node, place: Place) -> None:
    generator = np.random.default_rng(7)
    shape = np.shape(place.values[node])
    direction = generator.normal(size=shape)
    if node.facts.is_symmetric:
        direction = direction + direction.T
    exact = np.vectorize(Fraction, otypes=[object])
    step = Fraction(1, 10**18)
    ends = []
    for sign in (1, -1):
        moved = np.asarray(exact(place.values[node]) + sign * step * exact(direction), dtype=object)[()]
        ends.append(example.value(place.moved(node, moved), digits=60))
    values = generator.normal(size=(2, *np.shape(ends[0])))
    exactly = np.vectorize(mpmath.mpf, otypes=[object])
    forward = [
        np.sum(exactly(weights) * (np.vectorize(zero_one, otypes=[object])(ends[0]) - ends[1])) / (2 * _STEP)
        for weights in values
    ]
    got = example.value(Place({**place.values, adjoint: values}, place.sizes), sent, digits=60)
    try:
        got = np.broadcast_to(_summed(got, shape), (2, *shape))
    except ValueError:
        broken(record, "vjp", f"to {node} of shape {shape}, an adjoint with an axis of 2 before sends shape {got.shape}")
    for received, expected in zip(got, forward, strict=True):
        total = np.sum(received * exactly(direction))
        if not abs(total - expected) <= mpmath.mpf("1e-12") * max(1, abs(expected)):
            broken(
                record,
                "vjp",
                f"{example.text}: along a direction of {node} it gives {short(total)}, and the slope is {short(expected)}",
            )


def _summed(sent: Array, shape: tuple[int, ...]) -> Array:
    """Return what is sent, added up along the axes along which the argument was stretched, as the sweep does."""
    extra = sent.ndim - 1 - len(shape)
    if extra > 0:
        sent = sent.sum(axis=tuple(range(1, extra + 1)))
    stretched = tuple(k + 1 for k, size in enumerate(shape) if size == 1 and sent.ndim > k + 1 and sent.shape[k + 1] > 1)
    return sent.sum(axis=stretched, keepdims=True) if stretched else sent

"""Backpropagation in the notation of neural networks: named values layer by layer, one adjoint δ each, the gradients in them.

    z₁ = X·W₁,  h₁ = tanh(z₁),  δ₂ = …,  δ₁ = (δ₂·W₂ᵀ) ⊙ (1 − h₁²),  ∇W₁ = Xᵀ·δ₁

A layer is where a function of entries acts on what was computed before: the formula is cut there. Between two cuts the adjoint
is found by the same sweep that finds gradients, with names for what lies below and above.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from symgd.derive.jacobian import vjp
from symgd.derive.reverse import zeros_like
from symgd.graph.names import names_in, stand_in
from symgd.graph.node import Node, constant
from symgd.graph.traversal import depends_on, substitute, symbols_of, toposort
from symgd.primitives.arithmetic import add, mul, pow

__all__ = ["layers"]

Finish = Callable[[Node, Node], Node]


def layers(output: Node, wrt: Sequence[Node], finish: Finish) -> tuple[dict[str, Node], dict[str, Node]]:
    """Return the named values and adjoints of a scalar formula, and its gradients in their terms.

    Parameters
    ----------
    output : Node
        Of shape ().
    wrt : sequence of Node
    finish : callable
        ``finish(source, adjoint)``: simplifies an adjoint of a formula.

    Returns
    -------
    definitions : dict of str to Node
    gradients : dict of str to Node
    """
    moving = depends_on((output,), wrt)
    functions: dict[Node, list[Node]] = {}
    for node in toposort((output,)):
        if node in moving and _is_layer(node):
            functions.setdefault(node.args[0], []).append(node)
    used_names = names_in(output)
    before, behind, back = (_numbered(letter, len(functions), used_names) for letter in ("z", "h", "delta"))
    known: dict[Node, Node] = {}
    definitions: dict[str, Node] = {}
    cuts: list[_Layer] = []
    for k, (argument, applied) in enumerate(functions.items()):
        (inner,) = substitute([argument], known)
        entry = known[argument] = stand_in(before[k], argument.shape)
        definitions[before[k]] = inner
        values = {}
        for j, function in enumerate(applied):
            name = behind[k] if j == 0 else f"{behind[k]}_{function.primitive.name}"
            value = known[function] = stand_in(name, function.shape)
            definitions[name] = values[value] = function.primitive.make((entry,))
        cuts.append(_Layer(inner, entry, values, stand_in(back[k], argument.shape)))
    (top,) = substitute([output], known)
    pieces = [(top, constant(1))]
    for name, cut in reversed(list(zip(back, cuts, strict=True))):
        sent = [_through(function, value, cut.entry, pieces, finish) for value, function in cut.values.items()]
        definitions[name] = _together([*sent, _arriving(cut.entry, pieces, finish)], cut.entry, finish)
        pieces.append((cut.inner, cut.adjoint))
    return definitions, {node.name: _together([_arriving(node, pieces, finish)], node, finish) for node in wrt}


@dataclass(frozen=True)
class _Layer:
    """What goes in (the formula, and the name that stands for it), what comes out by name, and the name of the adjoint."""

    inner: Node
    entry: Node
    values: Mapping[Node, Node]
    adjoint: Node


def _is_layer(node: Node) -> bool:
    """Whether a function of entries acts on a tensor that was computed."""
    record = node.primitive
    return (
        record.is_elementwise
        and len(node.args) == 1
        and bool(node.shape)
        and bool(node.args[0].args)
        and record not in (add, mul, pow)
        and not record.is_boolean
    )


def _arriving(target: Node, pieces: Sequence[tuple[Node, Node]], finish: Finish) -> Node | None:
    """Return the sum of what every piece sends back to a target that stands in it as an input; None where none does."""
    sent = [finish(piece, vjp(piece, target, adjoint)) for piece, adjoint in pieces if target in symbols_of(piece)]
    return _together(sent, target, finish) if sent else None


def _through(function: Node, value: Node, entry: Node, pieces: Sequence[tuple[Node, Node]], finish: Finish) -> Node | None:
    """Return the slope of a function, in terms of its value, times the adjoint of the value."""
    arriving = _arriving(value, pieces, finish)
    if arriving is None:
        return None
    (in_value,) = substitute([vjp(function, entry, arriving)], {function: value})
    return finish(arriving, in_value)


def _together(parts: Sequence[Node | None], like: Node, finish: Finish) -> Node:
    """Return the sum of adjoints; none at all is 0."""
    terms = [part for part in parts if part is not None]
    if not terms:
        return zeros_like(like)
    total = add.make(tuple(terms)) if len(terms) > 1 else terms[0]
    return finish(total, total)


def _numbered(letter: str, count: int, used_names: set[str]) -> list[str]:
    names = [letter] if count == 1 else [f"{letter}_{k}" for k in range(1, count + 1)]
    if any(name in used_names for name in names):
        return _numbered(f"{letter}_", count, used_names)
    return names

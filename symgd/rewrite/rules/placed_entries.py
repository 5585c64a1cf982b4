"""Rules of entries that are placed among zeros: short arrays are written out, and what is placed twice is written once."""

from __future__ import annotations

import math

import numpy as np

from symgd.evaluation.evaluator import Entries, evaluate
from symgd.graph.node import Node, constant
from symgd.graph.shape import lengths
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.concatenation import concatenate_record
from symgd.primitives.contraction import expand
from symgd.primitives.indexing import array, index, scatter_record
from symgd.primitives.lookup import put, take_record
from symgd.primitives.triangles import triangle
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.rules.number_arrays import MOST_ENTRIES
from symgd.rewrite.terms import collected_terms, scaled, split_term, terms_of, unstretched

__all__: list[str] = []


@rewriting(
    "entries of a short array",
    scatter_record,
    add,
    because="a short array is written entry by entry",
    purpose=("people",),
    examples=(
        "scatter(x, '1', 3)",
        "scatter(x, '0', 2) + 2*scatter(y, '1', 2)",
        "scatter(x, '0, 1', (2, 2))",
        "scatter([1, 2], '::-1', 2)",
        "scatter(ones(2), '1:', 3) - scatter([x, y], ':2', 3)",
    ),
)
def written_out(node: Node, context: Context) -> Node | None:
    """scatter(x, '0', 2) + scatter(y, '1', 2) → [x, y]."""
    shape = lengths(node.shape)
    if not shape or math.prod(shape) > MOST_ENTRIES:
        return None
    terms = [split_term(term) for term in (node.args if node.primitive is add else (node,))]
    places = [_placed(core) for _, core in terms]
    if any(place is None for place in places):
        return None
    entries = [constant(0)] * math.prod(shape)
    for (number, _), placed in zip(terms, places, strict=True):
        for k, entry in enumerate(placed or ()):
            if not entry.equals_number(0):
                entries[k] = add.make((entries[k], mul.make((constant(number), entry))))
    return array.make(tuple(entries), (node.shape,))


def _placed(node: Node) -> list[Node] | None:
    """Return the entries of a written array, or of one placed among zeros; None for other tensors."""
    if node.primitive is array:
        return list(node.args)
    if node.primitive is not scatter_record:
        return None
    (inner,) = node.args
    inner_shape = lengths(inner.shape)
    if inner_shape is None:
        return None
    if inner.primitive is array:
        written = list(inner.args)
    elif not inner.shape or unstretched(inner).is_exact:
        written = [unstretched(inner)] * math.prod(inner_shape)
    else:
        return None
    values = np.empty(len(written), dtype=object)
    values[:] = written
    (entries,) = evaluate([node], {inner: values.reshape(inner_shape)}, Entries())
    return list(entries.ravel())


@rewriting(
    "arrays side by side",
    concatenate_record,
    because="a short array is written entry by entry",
    purpose=("people",),
    examples=(
        "stack([array([x, y]), array([y, z])])",
        "stack([array([x, y]), array([y, z])], axis=1)",
    ),
)
def joined_arrays(node: Node, context: Context) -> Node | None:
    """stack([[x, y], [y, z]]) → [[x, y], [y, z]]."""
    parts = [_entries(arg) for arg in node.args]
    if any(part is None for part in parts):
        return None
    entries = np.concatenate([part for part in parts if part is not None], axis=node.params[0])
    return array.make(tuple(entries.ravel()), (node.shape,))


def _entries(node: Node) -> np.ndarray | None:
    """Return the entries of a written array, with its new axes."""
    if node.primitive is expand:
        inner = _entries(node.args[0])
        if inner is None:
            return None
        for axis in node.params[0]:
            inner = np.expand_dims(inner, axis)
        return inner
    shape = lengths(node.shape)
    if node.primitive is not array or shape is None:
        return None
    entries = np.empty(len(node.args), dtype=object)
    entries[:] = node.args
    return entries.reshape(shape)


@rewriting(
    "a number in front of placed entries",
    scatter_record,
    put,
    triangle,
    because="a number leaves what is placed among zeros",
    purpose=("people",),
    needs=(mul,),
    examples=(
        "scatter(2*u, '1:', n + 1)",
        "scatter(-u*v, ':-2', n + 2)",
        "tril(-2*A)",
    ),
)
def number_in_front(node: Node, context: Context) -> Node | None:
    """scatter(2·x, place) → 2·scatter(x, place)."""
    return _with_number_in_front(node)


@rewriting(
    "a number in front of entries that are taken out",
    index,
    take_record,
    because="a number leaves what is taken out",
    purpose=("people",),
    needs=(mul,),
    examples=(
        "(2*v)[1:]",
        "(-u*v)[0]",
    ),
)
def number_before_index(node: Node, context: Context) -> Node | None:
    """(2·x)[1:] → 2·x[1:]."""
    return _with_number_in_front(node)


def _with_number_in_front(node: Node) -> Node | None:
    """Return a function that is linear in its first argument with the number in front of that outside."""
    number, core = split_term(node.args[0])
    if number == 1 or core.shape != node.args[0].shape:
        return None
    return mul.make((constant(number), node.primitive.make((core, *node.args[1:]), node.params)))


@rewriting(
    "opposite entries in two places",
    add,
    because="x − y placed at one place and y − x at another are one difference, placed with both signs",
    purpose=("people",),
    needs=((mul, scatter_record),),
    of="tensors",
    examples=(
        "scatter(u - v, '1:', n + 1) + scatter(v - u, ':-1', n + 1)",
        "2*scatter(u - v, '1:', n + 1) - 3*scatter(v - u, ':-1', n + 1)",
    ),
)
def opposite_entries(node: Node, context: Context) -> Node | None:
    """scatter(x − y, '1:') + scatter(y − x, ':-1') → scatter(x − y, '1:') − scatter(x − y, ':-1')."""
    terms = [split_term(term) for term in node.args]
    first = next((core for _, core in terms if core.primitive is scatter_record and core.args[0].primitive is add), None)
    if first is None:
        return None
    opposite = {core: -number for core, number in collected_terms(terms_of(first.args[0])).items()}
    for k, (number, core) in enumerate(terms):
        if core.primitive is not scatter_record or core.args[0] is first.args[0] or core.args[0].primitive is not add:
            continue
        if collected_terms(terms_of(core.args[0])) == opposite:
            turned = scaled(-number, scatter_record.make(first.args, core.params))
            return add.make((*node.args[:k], turned, *node.args[k + 1 :]))
    return None

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
from symgd.primitives.identity import eye_record
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import array, index, scatter_record
from symgd.primitives.lookup import put, take_record
from symgd.primitives.reshaping import reshape_record
from symgd.primitives.triangles import triangle
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.rules.number_arrays import MOST_ENTRIES
from symgd.rewrite.terms import collected_terms, scaled, split_term, stretched_number, terms_of, unstretched

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
        "scatter(array([x, 2]), '::-1', 2)",
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
        "stack([array([x, y]), zeros(2)])",
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
    shape, number = lengths(node.shape), stretched_number(node)
    if shape is None or (node.primitive is not array and number is None):
        return None
    written = [number] * math.prod(shape) if node.primitive is not array else node.args
    entries = np.empty(len(written), dtype=object)
    entries[:] = written
    return entries.reshape(shape)


@rewriting(
    "a number in front of entries that are moved",
    scatter_record,
    index,
    put,
    take_record,
    triangle,
    "cumsum",
    reshape_record,
    because="a number leaves what places, takes or adds up entries",
    purpose=("people",),
    needs=(mul,),
    examples=(
        "scatter(2*u, '1:', n + 1)",
        "scatter(-u*v, ':-2', n + 2)",
        "(2*v)[1:]",
        "(-u*v)[0]",
        "cumsum(2*u)",
        "tril(3*A*D)",
        "reshape(-u*v, (1, n))",
    ),
)
def number_in_front(node: Node, context: Context) -> Node | None:
    """scatter(2·x, place) → 2·scatter(x, place), and cumsum(2·x) → 2·cumsum(x)."""
    inner, *others = node.args
    number, core = split_term(inner)
    if number == 1 or core.shape != inner.shape:
        return None
    return mul.make((constant(number), node.primitive.make((core, *others), node.params)))


@rewriting(
    "entries placed twice",
    scatter_record,
    because="what is placed among zeros, and again, is placed once",
    purpose=("people",),
    needs=(scatter_record,),
    examples=(
        "scatter(scatter(x, '0', (12,)), ':, 1', (12, 2))",
        "scatter(scatter(u, ':, 2', (n, 3)), '0, :, :', (2, n, 3))",
    ),
)
def placed_twice(node: Node, context: Context) -> Node | None:
    """scatter(scatter(x, '0'), ':, 1') → scatter(x, '0, 1')."""
    (inner,) = node.args
    (items, shape), (inner_items, _) = node.params, inner.params
    waiting = iter((*inner_items, *(FULL,) * (inner.rank - len(inner_items))))
    joined = []
    for item in (*items, *(FULL,) * (len(shape) - len(items))):
        if isinstance(item, int):
            joined.append(item)
        elif item == FULL:
            joined.append(next(waiting))
        else:
            return None
    return scatter_record.make(inner.args, (tuple(joined), shape))


@rewriting(
    "a column of an identity",
    index,
    because="it is 1 at one place, and 0 elsewhere",
    purpose=("people",),
    needs=(eye_record,),
    examples=(
        "eye(12)[:, 0]",
        "eye(n)[-1]*u",
    ),
)
def column_of_identity(node: Node, context: Context) -> Node | None:
    """I[:, 0] → scatter(1, 0)."""
    (items,) = node.params
    places = [item for item in items if isinstance(item, int)]
    if len(places) != 1 or any(item != FULL and not isinstance(item, int) for item in items):
        return None
    return scatter_record.make((constant(1),), ((places[0],), node.shape))


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

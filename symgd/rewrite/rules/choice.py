"""Rules of choices (``where``): masks move outward, choices on one condition are joined."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.piecewise import less, less_equal, where
from symgd.rewrite.needless_axes import without_needless_axes
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import split_term

__all__: list[str] = []


@rewriting(
    "a condition without needless axes",
    where,
    because="broadcasting supplies the axes",
    examples=(
        "where(p > 0, x*ones(3), p)",
        "where(x > 0, broadcast_to(y, 3), p)",
    ),
)
def slim_where(node: Node, context: Context) -> Node | None:
    """Drop stretchings inside a choice."""
    after = where.make(tuple(without_needless_axes(list(node.args), node.shape)))
    return None if after is node else after


@rewriting(
    "a mask",
    mul,
    because="where the mask is 0 nothing remains",
    needs=(where,),
    examples=(
        "x*where(y > 0, z, 0)",
        "2*x*where(y > 0, 0, z)",
        "u*where(v > 0, w, 0)",
    ),
)
def mask(node: Node, context: Context) -> Node | None:
    """a·where(c, b, 0) → where(c, a·b, 0), which also holds where a is not finite on the masked side."""
    for k, factor in enumerate(node.args):
        if factor.primitive is not where or not any(branch.equals_number(0) for branch in factor.args[1:]):
            continue
        rest = node.args[:k] + node.args[k + 1 :]
        numbers = [arg for arg in rest if arg.is_exact]
        others = tuple(arg for arg in rest if not arg.is_exact)
        if not others:
            continue
        condition, *branches = factor.args
        products = [branch if branch.equals_number(0) else mul.make((*others, branch)) for branch in branches]
        masked = where.make((condition, *products))
        return mul.make((*numbers, masked)) if numbers else masked
    return None


@rewriting(
    "join choices",
    add,
    because="both choices depend on one condition",
    needs=((where, mul),),
    examples=(
        "where(x > 0, y, z) + where(x > 0, 1, y)",
        "2*where(x > 0, y, z) - where(x > 0, z, 1) + y",
    ),
)
def join_choices(node: Node, context: Context) -> Node | None:
    """where(c, a, b) + where(c, d, e) → where(c, a + d, b + e)."""
    if not any(term.primitive is where or (term.primitive is mul and term.args[-1].primitive is where) for term in node.args):
        return None
    choices: dict[Node, list[tuple[Fraction, Node]]] = {}
    for term in node.args:
        coefficient, core = split_term(term)
        if core.primitive is where:
            choices.setdefault(core.args[0], []).append((coefficient, core))
    group = next((terms for terms in choices.values() if len(terms) > 1), None)
    if group is None:
        return None
    joined = {core for _, core in group}
    branches = [add.make(tuple(mul.make((constant(c), core.args[k])) for c, core in group)) for k in (1, 2)]
    rest = [term for term in node.args if split_term(term)[1] not in joined]
    choice = where.make((group[0][1].args[0], *branches))
    return add.make((choice, *rest)) if rest else choice


@rewriting(
    "a choice that is made already",
    where,
    because="inside a branch its condition is known",
    needs=((where, add, mul),),
    examples=(
        "where(x > 0, y + where(x > 0, y, z), z)",
        "where(x > 0, y, z*where(x > 0, y, z))",
        "where(x > 0, y + where(x <= 0, y, z), z)",
        "where(x >= 0, y, z*where(x < 0, y, z))",
    ),
)
def choice_made_already(node: Node, context: Context) -> Node | None:
    """where(c, f(where(c, a, b)), d) → where(c, f(a), d), for sums and products f; also where the inner condition is not c."""
    condition = node.args[0]
    chosen: list[dict[Node, int]] = [{condition: 1}, {condition: 2}]
    opposite = _opposite(condition)
    if opposite is not None:
        chosen[0][opposite] = 2
        if all(map(context.facts.is_defined, condition.args)):  # without a value, neither condition holds
            chosen[1][opposite] = 1
    branches = [_as_chosen(branch, known) for branch, known in zip(node.args[1:], chosen, strict=True)]
    if all(after is before for after, before in zip(branches, node.args[1:], strict=True)):
        return None
    after: Node = where.make((condition, *branches))
    return after if after.shape == node.shape else None


def _opposite(condition: Node) -> Node | None:
    """Return the comparison that holds where another one does not."""
    other = {less: less_equal, less_equal: less}.get(condition.primitive)
    return None if other is None else other.make(condition.args[::-1])


def _as_chosen(node: Node, known: Mapping[Node, int]) -> Node:
    """Return a sum or product with its choices replaced by the argument that is taken, by the known conditions."""
    if node.primitive is where and node.args[0] in known:
        return node.args[known[node.args[0]]]
    if node.primitive not in (add, mul):
        return node
    args = tuple(_as_chosen(arg, known) if arg.primitive in (where, mul) else arg for arg in node.args)
    return node if args == node.args else node.primitive.make(args)


@rewriting(
    "an undefined branch",
    where,
    because="whatever is added to NaN or multiplied by it is NaN",
    needs=((add, mul),),
    examples=(
        lambda x, y, z: where(x > 0, constant(math.nan) + y, z),
        lambda x, y, z: where(x > 0, z, y * (x + constant(math.nan))),
    ),
)
def undefined_branch(node: Node, context: Context) -> Node | None:
    """where(c, nan + a, b) → where(c, nan, b)."""
    branches = [constant(float("nan")) if _is_undefined(branch) else branch for branch in node.args[1:]]
    after: Node = where.make((node.args[0], *branches))
    return after if after is not node and after.shape == node.shape else None


def _is_undefined(node: Node) -> bool:
    """Whether a sum or product contains NaN."""
    if node.is_constant:
        return isinstance(node.value, float) and math.isnan(node.value)
    return node.primitive in (add, mul) and any(map(_is_undefined, node.args))

"""A rewrite rule: data with a condition and a reason.

Both sides of a rule are ordinary code; the pattern is an example::

    rule("log undoes exp", lambda x: log(exp(x)), lambda x: x, because="the logarithm undoes the exponential")

A rule that no pattern can say (collecting like terms, joining nested sums) is a function of the node, declared with
:func:`rewriting`. Every rule stands in :data:`RULES`, where the driver and the laws find it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Literal, Protocol

from symgd.graph.inference import Facts
from symgd.graph.names import stand_in
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import mul, pow

__all__ = ["ALWAYS", "EXAMPLE_SHAPES", "RULES", "Context", "Rule", "pattern_variables", "rewriting", "rule", "stands"]

Purpose = Literal["recognise", "people", "derivative", "code", "limit"]
ALWAYS: tuple[Purpose, ...] = ("recognise", "people", "code")


Kind = Callable[[Primitive], bool]
"""What a function is known to be, as its declaration says."""
Example = str | Callable[..., Node]
"""A formula that a rule rewrites, as a text, or as a function of nodes where no text says it."""
EXAMPLE_SHAPES = {
    **dict.fromkeys("uvw", "n"),
    "r": "m",
    "p": "3",
    "c": "1",
    "C": "n 1",
    **dict.fromkeys("XY", "m n"),
    **dict.fromkeys("DBA", "n n"),
}
"""The shapes that the letters of examples stand for; all others are scalars."""


class Context(Protocol):
    """What a rule may use while a graph is rewritten."""

    facts: Facts
    normal: set[Node]
    """Nodes that a rule has brought into its normal form."""
    long_products: set[Node]
    """Products that are too long to be opened inside others."""

    def is_private(self, node: Node) -> bool:
        """Whether `node` has one use only, so that dissolving it repeats no work."""

    def is_part_of(self, part: Node, node: Node) -> None:
        """Remember that a new part of `node` is used wherever `node` is."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One rewriting.

    Attributes
    ----------
    name : str
    roots : tuple of str
        Names of the primitives it applies to.
    apply : callable
        ``apply(node, context) -> Node | None``.
    because : str
        The sentence that explains it in a derivation.
    purpose : tuple of str
        When it applies: before a formula is differentiated (``"recognise"``: functions found in their naive
        spelling, the rest left as typed), on results for ``"people"``, besides on derivatives whose signs are slopes
        (``"derivative"``), on what becomes ``"code"``, and on what becomes code that has a value where it has a limit
        (``"limit"``).
    left, right, when
        Both sides and the condition, where the rule is a pattern; the laws evaluate them.
    """

    name: str
    roots: tuple[str, ...]
    apply: Callable[[Node, Context], Node | None]
    because: str
    purpose: tuple[Purpose, ...] = ("people", "code")
    left: Callable[..., Node] | None = None
    right: Callable[..., Node] | None = None
    when: Callable[..., bool] | None = None
    variables: tuple[Node, ...] = field(default=())
    needs: tuple[frozenset[Primitive] | Kind, ...] = ()
    """What must stand among the arguments: one of each of these sets or kinds. Where one is missing, the rule is not tried."""
    anywhere: tuple[frozenset[Primitive] | Kind, ...] = ()
    """What must stand in the formulas that are simplified together, at any place, as `needs` says it."""
    has_values: bool = False
    """Whether it is about inputs whose values are declared."""
    of: Literal["scalars", "tensors"] | None = None
    """Whether it is about scalars only, or about tensors only."""
    root_kinds: tuple[Kind, ...] = ()
    """Kinds of primitives that it applies to, besides those that are named."""
    examples: tuple[Example, ...] = ()
    """Formulas that it rewrites, where it is no pattern; the laws make random formulas of them."""

    @property
    def module(self) -> str:
        """The module that declares it."""
        return str(getattr(self.apply if self.left is None else self.left, "__module__", ""))

    def starts_at(self, record: Primitive) -> bool:
        """Whether it applies to what a primitive makes."""
        return record.name in self.roots or any(kind(record) for kind in self.root_kinds)

    def may_apply(self, present: frozenset[Primitive], has_values: bool) -> bool:
        """Whether it can apply in formulas that are made of these primitives, where inputs have declared values or none."""
        return (has_values or not self.has_values) and all(stands(need, present) for need in self.anywhere)

    def fits(self, kinds: frozenset[Primitive], is_scalar: bool) -> bool:
        """Whether it is worth a try on a formula with such arguments."""
        return (self.of is None or (self.of == "scalars") == is_scalar) and all(stands(need, kinds) for need in self.needs)


def stands(needed: frozenset[Primitive] | Kind, kinds: Collection[Primitive]) -> bool:
    """Whether one of some primitives is among those that are needed."""
    return any(map(needed, kinds)) if callable(needed) else not needed.isdisjoint(kinds)


RULES: list[Rule] = []
"""Every rule, in the order in which they are tried."""


def pattern_variables(count: int) -> tuple[Node, ...]:
    """Return scalars that stand for anything in a pattern; no user can declare such names."""
    return tuple(stand_in(f"?{'xyzuvw'[k]}") for k in range(count))


def rule(
    name: str,
    left: Callable[..., Node],
    right: Callable[..., Node],
    *,
    because: str,
    when: Callable[..., bool] | None = None,
    purpose: tuple[Purpose, ...] = ("people", "code"),
) -> Rule:
    """Declare a rewriting by its two sides.

    What stands on the left side only must be known to have a value, else nothing is rewritten.

    Parameters
    ----------
    name : str
    left, right : callable
        Both sides, as functions of the variables. The pattern holds entry by entry, for tensors too.
    because : str
        The sentence that explains it in a derivation.
    when : callable, optional
        ``when(facts, x, …)``: the condition, by what is known of the variables.
    purpose : tuple of {"recognise", "people", "derivative", "code", "limit"}
        When it applies: before a formula is differentiated, on results, on derivatives, on compiled code, or on code at limits.

    Returns
    -------
    Rule
        Which is entered in ``symgd.rewrite.rule.RULES``.

    Raises
    ------
    SymgdError
        Where a side is a call that a function of the language refuses.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.extend import rule
    >>> from symgd.rewrite.rule import RULES
    >>> declared = rule(
    ...     "the sign of a sign, of an example", lambda x: sg.sign(sg.sign(x)), lambda x: sg.sign(x), because="it has that sign"
    ... )
    >>> sg.simplify(sg.sign(sg.sign(sg.scalar("x"))))
    sign(x)
    >>> RULES.remove(declared)  # the example ends
    """
    from symgd.rewrite.matcher import match_root

    variables = pattern_variables(len(inspect.signature(left).parameters))
    pattern = left(*variables)

    heads = _heads(pattern, variables)
    numbers = [arg for arg in pattern.args if arg.is_exact]
    left_out = [k for k, variable in enumerate(variables) if variable not in right(*variables).symbols]

    def apply(node: Node, context: Context) -> Node | None:
        for head, may_match in heads:  # most formulas are rejected here
            for arg in node.args:
                if arg.primitive is head and (may_match is None or may_match(arg)):
                    break
            else:
                return None
        for number in numbers:
            if number not in node.args:
                return None
        match = match_root(pattern, node, variables)
        if match is None:
            return None
        values, rest = match
        if when is not None and not when(context.facts, *values):
            return None
        if left_out and not all(context.facts.may_vanish(values[k]) for k in left_out):
            return None  # sin² u + cos² u is 1 where u has a value
        after = right(*values)
        return after if rest is None else node.primitive.make((after, *rest))

    needs = tuple(frozenset({head}) for head, _ in heads)
    inside = {part.primitive for part in toposort((pattern,)) if part.args} - {pattern.primitive}
    declared = Rule(
        name,
        (pattern.primitive.name,),
        apply,
        because,
        purpose,
        left,
        right,
        when,
        variables,
        needs,
        anywhere=tuple(frozenset({primitive}) for primitive in inside),
    )
    RULES.append(declared)
    return declared


def _heads(pattern: Node, variables: tuple[Node, ...]) -> list[tuple[Primitive, Callable[[Node], bool] | None]]:
    """Return what the arguments of a match must be, each with a quick test of what is inside it."""
    return [(arg.primitive, _test(arg, variables)) for arg in pattern.args if arg not in variables]


def _test(part: Node, variables: tuple[Node, ...]) -> Callable[[Node], bool] | None:
    """Return a test of the function that a number multiplies, or of the base and the exponent of a power."""
    if part.primitive is mul:
        factors = [factor for factor in part.args if not factor.is_constant and factor not in variables]
        if len(part.args) != 2 or not part.args[0].is_exact or len(factors) != 1:
            return None
        inner = factors[0].primitive
        return lambda node: any(arg.primitive is inner for arg in node.args)
    if part.primitive is pow and part.args[1].is_exact:
        base, exponent = part.args[0], part.args[1]
        head = None if base in variables else base.primitive
        return lambda node: node.args[1] is exponent and (head is None or node.args[0].primitive is head)
    return None


def rewriting(
    name: str,
    *roots: Primitive | str | Kind,
    because: str,
    purpose: tuple[Purpose, ...] = ("people", "code"),
    needs: tuple[Primitive | tuple[Primitive, ...] | Kind, ...] = (),
    anywhere: tuple[Primitive | tuple[Primitive, ...] | Kind, ...] = (),
    has_values: bool = False,
    of: Literal["scalars", "tensors"] | None = None,
    examples: tuple[Example, ...] = (),
) -> Callable[[Callable[[Node, Context], Node | None]], Rule]:
    """Declare a rewriting that is a function of the node.

    Parameters
    ----------
    name : str
    *roots : Primitive, str or callable
        What it applies to; a callable returns whether it applies to a primitive, by its declaration.
    because : str
    purpose : tuple of {"recognise", "people", "code"}
    needs : tuple
        What must stand among the arguments; of what stands in a tuple of its own, or is of a kind, one is enough.
    anywhere : tuple
        What must stand at any place in the formulas that are simplified together: without it the rule is not tried.
    has_values : bool
        Whether it is about inputs whose values are declared.
    of : {"scalars", "tensors"}, optional
    examples : tuple of str or callable
        Formulas that it rewrites, with letters that have the shapes of :data:`EXAMPLE_SHAPES`; one for each case at least.
        The laws compare both sides on random formulas that are made of them.
    """
    groups, wanted = (tuple(_group(need) for need in each) for each in (needs, anywhere))

    def declare(apply: Callable[[Node, Context], Node | None]) -> Rule:
        names = tuple(root if isinstance(root, str) else root.name for root in roots if isinstance(root, str | Primitive))
        kinds = tuple(root for root in roots if not isinstance(root, str | Primitive))
        declared = Rule(
            name,
            names,
            apply,
            because,
            purpose,
            needs=groups,
            anywhere=wanted,
            has_values=has_values,
            of=of,
            root_kinds=kinds,
            examples=examples,
        )
        RULES.append(declared)
        return declared

    return declare


def _group(needed: Primitive | tuple[Primitive, ...] | Kind) -> frozenset[Primitive] | Kind:
    if isinstance(needed, tuple):
        return frozenset(needed)
    return frozenset({needed}) if isinstance(needed, Primitive) else needed

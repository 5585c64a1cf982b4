"""Branches of a traced function: it is called once for each way through its conditions, and ``where`` chooses the result.

    if c: y = a            where(c, a, b)
    else: y = b

A condition on values is answered with both truths, one call each, so that all ways are seen; those that no numbers take are
left out where they end without a result. A function that asks other questions on the way than it asked before is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import NoReturn, TypeAlias

from symgd.errors import ShapeError, SymgdError, UnsupportedError, shown
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, counted
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.graph.shape import show_shape
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.indexing import array
from symgd.primitives.piecewise import where
from symgd.readers.numpy.conditions import as_condition
from symgd.readers.numpy.order import Order, is_contradiction
from symgd.readers.numpy.truth import truth_of

__all__ = ["MOST_CONDITIONS", "changes", "decide", "over_all_ways"]

MOST_CONDITIONS = 64
"""Conditions on one way."""
MOST_WAYS = 256
_MOST_PARTS = 500
"""Terms of a sum, or factors of a product, in which common ones are looked for."""


def changes() -> UnsupportedError:
    """Return the error for a function that does not compute the same in each call."""
    return UnsupportedError(
        "the function is another formula each time it is called: it draws random numbers, or changes what it uses",
        hint="draw the numbers outside, and give them as an argument or as fixed arrays",
    )


Decisions: TypeAlias = list[tuple[Node, bool]]


class _Way:
    """A way through the conditions of a function.

    Parameters
    ----------
    planned : list of (Node, bool)
        The first conditions that the function will ask for, with the answers.
    most : int
        How many conditions may depend on values.
    known : dict
        The truth of conditions on any way, as far as it was asked for; None where it depends on values.
    """

    def __init__(self, planned: Decisions, most: int, known: dict[Node, bool | None]) -> None:
        self.planned = planned
        self.taken: Decisions = []
        self._known = known
        self._most = most
        self._order = Order()

    def decide(self, condition: Node) -> bool:
        """Return the truth of a condition on this way."""
        truth = self._order.truth_of(condition)
        if truth is None:
            if condition not in self._known:
                self._known[condition] = truth_of(condition)
            truth = self._known[condition]
        if truth is not None:
            return truth
        step = len(self.taken)
        if step == self._most:
            raise _refusal(condition, self._most)
        if step < len(self.planned) and self.planned[step][0] is not condition:
            raise changes()
        truth = self.planned[step][1] if step < len(self.planned) else True
        self.taken.append((condition, truth))
        self._order.add(condition, truth)
        return truth


_WAY: ContextVar[_Way | None] = ContextVar("way", default=None)


def decide(condition: Node) -> bool:
    """Return the truth of a scalar condition on the way that a traced function is called for.

    Raises
    ------
    SymgdError
        Where no function is traced, and the truth depends on values.
    """
    way = _WAY.get()
    return bool(condition) if way is None else way.decide(condition)


def _refusal(condition: Node, most: int) -> SymgdError:
    if not most:
        return SymgdError(
            f"the truth of a formula is not known before its inputs are: {shown(condition)}", hint="use where(condition, a, b)"
        )
    return UnsupportedError(
        f"a function asks for the truth of more than {most} conditions: a loop ends by values, or entries are sorted",
        hint="loop a fixed number of times, and choose with np.where(condition, a, b)",
    )


def over_all_ways(call: Callable[[], Node | None], most: int = MOST_CONDITIONS) -> Node:
    """Return what a function computes, whichever way its conditions send it.

    Parameters
    ----------
    call : callable
        Calls the function; what it returns may depend on :func:`decide` and on nothing else.
    most : int
        How many conditions on one way may depend on values.

    Raises
    ------
    UnsupportedError
        For more conditions or ways than are followed, and where a way ends without a result.
    """
    ways: list[tuple[Decisions, Node]] = []
    known: dict[Node, bool | None] = {}
    count = 0
    planned: Decisions | None = []
    while planned is not None:
        count += 1
        if count > MOST_WAYS:
            raise UnsupportedError(
                f"a function has more than {MOST_WAYS} ways through its conditions",
                hint="choose inside of the loop with np.where(condition, a, b)",
            )
        taken, result = _called(call, _Way(planned, most, known))
        if result is not None:
            ways.append((taken, result))
        planned = _next(taken)
    if not ways:
        raise UnsupportedError("the function returns nothing", hint="return the formula")
    return _merged(ways, 0)


def _called(call: Callable[[], Node | None], way: _Way) -> tuple[Decisions, Node | None]:
    """Call a function for one way; there is no result where no numbers take it."""
    token = _WAY.set(way)
    failure: Exception | None = None
    result = None
    try:
        result = call()
    except Exception as error:
        failure = error
    finally:
        _WAY.reset(token)
    if len(way.taken) < len(way.planned):
        raise changes()
    if result is None and not is_contradiction(way.taken):
        _refuse(failure, way.taken)
    return way.taken, result


def _refuse(failure: Exception | None, taken: Decisions) -> NoReturn:
    """Refuse a function that has no result on a way."""
    if failure is None:
        raise UnsupportedError(f"the function returns nothing{_where(taken)}", hint="return the formula")
    if not taken or isinstance(failure, SymgdError) or "formula" in str(failure) or "Traced" in str(failure):
        raise failure
    raise UnsupportedError(
        f"the function raises {type(failure).__name__}{_where(taken)}: {failure!s:.100}",
        hint="declare the input so that this cannot happen, as sg.scalar('x', positive=True), or leave the check out",
    ).with_traceback(failure.__traceback__) from None


def _where(taken: Decisions) -> str:
    shown_conditions = [f"{'' if truth else 'not '}{shown(condition)}" for condition, truth in taken]
    return f" where {' and '.join(shown_conditions)}" if taken else ""


def _next(taken: Decisions) -> Decisions | None:
    """Return the way after another one: the last condition that held does not hold; None after the last way."""
    while taken and not taken[-1][1]:
        taken = taken[:-1]
    return [*taken[:-1], (taken[-1][0], False)] if taken else None


# -- the results together -------------------------------------------------------------------------------------


def _merged(ways: list[tuple[Decisions, Node]], depth: int) -> Node:
    """Return the formula of ways that are the same up to a condition."""
    if len(ways) == 1:
        return ways[0][1]
    condition = ways[0][0][depth][0]
    yes = [way for way in ways if way[0][depth][1]]
    no = [way for way in ways if not way[0][depth][1]]
    if not yes or not no:
        return _merged(yes or no, depth + 1)
    return _chosen(condition, _merged(yes, depth + 1), _merged(no, depth + 1))


def _chosen(condition: Node, yes: Node, no: Node) -> Node:
    """Return one of two results, by a condition."""
    if yes.shape != no.shape:
        raise ShapeError(
            f"the function returns the shape {show_shape(yes.shape)} where {shown(condition)}, "
            f"and {show_shape(no.shape)} where not",
            hint="return arrays of one shape",
        )
    if yes.is_boolean and no.is_boolean:
        return yes if yes is no else as_condition(_between(condition, counted(yes), counted(no)))
    return _between(condition, counted(yes), counted(no))


def _between(condition: Node, yes: Node, no: Node) -> Node:
    """Return ``where(condition, yes, no)`` with what both results have in common outside of it."""
    if yes is no:
        return yes
    if yes.primitive is no.primitive is array and yes.params == no.params:
        return array.make(tuple(_between(condition, *entries) for entries in zip(yes.args, no.args, strict=True)), yes.params)
    for join, neutral in ((add, 0), (mul, 1)):
        parts, others = list(_parts(yes, join)), list(_parts(no, join))
        before, after = _taken_out(parts, others)
        is_shorter = join is add or not any(part.is_constant for part in (*parts, *others))
        if (before or after) and is_shorter:
            choice = where.make((condition, _joined(parts, join, neutral), _joined(others, join, neutral)))
            return _joined([*before, choice, *after], join, neutral)
    return where.make((condition, yes, no))


def _parts(node: Node, join: Primitive) -> Iterator[Node]:
    """Yield the terms of a sum or the factors of a product; of a very long one, its first ones and the rest."""
    waiting = [node]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if part.primitive is join:
            waiting.extend(reversed(part.args))
        else:
            yield part
    yield from reversed(waiting)


def _taken_out(parts: list[Node], others: list[Node]) -> tuple[list[Node], list[Node]]:
    """Remove from two lists what both have; return what stood before the first part of one alone, and the rest."""
    counts = Counter(others)
    own: list[Node] = []
    before: list[Node] = []
    after: list[Node] = []
    for part in parts:
        if counts[part] and not part.is_constant:
            counts[part] -= 1
            (after if own else before).append(part)
        else:
            own.append(part)
    parts[:], others[:] = own, list(counts.elements())
    return before, after


def _joined(parts: list[Node], join: Primitive, neutral: int) -> Node:
    total = parts[0] if parts else as_node(neutral)
    for part in parts[1:]:
        total = FUNCTIONS["add"](total, part) if join is add else total * part
    return total

"""The changes that a formula goes through before it is written as code: graph to graph.

:data:`symgd.codegen.pipeline.STAGES` lists them all, with the reason for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from symgd.graph.node import Node

__all__ = ["Request", "Stage", "passed"]


@dataclass(frozen=True)
class Request:
    """The properties of the wanted code on which stages depend.

    Attributes
    ----------
    has_batch : bool
        Whether all inputs are scalars and may be arrays of one common shape.
    fills_holes : bool
        Whether the code has the limit where the formula has no value, and slope 0 for a norm at 0.
    prove : bool
        Whether what a stage rewrites is proven equal.
    """

    has_batch: bool = False
    fills_holes: bool = True
    prove: bool = True


@dataclass(frozen=True)
class Stage:
    """One change of formulas on their way to code.

    Attributes
    ----------
    name : str
    change : callable
        ``change(formulas, request) -> formulas``, of graphs and nothing else.
    because : str
        The reason, in one sentence.
    applies : callable
        ``applies(request) -> bool``: whether the code that is wanted has this stage.
    """

    name: str
    change: Callable[[Sequence[Node], Request], Sequence[Node]]
    because: str
    applies: Callable[[Request], bool] = lambda request: True


def passed(formulas: Iterable[Node], request: Request, stages: Iterable[Stage]) -> list[Node]:
    """Return formulas as they are after some stages."""
    current: Sequence[Node] = list(formulas)
    for stage in stages:
        if stage.applies(request):
            current = stage.change(current, request)
    return list(current)

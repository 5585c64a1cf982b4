"""Hypothesis strategies: points inside the domain of a formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from symgd.api.formula import formula as read_formula
from symgd.arguments import read_mapping, read_number, read_whole_number
from symgd.errors import shown
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.inputs import check_work, row_numbers
from symgd.evaluation.sizes import choose_sizes
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.inference import domain_of
from symgd.graph.node import Node
from symgd.graph.shape import Size, size_value
from symgd.graph.traversal import toposort
from symgd.optional_packages import required

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from symgd.arrays import Array
    from symgd.typing import Facts, FormulaLike, Shapes

__all__ = ["points_inside"]


def points_inside(
    formula: FormulaLike,
    *,
    shapes: Shapes | None = None,
    facts: Facts | None = None,
    sizes: Mapping[str, int] | None = None,
    largest: float = 1e3,
) -> SearchStrategy[dict[str, Array]]:
    """Return a hypothesis strategy of points where a formula is defined.

    Parameters
    ----------
    formula : Node, text or SymPy expression
    shapes, facts : mapping, optional
        Of the inputs of a text.
    sizes : mapping of str to int, optional
        Of the named axes; small ones are chosen without it.
    largest : float
        The largest number, where nothing bounds an input.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Of dictionaries from names to float64 arrays, what ``at=`` of the checks and assertions takes.

    Raises
    ------
    UnsupportedError
        Without hypothesis.
    SymgdError
        For sizes and a largest number that are none.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from symgd.testing import assert_gradient, points_inside
    >>> @settings(max_examples=10, deadline=None)
    ... @given(points_inside("log(x) + x*y"))
    ... def test_gradient(point):
    ...     assert_gradient("log(x) + x*y", "1/x + y", wrt="x", at=point)
    >>> test_gradient()
    """
    st = required("hypothesis.strategies", "a strategy for points")
    source = read_formula(formula, shapes=shapes, facts=facts)
    sizes = {
        name: read_whole_number(size, f"the size {shown(name)}", 1)
        for name, size in read_mapping(sizes, "sizes", 'sizes={"n": 3}').items()
    }
    largest = read_number(largest, "the largest number", "(0, inf)")
    known = choose_sizes([source], sizes)
    check_work([source], known)
    wanted, rows = domain_of(source), row_numbers(toposort((source,)))
    drawn = {
        node.name: _values(node, Interval.of(wanted.get(node, Sign.ANY)), rows.get(node), known, largest)
        for node in source.symbols
    }

    def is_inside(point: dict[str, Array]) -> bool:
        values = {node: point[node.name] for node in source.symbols}
        (value,) = evaluate_precisely([source], values, known, digits=30)
        return all(mpmath.isfinite(entry) for entry in value.flat)

    strategy: SearchStrategy[dict[str, Array]] = st.fixed_dictionaries(drawn).filter(is_inside)
    return strategy


def _values(node: Node, wanted: Interval, rows: Size | None, sizes: Mapping[str, int], largest: float) -> SearchStrategy[Array]:
    """Return a strategy for one input, whose values satisfy what is declared of it."""
    import hypothesis.strategies as st
    from hypothesis.extra.numpy import arrays

    shape, facts = tuple(size_value(size, sizes) for size in node.shape), node.facts
    if rows is not None:
        return arrays(np.int64, shape, elements=st.integers(0, size_value(rows, sizes) - 1))
    if facts.is_one_hot:
        return arrays(np.int64, shape[:-1], elements=st.integers(0, shape[-1] - 1)).map(lambda k: np.eye(shape[-1])[k])
    if facts.sums_to is not None:
        total = float(facts.sums_to)
        weights = arrays(np.int64, shape, elements=st.integers(1, 64))
        return weights.map(lambda w: total * w / w.sum(axis=-1, keepdims=True))
    if facts.values is not None:
        chosen = arrays(np.float64, shape, elements=st.sampled_from([float(value) for value in facts.values]))
        return chosen.map(lambda entries: np.triu(entries) + np.triu(entries, 1).T) if facts.is_symmetric else chosen
    if facts.is_symmetric:
        factor = arrays(np.float64, shape, elements=st.floats(-2, 2, allow_subnormal=False))
        if facts.is_positive_semidefinite:
            return factor.map(lambda a: (a @ a.T + a.T @ a) / 2 + np.eye(shape[0]) / 4)
        return factor.map(lambda a: (a + a.T) / 2)
    interval = facts.interval & wanted
    low, high = max(float(interval.low), -largest), min(float(interval.high), largest)
    elements = st.floats(
        low,
        high,
        exclude_min=interval.open_low and low == float(interval.low),
        exclude_max=interval.open_high and high == float(interval.high),
        allow_subnormal=False,
    )
    return arrays(np.float64, shape, elements=elements)

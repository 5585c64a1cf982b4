"""What is minimised, read: the variables, the values of all other inputs, the shapes of the variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from symgd.api.inputs import read_variables, read_with_data
from symgd.arguments import read_mapping
from symgd.arrays import read_array
from symgd.errors import ShapeError, SymgdError, shown
from symgd.graph.conversion import name_of
from symgd.graph.node import Node
from symgd.graph.traversal import symbols_of

if TYPE_CHECKING:
    from symgd.arrays import Array
    from symgd.typing import FormulaLike, Values, Variable

__all__ = ["Goal", "check_values", "data_of", "read_goal", "values_of_data"]


def data_of(data: object) -> Values:
    """Return given data as a mapping.

    Raises
    ------
    SymgdError
        For anything else.
    """
    return read_mapping(data, "data", "data={name: array}")


class Goal(NamedTuple):
    """What is minimised, read: the variables, the values of all other inputs, and the shapes of the variables."""

    variables: list[Node]
    values: dict[Node, Array]
    shapes: list[tuple[int, ...]]


def read_goal(loss: FormulaLike, wrt: Variable, data: Values | None, start: object) -> Goal:
    """Check data and first values against a formula, before anything is derived.

    Raises
    ------
    SymgdError
        Where a value is missing; ShapeError where it does not fit.
    """
    from symgd.evaluation.inputs import read_sizes

    source = read_with_data(loss, data)
    nodes = read_variables(source, wrt)
    values = values_of_data(source, nodes, data_of(data))
    first = _first_values(nodes, start)
    check_values(values, "value")
    check_values(first, "start")
    sizes = read_sizes({**values, **first})
    return Goal(nodes, values, [_numeric_shape(node, sizes) for node in nodes])


def _first_values(nodes: Sequence[Node], start: object) -> dict[Node, Array]:
    """Return the given first values of variables, from which sizes are read that the data do not show."""
    if isinstance(start, Mapping):
        names = [node.name for node in nodes]
        missing = [name for name in names if name not in start]
        if missing:
            raise SymgdError(f"the start of {', '.join(missing)} is missing")
        for name in start:
            if name not in names:
                raise SymgdError(
                    f"{shown(name)} has a start and is no variable",
                    hint=f"the variables are {', '.join(names)}; give it as data",
                )
        return {node: read_array(start[node.name], f"the start of {node.name}") for node in nodes}
    if start is None or len(nodes) > 1:
        return {}
    return {nodes[0]: read_array(start, f"the start of {nodes[0].name}")}


def values_of_data(source: Node, nodes: Sequence[Node], data: Values) -> dict[Node, Array]:
    """Match given arrays with the inputs that are not variables."""
    known = {node.name: node for node in symbols_of(source) if node not in nodes}
    values: dict[Node, Array] = {}
    for key, value in data.items():
        name = name_of(key)
        if name not in known:
            if name in {node.name for node in nodes}:
                raise SymgdError(f"{name} is a variable, so it has no data", hint="give its first value as start")
            raise SymgdError(f"{name[:40]!a} is not in the formula", hint=f"its other inputs are {', '.join(known) or 'none'}")
        values[known[name]] = read_array(value, f"the value of {name}")
    missing = [name for name, node in known.items() if node not in values]
    if missing:
        raise SymgdError(f"data is missing for {', '.join(missing)}", hint=f"give data={{'{missing[0]}': …}}")
    return {node: values[node] for node in known.values()}


def check_values(values: Mapping[Node, Array], what: str, hint: str | None = None) -> None:
    """Refuse values that violate what is declared: what is derived holds where it is true."""
    import numpy as np

    from symgd.evaluation.inputs import check_facts

    for node, value in values.items():
        if value.ndim == node.rank and value.size and np.isfinite(value).all():  # what is not is refused with its shape
            check_facts(node, value, f"the {what} of {node.name}", hint)


def _numeric_shape(node: Node, sizes: Mapping[str, int]) -> tuple[int, ...]:
    from symgd.graph.shape import size_value

    try:
        return tuple(size_value(size, sizes) for size in node.shape)
    except ShapeError as error:
        raise ShapeError(f"{error.cause}, so {node.name} has no shape yet", hint=f"give start={{'{node.name}': …}}") from None

"""Formulas: read from anything, written in anything."""

from __future__ import annotations

from collections.abc import ItemsView, Mapping
from typing import Any, Literal

from symgd.arguments import read_choice, read_mapping
from symgd.errors import UnsupportedError, shown
from symgd.formula.from_numpy import from_numpy
from symgd.formula.numbers import refuse_undefined_numbers
from symgd.graph.node import Node, as_node, is_sympy
from symgd.graph.primitive import CONVERSIONS

What = Literal["gradient", "jacobian", "hessian"]


def formula(
    source: Any,
    *arguments: Node,
    shapes: Mapping[str, Any] | None = None,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    syntax: Literal["symgd", "latex"] = "symgd",
) -> Node:
    """Read a formula: text, a SymPy expression, or a NumPy function.

    Parameters
    ----------
    source : str, SymPy expression, callable or Node
        Text is read by symgd's own grammar and never evaluated. A callable is called with `arguments` and may use operators and
        NumPy functions.
    *arguments : Node
        What a callable is called with.
    shapes : mapping of str to str or tuple
        Shapes of the inputs in a text: ``{"X": "m n", "y": "m"}``. Other names are scalars.
    facts : mapping of str to mapping
        What is known of inputs in a text: ``{"y": {"one_hot": True}}``; see :func:`tensor`.
    syntax : {"symgd", "latex"}
        The language of a text.

    Returns
    -------
    Node

    Raises
    ------
    ParseError, ShapeError, DomainError, UnsupportedError
        What is wrong, where, and what to do.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    mean((X @ w - y)**2)
    """
    if isinstance(source, Node):
        return source
    shapes = read_mapping(shapes, "shapes", 'shapes={"X": "m n"}')
    facts = {name: read_mapping(known, f"what is known of {shown(name)}", _FACTS) for name, known in _facts_of(facts)}
    if isinstance(source, str):
        if read_choice(syntax, ("symgd", "latex"), "syntax", UnsupportedError) == "latex":
            from symgd.formula.from_latex import from_latex

            return _defined(from_latex(source, shapes, facts))
        from symgd.formula.from_text import parse

        return parse(source, shapes, facts)
    if is_sympy(source):
        from symgd.formula.from_sympy import from_sympy

        return _defined(from_sympy(source))
    if callable(source):
        return _defined(from_numpy(source, arguments))
    return as_node(source)


_FACTS = 'facts={"x": {"positive": True}}'


def _facts_of(facts: Any) -> ItemsView[Any, Any]:
    return read_mapping(facts, "facts", _FACTS).items()


def _defined(node: Node) -> Node:
    refuse_undefined_numbers(node)
    return node


CONVERSIONS["from_sympy"] = formula


def _to_sympy(node: Node) -> Any:
    from symgd.formula.to_sympy import to_sympy

    return to_sympy(node)


CONVERSIONS["to_sympy"] = _to_sympy


def _to_latex(node: Node, notation: str = "matrix") -> str:
    if _is_indexed(notation):
        from symgd.explain.index_notation import to_index_notation

        return to_index_notation(node, "latex")
    from symgd.explain.latex import to_latex

    return to_latex(node)


CONVERSIONS["latex"] = _to_latex


def _to_text(node: Node, notation: str = "matrix") -> str:
    if _is_indexed(notation):
        from symgd.explain.index_notation import to_index_notation

        return to_index_notation(node)
    from symgd.explain.textbook import to_textbook

    return to_textbook(node)


CONVERSIONS["text"] = _to_text


def _is_indexed(notation: str) -> bool:
    return read_choice(notation, ("matrix", "index"), "notation") == "index"


def _named(node: Node) -> Any:
    from symgd.explain.named import name_parts

    return name_parts({"": node})


CONVERSIONS["named"] = _named

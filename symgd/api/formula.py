"""Formulas: read from anything, written in anything."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
import types
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from symgd.arguments import read_choice, read_mapping
from symgd.errors import ShapeError, SymgdError, UnsupportedError, shown
from symgd.graph.conversion import as_node, is_sympy
from symgd.graph.node import Node, tensor
from symgd.graph.origins import remember_inputs
from symgd.graph.proxy import Proxy, proxies_in
from symgd.graph.shape import show_shape
from symgd.graph.symbol_facts import SymbolFacts
from symgd.graph.traversal import symbols_of
from symgd.readers.numpy.tracer import from_numpy
from symgd.readers.text.declarations import read_shapes
from symgd.readers.undefined_values import refuse_undefined_numbers

if TYPE_CHECKING:
    from symgd.typing import Facts, FormulaLike, Shapes

What = Literal["gradient", "jacobian", "hessian"]

_COMMAND = re.compile(r"\\[A-Za-z|]|[_^]\{")
"""What only LaTeX has: a command, or braces below and above the line."""


def formula(
    source: FormulaLike,
    *arguments: Node,
    shapes: Shapes | None = None,
    facts: Facts | None = None,
    syntax: Literal["symgd", "latex"] = "symgd",
) -> Node:
    r"""Read a formula: text, a SymPy expression, or a NumPy function.

    Parameters
    ----------
    source : str, SymPy expression, callable or Node
        Text is read by symgd's own grammar and never evaluated. A callable is called with `arguments` and may use operators and
        NumPy functions.
    *arguments : Node
        What a callable is called with; by default inputs named as its parameters are.
    shapes : mapping of str to str or tuple
        Shapes of the inputs in a text, or of the parameters of a callable: ``{"X": "m n", "y": "m"}``. Other names are scalars.
        Other sources, and `arguments`, have shapes and facts of their own, from which those given here must not differ.
    facts : mapping of str to mapping
        What is known of inputs in a text: ``{"y": {"one_hot": True}}``; see :func:`tensor`.
    syntax : {"symgd", "latex"}
        The language of a text. A text with a command, such as ``\frac``, is LaTeX anyway.

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
    if proxies := proxies_in(arguments):  # a traced function traces another one
        traced: Node = proxies[0].call(formula, (source, *arguments), {"shapes": shapes, "facts": facts, "syntax": syntax})
        return traced
    if isinstance(source, Proxy):
        source = source.node
    if isinstance(source, Node) and not shapes and not facts:
        return source
    given_shapes = read_mapping(shapes, "shapes", 'shapes={"X": "m n"}')
    facts = _read_facts(facts)
    if isinstance(source, str):
        chosen = read_choice(syntax, ("symgd", "latex"), "syntax", UnsupportedError)
        if chosen == "latex" or is_latex(source):
            from symgd.readers.latex.reader import from_latex

            node = from_latex(source, given_shapes, facts, is_certain=chosen == "latex")
            return _with_inputs(_defined(node), given_shapes, facts)
        from symgd.readers.text.parser import parse

        return _with_inputs(parse(source, given_shapes, facts), given_shapes, facts)
    if not arguments and callable(source) and not isinstance(source, Node) and not is_sympy(source):
        arguments = tuple(_inputs_of(source, given_shapes, facts))
    node = source if isinstance(source, Node) else _read_expression(source, arguments)
    _check_declarations(node, arguments, given_shapes, facts)
    return node


def is_latex(text: str) -> bool:
    """Whether a text has what only LaTeX has."""
    return _COMMAND.search(text) is not None


def _with_inputs(node: Node, shapes: Mapping[str, object], facts: Facts) -> Node:
    """Remember the declared inputs of a text with the formula, which may have lost them: A**0 is a tensor of ones."""
    if shapes and node.shape:
        declared = read_shapes(shapes)
        remember_inputs(node, {name: tensor(name, shape, **facts.get(name, {})) for name, shape in declared.items()})
    return node


def _inputs_of(function: Callable[..., object], shapes: Mapping[str, object], facts: Facts) -> list[Node]:
    """Return inputs for the parameters of a function, by their names; none where neither shapes nor facts name one.

    Raises
    ------
    SymgdError
        For a name that is no parameter, and for a parameter behind one that keeps its default.
    """
    if not (shapes or facts):
        return []
    name_of_function = getattr(function, "__name__", "the function")
    if not isinstance(function, types.FunctionType | types.MethodType | functools.partial) and not hasattr(
        type(function).__call__, "__code__"
    ):
        raise UnsupportedError(f"{name_of_function} is no function written in Python", hint="lambda x: np.sin(x)")
    parameters = [one for one in inspect.signature(function).parameters.values() if one.kind in _POSITIONAL]
    declared, names = read_shapes(shapes), [one.name for one in parameters]
    named = {*declared, *facts}
    for name in (*declared, *facts):
        if name not in names:
            raise SymgdError(
                f"{shown(name)} is no argument of the function that comes by its place",
                hint=f"its arguments are {', '.join(names) or 'none'}",
            )
    given = [one for one in parameters if one.default is one.empty or one.name in named]
    for one, expected in zip(given, parameters, strict=False):
        if one is not expected:
            raise SymgdError(
                f"{expected.name} keeps its default, and {one.name} behind it is to be an input",
                hint=f"lambda …: {name_of_function}(…, {one.name}={one.name}), or declare {expected.name}, too",
            )
    return [tensor(one.name, declared.get(one.name, ""), **facts.get(one.name, {})) for one in given]


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _read_expression(source: object, arguments: Sequence[Node]) -> Node:
    """Read what carries its inputs with it, their shapes and facts included."""
    strange = [argument for argument in arguments if not isinstance(argument, Node)]
    if strange:
        raise SymgdError(f"a function is traced with inputs, not with {shown(strange[0])}", hint='x = sg.tensor("x", "n")')
    if is_sympy(source):
        from symgd.readers.sympy.reader import from_sympy

        return _defined(from_sympy(source))
    if callable(source):
        node = _defined(from_numpy(source, arguments))
        remember_inputs(node, {argument.name: argument for argument in arguments})
        return node
    return as_node(source)


def _check_declarations(expression: Node, arguments: Sequence[Node], shapes: Mapping[str, object], facts: Facts) -> None:
    """Refuse shapes and facts that are not those of the inputs.

    Raises
    ------
    SymgdError
        For a name that is not in the formula, and for facts that its input does not have.
    ShapeError
        For another shape than that of the input.
    """
    inputs = {node.name: node for node in (*symbols_of(expression), *arguments)}
    declared = read_shapes(shapes)
    for name in (*declared, *facts):
        if name not in inputs:
            what = "a shape is given" if name in declared else "facts are given"
            names = ", ".join(inputs)
            raise SymgdError(f"{what} for {shown(name)}, which is not in the formula", hint=f"its inputs are {names or 'none'}")
    for name, shape in declared.items():
        if shape != inputs[name].shape:
            raise ShapeError(
                f"{name} has the shape {show_shape(inputs[name].shape)} in the formula, and not {show_shape(shape)}",
                hint="shapes= is for texts; declare the shape where the input is made",
            )
    for name, known in facts.items():
        if not _contain(inputs[name].facts, tensor(name, inputs[name].shape, **known).facts):
            raise SymgdError(
                f"{name} has other facts in the formula", hint="facts= is for texts; declare them where the input is made"
            )


_FACTS = 'facts={"x": {"positive": True}}'


def _contain(facts: SymbolFacts, declared: SymbolFacts) -> bool:
    """Whether facts say everything that is declared."""
    actual, said = dataclasses.asdict(facts), dataclasses.asdict(declared)
    others = [name for name in actual if name != "interval"]
    are_contained = all(said[name] is False or said[name] is None or said[name] == actual[name] for name in others)
    return are_contained and facts.interval & declared.interval == facts.interval


def _read_facts(facts: object) -> dict[str, Mapping[str, object]]:
    known_facts = {}
    for name, known in read_mapping(facts, "facts", _FACTS).items():
        known_facts[name] = read_mapping(known, f"what is known of {shown(name)}", _FACTS)
        for word in known_facts[name]:
            if not isinstance(word, str):
                raise SymgdError(f"{shown(word)} is not a fact of {shown(name)}", hint=f"facts have names: {_FACTS}")
    return known_facts


def _defined(node: Node) -> Node:
    refuse_undefined_numbers(node)
    return node

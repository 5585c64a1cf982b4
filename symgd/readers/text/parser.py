"""The reader of formulas in the text notation: left sides, definitions, and shapes that are inferred.

The meaning is NumPy's. Nothing is ever evaluated: a name is an input, a constant or a function of the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from symgd.errors import ParseError
from symgd.graph.node import Node, tensor
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import Shape, size_names
from symgd.readers.text.declarations import FactsOf, read_shapes
from symgd.readers.text.definitions import split_definitions
from symgd.readers.text.expression import ExpressionParser
from symgd.readers.text.functions import SPELLINGS
from symgd.readers.text.juxtaposition import split_factors
from symgd.readers.text.left_sides import split_left_side
from symgd.readers.text.names import RESERVED, Names
from symgd.readers.text.shape_inference import infer
from symgd.readers.text.tokens import Token, tokenize
from symgd.readers.undefined_values import refuse_undefined_numbers

__all__ = ["parse"]


def parse(
    text: str,
    shapes: Mapping[str, object] | None = None,
    facts: FactsOf | None = None,
    symbols: Mapping[str, Node] | None = None,
) -> Node:
    """Read a formula.

    Parameters
    ----------
    text : str
    shapes : mapping of str to str or tuple
        The inputs that are not scalars, and what other names should be inputs. The shape of a name that is left out is inferred
        where the formula leaves one reading; a name that no operation forces to be a tensor is a scalar.
    facts : mapping of str to mapping
        What is known of inputs, as in :func:`symgd.tensor`.
    symbols : mapping of str to Node
        Inputs that exist already; they are used as they are.

    Returns
    -------
    Node

    Raises
    ------
    ParseError, ShapeError, DomainError
        With the formula and a caret under the place.

    Examples
    --------
    >>> from symgd.readers.text.parser import parse
    >>> parse("sum(-x**2) + 2*x @ y", {"x": "n", "y": "n"}).shape
    ()
    """
    if not isinstance(text, str):
        raise ParseError(f"a formula is a text, not {type(text).__name__}")
    tokens, left_side = split_left_side(text, tokenize(text))
    declared = read_shapes(shapes)
    given = dict(symbols or {})
    for argument in left_side.arguments if left_side else ():
        if (argument.text in RESERVED or argument.text in FUNCTIONS) and argument.text not in {*declared, *(facts or {})}:
            given.setdefault(argument.text, tensor(argument.text))

    def read(guesses: Mapping[str, Shape]) -> Node:
        return _read(text, tokens, Names(text, declared, facts or {}, dict(given), guesses))

    if symbols:
        return read({})
    sizes = {name for shape in declared.values() for name in size_names(shape)}
    return infer(text, tokens, read, {*declared, *(facts or {}), *sizes, *RESERVED, "T"})


def _read(text: str, tokens: list[Token], names: Names) -> Node:
    """Read a formula and its definitions."""
    defined = {token.text for token, following in pairwise(tokens) if token.kind == "name" and following.text == "="}
    tokens = split_factors(
        tokens, names.factors(), {*names.symbols, *names.sizes, *RESERVED, *FUNCTIONS, *SPELLINGS, *defined, "where"}
    )
    body, definitions = split_definitions(text, tokens) if "where" not in names.symbols else (tokens, [])
    later = [name for name, _ in definitions]
    for name, part in definitions:
        names.check_definition(name, part, later)
        names.define(name, ExpressionParser(text, part, names).formula())
        later.remove(name)
    formula = ExpressionParser(text, body, names).formula()
    names.check_declarations()
    refuse_undefined_numbers(formula, text)
    return formula

r"""The reader of LaTeX: the notation of papers, by a grammar of its own.

\frac{1}{n}\sum_{i=1}^n \left(x_i^\top w - y_i\right)^2,   \|Xw-y\|_2^2,   \log\det\Sigma,   \operatorname{tr}(A^\top B)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Literal

from symgd.errors import AmbiguityError, ParseError, SymgdError
from symgd.graph.node import SIZE, Node, constant, tensor
from symgd.graph.shape import Dim, Shape, size_names
from symgd.graph.traversal import substitute, toposort
from symgd.primitives.arithmetic import add, mul
from symgd.readers.latex.commands import COMMANDS
from symgd.readers.latex.functions import CALLED_LETTERS
from symgd.readers.latex.left_sides import read_left_side
from symgd.readers.latex.likely_shapes import likely_shapes
from symgd.readers.latex.missing_shapes import proposal
from symgd.readers.latex.parser import Parser
from symgd.readers.latex.scope import Scope
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.tokens import HINTS, without_display
from symgd.readers.latex.values import refuse_identity
from symgd.readers.latex.words import refuse_words
from symgd.readers.text.declarations import FactsOf, read_shapes, refuse_unused
from symgd.readers.text.tokens import MAX_BYTES

__all__ = ["from_latex"]


def from_latex(
    text: str,
    shapes: Mapping[str, object] | None = None,
    facts: FactsOf | None = None,
    symbols: Mapping[str, Node] | None = None,
    *,
    is_certain: bool = True,
) -> Node:
    r"""Read a formula in LaTeX.

    Parameters
    ----------
    text : str
        One expression, with or without dollar signs or an equation's ``\begin`` and ``\end``.
    shapes : mapping of str to str or tuple
        Of vectors and matrices; Greek letters by name (``"theta"``), accents and indices behind (``"y_hat"``, ``"w_1"``).
    facts : mapping of str to mapping
    symbols : mapping of str to Node
        Inputs that exist already; they are used as they are.
    is_certain : bool
        Whether the text is known to be LaTeX, and not guessed from its braces: then words are refused, such as lr in lr*x^{2}.

    Raises
    ------
    ParseError, ShapeError, UnsupportedError
        With a caret; where there are two readings, with both.

    Examples
    --------
    >>> from symgd.readers.latex.reader import from_latex
    >>> from_latex(r"\frac{1}{2}\|Xw-y\|_2^2 + \lambda \|w\|_1", {"X": "m n", "w": "n", "y": "m"})
    sum((X @ w - y)**2)/2 + lambda*sum(abs(w))
    >>> from_latex(r"\frac{1}{n}\sum_{i=1}^n \left(x_i^\top w - y_i\right)^2", {"x": "n d", "w": "d", "y": "n"})
    sum((x @ w - y)**2)/n
    """
    if not isinstance(text, str):
        raise ParseError(f"a formula is a text, not {type(text).__name__}")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ParseError(f"a formula is at most {MAX_BYTES // 1000} kB of text")
    body, declared = without_display(text), read_shapes(shapes)
    refuse_words(body, {*declared, *(facts or {}), *(symbols or {})}, is_certain=is_certain)

    def scope() -> Scope:
        return Scope(body, declared, facts or {}, symbols)

    try:
        return _without_loose_sizes(_read_once(body, scope))
    except RecursionError:
        raise ParseError("commands are nested too deep", formula=body[:80]) from None
    except SymgdError as error:
        if error.hint is not None and _OF_ONE_SHAPE.match(error.hint):
            error.hint = _with_all_shapes(error.hint, body, declared, facts or {}, symbols)
        raise


_OF_ONE_SHAPE = re.compile(r'shapes=\{("\w+": "n"(?:, )?)+\}')
"""A hint that proposes vectors of one size, without the other names being looked at."""


def _with_all_shapes(
    hint: str, body: str, declared: dict[str, Shape], facts: FactsOf, symbols: Mapping[str, Node] | None
) -> str:
    """Return a hint that proposes the shapes of all names that have none, where the formula can be read with them."""

    def read(more: Mapping[str, Shape]) -> Node:
        def scope() -> Scope:
            return Scope(body, {**declared, **more}, facts, symbols)

        try:
            return _read_once(body, scope)
        except AmbiguityError:
            return _with_sizes(body, scope(), scope, "determinant")

    found = likely_shapes(body, {*declared, *(symbols or {})}, read)
    return hint if found is None else _OF_ONE_SHAPE.sub(lambda _: proposal(found), hint, count=1)


def _read_once(text: str, new_scope: Callable[[], Scope]) -> Node:
    """Read a text; where bars stand around a matrix, and only a determinant can be meant, read them as one."""
    scope = new_scope()
    try:
        return _with_sizes(text, scope, new_scope)
    except AmbiguityError:
        if not scope.has_matrix_bars:
            raise
        try:
            _with_sizes(text, new_scope(), new_scope, "entries")
        except SymgdError as error:
            if not isinstance(error, AmbiguityError) or str(error.cause).startswith(_OF_MATRICES):
                with suppress(SymgdError):
                    return _with_sizes(text, new_scope(), new_scope, "determinant")
        raise


_OF_MATRICES = ("log of a matrix", "the root of a matrix")
"""What is taken of determinants, in papers, and hardly of the entries of a matrix."""


def _with_sizes(
    text: str, scope: Scope, new_scope: Callable[[], Scope], bars: Literal["entries", "determinant"] | None = None
) -> Node:
    scope.matrix_bars = bars
    given = set(scope.symbols)
    formula = _read(text, scope)
    late = scope.sizes & set(scope.symbols) - given
    if late:  # a size that stood as a number before the sum over it: 1/N Σ
        scope = new_scope()
        scope.sizes |= late
        scope.matrix_bars = bars
        formula = _read(text, scope)
    return formula


def _read(text: str, scope: Scope) -> Node:
    """Read a whole text, and check that it is one formula."""
    tokens = TokenStream(text)
    parser = Parser(tokens, scope, COMMANDS)
    if tokens.current == "":
        raise ParseError("the formula is empty", hint=r"write for example \|Xw - y\|^2")
    left_side = read_left_side(tokens)
    value = parser.expression()
    if tokens.current != "":
        raise tokens.fail(f"{tokens.current} cannot stand here", HINTS.get(tokens.current))
    for letter, place in parser.called.items():
        if letter in scope.symbols:
            what, function = rf"\{letter}(…) beside a number \{letter}", rf"\operatorname{{{CALLED_LETTERS[letter]}}}(…)"
            tokens.refuse_two_readings(place, what, function, rf"a product, \{letter} \cdot (…)")
    with tokens.located(next((k for k, token in enumerate(tokens.tokens) if token.text == "I"), 0)):
        refuse_identity(value)
    _check_declarations(text, scope)
    if left_side is not None:
        left_side.check(value.node, tokens, scope)
    return value.node


def _check_declarations(text: str, scope: Scope) -> None:
    """Refuse shapes and facts of names that are not in the formula."""
    unused = [name for name in scope.declared if name not in scope.used]
    close = [name for name in scope.symbols if unused and name not in scope.shapes and name.casefold() == unused[0].casefold()]
    if close:
        raise ParseError(f"the name {close[0]} is unknown", formula=text, hint=f"did you mean {unused[0]}?")
    refuse_unused(unused, scope.symbols, text)
    for name in scope.facts:
        if name not in scope.used and name not in scope.shapes:
            raise ParseError(f"facts are given for {name}, which is not in the formula", formula=text)


def _without_loose_sizes(formula: Node) -> Node:
    """Make a size no axis has an input: the N of N·t where nothing is summed over."""
    order = toposort((formula,))
    sizes = {name for node in order for name in size_names(node.shape)}
    known = {}
    for node in order:
        if node.primitive is SIZE and not set(size_names(node.params)) & sizes:
            terms = node.params[0].terms if isinstance(node.params[0], Dim) else ()
            known[node] = add.make(tuple(mul.make((constant(count), *map(tensor, names))) for names, count in terms))
    return substitute([formula], known)[0] if known else formula

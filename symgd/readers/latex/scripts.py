r"""Superscripts: transposes, inverses, powers, pseudoinverses, powers entry by entry; and the sign of a factorial.

x^\top,   A^{-1},   A^{-\top},   A^{+},   x^{\odot 2},   e^x,   n!
"""

from __future__ import annotations

import re
from functools import partial

from symgd.errors import AmbiguityError, ParseError, shown
from symgd.graph.node import tensor
from symgd.graph.shape import size_names
from symgd.graph.traversal import substitute
from symgd.primitives.trigonometric import e
from symgd.readers.latex.parser import MINUS, Parser
from symgd.readers.latex.products import power, transpose_of
from symgd.readers.latex.sums import sum_up
from symgd.readers.latex.values import Value, apply, entrywise_power, of_node, scalar_value
from symgd.readers.latex.whole_tensors import of_matrix
from symgd.readers.text.parser import parse

__all__ = ["read_exponent", "with_scripts"]

_STARS = {"*", "+", "-", r"\ast", r"\star", r"\dagger", r"\dag"}
_TRANSPOSE = r"the transpose, x^\top"
_READINGS = {
    "+": (r"the positive part, \max(0, x)", r"a name, x_{\text{plus}}"),
    "-": (r"the negative part, \max(0, -x)", r"a name, x_{\text{minus}}"),
    r"\dagger": (_TRANSPOSE, "the pseudoinverse, A^{+}"),
}
"""What a sign above may mean; any other is a transpose or a part of the name."""


def with_scripts(parser: Parser, base: Value, start: int) -> Value:
    """Read superscripts: transposes, inverses, powers; and the sign of a factorial."""
    tokens = parser.tokens
    if tokens.skip("!"):
        return parser.build(start, lambda: apply("gamma", [sum_up([base, scalar_value(1)])]))
    value = base
    if tokens.current == "_" and tokens.following(2) == ["{", "["]:
        value = _entries(parser, base, start)
    is_raised = False
    while tokens.current in ("^", "'"):
        if tokens.current == "'":
            raise tokens.fail("a prime has two readings: a derivative, or a transpose", r"write x^\top for a transpose")
        if is_raised:
            raise tokens.fail("a power of a power has two readings", "x^{y^z} or (x^y)^z")
        tokens.position += 1
        value, is_raised = _raised(parser, value, start), True
        if tokens.current == "_":
            raise tokens.fail("a subscript stands before the superscript", "x_i^2")
    return value


def _entries(parser: Parser, base: Value, start: int) -> Value:
    r"""Read ``{x}_{[0, 1:]}``, which prints NumPy's x[0, 1:], counted from 0; a dot stands for a new axis."""
    tokens = parser.tokens
    tokens.position += 1
    key = "".join(tokens.group()).replace(r"\cdot", "None")
    sizes = {"None", *parser.scope.sizes, *size_names(base.node.shape)}
    is_plain = re.fullmatch(r"\[[\w:,+*-]+\]", key) and set(re.findall(r"[A-Za-z]\w*", key)) <= sizes
    if base.running or not is_plain:
        raise tokens.fail("these entries are not known", r"{x}_{[0]} or {x}_{[1:n]}, counted from 0", at=start)
    whole = tensor("x", base.node.shape)
    with tokens.located(start):
        (entries,) = substitute([parse(f"x{key}", symbols={"x": whole})], {whole: base.node})
        return of_node(entries)


def _raised(parser: Parser, base: Value, start: int) -> Value:
    tokens = parser.tokens
    is_group = tokens.current == "{"
    texts = [token.text for token in tokens.tokens[tokens.position + is_group : tokens.position + 6]]
    mark = tokens.transposing_mark()
    if mark is not None and ("T" not in mark or not (base.kind == "scalar" and parser.scope.is_declared("T"))):
        _check_transpose(parser, base, mark[-1], start)
        tokens.group()
        if len(mark) > 1:
            base = parser.build(start, partial(power, base, scalar_value(-1)))
        return transpose_of(base)
    if is_group and texts[0] in (r"\odot", r"\circ"):
        tokens.position += 2
        exponent = parser.expression()
        tokens.expect("}")
        return parser.build(start, lambda: entrywise_power(base, exponent))
    if texts[0] in _STARS and (not is_group or texts[1] == "}"):
        return _starred(parser, base, texts[0], start)
    exponent = read_exponent(parser)
    if base.node is e:
        return parser.build(start, lambda: apply("exp", [exponent]))
    return parser.build(start, lambda: power(base, exponent))


def read_exponent(parser: Parser) -> Value:
    """Read a superscript: a group or a single atom."""
    tokens = parser.tokens
    if tokens.current in ("-", MINUS):
        raise tokens.fail("a sign in an exponent needs braces", "x^{-1}")
    if tokens.current.isdigit() and len(tokens.current) > 1:
        text = tokens.current
        tokens.refuse_two_readings(tokens.position, f"^{text}", f"^{{{text}}}", f"^{{{text[0]}}} {text[1:]}")
    texts = tokens.following(8)
    if tokens.current == "{" and texts[0] in ("(", "[") and texts[2:4] in ([")", "}"], ["]", "}"]):
        what = f"a superscript {''.join(texts[:3])}"
        tokens.refuse_two_readings(tokens.position, what, "a power, x^{k}", "a layer or a sample, x_{k}")
    return parser.script()


def _starred(parser: Parser, base: Value, mark: str, start: int) -> Value:
    """Read the pseudoinverse A^+, and refuse what else a star, a dagger or a sign may mean."""
    if mark == "+" and base.kind == "matrix":
        parser.tokens.group()
        return parser.build(start, lambda: of_matrix("pinv", base))
    first, second = _READINGS.get(mark, (_TRANSPOSE, r"a name, x_{\star}"))
    return parser.tokens.refuse_two_readings(start, f"a superscript {mark}", first, second)


def _check_transpose(parser: Parser, base: Value, mark: str, start: int) -> None:
    """Refuse a transpose of what is a number only because nothing declares it."""
    scope = parser.scope
    with parser.tokens.located(start):
        if mark == "T" and base.kind != "scalar" and scope.is_declared("T"):
            raise AmbiguityError("x^T with an input called T", r"the transpose, x^\top", "the power T")
        if base.kind != "scalar":
            return
        if base.node.is_constant:
            raise AmbiguityError(f"{base.node}^{mark}", r"a vector of ones, \mathbf{1}_n^\top", "a power of the number")
        name = base.node.name if base.node.is_symbol else "x"
        if mark == "T":
            raise AmbiguityError(
                "a number with ^T", f'a transpose, with shapes={{"{name}": "n"}}', 'a power, with shapes={"T": ""}'
            )
        if base.node.is_symbol and not scope.is_declared(name):
            raise ParseError(f"{name} is transposed, and its shape is not declared", hint=f'shapes={{"{name}": "n"}}')
        unknown = [symbol.name for symbol in base.node.symbols if not scope.is_declared(symbol.name)]
        if unknown:
            hint = ", ".join(f'"{name}": "n"' for name in unknown)
            raise ParseError(f"{shown(base.node)} is transposed, and is a number", hint=f"shapes={{{hint}}}")

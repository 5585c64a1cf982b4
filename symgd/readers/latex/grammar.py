r"""The grammar of a formula in LaTeX: sums of products of factors, with their brackets, functions and scripts.

Factors beside each other are multiplied: matrices as matrices, a vector being a column. A subscript picks an entry (of a
vector), a row as a column (of a matrix), or belongs to the name where such a name is declared. Where the notation leaves two
readings, such as ``1/2x`` or ``\sin x y``, the error names both.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from symgd.errors import AmbiguityError, ParseError, SymgdError
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import Shape
from symgd.primitives.trigonometric import e
from symgd.readers.latex import values
from symgd.readers.latex.functions import BIG_OPERATORS, DIVISIONS, JOINING, FunctionReader
from symgd.readers.latex.tokens import FONTS, HINTS, Word
from symgd.readers.latex.values import Value, scalar_value
from symgd.readers.text.parser import refuse_unused
from symgd.readers.text.tokens import tokenize

__all__ = ["Reader"]

MAX_DEPTH = 60


class Reader(FunctionReader):
    """Reads a whole formula."""

    def __init__(self, text: str, shapes: dict[str, Shape], facts: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(text, shapes, facts)
        self.depth = 0

    def _build(self, position: int, make: Callable[[], Value]) -> Value:
        with self.located(position):
            return make()

    # -- grammar ----------------------------------------------------------------------------------------------

    def formula(self) -> Node:
        """Read the whole text."""
        if self.word == "":
            raise ParseError("the formula is empty", hint=r"write for example \|Xw - y\|^2")
        self._refuse_equation()
        result = self.expression()
        if self.word != "":
            raise self.fail(f"{self.word} cannot stand here", HINTS.get(self.word))
        if self.sigmoid_at is not None and "sigma" in self.symbols:
            self.refuse_two_readings(
                self.sigmoid_at,
                r"\sigma(…) beside a number \sigma",
                r"\operatorname{sigmoid}(…)",
                r"a product, \sigma \cdot (…)",
            )
        self.position = next((k for k, word in enumerate(self.words) if word.text == "I"), 0)
        with self.located(self.position):
            values.refuse_identity(result)
        unused = [name for name in self.shapes if name not in self.used]
        if unused and any(name not in self.shapes for name in self.symbols):
            close = [name for name in self.symbols if name not in self.shapes and name.casefold() == unused[0].casefold()]
            if close:
                raise ParseError(f"the name {close[0]} is unknown", formula=self.text, hint=f"did you mean {unused[0]}?")
        refuse_unused(unused, self.symbols, self.text)
        for name in self.facts:
            if name not in self.used and name not in self.shapes:
                raise ParseError(f"facts are given for {name}, which is not in the formula", formula=self.text)
        return result.node

    def _refuse_equation(self) -> None:
        """Refuse an equation before its left side is taken for a formula."""
        depth = 0
        for k, word in enumerate(self.words):
            depth += (word.text in ("{", "(", "[", r"\{", r"\begin")) - (word.text in ("}", ")", "]", r"\}", r"\end"))
            if word.text in ("=", r"\equiv", r"\coloneqq") and depth == 0:
                self.position = k
                raise self.fail("an equation is not a formula", "give one of its sides")

    def expression(self) -> Value:
        """Read a sum of terms."""
        terms = []
        sign = 1
        start = self.position
        if self.word in ("+", "-", "−"):
            sign = -1 if self.next_word() != "+" else 1
        while True:
            term = self.product()
            terms.append(values.negate(term) if sign < 0 else term)
            if self.word not in ("+", "-", "−"):
                break
            sign = -1 if self.next_word() != "+" else 1
        return self._build(start, lambda: values.sum_up(terms))

    def product(self, opened: Collection[str] = ()) -> Value:
        """Read factors beside each other, with the signs of multiplication and division between them."""
        is_number = self.word[:1].isdigit()
        result = self.factor()
        divided_at: int | None = None
        while not self.is_end and self.word != "−":
            start = self.position
            sign = self.word
            if sign in DIVISIONS:
                if divided_at is not None:
                    raise self.fail("a quotient of a quotient has two readings", r"write \frac{a}{b}")
                divided_at = start
                self.position += 1
                below = self.factor()
                self._check_factor(below, opened, start)
                result = self._build(start, partial(values.divide, result, below))
                continue
            if is_number and sign[:1].isdigit():
                self.refuse_two_readings(start, "a number behind a number", "one number", r"a product, a \cdot b")
            is_number = False
            join = _JOINS.get(sign)
            if join is not None:
                self.position += 1
            elif divided_at is not None:
                self.refuse_two_readings(divided_at, "a quotient with factors behind it", r"\frac{a}{b} c", r"\frac{a}{b c}")
            right = self.factor()
            self._check_factor(right, opened, start)
            if join is values.elementwise_product:
                result = self._entrywise(result, right, start)
            else:
                result = self._build(start, partial(join or values.multiply, result, right))
        return result

    def _check_factor(self, value: Value, opened: Collection[str], start: int) -> None:
        """Refuse a later factor that may stand inside or behind a product, a maximum or a logarithm of a sum."""
        if opened and not set(opened) & set(value.labels):
            index = next(iter(opened))
            self.refuse_two_readings(
                start, f"what follows without the index {index}", rf"inside, \prod_{index} (a_{index} b)",
                rf"behind, (\prod_{index} a_{index}) b",
            )  # fmt: skip

    def _entrywise(self, left: Value, right: Value, start: int) -> Value:
        r"""Read what stands behind ``\odot``: a chain of factors may belong to the right side or to the whole."""
        chain: list[Value] = []
        while not self.is_end and self.word not in JOINING | {"−"}:
            chain.append(self.factor())
        found: list[Value] = []
        failed: list[SymgdError] = []
        for is_tight in (True, False):
            try:
                with self.located(start):
                    if is_tight:
                        found.append(values.elementwise_product(left, functools.reduce(values.multiply, chain, right)))
                    else:
                        found.append(functools.reduce(values.multiply, chain, values.elementwise_product(left, right)))
            except SymgdError as error:
                failed.append(error)
        if not found:
            raise failed[0]
        if len(found) == 2 and any(value.kind != "scalar" for value in chain):
            self.refuse_two_readings(start, "a product entry by entry beside factors", r"a \odot (b c)", r"(a \odot b) c")
        return found[-1]

    def factor(self) -> Value:
        """Read one factor with its scripts."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"brackets and functions are nested more than {MAX_DEPTH} deep")
        factor = self._plain_factor()
        self.depth -= 1
        return factor

    def _plain_factor(self) -> Value:
        start = self.position
        word = self.word
        if word in BIG_OPERATORS:
            return self.big_operator()
        name = self.function_name()
        if name is not None:
            return self.function(name, start)
        if word in (r"\|", r"\lVert", r"\Vert"):
            return self._norm()
        base = self.atom()
        return self.with_scripts(base, start)

    # -- atoms ------------------------------------------------------------------------------------------------

    def atom(self) -> Value:
        """Read a number, a name, or what stands in brackets."""
        word = self.word
        if word == "":
            raise self.fail("the formula ends where a value should follow")
        if word[0].isdigit() or (word[0] == "." and len(word) > 1):
            return self._number()
        if word == r"\begin":
            return self.environment()
        if self.is_indicator:
            return self.indicator()
        if word in _ROUNDED:
            self.position += 1
            inside = self.expression()
            self.expect(_ROUNDED[word][0])
            return values.apply(_ROUNDED[word][1], [inside])
        if word in ("(", "[", r"\{"):
            self.position += 1
            inside = self.expression()
            self.expect({"(": ")", "[": "]", r"\{": r"\}"}[word])
            return inside
        if word == "{":
            self.position += 1
            inside = self.expression()
            self.expect("}")
            return inside
        if word in ("|", r"\lvert", r"\vert"):
            return self._bars()
        if word in (r"\frac", r"\tfrac", r"\dfrac"):
            start = self.position
            self.position += 1
            self._refuse_quotient_of_differentials(start)
            above, below = self.script(), self.script()
            return self._build(start, lambda: values.divide(above, below))
        if word == r"\sqrt":
            return self._root()
        if word == r"\langle":
            self.position += 1
            left = self.expression()
            self.expect(",")
            right = self.expression()
            self.expect(r"\rangle")
            return values.inner_product(left, right)
        if word == r"\infty":
            self.position += 1
            return scalar_value(float("inf"))
        return self.name()

    def _number(self) -> Value:
        """Read a number; 1.5e-3 is a number of a program, and a product on paper."""
        start = self.position
        word = self.next_word()
        following = self.words[self.position : self.position + 3]
        text = "".join(one.text for one in following)
        ends = [self.words[start].position + len(word)] + [one.position + len(one.text) for one in following]
        is_tight = all(one.position == end for one, end in zip(following, ends, strict=False))
        if is_tight and text[:1] in ("e", "E") and (text[1:2].isdigit() or (text[1:2] in ("-", "+") and text[2:3].isdigit())):
            digits = text[1:] if text[1:2] in ("-", "+") else following[1].text
            self.refuse_two_readings(start, f"{word}e{digits}", rf"{word} \cdot 10^{{{digits}}}", rf"{word} \cdot e {digits}")
        return scalar_value(constant(tokenize(word)[0].value))

    def _refuse_quotient_of_differentials(self, start: int) -> None:
        """Refuse dt/ds, which is a derivative to most readers."""
        text = " ".join(word.text for word in self.words[self.position : self.position + 24] if word.text not in FONTS)
        found = re.match(
            r"\{ (?:\{ )?d (?:\} )?(?:\^ (?:\w|\{ \w+ \}) )?(\S*)[^{}]*\} ?\{ (?:\{ )?d (?:\} )?(\\[A-Za-z]+|[A-Za-z])", text
        )
        if found and not set(found.groups()) & set(_JOINS) and "d" not in {*self.shapes, *self.facts}:
            above, below = found.group(1).strip("}"), found.group(2)
            self.refuse_two_readings(
                start, rf"\frac{{d{above}}}{{d{below}}}", "a derivative, which is asked for and not written",
                rf"a quotient of products, \frac{{d \cdot {above or 1}}}{{d \cdot {below}}}",
            )  # fmt: skip

    def script(self) -> Value:
        """A group in braces, or a single atom."""
        if self.word == "{":
            return self.atom()
        if self.word and self.word[0].isdigit() and len(self.word) > 1:  # \frac12 reads one digit each
            word, place = self.words[self.position]
            self.words[self.position : self.position + 1] = [Word(word[0], place), Word(word[1:], place + 1)]
        return self.atom()

    def _root(self) -> Value:
        start = self.position
        self.position += 1
        degree = scalar_value(2)
        if self.word == "[":
            self.position += 1
            degree = self.expression()
            self.expect("]")
        inside = self.script()
        exponent = values.divide(scalar_value(1), degree)
        if inside.kind == "matrix":
            self.refuse_two_readings(start, "the root of a matrix", "entry by entry", "the matrix function")
        if degree.node.equals_number(3):  # of real numbers, also of negative ones
            return self._build(start, lambda: values.apply("cbrt", [inside]))
        return self._build(start, lambda: values.entry_power(inside, exponent))

    def _bars(self) -> Value:
        start = self.position
        inside = self.between({"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}[self.next_word()])
        with self.located(start):
            if inside.kind == "matrix":
                raise AmbiguityError("|X| of a matrix", r"the determinant, \det X", "absolute values entry by entry")
            if inside.kind != "scalar":
                raise AmbiguityError("|x| of a vector", r"its norm, \|x\|", "absolute values entry by entry")
            return values.apply("abs", [inside])

    def _norm(self) -> Value:
        start = self.position
        inside = self.between({r"\|": r"\|", r"\lVert": r"\rVert", r"\Vert": r"\Vert"}[self.next_word()])
        name: str | None = None
        square = False
        exponent: Value | None = None
        for _ in range(2):
            if self.word == "_" and name is None:
                self.position += 1
                name = self.plain_script()
            elif self.word == "^" and exponent is None and not square:
                self.position += 1
                exponent = self._exponent()
                square = exponent.node.equals_number(2)
        is_euclidean = (inside.kind != "matrix" and name in (None, "2")) or (inside.kind == "matrix" and name == "F")
        if square and is_euclidean:
            return self._build(start, lambda: values.squared_norm(inside))
        result = self._build(start, lambda: values.norm_of(inside, name))
        return result if exponent is None else self._build(start, lambda: values.power(result, exponent))

    def _exponent(self) -> Value:
        """A superscript: a group or a single atom."""
        if self.word in ("-", "−"):
            raise self.fail("a sign in an exponent needs braces", "x^{-1}")
        if self.word.isdigit() and len(self.word) > 1:
            word = self.word
            self.refuse_two_readings(self.position, f"^{word}", f"^{{{word}}}", f"^{{{word[0]}}} {word[1:]}")
        inside = self.following(8)
        if self.word == "{" and inside[0] in ("(", "[") and inside[2:4] in ([")", "}"], ["]", "}"]):
            self.refuse_two_readings(
                self.position, f"a superscript {''.join(inside[:3])}", "a power, x^{k}", "a layer or a sample, x_{k}"
            )
        return self.script()

    # -- scripts ----------------------------------------------------------------------------------------------

    def with_scripts(self, base: Value, start: int) -> Value:
        """Read superscripts: transposes, inverses, powers; and the sign of a factorial."""
        result = base
        is_raised = False
        if self.word == "!":
            self.position += 1
            return self._build(start, lambda: values.apply("gamma", [values.sum_up([base, scalar_value(1)])]))
        while self.word in ("^", "'"):
            if self.word == "'":
                raise self.fail("a prime has two readings: a derivative, or a transpose", r"write x^\top for a transpose")
            if is_raised:
                raise self.fail("a power of a power has two readings", "x^{y^z} or (x^y)^z")
            self.position += 1
            result, is_raised = self._raised(result, start), True
            if self.word == "_":
                raise self.fail("a subscript stands before the superscript", "x_i^2")
        return result

    def _raised(self, base: Value, start: int) -> Value:
        is_group = self.word == "{"
        inside = [word.text for word in self.words[self.position + is_group : self.position + 6]]
        mark = self._script_mark()
        if mark in _TRANSPOSES and ("T" not in mark or not (base.kind == "scalar" and self.is_declared("T"))):
            self._check_transpose(base, mark[-1], start)
            self.group_words()
            if len(mark) > 1:
                base = self._build(start, partial(values.power, base, scalar_value(-1)))
            return values.transpose_of(base)
        if is_group and inside[0] in (r"\odot", r"\circ"):
            self.position += 2
            exponent = self.expression()
            self.expect("}")
            return self._build(start, lambda: values.entry_power(base, exponent))
        if inside[0] in _STARS and (not is_group or inside[1] == "}"):
            return self._starred(base, inside[0], start)
        if base.node is e:
            exponent = self._exponent()
            return self._build(start, lambda: values.apply("exp", [exponent]))
        exponent = self._exponent()
        return self._build(start, lambda: values.power(base, exponent))

    def _script_mark(self) -> list[str]:
        r"""Return the words of the superscript that follows, without fonts and braces: ``\top``, ``-\top``, ``\mathsf{T}``."""
        start = self.position
        words: list[str] = []
        with suppress(ParseError):
            words = self.group_words()
        self.position = start
        return [word for word in words if word not in FONTS and word not in ("{", "}")]

    @property
    def is_transposed(self) -> bool:
        """Whether a sign of transposition stands above."""
        if self.word != "^":
            return False
        self.position += 1
        mark = self._script_mark()
        self.position -= 1
        return mark in _TRANSPOSES

    def _starred(self, base: Value, mark: str, start: int) -> Value:
        """Read the pseudoinverse A^+, and refuse what else a star, a dagger or a sign may mean."""
        transpose = r"the transpose, x^\top"
        if mark == "+" and base.kind == "matrix":
            self.group_words()
            return self._build(start, lambda: values.of_matrix("pinv", base))
        readings = {
            "+": (r"the positive part, \max(0, x)", r"a name, x_{\text{plus}}"),
            "-": (r"the negative part, \max(0, -x)", r"a name, x_{\text{minus}}"),
            r"\dagger": (transpose, "the pseudoinverse, A^{+}"),
        }
        first, second = readings.get(mark, (transpose, r"a name, x_{\star}"))
        return self.refuse_two_readings(start, f"a superscript {mark}", first, second)

    def _check_transpose(self, base: Value, mark: str, start: int) -> None:
        """Refuse a transpose of what is a number only because nothing declares it."""
        with self.located(start):
            if mark == "T" and base.kind != "scalar" and self.is_declared("T"):
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
            if base.node.is_symbol and not self.is_declared(name):
                raise ParseError(f"{name} is transposed, and its shape is not declared", hint=f'shapes={{"{name}": "n"}}')


_ROUNDED = {r"\lfloor": (r"\rfloor", "floor"), r"\lceil": (r"\rceil", "ceil")}
_STARS = {"*", "+", "-", r"\ast", r"\star", r"\dagger", r"\dag"}
_TRANSPOSES = [*([sign] for sign in (r"\top", r"\intercal", "T")), *(["-", sign] for sign in (r"\top", r"\intercal", "T"))]
"""What a superscript that transposes consists of; with a minus sign, it inverts as well."""

_JOINS: dict[str, Callable[[Value, Value], Value]] = {
    r"\cdot": values.dot,
    r"\times": lambda a, b: (
        Value(FUNCTIONS["cross"](a.node, b.node), "column") if a.kind == b.kind == "column" else values.multiply(a, b)
    ),
    "*": values.multiply,
    r"\odot": values.elementwise_product,
    r"\circ": values.elementwise_product,
    r"\otimes": values.kronecker,
}

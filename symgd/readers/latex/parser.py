r"""The grammar of a formula in LaTeX: sums of products of factors, and tables of what each command reads.

    sum:      product  (+ -)  product …
    product:  factor  (\cdot \times * \odot \otimes / or nothing)  factor …
    factor:   a command of :attr:`Commands.factors`,  or an atom with its scripts
    atom:     a number,  a command of :attr:`Commands.atoms`,  or a name with its subscript

Factors beside each other are multiplied: matrices as matrices, a vector being a column. Where the notation leaves two readings,
such as ``1/2x`` or ``\sin x y``, the error names both.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from symgd.errors import SymgdError
from symgd.graph.node import constant
from symgd.readers.latex.names import read_named
from symgd.readers.latex.products import DIVISIONS, JOINING, JOINS, Scaled, elementwise_product, multiply
from symgd.readers.latex.scope import Scope
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.sums import negate, sum_up
from symgd.readers.latex.values import Value, scalar_value
from symgd.readers.text.tokens import tokenize

__all__ = ["MINUS", "SIGNS", "Commands", "Parser", "Read"]

MAX_DEPTH = 60
MINUS = "−"
"""The typographic minus."""
SIGNS = ("+", "-", MINUS)


@dataclass(frozen=True)
class Commands:
    """What the commands of the notation read, by the token that they begin with.

    Attributes
    ----------
    factors : mapping of str to callable
        What reads a factor with its scripts: sums, functions, norms. A command that finds something else returns None.
    atoms : mapping of str to callable
        What reads an atom, behind which scripts may follow: brackets, fractions, roots, cases.
    scripts : callable
        ``scripts(parser, base, start)`` reads the superscripts behind an atom.
    """

    factors: Mapping[str, Read]
    atoms: Mapping[str, Read]
    scripts: Callable[[Parser, Value, int], Value]


class Parser:
    r"""Reads a formula from its tokens.

    Attributes
    ----------
    tokens : TokenStream
    scope : Scope
        What names stand for.
    commands : Commands
    depth : int
        How deep factors are nested.
    is_argument : bool
        Whether a sum stands as the argument of a function, without brackets.
    is_logarithm : bool
        Whether a factor stands in the argument of a logarithm, and of no other function inside it.
    called : dict of str to int
        Letters that were read as functions, ``\sigma(…)``, and where each stood.
    """

    def __init__(self, tokens: TokenStream, scope: Scope, commands: Commands) -> None:
        self.tokens = tokens
        self.scope = scope
        self.commands = commands
        self.depth = 0
        self.is_argument = False
        self.is_logarithm = False
        self.called: dict[str, int] = {}

    def build(self, position: int, make: Callable[[], Value]) -> Value:
        """Make a value; errors are completed with the place of a token."""
        with self.tokens.located(position):
            return make()

    # -- sums and products ------------------------------------------------------------------------------------

    def expression(self) -> Value:
        """Read a sum of terms."""
        tokens = self.tokens
        terms = []
        start = tokens.position
        is_negative = tokens.current in SIGNS and tokens.next() != "+"
        while True:
            term = self.product()
            terms.append(negate(term) if is_negative else term)
            if tokens.current not in SIGNS:
                break
            is_negative = tokens.next() != "+"
        return self.build(start, lambda: sum_up(terms))

    def product(self, opened: Collection[str] = ()) -> Value:
        """Read factors beside each other, with the signs of multiplication and division between them.

        Where indices are `opened`, a later factor has to carry one of them.
        """
        tokens = self.tokens
        is_number = tokens.current[:1].isdigit()
        first = tokens.position
        value = Scaled(None, self.factor())
        divided_at: int | None = None
        while not tokens.is_end and tokens.current != MINUS:
            start = tokens.position
            sign = tokens.current
            if sign in DIVISIONS:
                if divided_at is not None:
                    raise tokens.fail("a quotient of a quotient has two readings", r"write \frac{a}{b}")
                divided_at = start
                tokens.position += 1
                divisor = self._later_factor(opened, start)
                with tokens.located(start):
                    value = value.divided(divisor)
                continue
            if is_number and sign[:1].isdigit():
                tokens.refuse_two_readings(start, "a number behind a number", "one number", r"a product, a \cdot b")
            is_number = False
            join = JOINS.get(sign)
            if join is not None:
                tokens.position += 1
            elif divided_at is not None:
                tokens.refuse_two_readings(divided_at, "a quotient with factors behind it", r"\frac{a}{b} c", r"\frac{a}{b c}")
            right = self._later_factor(opened, start)
            if join is elementwise_product:
                value = Scaled(None, self._entrywise(self.build(start, value.product), right, start))
            else:
                with tokens.located(start):
                    value = value.times(right, join or multiply)
        return self.build(first, value.product)

    def _later_factor(self, opened: Collection[str], start: int) -> Value:
        """Read a factor that is not the first; it may stand inside or behind a product, a maximum or a logarithm of a sum."""
        value = self.factor()
        if opened and not set(opened) & set(value.running):
            index = next(iter(opened))
            self.tokens.refuse_two_readings(
                start, f"what follows without the index {index}", rf"inside, \prod_{index} (a_{index} b)",
                rf"behind, (\prod_{index} a_{index}) b",
            )  # fmt: skip
        return value

    def _entrywise(self, left: Value, right: Value, start: int) -> Value:
        r"""Read what stands behind ``\odot``: a chain of factors may belong to the right side or to the whole."""
        chain: list[Value] = []
        while not self.tokens.is_end and self.tokens.current not in JOINING | {MINUS}:
            chain.append(self.factor())
        readings: list[Callable[[], Value]] = [
            lambda: elementwise_product(left, functools.reduce(multiply, chain, right)),
            lambda: functools.reduce(multiply, chain, elementwise_product(left, right)),
        ]
        products: list[Value] = []
        failed: list[SymgdError] = []
        for reading in readings:
            try:
                products.append(self.build(start, reading))
            except SymgdError as error:
                failed.append(error)
        if not products:
            raise failed[0]
        if len(products) == 2 and any(value.kind != "scalar" for value in chain):
            self.tokens.refuse_two_readings(
                start, "a product entry by entry beside factors", r"a \odot (b c)", r"(a \odot b) c"
            )
        return products[-1]

    # -- factors and atoms ------------------------------------------------------------------------------------

    def factor(self) -> Value:
        """Read one factor with its scripts."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.tokens.fail(f"brackets and functions are nested more than {MAX_DEPTH} deep")
        start = self.tokens.position
        factor = self._command(self.commands.factors)
        if factor is None:
            factor = self.commands.scripts(self, self.atom(), start)
        self.depth -= 1
        return factor

    def atom(self) -> Value:
        """Read a number, a name, or what stands in brackets."""
        text = self.tokens.current
        if text == "":
            raise self.tokens.fail("the formula ends where a value should follow")
        if text[0].isdigit() or (text[0] == "." and len(text) > 1):
            return self._number()
        value = self._command(self.commands.atoms)
        return read_named(self.tokens, self.scope) if value is None else value

    def script(self) -> Value:
        """Read a group in braces, or a single atom."""
        self.tokens.split_number()
        return self.atom()

    def arguments(self, closing: str) -> list[Value]:
        """Read expressions with commas between them, up to a closing bracket."""
        parts = [self.expression()]
        while self.tokens.skip(","):
            parts.append(self.expression())
        self.tokens.expect(closing)
        return parts

    def between_bars(self, closing: str) -> Value:
        """Read what stands between two bars."""
        self.tokens.bars.append(closing)
        value = self.expression()
        self.tokens.bars.pop()
        self.tokens.expect(closing)
        return value

    def _command(self, table: Mapping[str, Read]) -> Value | None:
        read = table.get(self.tokens.current)
        return None if read is None else read(self)

    def _number(self) -> Value:
        """Read a number; 1.5e-3 is a number of a program, and a product on paper."""
        tokens = self.tokens
        start = tokens.position
        text = tokens.next()
        following = tokens.tokens[tokens.position : tokens.position + 3]
        has_sign = [token.text for token in following[1:2]] in (["-"], ["+"])
        following = following[: 3 if has_sign else 2]  # what stands behind the exponent may be apart
        behind = "".join(token.text for token in following)
        ends = [tokens.tokens[start].position + len(text)] + [token.position + len(token.text) for token in following]
        is_tight = all(token.position == end for token, end in zip(following, ends, strict=False))
        if is_tight and behind[:1] in ("e", "E") and following[-1].text[:1].isdigit():
            digits = behind[1:] if has_sign else following[1].text
            tokens.refuse_two_readings(start, f"{text}e{digits}", rf"{text} \cdot 10^{{{digits}}}", rf"{text} \cdot e {digits}")
        return scalar_value(constant(tokenize(text)[0].number))


Read = Callable[[Parser], Value | None]
"""What reads a command, and returns None where something else stands there."""

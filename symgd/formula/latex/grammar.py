r"""The grammar of a formula in LaTeX: sums of products of factors, with their brackets, functions and scripts.

Factors beside each other are multiplied: matrices as matrices, a vector being a column. A subscript picks an entry (of a
vector), a row as a column (of a matrix), or belongs to the name where such a name is declared. Where the notation leaves two
readings, such as ``1/2x`` or ``\sin x y``, the error names both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from symgd.errors import AmbiguityError, ParseError, UnsupportedError
from symgd.formula.latex import values
from symgd.formula.latex.environments import EnvironmentReader
from symgd.formula.latex.values import Value, scalar_value
from symgd.formula.latex.words import FONTS, HINTS, Word
from symgd.formula.tokens import tokenize
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import Shape
from symgd.primitives.trigonometric import e

__all__ = ["Reader"]

MAX_DEPTH = 60
_FUNCTIONS = {
    **{rf"\{name}": name for name in ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan"]},
    r"\ln": "log",
    **{rf"\{name}": name for name in ["cot", "sec", "csc", "coth"]},
    r"\det": "det",
    r"\erf": "erf",
    r"\sign": "sign",
}
_OPERATORS = {
    "tr": "trace", "trace": "trace", "Tr": "trace", "diag": "diag", "vec": "vec", "softmax": "softmax", "sigmoid": "sigmoid",
    "relu": "relu", "ReLU": "relu", "sign": "sign", "sgn": "sign", "softplus": "softplus", "erf": "erf", "logdet": "logdet",
    "logsumexp": "logsumexp", "expm": "expm", "gelu": "gelu", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh",
}  # fmt: skip
_WHOLE = {"trace", "diag", "vec", "softmax", "logdet", "logsumexp", "det", "expm"}
_RECIPROCALS = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh"}
_BIG: dict[str, values.Closing] = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}


class Reader(EnvironmentReader):
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
        self.position = next((k for k, word in enumerate(self.words) if word.text == "I"), 0)
        with self.located(self.position):
            values.refuse_identity(result)
        unused = [name for name in self.shapes if name not in self.used]
        if unused and any(name not in self.shapes for name in self.symbols):
            close = [name for name in self.symbols if name not in self.shapes and name.casefold() == unused[0].casefold()]
            if close:
                raise ParseError(f"the name {close[0]} is unknown", formula=self.text, hint=f"did you mean {unused[0]}?")
        return result.node

    def _refuse_equation(self) -> None:
        """Refuse an equation before its left side is taken for a formula."""
        depth = 0
        for k, word in enumerate(self.words):
            depth += (word.text in ("{", r"\begin")) - (word.text in ("}", r"\end"))
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
            term = self._product()
            terms.append(values.negate(term) if sign < 0 else term)
            if self.word not in ("+", "-", "−"):
                break
            sign = -1 if self.next_word() != "+" else 1
        return self._build(start, lambda: values.sum_up(terms))

    def _product(self) -> Value:
        """Factors beside each other, with the signs of multiplication and division between them."""
        result = self._factor()
        divided_at: int | None = None
        while True:
            start = self.position
            sign = self.word
            if self.is_end or sign == "−":
                return result
            if sign in ("/", r"\div"):
                if divided_at is not None:
                    raise self.fail("a quotient of a quotient has two readings", r"write \frac{a}{b}")
                divided_at = start
                self.position += 1
                below = self._factor()
                result = self._build(start, partial(values.divide, result, below))
                continue
            join = _JOINS.get(sign)
            if join is not None:
                self.position += 1
            elif divided_at is not None:
                self.refuse_two_readings(divided_at, "a quotient with factors behind it", r"\frac{a}{b} c", r"\frac{a}{b c}")
            right = self._factor()
            result = self._build(start, partial(join or values.multiply, result, right))

    def _factor(self) -> Value:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"brackets and functions are nested more than {MAX_DEPTH} deep")
        factor = self._plain_factor()
        self.depth -= 1
        return factor

    def _plain_factor(self) -> Value:
        start = self.position
        word = self.word
        if word in _BIG:
            return self._big_operator()
        name = self._function_name()
        if name is not None:
            return self._function(name, start)
        if word in (r"\|", r"\lVert", r"\Vert"):
            return self._norm()
        base = self._atom()
        return self._with_scripts(base, start)

    # -- atoms ------------------------------------------------------------------------------------------------

    def _atom(self) -> Value:
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
            above, below = self._group(), self._group()
            return self._build(start, lambda: values.divide(above, below))
        if word == r"\sqrt":
            return self._root()
        if word == r"\langle":
            self.position += 1
            left = self.expression()
            self.expect(",")
            right = self.expression()
            self.expect(r"\rangle")
            return values.dot(left, right)
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
        text = "".join(word.text for word in self.words[self.position : self.position + 24] if word.text not in FONTS)
        found = re.match(r"\{\{?d\}?(\\?\w+)[^{}]*\}\{\{?d\}?(\\?\w+)", text)
        if found and "d" not in {*self.shapes, *self.facts}:
            above, below = found.groups()
            self.refuse_two_readings(
                start, rf"\frac{{d{above}}}{{d{below}}}", "a derivative, which is asked for and not written",
                rf"a quotient of products, \frac{{d \cdot {above}}}{{d \cdot {below}}} with d declared",
            )  # fmt: skip

    def _group(self) -> Value:
        """A group in braces, or a single atom."""
        if self.word == "{":
            return self._atom()
        if self.word and self.word[0].isdigit() and len(self.word) > 1:  # \frac12 reads one digit each
            word, place = self.words[self.position]
            self.words[self.position : self.position + 1] = [Word(word[0], place), Word(word[1:], place + 1)]
        return self._atom()

    def _root(self) -> Value:
        start = self.position
        self.position += 1
        degree = scalar_value(2)
        if self.word == "[":
            self.position += 1
            degree = self.expression()
            self.expect("]")
        inside = self._group()
        exponent = values.divide(scalar_value(1), degree)
        if inside.kind == "matrix":
            self.refuse_two_readings(start, "the root of a matrix", "entry by entry", "the matrix function")
        return self._build(start, lambda: values.entry_power(inside, exponent))

    def _between(self, closing: str) -> Value:
        """Read what stands between two bars."""
        self.bars.append(closing)
        inside = self.expression()
        self.bars.pop()
        self.expect(closing)
        return inside

    def _bars(self) -> Value:
        start = self.position
        inside = self._between({"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}[self.next_word()])
        with self.located(start):
            if inside.kind == "matrix":
                raise AmbiguityError("|X| of a matrix", r"the determinant, \det X", "absolute values entry by entry")
            if inside.kind != "scalar":
                raise AmbiguityError("|x| of a vector", r"its norm, \|x\|", "absolute values entry by entry")
            return values.apply("abs", [inside])

    def _norm(self) -> Value:
        start = self.position
        inside = self._between({r"\|": r"\|", r"\lVert": r"\rVert", r"\Vert": r"\Vert"}[self.next_word()])
        name: str | None = None
        square = False
        exponent: Value | None = None
        for _ in range(2):
            if self.word == "_" and name is None:
                self.position += 1
                name = self.plain_script()
            elif self.word == "^" and exponent is None and not square:
                self.position += 1
                exponent = self._script()
                square = exponent.node.equals_number(2)
        is_euclidean = (inside.kind != "matrix" and name in (None, "2")) or (inside.kind == "matrix" and name == "F")
        if square and is_euclidean:
            return self._build(start, lambda: values.squared_norm(inside))
        result = self._build(start, lambda: values.norm_of(inside, name))
        return result if exponent is None else self._build(start, lambda: values.power(result, exponent))

    def _script(self) -> Value:
        """A superscript: a group or a single atom."""
        if self.word in ("-", "−"):
            raise self.fail("a sign in an exponent needs braces", "x^{-1}")
        return self._group()

    # -- scripts ----------------------------------------------------------------------------------------------

    def _with_scripts(self, base: Value, start: int) -> Value:
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
        mark = next((text for text in _TRANSPOSES if text == inside[:1] or (is_group and text == inside[: len(text)])), None)
        if mark is not None and (not is_group or inside[len(mark)] == "}"):
            if "T" not in mark or not (base.kind == "scalar" and self.is_declared("T")):
                self._check_transpose(base, mark[-1], start)
                self.position += len(mark) + 2 * is_group
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
            exponent = self._script()
            return self._build(start, lambda: values.apply("exp", [exponent]))
        exponent = self._script()
        return self._build(start, lambda: values.power(base, exponent))

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

    # -- functions --------------------------------------------------------------------------------------------

    def _function_name(self) -> str | None:
        word = self.word
        if word in _FUNCTIONS:
            self.position += 1
            return _FUNCTIONS[word]
        if word == r"\sigma" and self.words[self.position + 1].text == "(" and not self.is_declared("sigma"):
            self.position += 1
            return "sigmoid"
        if word in (r"\operatorname", r"\operatorname*", r"\mathrm", r"\text") and self.words[self.position + 1].text == "{":
            start = self.position
            self.position += 2
            letters = ""
            while self.word not in ("}", ""):
                letters += self.next_word()
            self.expect("}")
            name = _OPERATORS.get(letters, letters if letters in FUNCTIONS and letters.isalpha() and len(letters) > 1 else None)
            if name is not None and letters not in self.shapes:
                return name
            if word.startswith(r"\operatorname") and letters not in self.shapes:
                self.position = start
                raise self.fail(f"there is no function called {letters}")
            self.position = start
        return None

    def _function(self, name: str, start: int) -> Value:
        r"""``\log x``, ``\log(x)``, ``\sin^2 x``, ``\log\det\Sigma``."""
        exponent: Value | None = None
        base: Value | None = None
        if self.word == "_" and name == "log":
            self.position += 1
            base = self._group()
        if self.word == "^":
            self.position += 1
            exponent = self._script()
            if exponent.node.equals_number(-1):
                self.refuse_two_readings(start, f"{name}^{{-1}}", "the inverse function", "the reciprocal")
        argument = self._argument(name, start)
        result = self._build(start, lambda: self._applied(name, argument) if base is None else self._logarithm(argument, base))
        if exponent is not None:
            result = self._build(start, lambda: values.entry_power(result, exponent))
        return self._with_scripts(result, start) if self._is_transposed else result

    @property
    def _is_transposed(self) -> bool:
        """Whether a sign of transposition stands above."""
        inside = self.following(3)
        return self.word == "^" and (
            inside[:1] in _TRANSPOSES or (inside[:1] == ["{"] and inside[2:3] == ["}"] and inside[1:2] in _TRANSPOSES)
        )

    def _applied(self, name: str, argument: Value) -> Value:
        if name == "det":
            return values.determinant(argument)
        if name == "log" and argument.node.primitive.name == "det":
            return Value(FUNCTIONS["log"](argument.node), "scalar")
        if name in _WHOLE or not values.acts_entry_by_entry(name):
            return values.of_matrix(name, argument)
        if name in _RECIPROCALS:
            return values.entry_power(values.apply(_RECIPROCALS[name], [argument]), scalar_value(-1))
        return values.apply(name, [argument])

    def _logarithm(self, argument: Value, base: Value) -> Value:
        """Return a logarithm to a base."""
        for number in (2, 10):
            if base.node.equals_number(number):
                return values.apply(f"log{number}", [argument])
        return values.divide(values.apply("log", [argument]), values.apply("log", [base]))

    def _argument(self, name: str, start: int) -> Value:
        if self.word in ("(", "[", "{", r"\{"):
            inside = self._atom()
            return self._with_scripts_after_brackets(inside, name, start)
        if self.is_end:
            raise self.fail(f"the argument of {name} is missing")
        if name == "log" and self.word in ("|", r"\lvert", r"\vert"):
            return self._log_of_bars()
        first = self._factor()
        apart = {*_JOINS, *_FUNCTIONS, *_BIG, "/", r"\div", "−", r"\operatorname"}
        while not first.node.symbols and not self.is_end and self.word not in apart:
            first = values.multiply(first, self._factor())
        following = self.word
        is_factor = not self.is_end and following not in _JOINS and following not in ("/", "−", r"\div")
        is_function = following in _FUNCTIONS or following in _BIG or following in (r"\operatorname", "(", r"\|")
        if is_factor and not is_function:
            self.refuse_two_readings(start, f"{name} with several factors behind it", rf"\{name}(a b)", rf"\{name}(a) \cdot b")
        return first

    def _log_of_bars(self) -> Value:
        """The bars of log|Σ| are a determinant: the logarithm of a matrix has no place here."""
        inside = self._between({"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}[self.next_word()])
        if inside.kind == "matrix":
            return values.apply("abs", [values.determinant(inside)])
        return values.apply("abs", [inside])

    def _with_scripts_after_brackets(self, inside: Value, name: str, start: int) -> Value:
        if self.word == "^" and not self._is_transposed:
            self.refuse_two_readings(start, f"{name}(x)^2", rf"\{name}^2(x)", rf"\{name}(x^2)")
        return inside

    # -- sums, products, largest and smallest over an index -----------------------------------------------------

    def _big_operator(self) -> Value:
        start = self.position
        how = _BIG[self.next_word()]
        if how in ("max", "min") and self.word != "_":
            return self._list_of(how, start)
        if self.word != "_":
            raise self.fail(f"the index of the {how} is missing", r"\sum_{i=1}^n")
        self.position += 1
        bounds = self.bounds()
        opened = bounds.opened
        self.running.update(opened)
        body = self._product()
        if self.word in ("+", "-", "−") and self._mentions(list(opened)):
            self.refuse_two_readings(
                start, "a sum followed by further terms with its index", r"\sum_i (a_i + b_i)", r"(\sum_i a_i) + b_i"
            )
        with self.located(start):
            conditions = self.comparisons(bounds)
            if conditions and how not in _NEUTRAL:
                raise UnsupportedError(f"a {how} over a moving range is not known")
            if conditions:
                body = values.choose(conditions, body, scalar_value(_NEUTRAL[how]))
        for name in opened:
            count = self.running.pop(name).size
            if count is None:
                raise ParseError(
                    f"over what {name} runs is not known",
                    formula=self.text,
                    position=self.words[start].position,
                    hint=rf"write \{how}_{{{name}=1}}^n",
                )
            body = self._build(start, partial(values.close, body, name, count, how))
        return body

    def _mentions(self, names: list[str]) -> bool:
        """Whether the terms up to the next closing bracket carry one of the indices."""
        level = 0
        for k in range(self.position, len(self.words)):
            text = self.words[k].text
            level += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
            if level < 0 or text == "":
                return False
            if text in names and k and self.words[k - 1].text in ("_", "{", ","):
                return True
        return False

    def _list_of(self, how: str, start: int) -> Value:
        r"""``\max(a, b)``, ``\max\{0, x\}``, or the largest entry of a vector."""
        opening = self.next_word()
        closing = {"(": ")", r"\{": r"\}", "[": "]"}.get(opening)
        if closing is None:
            raise self.fail(f"{how} needs brackets or an index", rf"\{how}(a, b) or \{how}_i x_i")
        parts = [self.expression()]
        while self.word == ",":
            self.position += 1
            parts.append(self.expression())
        self.expect(closing)
        if len(parts) == 1:
            return self._build(start, lambda: values.of_matrix(how, parts[0]))
        result = parts[0]
        for part in parts[1:]:
            result = self._build(start, partial(values.apply, "maximum" if how == "max" else "minimum", [result, part]))
        return result


_ROUNDED = {r"\lfloor": (r"\rfloor", "floor"), r"\lceil": (r"\rceil", "ceil")}
_STARS = {"*", "+", "-", r"\ast", r"\star", r"\dagger", r"\dag"}
_NEUTRAL = {"sum": 0, "prod": 1}
"""What adds nothing to a sum, and what changes nothing in a product."""

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
    r"\otimes": lambda a, b: Value(FUNCTIONS["kron"](a.node, b.node), "matrix"),
}

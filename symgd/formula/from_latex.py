r"""The LaTeX door: the notation of papers, read by our own grammar.

    \frac{1}{n}\sum_{i=1}^n \left(x_i^\top w - y_i\right)^2,   \|Xw-y\|_2^2,   \log\det\Sigma,   \operatorname{tr}(A^\top B)

Factors beside each other are multiplied: matrices as matrices, a vector being a column. A subscript picks an entry (of a
vector), a row as a column (of a matrix), or belongs to the name where such a name is declared. Where the notation leaves two
readings, such as ``1/2x`` or ``\sin x y``, the error names both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from symgd.errors import AmbiguityError, ParseError, ShapeError, located
from symgd.formula import latex_values as values
from symgd.formula.from_text import read_shapes
from symgd.formula.latex_values import Value, scalar_value
from symgd.formula.latex_words import FONTS, Cursor, Word
from symgd.formula.tokens import MAX_BYTES, tokenize
from symgd.graph.node import Node, as_node, constant, size, tensor
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import Dim, Shape, Size, size_names
from symgd.primitives.contraction import contract, eye, ones
from symgd.primitives.indexing import FULL, Item, index
from symgd.primitives.trigonometric import e, pi

__all__ = ["from_latex"]

MAX_DEPTH = 60
_FUNCTIONS = {
    **{rf"\{name}": name for name in ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan"]},
    r"\ln": "log",
    r"\lg": "log10",
    r"\cot": "cot",
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
_BIG: dict[str, values.Closing] = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}


class Run(NamedTuple):
    """What a running index runs over, as positions of an axis: from `first` on; None where the whole axis is meant."""

    first: int
    size: Size | None


def from_latex(
    text: str, shapes: Mapping[str, Any] | None = None, facts: Mapping[str, Mapping[str, Any]] | None = None
) -> Node:
    r"""Read a formula in LaTeX.

    Parameters
    ----------
    text : str
        One expression, with or without dollar signs.
    shapes : mapping of str to str or tuple
        Of vectors and matrices; Greek letters by name (``"theta"``), accents and indices behind (``"y_hat"``, ``"w_1"``).
    facts : mapping of str to mapping

    Raises
    ------
    ParseError, ShapeError, UnsupportedError
        With a caret; where there are two readings, with both.

    Examples
    --------
    >>> from symgd.formula.from_latex import from_latex
    >>> from_latex(r"\frac{1}{2}\|Xw-y\|_2^2 + \lambda \|w\|_1", {"X": "m n", "w": "n", "y": "m"})
    sum((X @ w - y)**2)/2 + lambda*sum(abs(w))
    >>> from_latex(r"\frac{1}{n}\sum_{i=1}^n \left(x_i^\top w - y_i\right)^2", {"x": "n d", "w": "d", "y": "n"})
    sum((x @ w - y)**2)/n
    """
    if not isinstance(text, str):
        raise ParseError(f"a formula is a text, not {type(text).__name__}")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ParseError(f"a formula is at most {MAX_BYTES // 1000} kB of text")
    body = text.strip()
    for mark in ("$$", "$"):
        if len(body) > 2 * len(mark) and body.startswith(mark) and body.endswith(mark):
            body = body[len(mark) : -len(mark)]
    reader = _Reader(body, read_shapes(shapes), facts or {})
    return reader.formula()


class _Reader(Cursor):
    def __init__(self, text: str, shapes: dict[str, Shape], facts: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(text)
        self.depth = 0
        self.shapes = shapes
        self.facts = facts
        self.sizes = {name for shape in shapes.values() for name in size_names(shape)}
        self.symbols: dict[str, Node] = {}
        self.running: dict[str, Run] = {}
        self.counts_from_zero = bool(re.search(r"\\(?:sum|prod|max|min)\s*(?:\\limits)?\s*_\{?\s*\w\s*=\s*0", text))
        self.used: set[str] = set()

    def _build(self, position: int, make: Callable[[], Value]) -> Value:
        with located(self.text, self.words[position].position):
            return make()

    # -- grammar ----------------------------------------------------------------------------------------------

    def formula(self) -> Node:
        """Read the whole text."""
        if self.word == "":
            raise ParseError("the formula is empty", hint=r"write for example \|Xw - y\|^2")
        result = self._sum()
        if self.word != "":
            raise self.fail(f"{self.word} cannot stand here")
        with located(self.text, max(self.text.find("I"), 0)):
            values.refuse_identity(result)
        unused = [name for name in self.shapes if name not in self.used]
        if unused and any(name not in self.shapes for name in self.symbols):
            close = [name for name in self.symbols if name not in self.shapes and name.casefold() == unused[0].casefold()]
            if close:
                raise ParseError(f"the name {close[0]} is unknown", formula=self.text, hint=f"did you mean {unused[0]}?")
        return result.node

    def _sum(self) -> Value:
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
                with located(self.text, self.words[divided_at].position):
                    raise AmbiguityError("a quotient with factors behind it", r"\frac{a}{b} c", r"\frac{a}{b c}")
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
            self.position += 1
            return scalar_value(constant(tokenize(word)[0].value))
        if word in ("(", "[", r"\{"):
            self.position += 1
            inside = self._sum()
            self.expect({"(": ")", "[": "]", r"\{": r"\}"}[word])
            return inside
        if word == "{":
            self.position += 1
            inside = self._sum()
            self.expect("}")
            return inside
        if word in ("|", r"\lvert", r"\vert"):
            return self._bars()
        if word in (r"\frac", r"\tfrac", r"\dfrac"):
            start = self.position
            self.position += 1
            above, below = self._group(), self._group()
            return self._build(start, lambda: values.divide(above, below))
        if word == r"\sqrt":
            return self._root()
        if word == r"\langle":
            self.position += 1
            left = self._sum()
            self.expect(",")
            right = self._sum()
            self.expect(r"\rangle")
            return values.dot(left, right)
        if word == r"\infty":
            self.position += 1
            return scalar_value(float("inf"))
        return self._name()

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
            degree = self._sum()
            self.expect("]")
        inside = self._group()
        exponent = values.divide(scalar_value(1), degree)
        if inside.kind == "matrix":
            with located(self.text, self.words[start].position):
                raise AmbiguityError("the root of a matrix", "entry by entry", "the matrix function")
        return self._build(start, lambda: values.entry_power(inside, exponent))

    def _between(self, closing: str) -> Value:
        """Read what stands between two bars."""
        self.bars.append(closing)
        inside = self._sum()
        self.bars.pop()
        self.expect(closing)
        return inside

    def _bars(self) -> Value:
        start = self.position
        inside = self._between({"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}[self.next_word()])
        with located(self.text, self.words[start].position):
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

    # -- names and their scripts ------------------------------------------------------------------------------

    def _name(self) -> Value:
        start = self.position
        if self._is_vector_of_ones():
            return self._ones()
        name = self.read_name()
        if name is None:
            if self.word == "":
                raise self.fail("the formula ends where a name should follow")
            raise self.fail(f"{self.word} is not known", "functions are written \\operatorname{name}")
        subscript = self.peek_subscript()
        if subscript is not None and f"{name}_{subscript}" in {**self.shapes, **self.facts, **self.symbols}:
            self.position = self.after_subscript
            return self._symbol(f"{name}_{subscript}")
        if name == "I" and subscript is not None and not self._is_declared(name) and subscript not in self.running:
            return self._identity(subscript, start)
        if self.word == "_":
            return self._indexed(name, start)
        if self.word == "(" and not self._is_declared(name):
            with located(self.text, self.words[start].position):
                raise AmbiguityError(f"{name}(…)", rf"a product, {name} \cdot (…)", f"a function called {name}")
        return self._symbol(name)

    def _is_vector_of_ones(self) -> bool:
        following = [word.text for word in self.words[self.position + 1 : self.position + 4]]
        return self.word in FONTS | {r"\mathbb"} and (following[:1] == ["1"] or following == ["{", "1", "}"])

    def _ones(self) -> Value:
        self.position += 2 if self.words[self.position + 1].text == "1" else 4
        if self.word != "_":
            raise self.fail("the size of a vector of ones is not known", r"\mathbf{1}_n")
        self.position += 1
        return Value(ones(as_node(self._script_size())), "column")

    def _identity(self, subscript: str, start: int) -> Value:
        if subscript.isdigit():
            with located(self.text, self.words[start].position):
                raise AmbiguityError(
                    f"I_{subscript}", f"an identity matrix, with shapes={{\"I\": \"{subscript} {subscript}\"}}",
                    f"a number, with shapes={{\"I_{subscript}\": \"\"}}",
                )  # fmt: skip
        self.position += 1
        return Value(eye(self._script_size()), "matrix")

    def _is_declared(self, name: str) -> bool:
        return name in self.shapes or name in self.facts or name in self.sizes or name in ("e", "pi")

    def _symbol(self, name: str) -> Value:
        self.used.add(name)
        if name in self.shapes or name in self.facts:
            if name not in self.symbols:
                self.symbols[name] = tensor(name, self.shapes.get(name, ()), **dict(self.facts.get(name, {})))
            return values.of_node(self.symbols[name])
        if name in self.running:
            raise self.fail(f"the index {name} is used as a number", "only subscripts can be indices")
        if name in self.sizes:
            return scalar_value(size(Dim.named(name)))
        if name == "I":
            return Value(constant(1), "identity")
        if name in ("e", "pi"):
            return scalar_value(e if name == "e" else pi)
        self.symbols.setdefault(name, tensor(name))
        return values.of_node(self.symbols[name])

    def _indexed(self, name: str, start: int) -> Value:
        """An entry, a row, or a name with a number."""
        self.position += 1
        places = self._places()
        base = name
        if name not in self.shapes and name.upper() in self.shapes and len(self.shapes[name.upper()]) == 2 and len(places) == 1:
            base = name.upper()  # x_i is a row of X
        if base not in self.shapes:
            if all(symbol is None for symbol, _ in places):
                return self._symbol(f"{name}_{'_'.join(str(number) for _, number in places)}")
            raise ParseError(
                f"{name} is indexed, and its shape is not declared",
                formula=self.text,
                position=self.words[start].position,
                hint=f'shapes={{"{name}": "n"}}',
            )
        with located(self.text, self.words[start].position):
            return self._pick(base, places)

    def _places(self) -> list[tuple[str | None, int]]:
        """Read indices: numbers, running letters, letters with a shift."""
        is_group = self.word == "{"
        if is_group:
            self.position += 1
        places: list[tuple[str | None, int]] = []
        while True:
            word = self.word
            if word.isdigit():
                self.position += 1
                places.append((None, int(word)))
            elif word == ":" and is_group:
                self.position += 1
                places.append((":", 0))
            elif len(word) == 1 and word.isalpha() and (word in self.running or not places or is_group):
                self.position += 1
                if word not in self.running:
                    raise self.fail(f"the index {word} does not run", r"write \sum_{i=1}^n, or declare the name with its index")
                shift = 0
                if is_group and self.word in ("+", "-") and self.words[self.position + 1].text.isdigit():
                    sign = 1 if self.next_word() == "+" else -1
                    shift = sign * int(self.next_word())
                places.append((word, shift))
            elif word == "," and is_group:
                self.position += 1
            else:
                break
            if not is_group:
                break
        if is_group:
            self.expect("}")
        if not places:
            raise self.fail("a subscript is expected", "x_i, x_{ij} or x_{i+1}")
        return places

    def _pick(self, name: str, places: list[tuple[str | None, int]]) -> Value:
        node = self._symbol(name).node if len(self.shapes[name]) <= 2 else tensor(name, self.shapes[name])
        self.symbols[name] = node
        self.used.add(name)
        if len(places) > node.rank:
            raise ShapeError(f"{name} has {node.rank} axes and {len(places)} indices")
        origin = 0 if self.counts_from_zero else 1
        if len(places) < node.rank == 2 and places[0][0] is None and places[0][1] > 9:
            number = str(places[0][1])
            raise AmbiguityError(
                f"{name}_{{{number}}}", f"the entry {name}_{{{number[0]},{number[1:]}}}", f"the row {name}_{{{number},:}}"
            )
        items: list[Item] = []
        labels: list[Any] = []
        for axis, ((symbol, shift), length) in enumerate(zip(places, node.shape, strict=False)):
            if symbol == ":":
                items.append(FULL)
                labels.append(("core", axis))
                continue
            if symbol is None:
                position = shift - origin
                if position < 0 or (isinstance(length, int) and position >= length):
                    raise ShapeError(f"the index {shift} of {name} leaves the axis of size {length}")
                items.append(position)
                continue
            run = self.running[symbol]
            if run.size is None:
                self.running[symbol] = run = Run(0, length)
            first = run.first + shift
            count = run.size
            assert count is not None
            if first < 0:
                raise ShapeError(f"the index {symbol} starts before the axis of {name}")
            room = length - count
            if not isinstance(room, int) or room < first:
                raise ShapeError(f"the index {symbol} runs over {count} values, and {name} has {length} here")
            items.append(FULL if first == 0 and count == length else (first or None, count + first, None))
            labels.append(symbol)
        rest = [("core", k) for k in range(len(places), node.rank)]
        picked = index.make((node,), (tuple(items) + (FULL,) * len(rest),)) if any(one != FULL for one in items) else node
        distinct = [label for label in dict.fromkeys(labels) if isinstance(label, str)]
        kept = [*(label for label in labels if not isinstance(label, str)), *rest]
        body = contract([picked], [[*labels, *rest]], [*distinct, *kept])
        if len(kept) > 2:
            raise ShapeError(f"{name} needs {node.rank - 2} indices at least")
        kinds: tuple[Any, ...] = ("scalar", "column", "matrix")
        return Value(body, kinds[len(kept)], tuple(distinct))

    def _with_scripts(self, base: Value, start: int) -> Value:
        """Read superscripts: transposes, inverses, powers."""
        result = base
        is_raised = False
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
            if "T" not in mark or not (base.kind == "scalar" and self._is_declared("T")):
                self._check_transpose(base, mark[-1], start)
                self.position += len(mark) + 2 * is_group
                if len(mark) > 1:
                    base = self._build(start, partial(values.power, base, scalar_value(-1)))
                return values.transpose_of(base)
        if is_group:
            if inside[0] in (r"\odot", r"\circ"):
                self.position += 2
                exponent = self._sum()
                self.expect("}")
                return self._build(start, lambda: values.entry_power(base, exponent))
        if base.node is e:
            exponent = self._script()
            return self._build(start, lambda: values.apply("exp", [exponent]))
        exponent = self._script()
        return self._build(start, lambda: values.power(base, exponent))

    def _check_transpose(self, base: Value, mark: str, start: int) -> None:
        """Refuse a transpose of what is a number only because nothing declares it."""
        with located(self.text, self.words[start].position):
            if mark == "T" and base.kind != "scalar" and self._is_declared("T"):
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
            if base.node.is_symbol and not self._is_declared(name):
                raise ParseError(f"{name} is transposed, and its shape is not declared", hint=f'shapes={{"{name}": "n"}}')

    # -- functions --------------------------------------------------------------------------------------------

    def _function_name(self) -> str | None:
        word = self.word
        if word in _FUNCTIONS:
            self.position += 1
            return _FUNCTIONS[word]
        if word == r"\sigma" and self.words[self.position + 1].text == "(" and not self._is_declared("sigma"):
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
        if self.word == "^":
            self.position += 1
            exponent = self._script()
            if exponent.node.equals_number(-1):
                with located(self.text, self.words[start].position):
                    raise AmbiguityError(f"{name}^{{-1}}", "the inverse function", "the reciprocal")
        argument = self._argument(name, start)
        result = self._build(start, lambda: self._applied(name, argument))
        return result if exponent is None else self._build(start, lambda: values.entry_power(result, exponent))

    def _applied(self, name: str, argument: Value) -> Value:
        if name == "det":
            return values.determinant(argument)
        if name == "log" and argument.node.primitive.name == "det":
            return Value(FUNCTIONS["log"](argument.node), "scalar")
        if name in _WHOLE:
            return values.of_matrix(name, argument)
        if name == "cot":
            return values.divide(scalar_value(1), values.apply("tan", [argument]))
        return values.apply(name, [argument])

    def _argument(self, name: str, start: int) -> Value:
        if self.word in ("(", "[", "{", r"\{"):
            inside = self._atom()
            return self._with_scripts_after_brackets(inside, name, start)
        if self.is_end:
            raise self.fail(f"the argument of {name} is missing")
        if name == "log" and self.word in ("|", r"\lvert", r"\vert"):
            return self._log_of_bars()
        first = self._factor()
        if first.node.is_constant and not self.is_end and self.word not in _JOINS and self.word != "/":
            first = values.multiply(first, self._factor())
        following = self.word
        is_factor = not self.is_end and following not in _JOINS and following not in ("/", "−", r"\div")
        is_function = following in _FUNCTIONS or following in _BIG or following in (r"\operatorname", "(", r"\|")
        if is_factor and not is_function:
            with located(self.text, self.words[start].position):
                raise AmbiguityError(f"{name} with several factors behind it", rf"\{name}(a b)", rf"\{name}(a) \cdot b")
        return first

    def _log_of_bars(self) -> Value:
        """The bars of log|Σ| are a determinant: the logarithm of a matrix has no place here."""
        inside = self._between({"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}[self.next_word()])
        if inside.kind == "matrix":
            return values.apply("abs", [values.determinant(inside)])
        return values.apply("abs", [inside])

    def _with_scripts_after_brackets(self, inside: Value, name: str, start: int) -> Value:
        if self.word == "^":
            with located(self.text, self.words[start].position):
                raise AmbiguityError(f"{name}(x)^2", rf"\{name}^2(x)", rf"\{name}(x^2)")
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
        opened = self._bounds()
        outside = {name: self.running.get(name) for name in opened}
        clash = [name for name, run in outside.items() if run is not None]
        if clash:
            raise self.fail(f"the index {clash[0]} runs already", "choose another letter")
        self.running.update(opened)
        body = self._product()
        if self.word in ("+", "-", "−") and self._mentions(list(opened)):
            with located(self.text, self.words[start].position):
                raise AmbiguityError(
                    "a sum followed by further terms with its index", r"\sum_i (a_i + b_i)", r"(\sum_i a_i) + b_i"
                )
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

    def _bounds(self) -> dict[str, Run]:
        """Read the index under a sum and the bound above it."""
        is_group = self.word == "{"
        if is_group:
            self.position += 1
        names = [self.next_word()]
        while is_group and self.word == ",":
            self.position += 1
            names.append(self.next_word())
        if any(len(name) != 1 or not name.isalpha() for name in names):
            raise self.fail("the index of a sum is a letter", r"\sum_{i=1}^n")
        low: Value | None = None
        if is_group and self.word == "=":
            self.position += 1
            low = self._sum()
        if is_group:
            self.expect("}")
        if low is None:
            if self.word == "^":
                raise self.fail("the sum has an upper bound and no lower one", r"\sum_{i=1}^n")
            return dict.fromkeys(names, Run(0, None))
        if not low.node.is_exact or not isinstance(low.node.value, int):
            raise self.fail("an index starts at a number", r"\sum_{i=1}^n")
        self.expect("^")
        high = self._script_size()
        origin = 0 if self.counts_from_zero else 1
        first = int(low.node.value) - origin
        count = high - (int(low.node.value) - 1) if not isinstance(high, int) else high - int(low.node.value) + 1
        if isinstance(count, int) and count < 1:
            raise self.fail("the sum runs over nothing")
        return {names[0]: Run(first, count)}

    def _script_size(self) -> Size:
        """Read the upper bound of a sum: a number, a size, or a difference of them."""
        words = []
        if self.word == "{":
            self.position += 1
            while self.word not in ("}", ""):
                words.append(self.next_word())
            self.expect("}")
        else:
            words.append(self.next_word())
        total: Size = 0
        sign = 1
        for word in words:
            if word in ("+", "-"):
                sign = -1 if word == "-" else 1
            elif word.isdigit() or (word.isalpha() and len(word) == 1):
                part: Size = int(word) if word.isdigit() else Dim.named(word)
                if not word.isdigit():
                    self.sizes.add(word)
                total = part * sign + total
                sign = 1
            else:
                raise self.fail("a bound is a number or a size", r"\sum_{i=1}^{n-1}")
        return total

    def _list_of(self, how: str, start: int) -> Value:
        r"""``\max(a, b)``, ``\max\{0, x\}``, or the largest entry of a vector."""
        opening = self.next_word()
        closing = {"(": ")", r"\{": r"\}", "[": "]"}.get(opening)
        if closing is None:
            raise self.fail(f"{how} needs brackets or an index", rf"\{how}(a, b) or \{how}_i x_i")
        parts = [self._sum()]
        while self.word == ",":
            self.position += 1
            parts.append(self._sum())
        self.expect(closing)
        if len(parts) == 1:
            return self._build(start, lambda: values.of_matrix(how, parts[0]))
        result = parts[0]
        for part in parts[1:]:
            result = self._build(start, partial(values.apply, "maximum" if how == "max" else "minimum", [result, part]))
        return result


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

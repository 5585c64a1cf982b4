r"""Names with indices: entries and rows, what a running index runs over, and the bounds under a sum.

    \sum_{i=1}^n x_i,   \sum_{i,j} A_{ij},   \sum_{i<j} A_{ij},   \sum_{j \neq i},   \prod_{k=i+1}^n,   x_{i+1},   A_{:,2}

An index runs over the whole of a range; where its bound moves with another index, a condition picks the entries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from symgd.errors import AmbiguityError, ParseError, ShapeError, UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant, size, tensor
from symgd.graph.shape import Dim, Shape, Size, size_names
from symgd.primitives.contraction import contract, eye, ones
from symgd.primitives.indexing import FULL, Item, index
from symgd.primitives.lookup import arange
from symgd.primitives.trigonometric import e, pi
from symgd.readers.latex import values
from symgd.readers.latex.tokens import FONTS, HINTS, Cursor
from symgd.readers.latex.values import Comparison, Value, scalar_value

__all__ = ["RELATIONS", "Bounds", "IndexReader"]

_FROM_ZERO = re.compile(
    r"\\(?:sum|prod|max|min)\s*(?:\\limits)?\s*_\{?\s*(?:\w(?:\s*,\s*\w)*\s*=\s*0|0\s*(?:<|\\leq?)(?![A-Za-z])=?\s*\w)"
)
"""A sum whose index starts at 0: then the first entry is number 0."""
RELATIONS = {
    "=": "=", "<": "<", ">": ">", r"\lt": "<", r"\gt": ">", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=",
    r"\ge": ">=", r"\geq": ">=", r"\geqslant": ">=", r"\ne": "!=", r"\neq": "!=",
}  # fmt: skip


_NUMBERED = {"J": "besselj", "Y": "bessely", "K": "besselk", "I": "besseli", "j": "spherical_jn", "y": "spherical_yn"}
"""Functions that papers write with a number below."""


class Run(NamedTuple):
    """What a running index runs over, as positions of an axis: from `first` on; None where the whole axis is meant."""

    first: int
    size: Size | None


class Bound(NamedTuple):
    """A bound under a sum: an index with a shift, or a size."""

    label: str | None
    shift: Size

    def __str__(self) -> str:
        return str(self.shift) if self.label is None else f"{self.label}{self.shift:+}" if self.shift else self.label


class Bounds(NamedTuple):
    """The indices a sum opens, and what has to hold between them."""

    opened: dict[str, Run]
    conditions: list[tuple[Bound, str, Bound]]


class IndexReader(Cursor):
    """Reads names, with what a formula declares them to be."""

    def __init__(self, text: str, shapes: dict[str, Shape], facts: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(text)
        self.shapes = shapes
        self.facts = facts
        self.sizes = {name for shape in shapes.values() for name in size_names(shape)}
        self.symbols: dict[str, Node] = {}
        self.running: dict[str, Run] = {}
        self.origin = 0 if _FROM_ZERO.search(text) else 1
        """The number of the first entry."""
        self.used: set[str] = set()

    # -- names ------------------------------------------------------------------------------------------------

    def name(self) -> Value:
        """Read a name with its subscript."""
        start = self.position
        if self._is_vector_of_ones():
            return self._ones()
        is_text = self.word == r"\text"
        name = self.read_name()
        if name is None:
            if self.word == "":
                raise self.fail("the formula ends where a name should follow")
            raise self.fail(f"{self.word} is not known", HINTS.get(self.word, r"functions are written \operatorname{name}"))
        if is_text and len(name) > 1 and not self.is_declared(name):
            self.position = start
            raise self.fail(
                rf"\text{{{name}}} is not known", rf'a name is written \mathrm{{{name}}}, or shapes={{"{name}": ""}}'
            )
        subscript = self.peek_subscript()
        if subscript is not None and self._belongs_to(name, subscript):
            self.position = self.after_subscript
            return self.symbol(f"{name}_{subscript.text}")
        if name == "I" and subscript is not None and not self.is_declared(name) and subscript.text not in self.running:
            return self._identity(subscript.text, start)
        if self.word == "_":
            return self._indexed(name, start)
        if self.word == "(" and not self.is_declared(name):
            spelled = name.lower() if name == "Gamma" else name
            self.refuse_two_readings(
                start, f"{name}(…)", rf"a product, {name} \cdot (…)", rf"a function, \operatorname{{{spelled}}}(…)"
            )
        if name == "Delta" and self.is_name and not self.is_declared(name):
            self.refuse_two_readings(
                start,
                rf"\Delta {self.word}",
                rf"a product, \Delta \cdot {self.word}",
                r"a name, \mathrm{\Delta " + self.word + "}",
            )
        return self.symbol(name)

    def _belongs_to(self, name: str, subscript: Any) -> bool:
        """Whether a subscript is a part of the name."""
        if f"{name}_{subscript.text}" in {**self.shapes, **self.facts, **self.symbols} or subscript.is_word:
            return True
        is_letter = len(subscript.text) == 1 and subscript.text.isupper() and subscript.text not in self.running
        return is_letter and name != "I" and not {name, name.upper()} & set(self.shapes)

    def is_declared(self, name: str) -> bool:
        """Whether the reader of the formula was told of a name."""
        return name in self.shapes or name in self.facts or name in self.sizes or name in ("e", "pi")

    def symbol(self, name: str) -> Value:
        """Return what a name stands for."""
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

    def _is_vector_of_ones(self) -> bool:
        return self.word in FONTS | {r"\mathbb"} and self.one_length() > 0

    def _ones(self) -> Value:
        self.position += self.one_length()
        if self.word != "_":
            raise self.fail("the size of a vector of ones is not known", r"\mathbf{1}_n")
        self.position += 1
        return Value(ones(as_node(self._size())), "column")

    def _identity(self, subscript: str, start: int) -> Value:
        if subscript.isdigit():
            self.refuse_two_readings(
                start, f"I_{subscript}", f"an identity matrix, with shapes={{\"I\": \"{subscript} {subscript}\"}}",
                f"a number, with shapes={{\"I_{subscript}\": \"\"}}",
            )  # fmt: skip
        self.position += 1
        return Value(eye(self._size()), "matrix")

    # -- entries and rows -------------------------------------------------------------------------------------

    def _indexed(self, name: str, start: int) -> Value:
        """An entry, a row, or a name with a number."""
        self.position += 1
        places = self._places()
        base = name
        if name not in self.shapes and name.upper() in self.shapes and len(self.shapes[name.upper()]) == 2 and len(places) == 1:
            base = name.upper()  # x_i is a row of X
        if base not in self.shapes:
            if all(symbol is None for symbol, _ in places):
                numbered = f"{name}_{'_'.join(str(number) for _, number in places)}"
                if self.word == "(" and not self.is_declared(numbered):
                    self._refuse_call(name, numbered, places, start)
                return self.symbol(numbered)
            raise ParseError(
                f"{name} is indexed, and its shape is not declared",
                formula=self.text,
                position=self.words[start].position,
                hint=f'shapes={{"{name}": "n"}}',
            )
        with self.located(start):
            return self._pick(base, places)

    def _refuse_call(self, name: str, numbered: str, places: list[tuple[str | None, int]], start: int) -> NoReturn:
        r"""Refuse J_0(x), which may be a product."""
        order = ", ".join(str(number) for _, number in places)
        function = rf"a function, \operatorname{{{_NUMBERED.get(name, 'name')}}}({order}, …)"
        self.refuse_two_readings(start, f"{numbered}(…)", rf"a product, {numbered} \cdot (…)", function)

    def _places(self) -> list[tuple[str | None, int]]:
        """Read indices: numbers, running letters, letters with a shift."""
        is_group = self.word == "{"
        if is_group:
            self.position += 1
        places: list[tuple[str | None, int]] = []
        while True:
            word = self.word
            if word.isdigit():
                if not is_group and len(word) > 1:
                    self.refuse_two_readings(self.position, f"_{word}", f"_{{{word}}}", f"_{{{word[0]}}} {word[1:]}")
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
                if is_group and self.word in ("+", "-") and self.following(1)[0].isdigit():
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
        node = self.symbol(name).node if len(self.shapes[name]) <= 2 else tensor(name, self.shapes[name])
        self.symbols[name] = node
        self.used.add(name)
        if len(places) > node.rank:
            raise ShapeError(f"{name} has {node.rank} axes and {len(places)} indices")
        if len(places) < node.rank and places[0][0] is None and places[0][1] > 9:
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
            elif symbol is None:
                position = shift - self.origin
                if position < 0 or (isinstance(length, int) and position >= length):
                    raise ShapeError(f"the index {shift} of {name} leaves the axis of size {length}")
                items.append(position)
            else:
                items.append(self._stretch(name, symbol, shift, length))
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

    def _stretch(self, name: str, label: str, shift: int, length: Size) -> Item:
        """Return the part of an axis an index runs over."""
        run = self.running[label]
        if run.size is None:
            self.running[label] = run = Run(0, length)
        first, count = run.first + shift, run.size
        assert count is not None
        if first < 0:
            raise ShapeError(f"the index {label} starts before the axis of {name}")
        room = length - count
        if not isinstance(room, int) or room < first:
            raise ShapeError(f"the index {label} runs over {count} values, and {name} has {length} here")
        return FULL if first == 0 and count == length else (first or None, count + first, None)

    # -- bounds -----------------------------------------------------------------------------------------------

    def bounds(self) -> Bounds:
        """Read the indices under a sum, what holds between them, and the bound above it."""
        start = self.position
        words = self.group_words()
        parts: list[list[str]] = [[]]
        relations = []
        for word in words:
            if word in RELATIONS:
                relations.append(RELATIONS[word])
                parts.append([])
            elif word in (r"\in", r"\notin"):
                self.position = start
                raise self.fail("an index in a set has no bounds", r"\sum_{i=1}^n")
            else:
                parts[-1].append(word)
        if relations in ([], ["="]):
            return self._equation(parts, start)
        return self._inequalities(parts, relations, start)

    def _equation(self, parts: list[list[str]], start: int) -> Bounds:
        """``i``, ``i,j``, ``i=1`` and ``i,j=1`` with the bound above, which may move with an index that runs already."""
        names = "".join(parts[0]).split(",")
        for name in names:
            self._check_index(name, start)
        if len(parts) == 1:
            if self.word == "^":
                raise self.fail("the sum has an upper bound and no lower one", r"\sum_{i=1}^n")
            return Bounds(dict.fromkeys(names, Run(0, None)), [])
        low = self._bound(parts[1], start)
        if low.label is None and not isinstance(low.shift, int):
            self.position = start
            raise self.fail("an index starts at a number", r"\sum_{i=1}^n")
        self.expect("^")
        above = self.position
        words = self.group_words()
        if set(words) & set(names):
            self.position = above
            raise self.fail(f"the bound of {names[0]} moves with itself", "choose another letter")
        high = self._bound(words, above)
        conditions = []
        for name in names:
            own = Bound(name, 0)
            conditions += [(low, "<=", own)] if low.label is not None else []
            conditions += [(own, "<=", high)] if high.label is not None else []
        first = int(low.shift) - self.origin if low.label is None else min(self.running[low.label].first + int(low.shift), 0)
        last = high.shift - self.origin if high.label is None else self._last(high, start)
        count = last - (first - 1)
        if first < 0 or (isinstance(count, int) and count < 1):
            self.position = start
            raise self.fail("the sum runs over nothing" if first >= 0 else f"an index starts at {self.origin} here")
        return Bounds(dict.fromkeys(names, Run(first, count)), conditions)

    def _inequalities(self, parts: list[list[str]], relations: list[str], start: int) -> Bounds:
        r"""``i<j``, ``j \neq i``, ``1 \le i \le n``, ``1 \le i < j \le n``."""
        self.position, back = start, self.position
        low: Bound | None = None
        high: Bound | None = None
        has_ends = len(parts) > 2 and parts[0] != [] and parts[0][0].isdigit()
        if has_ends and set(relations) <= {"<", "<="}:
            low, high = self._bound(parts[0], start), self._bound(parts[-1], start)
            middle, between = parts[1:-1], relations[1:-1]
        elif len(parts) == 2:
            middle, between = parts, relations
        else:
            raise self.fail("these bounds are not known", r"\sum_{i<j}, \sum_{j \neq i} or \sum_{1 \le i \le n}")
        run = Run(0, None)
        if low is not None and high is not None:
            if low.label is not None or high.label is not None:
                raise self.fail("these bounds move with an index", r"\sum_{j=i+1}^n")
            first = int(low.shift) - self.origin + (relations[0] == "<")
            run = Run(first, high.shift - self.origin - (relations[-1] == "<") - (first - 1))
        opened = {}
        for name in ("".join(part) for part in middle):
            if name in self.running and low is None:
                continue
            if len(middle) == 2 and self._is_offset(name):
                continue
            if name in self.sizes:
                raise self.fail(f"{name} is a size, and stands like an index here", rf"\sum_{{1 \le i \le {name}}}")
            self._check_index(name, start)
            opened[name] = run
        if not opened:
            raise self.fail("no index is opened here", r"\sum_{j \neq i}")
        ends = [Bound("".join(part), 0) if "".join(part) in opened else self._bound(part, start) for part in middle]
        if any(end.label is None and isinstance(end.shift, int) and end.shift < self.origin for end in ends):
            raise self.fail(f"the first index is {self.origin} here", r"\sum_{0 \le i < n} counts from 0")
        self.position = back
        return Bounds(opened, list(zip(ends, between, ends[1:], strict=False)))

    def _is_offset(self, name: str) -> bool:
        """Whether a bound is a number, or an index that runs already with a shift."""
        return name.isdigit() or (len(name) > 1 and name[0] in self.running)

    def _check_index(self, name: str, start: int) -> None:
        if len(name) != 1 or not name.isalpha():
            self.position = start
            raise self.fail("the index of a sum is a letter", r"\sum_{i=1}^n")
        if name in self.running:
            self.position = start
            raise self.fail(f"the index {name} runs already", "choose another letter")

    def _last(self, high: Bound, start: int) -> Size:
        """Return the last position of an index that ends where another one is."""
        assert high.label is not None
        run = self.running[high.label]
        if run.size is None:
            self.position = start
            raise self.fail(f"over what {high.label} runs is not known", rf"\sum_{{{high.label}=1}}^n")
        return run.size + run.first + high.shift - 1

    def _size(self) -> Size:
        start = self.position
        bound = self._bound(self.group_words(), start)
        if bound.label is not None:
            self.position = start
            raise self.fail(f"the index {bound.label} is used as a size")
        return bound.shift

    def _bound(self, words: list[str], start: int) -> Bound:
        """Read a number, a size or a running index, or a sum of them: n, 2n+1, i-1."""
        label: str | None = None
        total: Size = 0
        found = re.fullmatch(r"(?:[+-]?(?:\d+[A-Za-z]?|[A-Za-z]))(?:[+-](?:\d+[A-Za-z]?|[A-Za-z]))*", "".join(words))
        terms = re.findall(r"([+-]?)(\d*)([A-Za-z]?)", found.group())[:-1] if found else []
        for sign, digits, letter in terms:
            factor = (-1 if sign == "-" else 1) * int(digits or 1)
            if letter in self.running:
                if label is not None or factor != 1:
                    terms = []
                    break
                label = letter
            elif letter:
                self.sizes.add(letter)
                total = Dim.named(letter) * factor + total
            else:
                total = total + factor
        if not terms or (label is not None and not isinstance(total, int)):
            self.position = start
            raise self.fail("a bound is a number, a size or an index", r"\sum_{i=1}^{n-1}")
        return Bound(label, total)

    def comparisons(self, bounds: Bounds) -> list[Comparison]:
        """Return what has to hold between the indices of a sum, as values in which they run."""
        return [
            Comparison(self._position(left), relation, self._position(right)) for left, relation, right in bounds.conditions
        ]

    def _position(self, bound: Bound) -> Value:
        if bound.label is None:
            return scalar_value(as_node(bound.shift) - self.origin)
        run = self.running[bound.label]
        if run.size is None:
            raise UnsupportedError(f"over what {bound.label} runs is not known", hint=rf"\sum_{{{bound.label}=1}}^n")
        shift = run.first + bound.shift
        return Value(arange(run.size) + shift if shift != 0 else arange(run.size), "scalar", (bound.label,))

r"""What stands under and above a sum: the indices that it opens, what they run over, and what holds between them.

    \sum_{i=1}^n,   \sum_{i,j},   \sum_{i \in S},   \sum_{i<j},   \sum_{j \neq i},   \prod_{k=i+1}^n,   \sum_{1 \le i < j \le n}

An index runs over the whole of a range; where its bound moves with another index, a condition picks the entries.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from symgd.errors import ShapeError
from symgd.graph.conversion import as_node
from symgd.graph.shape import Dim, Size
from symgd.readers.latex.conditions import Comparison
from symgd.readers.latex.missing_shapes import missing_shapes, proposal
from symgd.readers.latex.scope import Run, Scope
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.subscripts import Place, pick
from symgd.readers.latex.tokens import RELATIONS
from symgd.readers.latex.values import Value, scalar_value

__all__ = ["Bound", "Bounds", "comparisons", "read_bounds", "read_size"]

_NAME = r"[A-Za-z](?:_(?:[A-Za-z0-9]|\{[A-Za-z0-9]+\}))?"
_TERM = rf"(?:\d+(?:{_NAME})?|{_NAME})"
_BOUND = re.compile(rf"(?:[+-]?{_TERM})(?:[+-]{_TERM})*")


class Bound(NamedTuple):
    """A bound under a sum: an index with a shift, or a size."""

    label: str | None
    shift: Size

    def __str__(self) -> str:
        return str(self.shift) if self.label is None else f"{self.label}{self.shift:+}" if self.shift else self.label


class Bounds(NamedTuple):
    """The indices a sum opens, what has to hold between them, and the set that holds them, as a tensor of 0 and 1."""

    opened: dict[str, Run]
    conditions: list[tuple[Bound, str, Bound]]
    members: Value | None = None


def read_bounds(tokens: TokenStream, scope: Scope) -> Bounds:
    """Read the indices under a sum, what holds between them, and the bound above it."""
    start = tokens.position
    if tokens.current == "{" and tokens.following(2)[1:] == [r"\in"]:
        return _members(tokens, scope, start)
    parts: list[list[str]] = [[]]
    relations = []
    for text in tokens.group():
        if text in RELATIONS:
            relations.append(RELATIONS[text])
            parts.append([])
        elif text in (r"\in", r"\notin"):
            raise tokens.fail("an index is in one set that has a name", r"\sum_{i \in S}, \sum_{i \in R_j}", at=start)
        else:
            parts[-1].append(text)
    if relations in ([], ["="]):
        return _equation(tokens, scope, parts, start)
    return _inequalities(tokens, scope, parts, relations, start)


def comparisons(bounds: Bounds, scope: Scope) -> list[Comparison]:
    """Return what has to hold between the indices of a sum, as values in which they run."""
    return [Comparison(_position(left, scope), how, _position(right, scope)) for left, how, right in bounds.conditions]


def _position(bound: Bound, scope: Scope) -> Value:
    if bound.label is None:
        return scalar_value(as_node(bound.shift) - scope.origin)
    return scope.index_value(bound.label, bound.shift)


def _members(tokens: TokenStream, scope: Scope, start: int) -> Bounds:
    r"""Read ``i \in S``, ``i \in R_j`` or ``i \in R(t_j)``: a vector of 0 and 1, or a matrix with a row for each j."""
    tokens.position += 1
    index = tokens.next()
    _check_index(tokens, scope, index, start)
    tokens.position += 1
    name = tokens.read_name() if tokens.is_name else None
    inside: list[str] = []
    while tokens.current and (tokens.current != "}" or inside.count("{") > inside.count("}")):
        inside.append(tokens.next())
    tokens.expect("}")
    owners = [text for text in inside if text in scope.running]
    has_strange = any(not text.strip("\\").isalpha() and text not in ("_", "{", "}", "(", ")") for text in inside)
    if name is None or len(owners) != bool(inside) or has_strange:
        raise tokens.fail("an index is in one set that has a name", r"\sum_{i \in S}, \sum_{i \in R_j}", at=start)
    if not scope.is_input(name):
        hint = f"{proposal(missing_shapes(tokens, scope))}, with 1 in {name} for what is in the set and 0 elsewhere"
        raise tokens.fail(f"the set {name} is not declared", hint, at=start)
    scope.running[index] = Run(0, None)
    with tokens.located(start):
        members = pick(scope, name, [*(Place(owner, 0) for owner in owners), Place(index, 0)])
        if members.kind != "scalar":
            raise ShapeError(f"the set {name} has more axes than indices", hint=r"write \sum_{i \in R_j} for a set of each j")
    return Bounds({index: scope.running.pop(index)}, [], members)


def _equation(tokens: TokenStream, scope: Scope, parts: list[list[str]], start: int) -> Bounds:
    """``i``, ``i,j``, ``i=1`` and ``i,j=1`` with the bound above, which may move with an index that runs already."""
    names = "".join(parts[0]).split(",")
    for name in names:
        _check_index(tokens, scope, name, start)
    if len(parts) == 1:
        if tokens.current == "^":
            raise tokens.fail("the sum has an upper bound and no lower one", r"\sum_{i=1}^n")
        return Bounds(dict.fromkeys(names, Run(0, None)), [])
    low = read_bound(tokens, scope, parts[1], start)
    if low.label is None and not isinstance(low.shift, int):
        raise tokens.fail("an index starts at a number", r"\sum_{i=1}^n", at=start)
    tokens.expect("^")
    above = tokens.position
    upper = tokens.group()
    if set(upper) & set(names):
        raise tokens.fail(f"the bound of {names[0]} moves with itself", "choose another letter", at=above)
    high = read_bound(tokens, scope, upper, above)
    conditions = []
    for name in names:
        index = Bound(name, 0)
        conditions += [(low, "<=", index)] if low.label is not None else []
        conditions += [(index, "<=", high)] if high.label is not None else []
    origin = scope.origin
    first = int(low.shift) - origin if low.label is None else min(scope.running[low.label].first + int(low.shift), 0)
    last = high.shift - origin if high.label is None else _last(tokens, scope, high.label, high.shift, start)
    count = last - (first - 1)
    if first < 0 or (isinstance(count, int) and count < 1):
        raise tokens.fail("the sum runs over nothing" if first >= 0 else f"an index starts at {origin} here", at=start)
    return Bounds(dict.fromkeys(names, Run(first, count)), conditions)


def _inequalities(tokens: TokenStream, scope: Scope, parts: list[list[str]], relations: list[str], start: int) -> Bounds:
    r"""``i<j``, ``j \neq i``, ``1 \le i \le n``, ``1 \le i < j \le n``."""
    names = ["".join(part) for part in parts]
    has_ends = len(parts) > 2 and names[0][:1].isdigit() and set(relations) <= {"<", "<="}
    if not has_ends and len(parts) != 2:
        raise tokens.fail("these bounds are not known", r"\sum_{i<j}, \sum_{j \neq i} or \sum_{1 \le i \le n}", at=start)
    run = _range(tokens, scope, parts, relations, start) if has_ends else Run(0, None)
    middle, between = (parts[1:-1], relations[1:-1]) if has_ends else (parts, relations)
    opened = {}
    for name in ("".join(part) for part in middle):
        if (name in scope.running and not has_ends) or (len(middle) == 2 and _is_offset(scope, name)):
            continue
        if name in scope.sizes:
            raise tokens.fail(f"{name} is a size, and stands like an index here", rf"\sum_{{1 \le i \le {name}}}", at=start)
        _check_index(tokens, scope, name, start)
        opened[name] = run
    if not opened:
        raise tokens.fail("no index is opened here", r"\sum_{j \neq i}", at=start)
    ends = [Bound("".join(part), 0) if "".join(part) in opened else read_bound(tokens, scope, part, start) for part in middle]
    if any(end.label is None and isinstance(end.shift, int) and end.shift < scope.origin for end in ends):
        raise tokens.fail(f"the first index is {scope.origin} here", r"\sum_{0 \le i < n} counts from 0", at=start)
    return Bounds(opened, list(zip(ends, between, ends[1:], strict=False)))


def _range(tokens: TokenStream, scope: Scope, parts: list[list[str]], relations: list[str], start: int) -> Run:
    r"""Return what ``1 \le … \le n`` runs over."""
    low, high = (read_bound(tokens, scope, part, start) for part in (parts[0], parts[-1]))
    if low.label is not None or high.label is not None:
        raise tokens.fail("these bounds move with an index", r"\sum_{j=i+1}^n", at=start)
    first = int(low.shift) - scope.origin + (relations[0] == "<")
    return Run(first, high.shift - scope.origin - (relations[-1] == "<") - (first - 1))


def _is_offset(scope: Scope, name: str) -> bool:
    """Whether a bound is a number, or an index that runs already with a shift."""
    return name.isdigit() or (len(name) > 1 and name[0] in scope.running)


def _check_index(tokens: TokenStream, scope: Scope, name: str, start: int) -> None:
    if len(name) != 1 or not name.isalpha():
        raise tokens.fail("the index of a sum is a letter", r"\sum_{i=1}^n", at=start)
    if name in scope.running:
        raise tokens.fail(f"the index {name} runs already", "choose another letter", at=start)


def _last(tokens: TokenStream, scope: Scope, label: str, shift: Size, start: int) -> Size:
    """Return the last position of an index that ends where another one is."""
    run = scope.running[label]
    if run.size is None:
        raise tokens.fail(f"over what {label} runs is not known", rf"\sum_{{{label}=1}}^n", at=start)
    return run.size + run.first + shift - 1


def read_size(tokens: TokenStream, scope: Scope) -> Size:
    r"""Read a size, as in ``\mathbf{1}_{n+1}``."""
    start = tokens.position
    bound = read_bound(tokens, scope, tokens.group(), start)
    if bound.label is not None:
        raise tokens.fail(f"the index {bound.label} is used as a size", at=start)
    return bound.shift


def read_bound(tokens: TokenStream, scope: Scope, texts: list[str], start: int) -> Bound:
    """Read a number, a size or a running index, or a sum of them: n, 2n+1, i-1."""
    label: str | None = None
    total: Size = 0
    match = _BOUND.fullmatch("".join(texts))
    terms = re.findall(rf"([+-]?)(\d*)({_NAME})?", match.group())[:-1] if match else []
    for sign, digits, spelled in terms:
        letter = spelled.replace("{", "").replace("}", "")
        factor = (-1 if sign == "-" else 1) * int(digits or 1)
        if letter in scope.running:
            if label is not None or factor != 1:
                terms = []
                break
            label = letter
        elif letter:
            scope.sizes.add(letter)
            total = Dim.named(letter) * factor + total
        else:
            total = total + factor
    if not terms or (label is not None and not isinstance(total, int)):
        raise tokens.fail("a bound is a number, a size or an index", r"\sum_{i=1}^{n-1}", at=start)
    return Bound(label, total)

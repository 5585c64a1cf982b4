"""What NumPy and CuPy call things: modules, helpers, and the spelling of every primitive.

:class:`CodePrinter` writes formulas as array code. Functions that SymPy's printers know (exp, sin, …) are spelled by
SymPy's printer for the backend; the others bring their spelling in their declaration.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from symgd.errors import UnsupportedError
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.shape import Dim, Shape, Size
from symgd.graph.text_printer import ATOM, PRODUCT, UNARY, Printer, Written

__all__ = ["BACKENDS", "HELPERS", "Backend", "CodePrinter"]

_CALLED = re.compile(r"(?<![\w.])([a-z]\w*)(?=\()")
_LETTERS = "xyzw"
_FOREIGN_MODULE = re.compile(r"(?<![\w.])(?:numpy|scipy|math|cupy|cupyx)\.")
_PLACEHOLDER = re.compile(r"\{([xyzw])\}")


@dataclass(frozen=True)
class Backend:
    """One array library."""

    name: str
    alias: str
    module: str
    special: str
    sympy_printer: str

    @property
    def imports(self) -> dict[str, str]:
        """The import statement for each prefix that code may use."""
        package, _, name = self.special.rpartition(".")
        return {
            self.alias: f"import {self.module} as {self.alias}",
            "special": f"from {package} import {name}",
            "scipy_linalg": f"from {package} import linalg as scipy_linalg",
        }


BACKENDS = {
    "numpy": Backend("numpy", "np", "numpy", "scipy.special", "SciPyPrinter"),
    "cupy": Backend("cupy", "cp", "cupy", "cupyx.scipy.special", "CuPyPrinter"),
}

HELPERS = {
    "_real": '''\
def _real(x, name):
    """Return an argument as an array of floats."""
    if type(x) is {np}.ndarray and x.dtype.kind in "fc":
        return x
    if isinstance(x, float):
        return {np}.asarray(x)
    return _read(x, name)
''',
    "_read": '''\
def _read(x, name):
    """Return data as an array of floats: integers would overflow silently, and masks, dates or texts be taken for numbers."""
    if type(x) is {np}.ndarray or isinstance(x, (int, {np}.number)):
        array = {np}.asarray(x)
        kind = array.dtype.kind
        if kind in "fciub":
            return array if kind in "fc" else array.astype(float)
    try:
        from symgd.arrays import read_float_array
    except ImportError:
        array = {np}.asarray(x)
        if array.dtype.kind not in "fciub" or hasattr(x, "mask"):
            raise TypeError(f"{{name}} is not an array of numbers") from None
        return array.astype(float)
    return {np}.asarray(read_float_array(x, f"the value of {{name}}"))
''',
    "_scalar": '''\
def _scalar(x, name):
    """Return x as a number: beside tensors, a scalar input takes one value."""
    x = _real(x, name)
    if x.ndim:
        raise ValueError(f"{{name}} is a scalar, and got an array of shape {{x.shape}}")
    return x[()]
''',
    "_full": '''\
def _full(x, shape, dtype):
    """Return x, stretched to the common shape of the inputs."""
    return {np}.broadcast_to({np}.asarray(x, dtype), shape).copy()[()]
''',
    "_stack": '''\
def _stack(entries, axes, shape, dtype):
    """Return scalar entries as a tensor; the common shape of the inputs stands in front."""
    out = {np}.empty((*shape, len(entries)), dtype)
    for k, entry in enumerate(entries):
        out[..., k] = entry
    return out.reshape(*shape, *axes)
''',
    "_scatter": '''\
def _scatter(x, index, shape, dtype):
    """Return zeros of a shape with x at an index."""
    out = {np}.zeros(shape, dtype)
    out[index] = x
    return out
''',
    "_whole": '''\
def _whole(x, size):
    """Return x as row numbers of an axis, checked."""
    x = {np}.asarray(x)
    rows = x.astype(int)
    if (rows != x).any() or (rows < 0).any() or (rows >= size).any():
        raise ValueError(f"row numbers are whole numbers from 0 to {{size - 1}}")
    return rows
''',
    "_put": '''\
def _put(x, rows, size, axis):
    """Return zeros with x added at rows of an axis, counted from the end."""
    end = x.ndim + axis + 1
    source = {np}.moveaxis(x, tuple(range(end - rows.ndim, end)), tuple(range(rows.ndim)))
    out = {np}.zeros((size, *source.shape[rows.ndim :]), x.dtype)
    {np}.add.at(out, rows, source)
    return {np}.moveaxis(out, 0, axis)
''',
    "_one_hot": '''\
def _one_hot(rows, size, dtype):
    """Return the unit vectors of rows."""
    return (rows[..., None] == {np}.arange(size)).astype(dtype)
''',
    "_symmetric_part": '''\
def _symmetric_part(x):
    """Return (x + xᵀ)/2."""
    return (x + x.T) / 2
''',
    "_windows": '''\
def _windows(x, width, axis):
    """Return the windows of an axis, along a new last axis."""
    return {np}.lib.stride_tricks.sliding_window_view(x, width, axis=axis)
''',
    "_overlap_add": '''\
def _overlap_add(x, axis):
    """Return windows put back on their places along an axis and added up."""
    source = {np}.moveaxis(x, (-1, axis - 1), (0, 1))
    width, count = source.shape[:2]
    out = {np}.zeros((count + width - 1, *source.shape[2:]), x.dtype)
    for k in range(width):
        out[k : k + count] += source[k]
    return {np}.moveaxis(out, 0, axis)
''',
    "_max_weights": '''\
def _max_weights(x, axis):
    """Return the share of each entry in the maximum along axes."""
    marks = (x == x.max(axis, keepdims=True)).astype(x.dtype)
    return marks / marks.sum(axis, keepdims=True)
''',
    "_min_weights": '''\
def _min_weights(x, axis):
    """Return the share of each entry in the minimum along axes."""
    marks = (x == x.min(axis, keepdims=True)).astype(x.dtype)
    return marks / marks.sum(axis, keepdims=True)
''',
    "_recurrence": '''\
def _recurrence(factors, terms, start, axis, is_reversed):
    """Return s with s[0] = start and s[k + 1] = factors[k]*s[k] + terms[k] along an axis."""
    out = {np}.empty(terms.shape, {np}.result_type(factors, terms))
    order = -1 if is_reversed else 1
    a = {np}.moveaxis({np}.broadcast_to(factors, terms.shape), axis, 0)[::order]
    b, s = ({np}.moveaxis(x, axis, 0)[::order] for x in (terms, out))
    state = {np}.full(s.shape[1:], start, out.dtype)
    for k in range(len(s)):
        s[k] = state
        state = a[k] * state + b[k]
    return out
''',
    "_adjugate": '''\
def _adjugate(x):
    """Return det(x)·x⁻¹; of a singular matrix from its singular values, where no inverse exists."""
    front = {np}.linalg.det(x)
    if front != 0:
        return front * {np}.linalg.inv(x)
    u, s, v = {np}.linalg.svd(x)
    return {np}.linalg.det(u) * {np}.linalg.det(v) * (v.T * _prod_others(s, 0)) @ u.T
''',
    "_prod_others": '''\
def _prod_others(x, axis):
    """Return for each entry the product of all others along an axis; no division, so that an entry may be 0."""
    x = {np}.moveaxis(x, axis, 0)
    one = {np}.ones_like(x[:1])
    before = {np}.cumprod({np}.concatenate([one, x[:-1]]), axis=0)
    after = {np}.cumprod({np}.concatenate([one, x[:0:-1]]), axis=0)[::-1]
    return {np}.moveaxis(before * after, 0, axis)
''',
    "_logsumexp": '''\
def _logsumexp(x, axis):
    """Return log(sum(exp(x))) along an axis, without overflow."""
    top = x.max(axis, keepdims=True)
    top = {np}.where({np}.isfinite(top), top, {np}.zeros_like(top))
    powers = {np}.exp(x - top)
    total = powers.sum(axis, keepdims=True)
    if not (({np}.abs(top) < 1) & (total < 1.1)).any():
        return ({np}.log(total) + top).sum(axis)
    ones = (powers == 1).astype(x.dtype)  # the largest, taken out so that the others keep their digits beside it
    others = (powers - ones).sum(axis, keepdims=True) + (ones.sum(axis, keepdims=True) - 1)
    return ({np}.log1p(others) + top).sum(axis)
''',
    "_sech": '''\
def _sech(x):
    """Return 1/cosh(x), without overflow."""
    e = {np}.exp(-{np}.abs(x))
    return 2 * e / (1 + e * e)
''',
    "_norm": '''\
def _norm(x, axis=None):
    """Return the Euclidean norm; very large and very small entries are scaled first, because squares leave the range."""
    top = {np}.abs(x).max(axis, keepdims=True)
    least = {np}.finfo(x.dtype).tiny ** 0.45
    if ((top > least) & (top < 1 / least)).all():
        return {np}.linalg.norm(x, axis=axis)
    scale = {np}.where((top > 0) & (top < {np}.inf), top, {np}.ones_like(top))
    return {np}.linalg.norm(x / scale, axis=axis) * (scale[0] if axis is None else scale.squeeze(axis))
''',
    "_softmax": '''\
def _softmax(x, axis):
    """Return exp(x)/sum(exp(x)) along an axis, without overflow."""
    powers = {np}.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)
''',
}


def _no_code(record: Primitive, backend: Backend) -> UnsupportedError:
    return UnsupportedError(
        f"{record.name} has no code for {backend.name}", hint="it can be derived and checked, but not compiled"
    )


@cache
def _spelled_by_sympy(record: Primitive, backend: Backend) -> str:
    """Return SymPy's spelling of a function, as a template."""
    import sympy as sp
    from sympy.printing import numpy as printers

    from symgd.evaluation.exact import sympy_function

    arguments = [sp.Symbol(f"argument_{letter}") for letter in _LETTERS[: record.arity]]
    function = sympy_function(record)
    expression = function(*arguments) if record.arity else function
    printer = getattr(printers, backend.sympy_printer)({"fully_qualified_modules": True, "allow_unknown_functions": False})
    try:
        text = str(printer.doprint(expression)).replace("{", "{{").replace("}", "}}")
    except NotImplementedError:
        raise _no_code(record, backend) from None
    text = text.replace("scipy.constants.pi", f"{backend.module}.pi")
    text = text.replace(f"{backend.module}.", f"{backend.alias}.").replace(f"{backend.special}.", "special.")
    if _FOREIGN_MODULE.search(text):
        raise _no_code(record, backend)
    for letter in _LETTERS:
        text = text.replace(f"argument_{letter}", f"{{{letter}}}")
    return text


def _is_call(template: str) -> bool:
    """Whether a template is one call, as in ``expit({x})``, perhaps with an index behind."""
    opening = re.match(r"[\w.]+\(", template)
    if opening is None:
        return False
    depth = 0
    for position, character in enumerate(template):
        depth += (character == "(") - (character == ")")
        if character == ")" and depth == 0:
            return re.fullmatch(r"(\[\d+\]|\.\w+)*", template[position + 1 :]) is not None
    return False


class CodePrinter(Printer):
    """Writes array code.

    Parameters
    ----------
    backend : Backend
    names : dict
        Identifiers of inputs.
    sizes : dict
        Identifiers of sizes.
    has_batch : bool
        Whether all inputs are scalars and may be arrays of one common shape.
    """

    def __init__(self, backend: Backend, names: dict[Node, str], sizes: dict[str, str], has_batch: bool) -> None:
        super().__init__(names)
        self.backend = backend
        self.sizes = sizes
        self.has_batch = has_batch
        self.used: set[str] = set()
        for node, name in names.items():
            self.written[node] = Written(name)

    # -- spelling -----------------------------------------------------------------------------------------------

    def write(self, node: Node) -> Written:
        record = node.primitive
        pieces = [self.written[arg].text for arg in node.args]
        if record.code is not None:
            text = record.code(node, pieces, self)
            if pieces and text.startswith(f"{pieces[0]}["):
                text = record.code(node, [self.group(self.written[arg], ATOM) for arg in node.args], self)
            if re.search(r"(?<!\w)dtype(?!\w)", text):
                self.used.add("dtype")
            return Written(self.qualified(text, record))
        if record.numpy:
            return self.from_template(record, node)
        if record.is_elementwise and record.layout is None:
            if not record.sympy:
                raise _no_code(record, self.backend)
            return self.filled(_spelled_by_sympy(record, self.backend), node)
        return super().write(node)

    def from_template(self, record: Primitive, node: Node) -> Written:
        """Fill the arguments into a template, in brackets unless they stand between commas and brackets there."""
        return self.filled(self.qualified(record.numpy, record), node)

    def filled(self, template: str, node: Node) -> Written:
        """Put the arguments of a node in the places of a template."""
        operands = dict(zip(_LETTERS, (self.written[arg] for arg in node.args), strict=False))

        def operand_at(match: re.Match[str]) -> str:
            before, after = template[: match.start()].rstrip(), template[match.end() :].lstrip()
            stands_alone = before[-1:] in ("(", ",") and after[:1] in (")", ",")
            operand = operands[match.group(1)]
            return operand.text if stands_alone else self.group(operand, ATOM)

        return Written(_PLACEHOLDER.sub(operand_at, template), ATOM if _is_call(template) else PRODUCT - 15)

    def qualified(self, text: str, record: Primitive) -> str:
        """Put the library in front of the functions called in `text`."""
        alias = self.backend.alias
        homes = {}
        for place in record.imports:
            module, _, name = place.partition(":")
            if module == self.backend.special:
                homes[name] = "special"
            elif module == f"{self.backend.special.rpartition('.')[0]}.linalg":
                homes[name] = "scipy_linalg"
            elif module.startswith(f"{self.backend.module}."):
                homes[name] = f"{alias}{module[len(self.backend.module) :]}"

        def home(match: re.Match[str]) -> str:
            name = match.group(1)
            return name if name == "slice" else f"{homes.get(name, alias)}.{name}"

        return _CALLED.sub(home, text)

    def library(self, name: str) -> str:
        return f"{self.backend.alias}.{name}"

    # -- words --------------------------------------------------------------------------------------------------

    def call(self, name: str, args: Sequence[str]) -> Written:
        return Written(f"{self.library(name)}({', '.join(args)})")

    def number(self, value: Any) -> Written:
        if isinstance(value, float) and value in (float("inf"), -float("inf")):
            return Written(("-" if value < 0 else "") + self.library("inf"), ATOM if value > 0 else UNARY)
        if isinstance(value, float) and value != value:
            return Written(self.library("nan"))
        if isinstance(value, Fraction) and value.denominator != 1:
            if max(abs(value.numerator), value.denominator) < 2**53:
                return Written(f"{value.numerator}/{value.denominator}", PRODUCT if value > 0 else UNARY)
        return Written(_machine(value), ATOM if value >= 0 else UNARY)

    def named_constant(self, name: str) -> Written:
        return Written(self.library(name))

    def size(self, size: Size) -> Written:
        return super().size(self._size_text(size))  # type: ignore[arg-type]

    def _size_text(self, size: Size) -> str:
        if not isinstance(size, Dim):
            return str(size)
        return str(Dim({tuple(self.sizes[name] for name in monomial): c for monomial, c in size.terms}))

    def shape_text(self, shape: Shape) -> str:
        inside = ", ".join(self._size_text(size) for size in shape)
        return f"({inside},)" if len(shape) == 1 else f"({inside})"

    def product(
        self, coefficient: Fraction, scalars: Sequence[Written], tensors: Sequence[Written], below: Sequence[Written]
    ) -> Written:
        """Multiply numbers first, then tensors, so that no tensor is scaled twice; products with ``@`` stay whole."""
        numerator, denominator = abs(coefficient.numerator), coefficient.denominator
        exact = max(numerator, denominator) < 2**53
        front = [_machine(Fraction(numerator) if exact else abs(coefficient))] if numerator != 1 or not exact else []
        front += [self.group(piece, UNARY) for piece in scalars]
        parts = [self.group(piece, UNARY) for piece in tensors]
        divisors = [str(denominator)] if denominator != 1 and exact else []
        divisors += [self.group(piece, UNARY) for piece in below]
        sign = "-" if coefficient < 0 else ""
        if len(parts) == 1 and not front and not divisors and not sign:
            return tensors[0]
        if self.has_batch and below and not parts:
            return Written(sign + _in_turns(front, divisors), PRODUCT)
        separator = " * " if parts else "*"
        text = separator.join([*(["*".join(front)] if front else []), *parts]) or "1"
        if divisors:
            text += (" / " if parts else "/") + (divisors[0] if len(divisors) == 1 else f"({'*'.join(divisors)})")
        return Written(sign + text, PRODUCT)

    def power(self, base: Written, exponent: Written, rank: int = 0) -> Written:
        if exponent.text == "3" and base.text.isidentifier():
            return Written(f"{base.text}*{base.text}*{base.text}", PRODUCT)
        return super().power(base, exponent, rank)

    def reduce(self, name: str, piece: Written, axes: Sequence[int] | None, keepdims: bool = False) -> Written:
        inside = "" if axes is None else str(axes[0] if len(axes) == 1 else tuple(axes))
        return Written(f"{self.group(piece, ATOM)}.{name}({inside})")

    def contraction(self, spec: str, pieces: Sequence[Written]) -> Written:
        return self.call("einsum", [f'"{spec}"', *(piece.text for piece in pieces), "optimize=True"])

    def stretch(self, piece: Written, shape: Sequence[Size], is_scalar: bool) -> Written:
        target = self.shape_text(tuple(shape))
        if is_scalar:
            self.used.add("dtype")
            return self.call("full", [target, piece.text, "dtype"])
        return self.call("broadcast_to", [piece.text, target])

    def array(self, entries: Sequence[Written], shape: Sequence[Size]) -> Written:
        axes = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        self.used.add("dtype")
        common = "shape" if self.has_batch else "()"
        if self.has_batch:
            self.used.add("shape")
        inside = ", ".join(entry.text for entry in entries)
        return Written(f"_stack(({inside},), ({axes}), {common}, dtype)")


def _in_turns(factors: Sequence[str], divisors: Sequence[str]) -> str:
    """Multiply and divide in turns, so that scalars stay within range: ``x/h*y/h``."""
    text, rest = factors[0] if factors else "1", list(factors[1:])
    for divisor in divisors:
        text += f"/{divisor}" + (f"*{rest.pop(0)}" if rest else "")
    return "*".join([text, *rest])


def _machine(value: float | Fraction) -> str:
    """Return a number as Python code; integers beyond what a float holds exactly become floats."""
    if isinstance(value, bool | float):
        return repr(value)
    number = Fraction(value)
    if number.denominator == 1 and abs(number) < 2**53:
        return repr(number.numerator)
    try:
        return repr(float(number))
    except OverflowError:
        digits = int((number.numerator.bit_length() - number.denominator.bit_length()) * math.log10(2)) + 1
        raise UnsupportedError(
            f"a number of {digits} digits stands in the formula, and a float holds 308", hint="measure in other units"
        ) from None

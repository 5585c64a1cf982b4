"""The Python array API standard: code for arrays of any library that supports it, such as PyTorch, JAX, CuPy and NumPy.

The function asks its arguments which library they are of (``array_api_compat.array_namespace``) and computes with that one. A
number of Python is no array there: a function that is called with one gets an array of the common type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, ClassVar

from symgd.codegen.backends.base import Backend, Spelling
from symgd.codegen.pieces import PythonNumber, PythonTruth
from symgd.codegen.runtime import array_api, array_api_functions, array_api_gamma
from symgd.graph.node import Node
from symgd.graph.shape import Size
from symgd.graph.text_printer import Written

__all__ = ["ArrayApi"]

_TYPED = "dtype=dtype, device=device"


def _called(name: str) -> Spelling:
    """Return the code of a function that is called with its arguments and nothing else."""
    return lambda node, names, printer: f"{name}({', '.join(names)})"


def _along(name: str) -> Spelling:
    """Return the code of a function along axes."""
    return lambda node, names, printer: f"{name}({names[0]}, axis={_axes(node)})"


def _axes(node: Node) -> str:
    axes = node.params[0]
    return str(axes[0] if len(axes) == 1 else axes)


def _of_size(name: str) -> Spelling:
    """Return the code of an array that has nothing but a size."""
    return lambda node, names, printer: f"{name}({printer.size(node.params[0]).text}, {_TYPED})"


def _index(node: Node, names: Sequence[str], printer: Any) -> str:
    """Return an index with one entry for each axis, as the standard requires."""
    if any(isinstance(item, tuple) and isinstance(item[2], int) and item[2] < 0 for item in node.params[0]):
        return f"_backwards({names[0]}, ({', '.join(_place(item, printer) for item in node.params[0])},))"
    return f"{names[0]}[{', '.join(_entry(item, printer) for item in node.params[0])}]"


def _entry(item: Any, printer: Any) -> str:
    if isinstance(item, int):
        return str(item)
    start, stop, step = ("" if end is None else str(printer.size(end).text) for end in item)
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"


def _scatter(node: Node, names: Sequence[str], printer: Any) -> str:
    items = ", ".join(_place(item, printer) for item in node.params[0])
    return f"_scatter({names[0]}, ({items},), {printer.shape_text(node.shape)}, dtype, device)"


def _place(item: Any, printer: Any) -> str:
    if isinstance(item, int):
        return str(item)
    return f"slice({', '.join('None' if end is None else str(printer.size(end).text) for end in item)})"


def _expand(node: Node, names: Sequence[str], printer: Any) -> str:
    text = names[0]
    for axis in node.params[0]:
        text = f"expand_dims({text}, axis={axis})"
    return text


def _rows(name: str, size: Size, printer: Any) -> str:
    return f"_whole({name}, {printer.size(size).text})"


def _take(node: Node, names: Sequence[str], printer: Any) -> str:
    axis = node.params[0] + node.args[0].rank
    return f"_take({names[0]}, {_rows(names[1], node.args[0].shape[axis], printer)}, {axis})"


def _put(node: Node, names: Sequence[str], printer: Any) -> str:
    axis, size = node.params
    return f"_put({names[0]}, {_rows(names[1], size, printer)}, {printer.size(size).text}, {axis})"


def _one_hot(node: Node, names: Sequence[str], printer: Any) -> str:
    (size,) = node.params
    return f"_one_hot({_rows(names[0], size, printer)}, {printer.size(size).text}, dtype)"


_SAME_NAMES = (
    "abs", "sign", "floor", "ceil", "maximum", "minimum", "where", "exp", "log", "log2", "log10", "expm1", "log1p", "logaddexp",
    "hypot", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
)  # fmt: skip
"""Functions that the standard calls as symgd does."""

_COPIED = (
    "relu", "leaky_relu", "elu", "softplus", "sigmoid", "silu", "gelu", "heaviside", "sinc", "xlogy", "cbrt", "kron", "cross",
    "expm", "erf", "erfc", "erfcx", "erfinv", "gamma", "loggamma", "digamma", "polygamma", "beta", "zeta", "lambertw",
    "ndtr", "log_ndtr", "ndtri",
)  # fmt: skip
"""Functions that are copied into the code, under their names with ``_`` in front."""

_KEPT = frozenset((
    *_SAME_NAMES, "sqrt", "square", "reshape", "broadcast_to", "expand_dims", "sum", "mean", "prod", "max", "min", "flip",
    "sort", "stack", "tril", "triu", "eye", "arange", "asarray", "zeros_like", "ones_like", "isfinite", "copysign",
))  # fmt: skip
"""Functions of the standard that declarations call by their own names."""

_RENAMED = {
    "transpose": "permute_dims", "concatenate": "concat", "amax": "max", "amin": "min", "trace": "linalg.trace",
    "diag": "linalg.diagonal", "outer": "linalg.outer", "inv": "linalg.inv", "solve": "linalg.solve", "det": "linalg.det",
    "slogdet": "linalg.slogdet", "matrix_power": "linalg.matrix_power", "cholesky": "linalg.cholesky", "pinv": "linalg.pinv",
    "eigh": "linalg.eigh", "eigvalsh": "linalg.eigvalsh", "svdvals": "linalg.svdvals", "matrix_norm": "linalg.matrix_norm",
}  # fmt: skip
"""Functions of the standard by the names that declarations use, which are NumPy's."""


class ArrayApi(Backend):
    """Arrays of any library that supports the Python array API standard."""

    name = "array_api"
    package = "array_api_compat"
    alias = "xp"
    sympy_printer = ""
    alias_in_helpers = "compat"
    runtime: ClassVar[tuple[ModuleType, ...]] = (array_api, array_api_functions, array_api_gamma)
    has_operators = False
    reserved: ClassVar[frozenset[str]] = frozenset({"xp", "compat", "dtype", "device", "shape"})
    spellings: ClassVar[Mapping[str, Spelling]] = {
        **{name: _called(name) for name in _SAME_NAMES},
        **{name: _called(f"_{name}") for name in _COPIED},
        "expand": _expand,
        "eye": _of_size("eye"),
        "arange": _of_size("arange"),
        "index": _index,
        "scatter": _scatter,
        "take": _take,
        "put": _put,
        "one_hot": _one_hot,
        "cumsum": lambda node, names, printer: f"_cumulated({names[0]}, {', '.join(map(str, node.params))})",
        "max": _along("max"),
        "min": _along("min"),
        "prod": _along("prod"),
        "logsumexp": lambda node, names, printer: f"_logsumexp({names[0]}, {_axes(node)})",
        "norm2": lambda node, names, printer: f"_norm({names[0]}, {_axes(node)})",
        "svdvals": "svdvals({x})",
        "spectral_norm": "matrix_norm({x}, ord=2)",
        "nuclear_norm": "sum(svdvals({x}))",
    }

    @classmethod
    def modules(cls) -> dict[str, str]:
        return {"compat": "import array_api_compat as compat"}

    # -- spelling -------------------------------------------------------------------------------------------------

    def call(self, name: str) -> str:
        if name in self.helpers():
            return self.helper(name)
        if name == "slice":
            return "slice("
        if name not in _RENAMED and name not in _KEPT:
            raise self.no_code(self.writing)
        return f"xp.{_RENAMED.get(name, name)}("

    def helper(self, name: str) -> str:
        return f"{super().helper(name)}xp, "

    def argument(self, piece: Written) -> str:
        if isinstance(piece, PythonTruth):
            return f"xp.asarray({piece.text}, dtype=xp.bool, device=device)"
        return f"xp.asarray({piece.text}, {_TYPED})" if isinstance(piece, PythonNumber) else piece.text

    # -- operations -----------------------------------------------------------------------------------------------

    def root(self, operand: Written) -> str:
        return f"{self.helper('_sqrt') if isinstance(operand, PythonNumber) else 'xp.sqrt('}{operand.text})"

    def reduced(self, name: str, operand: Written, axes: Sequence[int] | None) -> str:
        along = "" if axes is None else f", axis={axes[0] if len(axes) == 1 else tuple(axes)}"
        return f"xp.{name}({operand.text}{along})"

    def contraction(self, spec: str, operands: Sequence[Written]) -> str:
        return f'{self.helper("_einsum")}"{spec}", {", ".join(operand.text for operand in operands)})'

    def filled_with(self, number: Written, shape: str) -> str:
        if isinstance(number, PythonNumber):
            return f"xp.full({shape}, {number.text}, {_TYPED})"
        return self.stretched(number, shape)

    def stretched(self, operand: Written, shape: str) -> str:
        return f"xp.broadcast_to({operand.text}, {shape})"

    def stacked(self, entries: Sequence[Written], axes: str, has_batch: bool) -> str:
        self.uses.shape |= has_batch
        entry_texts = ", ".join(entry.text for entry in entries)
        return f"{self.helper('_stack')}({entry_texts},), ({axes}), {'shape' if has_batch else '()'}, dtype, device)"

    # -- the ends of a function -----------------------------------------------------------------------------------

    def to_common_shape(self, result: Written, is_boolean: bool) -> str:
        self.uses.shape = True
        return f"{self.helper('_full')}{result.text}, shape, {'xp.bool' if is_boolean else 'dtype'}, device)"

    def number(self, result: Written) -> str:
        return f"{self.helper('_as')}{result.text}, dtype, device)"

    def copied(self, result: Written) -> str:
        return f"xp.asarray({result.text}, copy=True)"

    def argument_lines(
        self, names: Sequence[str], are_scalars: Sequence[bool], has_batch: bool, unused: Sequence[str]
    ) -> list[str]:
        self.uses.helpers.add("_library")
        lines = super().argument_lines(names, are_scalars, has_batch, unused)
        arguments = names or unused
        return [f"xp, dtype, device = _library({', '.join(arguments)})"] + [f"{line[:-1]}, dtype, device)" for line in lines]

    def shown_shape(self, name: str) -> str:
        return f"tuple({name}.shape)"

    def common_lines(self, names: Sequence[str]) -> list[str]:
        return [f"shape = {self.helper('_common_shape')}{', '.join(names)})"] if self.uses.shape else []

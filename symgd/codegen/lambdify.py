"""Compile formulas to array code through ``sympy.lambdify``.

What runs is the text that :attr:`Compiled.source` shows: self-contained, with the checks a call needs and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from symgd.arguments import read_choice
from symgd.codegen.libraries import BACKENDS, Backend
from symgd.codegen.opening import opening_lines
from symgd.codegen.pickling import executed, with_module
from symgd.codegen.printer import CodePrinter
from symgd.codegen.schedule import Schedule, schedule
from symgd.codegen.signature import Signature, check_sizes, sign
from symgd.codegen.source import function_body, source_text
from symgd.codegen.stages import Request
from symgd.codegen.stages.arithmetic import with_arithmetic
from symgd.graph.node import Node
from symgd.graph.text_printer import Written
from symgd.graph.traversal import symbols_of
from symgd.optional_packages import is_installed, required

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Value = TypeVar("Value", default=Any, covariant=True)
else:
    from typing import TypeVar

    Value = TypeVar("Value", covariant=True)

__all__ = ["Compiled", "compile_formulas"]


class Compiled(Protocol[Value]):
    """A compiled formula: a plain function of the values of its arguments, with these attributes.

    Pickle writes its source, see :mod:`symgd.codegen.pickling`.

    Attributes
    ----------
    source : str
        The Python code that runs.
    arguments : tuple of Node
    backend : str
    """

    source: str
    arguments: tuple[Node, ...]
    backend: str

    def __call__(self, *values: object) -> Value:
        """Return the value(s) of the formula(s)."""


def compile_formulas(
    arguments: Sequence[Node],
    outputs: Sequence[Node],
    backend: str = "numpy",
    *,
    as_list: bool = True,
    name: str = "f",
    unread: Collection[Node] = (),
    may_alias: bool = False,
    slopes_of_norms: bool = False,
    named: Mapping[str, Node] | None = None,
) -> Compiled:
    """Compile `outputs` as a function of `arguments`.

    The formulas are taken as they are: of the stages of :mod:`symgd.codegen.pipeline` they pass the last, which concern
    arithmetic only.

    Parameters
    ----------
    arguments : sequence of Node
        Symbols, in the order of the call.
    outputs : sequence of Node
    backend : str
        The name of a backend.
    as_list : bool
        Whether the function returns a list (else the only output).
    name : str
        Name of the function in the source.
    unread : collection of Node
        Arguments that occur in no formula and whose shape is unknown: their values are not read, unless there is no other
        argument.
    slopes_of_norms : bool
        Whether a vector divided by its norm is 0 where both are.
    may_alias : bool
        Whether an output may share memory with an argument or another output, because it is never written to.
    named : mapping of str to Node, optional
        Parts of the formulas, by the names that the code is to give them.

    Raises
    ------
    SymgdError
        For an unknown backend, or an input of the formulas that is not among the arguments.
    """
    library = BACKENDS[read_choice(backend, BACKENDS, "backend")]
    signature = sign(arguments, outputs, unread, library)
    has_batch = signature.has_batch
    wanted = {} if named is None or has_batch else dict(named)
    request = Request(has_batch=has_batch, fills_holes=slopes_of_norms)
    prepared = with_arithmetic([*outputs, *wanted.values()], request)
    formulas, parts = prepared[: len(outputs)], prepared[len(outputs) :]
    check_sizes(signature, formulas)
    printer = CodePrinter(library(), dict(signature.identifiers), signature.sizes, has_batch)
    work = schedule(formulas, printer, signature.taken, dict(zip(wanted, parts, strict=True)))
    results = _finished(outputs, formulas, work, printer, signature, may_alias)
    body = function_body(signature.names, work, results, as_list)
    source = source_text(printer.backend, name, signature, opening_lines(signature, printer, formulas), body)
    compiled: Compiled = with_module(_run(source, name, library), source, arguments, backend)
    return compiled


def _finished(
    outputs: Sequence[Node],
    formulas: Sequence[Node],
    work: Schedule,
    printer: CodePrinter,
    signature: Signature,
    may_alias: bool,
) -> list[str]:
    """Stretch outputs that do not depend on all inputs to the common shape, and copy what would alias an input."""
    texts: list[str] = []
    for k, (node, formula, written) in enumerate(zip(outputs, formulas, work.outputs, strict=True)):
        may_share = not may_alias and ((formula.primitive.is_view and len(formula.args) < 2) or formula in formulas[:k])
        texts.append(_result(node, formula, written, printer, signature, may_share))
    return texts


def _result(node: Node, formula: Node, written: Written, printer: CodePrinter, signature: Signature, may_share: bool) -> str:
    """Return the code of one output; `may_share` is whether an array could share its memory with another."""
    inputs = symbols_of(formula)
    if node.shape:
        return printer.backend.copied(written) if may_share else written.text
    if signature.has_batch and set(inputs) != set(signature.known):
        return printer.backend.to_common_shape(written, formula.is_boolean)
    if not signature.has_batch and not inputs:
        return printer.backend.number(written)
    return written.text


def _run(source: str, name: str, library: type[Backend]) -> Callable[..., Any]:
    """Execute the source and return its function; every identifier in it was chosen or checked here."""
    if library.package != "numpy" and not is_installed(library.package):

        def missing(*values: Any) -> Any:
            return required(library.package, f"code for {library.name}")

        return missing
    return executed(source, name)

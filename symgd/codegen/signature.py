"""The arguments of a compiled function: what they are called in its code, and what must be read off them."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from symgd.codegen.backends.base import Backend
from symgd.errors import SymgdError
from symgd.graph.node import SIZE, Node
from symgd.graph.shape import size_names
from symgd.graph.traversal import symbols_of, toposort

__all__ = ["Signature", "sign", "sizes_of"]

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_SHARED_VALUE = re.compile(r"t\d+\Z")
_RESERVED = {"np", "cp", "special", "scipy_linalg", "dtype", "shape", "float", "len", "enumerate", "slice", "ValueError", "f"}


@dataclass(frozen=True)
class Signature:
    """The arguments of one function.

    Attributes
    ----------
    arguments : tuple of Node
        In the order of the call.
    known : tuple of Node
        Those that the function reads; the shapes of the others are unknown.
    identifiers : dict of Node to str
    sizes : dict of str to str
        Identifiers of the sizes that the shapes name.
    has_batch : bool
        Whether all inputs are scalars that may be arrays of one common shape.
    """

    arguments: tuple[Node, ...]
    known: tuple[Node, ...]
    identifiers: dict[Node, str]
    sizes: dict[str, str]
    has_batch: bool

    @property
    def names(self) -> list[str]:
        """The identifiers of the arguments, in the order of the call."""
        return [self.identifiers[node] for node in self.arguments]

    @property
    def taken(self) -> set[str]:
        """Every identifier that is in use."""
        return {*self.identifiers.values(), *self.sizes.values()}


def is_batch(known: Collection[Node], outputs: Sequence[Node]) -> bool:
    """Whether inputs are scalars only, so that a function of them takes arrays of a common shape.

    A row number stays one number: which row it chooses is not known entry by entry.
    """
    if not known or any(node.shape for node in known):
        return False
    lookups = ((node, node.primitive.whole) for node in toposort(outputs))
    return not any(symbols_of(rows) for node, rows_of in lookups if rows_of is not None for rows, _ in rows_of(node))


def looked_at(arguments: Sequence[Node], unread: Collection[Node]) -> list[Node]:
    """Return the arguments that a function reads: all but those of unknown shape, unless there is no other."""
    return [node for node in arguments if node not in unread] or list(arguments)


def sign(arguments: Sequence[Node], outputs: Sequence[Node], unread: Collection[Node], backend: type[Backend]) -> Signature:
    """Choose the names of a function's arguments and sizes.

    Raises
    ------
    SymgdError
        For an input of the outputs that is not among the arguments, and two arguments of one name.
    """
    missing = [node.name for node in symbols_of(*outputs) if node not in arguments]
    if missing:
        raise SymgdError(f"the formula also needs {', '.join(missing)}", hint="add it to the arguments")
    if len({node.name for node in arguments}) != len(arguments):
        raise SymgdError("two arguments have one name")
    known = looked_at(arguments, unread)
    used_names = {*_RESERVED, *backend.all_modules(), *backend.reserved, *backend.helpers()}
    identifiers: dict[Node, str] = {}
    for k, node in enumerate(arguments):
        identifiers[node] = _identifier(node.name, f"x{k}", used_names)
    sizes: dict[str, str] = {}
    for node in arguments:
        for size_name in size_names(node.shape):
            if size_name not in sizes:
                sizes[size_name] = _identifier(size_name, f"size{len(sizes)}", used_names)
    return Signature(tuple(arguments), tuple(known), identifiers, sizes, is_batch(known, outputs))


def _identifier(name: str, fallback: str, used_names: set[str]) -> str:
    """Return the user's name where it is an identifier, else a generated one."""
    usable = _IDENTIFIER.match(name) and not keyword.iskeyword(name) and not _SHARED_VALUE.match(name) and "__" not in name
    choice = name if usable else fallback
    while choice in used_names:
        choice += "_"
    used_names.add(choice)
    return choice


def sizes_of(node: Node) -> list[str]:
    """Return the names of sizes that computing a node mentions."""
    return size_names(tuple(node.params)) if node.primitive is SIZE else size_names(node.shape)


def check_sizes(signature: Signature, formulas: Sequence[Node]) -> None:
    """Refuse formulas that contain a size which no argument has.

    Raises
    ------
    SymgdError
        With the name of the size.
    """
    for node in toposort(formulas):
        unknown = [size_name for size_name in sizes_of(node) if size_name not in signature.sizes]
        if unknown:
            raise SymgdError(
                f"the size {unknown[0]} cannot be read off the arguments",
                hint="add an argument that has this axis, as a Node (formula.symbols)",
            )

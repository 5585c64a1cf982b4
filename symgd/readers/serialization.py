"""Formulas as JSON: saved and loaded without running anything.

A file holds the nodes of a graph in order, each with the name of its function, the numbers of its arguments and its
parameters; and their SHA-256 digest, so that a damaged file is noticed before it becomes another formula.
"""

from __future__ import annotations

import hashlib
import json
import os
from fractions import Fraction

from symgd.arguments import read_path
from symgd.errors import DataError, SymgdError, shown
from symgd.files import read_text, write_file
from symgd.graph.node import CONSTANT, SYMBOL, Node, Number, constant
from symgd.graph.primitive import REGISTRY, Primitive
from symgd.graph.shape import Dim
from symgd.graph.symbol_facts import SymbolFacts, check_name
from symgd.graph.traversal import toposort
from symgd.readers.saved_parameters import read_parameter, write_parameter

__all__ = ["digest_of", "dump_formula", "load_formula", "parse_formula", "save_formula"]

FORMAT, VERSION = "symgd formula", 1
MAX_BYTES = 50_000_000


def save_formula(formula: Node, path: str | os.PathLike[str]) -> None:
    """Write a formula to a file, as JSON.

    Parameters
    ----------
    formula : Node
    path : path
        An existing file is replaced, in one step.

    Raises
    ------
    SymgdError
        For what is not a formula.
    DataError
        Where the file cannot be written, and for what is no path.

    Examples
    --------
    >>> import os, tempfile, symgd as sg
    >>> path = os.path.join(tempfile.mkdtemp(), "loss.json")
    >>> loss = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    >>> sg.save_formula(loss, path)
    >>> sg.load_formula(path) is loss
    True
    """
    if not isinstance(formula, Node):
        raise SymgdError(f"{type(formula).__name__} is not a formula", hint="make one with symgd.formula")
    write_file(read_path(path), dump_formula(formula), force=True)


def load_formula(path: str | os.PathLike[str]) -> Node:
    """Read a formula from a file that :func:`save_formula` wrote.

    Parameters
    ----------
    path : path
        Of at most 50 MB.

    Returns
    -------
    Node
        The same object as the formula that was saved, where that still exists.

    Raises
    ------
    DataError
        For a file that is not one, with the place of the mistake, and for what is no path.

    Examples
    --------
    >>> import os, tempfile, symgd as sg
    >>> path = os.path.join(tempfile.mkdtemp(), "loss.json")
    >>> sg.save_formula(sg.formula("(x - 3)**2"), path)
    >>> sg.load_formula(path)
    (x - 3)**2
    """
    return parse_formula(read_text(read_path(path), MAX_BYTES))


def dump_formula(formula: Node) -> str:
    """Return a formula as JSON."""
    order = toposort((formula,))
    number = {node: k for k, node in enumerate(order)}
    nodes = [[_name_of(node.primitive), [number[arg] for arg in node.args], write_parameter(node.params)] for node in order]
    return json.dumps({"format": FORMAT, "version": VERSION, "digest": digest_of(nodes), "nodes": nodes}, ensure_ascii=False)


def digest_of(nodes: object) -> str:
    """Return the SHA-256 digest of the nodes in a file."""
    return hashlib.sha256(json.dumps(nodes, separators=(",", ":")).encode()).hexdigest()


def parse_formula(text: str) -> Node:
    """Return the formula that JSON describes.

    Raises
    ------
    DataError
        With the number of the node that is wrong.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise DataError("this is not a saved formula: it is not JSON") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or not isinstance(content.get("nodes"), list):
        raise DataError("this is not a saved formula")
    if type(content.get("version")) is not int or content["version"] != VERSION:  # true == 1
        raise DataError(f"this formula was saved in version {shown(content.get('version'))}, and only {VERSION} can be read")
    if content.get("digest") != digest_of(content["nodes"]):
        raise DataError("this saved formula is damaged: its nodes do not have the digest beside them", hint="save it again")
    nodes: list[Node] = []
    for k, entry in enumerate(content["nodes"]):
        try:
            name, args, params = entry
            if any(type(arg) is not int or not 0 <= arg < k for arg in args):
                raise ValueError("its arguments do not stand before it")
            nodes.append(_build(name, tuple(nodes[arg] for arg in args), read_parameter(params)))
        except SymgdError as error:
            raise DataError(f"node {k} of the saved formula: {error.cause}") from None
        except RecursionError:
            raise DataError(f"node {k} of the saved formula is nested too deeply") from None
        except Exception as error:  # a declaration counts on what no formula of symgd lacks
            raise DataError(f"node {k} of the saved formula is damaged: {shown(error)}") from None
    if not nodes:
        raise DataError("this saved formula is empty")
    return nodes[-1]


def _build(name: object, args: tuple[Node, ...], params: object) -> Node:
    record = _record(name)
    if not isinstance(params, tuple):
        raise ValueError("its parameters are no list")
    if record is SYMBOL:
        symbol, facts, shape = params
        check_name(symbol)
        if not isinstance(facts, SymbolFacts) or not all(map(_is_size, shape)):
            raise ValueError("an input has a name, facts and a shape")
    elif record.name == "undefined":
        check_name(params[0])
    elif record is CONSTANT:
        return constant(_number(*params))
    elif _holds_text(params):
        raise ValueError("a text stands among its parameters")  # parameters become code: only numbers and sizes may
    if record.arity is not None and len(args) != record.arity:
        raise ValueError(f"{record.name} takes {record.arity} arguments")
    if record.arity is None and record.is_elementwise and not args:
        raise ValueError(f"{record.name} takes arguments")
    return record.make(args, params)


def _is_size(size: object) -> bool:
    return isinstance(size, Dim) or (type(size) is int and size >= 1)


def _number(kind: object, value: object) -> Number:
    if kind == "float" and isinstance(value, str):
        return float.fromhex(value)
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "exact" and isinstance(value, int | Fraction) and not isinstance(value, bool):
        return value
    raise ValueError("a constant is an exact number, a float or a truth value")


def _holds_text(params: object) -> bool:
    return isinstance(params, str) or (isinstance(params, tuple) and any(_holds_text(param) for param in params))


def _name_of(record: Primitive) -> str:
    return record.name if REGISTRY.get(record.name) is record or record.name == "undefined" else f"sympy:{record.name}"


def _record(name: object) -> Primitive:
    if isinstance(name, str) and name in REGISTRY:
        return REGISTRY[name]
    from symgd.readers.sympy.foreign_functions import function_called
    from symgd.readers.sympy.undefined_functions import UNDEFINED

    if name == "undefined":
        return UNDEFINED
    primitive = function_called(name[6:]) if isinstance(name, str) and name.startswith("sympy:") else None
    if primitive is None:
        raise SymgdError(f"there is no function called {shown(name)}")
    return primitive

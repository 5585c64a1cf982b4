"""The inputs of formulas, as a caller may name them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from symgd.api.formula import formula, is_latex
from symgd.arguments import proposing_shapes, read_mapping
from symgd.arrays import read_finite_array
from symgd.errors import AmbiguityError, DataError, ShapeError, SymgdError, SymgdWarning, shown
from symgd.graph.assumptions import Interval
from symgd.graph.conversion import as_node, is_sympy, name_of
from symgd.graph.node import Node, tensor
from symgd.graph.origins import original_input
from symgd.graph.shape import Shape, show_shape
from symgd.graph.symbol_facts import SymbolFacts
from symgd.graph.traversal import symbols_of

if TYPE_CHECKING:
    from symgd.arrays import Array
    from symgd.typing import FormulaLike, Operand, Values


_NAME = re.compile(r"\w+", re.ASCII)
_ENTRIES = "entries and functions of an input are for gradient, jacobian, hessian, derivative and their checks"


def variable(
    loss: Node, wrt: object, inputs: Mapping[str, Sequence[Node]] | None = None, *, is_member: bool = False
) -> Node | list[Node]:
    """Return the input(s) meant by `wrt`: a Node, a SymPy symbol, a name, or a list of scalars, which counts as one vector.

    An input that is declared and does not stand in the formula is accepted, with a warning: the derivative in it is 0.

    Raises
    ------
    SymgdError
        For a name that is not in the formula, and for an input whose name is nearly that of one.
    """
    if inputs is None:
        inputs = inputs_of(loss)
    if isinstance(wrt, list | tuple):
        _refuse_nested(wrt)
        members = [variable(loss, member, inputs, is_member=True) for member in wrt]
        nodes = [member for member in members if isinstance(member, Node)]
        if len(nodes) != len(members) or any(node.shape for node in nodes):
            raise ShapeError("a list of variables is one vector, so its members are scalars", hint="use gradients for tensors")
        return distinct(nodes)
    if not isinstance(wrt, str | Node) and is_sympy(wrt) and hasattr(wrt, "tolist"):
        return variable(loss, list(cast("Iterable[object]", wrt)), inputs)
    if isinstance(wrt, str):
        name = wrt if wrt in inputs else _spelled(wrt, loss)
    elif isinstance(wrt, Node):
        if not wrt.is_symbol:
            raise SymgdError(f"{shown(wrt)} is not an input, so there is no derivative in it", hint=_ENTRIES)
        name = wrt.name
    elif is_sympy(wrt) and (
        getattr(wrt, "is_Symbol", False) or type(wrt).__name__ in ("MatrixSymbol", "ArraySymbol", "IndexedBase")
    ):
        name = str(getattr(wrt, "label", None) or getattr(wrt, "name", None))
    else:
        raise SymgdError(f"{shown(wrt)} is not a variable", hint=_hint_for(wrt))
    matching = inputs.get(name, ())
    refuse_namesakes(matching)
    if matching:
        if isinstance(wrt, Node) and wrt is not matching[0]:
            raise SymgdError(
                f"{name} is another input of the formula: {_described(matching[0])} there, {_described(wrt)} here",
                hint="declare it once, and use that Node everywhere",
            )
        return continuous(matching[0])
    if not isinstance(wrt, str):
        return _absent(wrt, name, inputs, is_member)
    lost = original_input([loss], name, is_exact=True)
    if lost is not None:
        return _absent(lost, name, inputs, is_member)
    names = ", ".join(inputs)
    hint = "e and pi are constants unless declared as inputs" if name in ("e", "pi") else f"its inputs are {names or 'none'}"
    if not name.isidentifier() and names:
        hint = f"its inputs are {names}; {_ENTRIES}"
    raise SymgdError(f"{name[:40]!a} is not in the formula", hint=hint)


def _spelled(wrt: str, loss: Node) -> str:
    r"""Return the name of the input that a text spells in another way: ``(l)``, ``θ`` or LaTeX's ``\theta`` for theta."""
    if _NAME.fullmatch(wrt):
        return wrt
    try:
        node = read_beside(wrt, loss)
    except SymgdError:
        return wrt
    return node.name if node.is_symbol else wrt


def continuous(node: Node) -> Node:
    """Return an input that can be a variable: one that takes single values only has no derivative.

    Raises
    ------
    SymgdError
        For one that is declared with ``values``.
    """
    if node.facts.values is None:
        return node
    values = ", ".join(map(str, node.facts.values))
    raise SymgdError(
        f"{node.name} takes the values {values} only, so it is no variable",
        hint="declare bounds, lower= and upper=, for numbers in between",
    )


def the_variable(source: Node, wrt: object, data: Iterable[str] = ()) -> Any:
    """Return `wrt`, or where it is left out the name of the only input that has no data.

    Raises
    ------
    SymgdError
        Where there is none, or more than one.
    """
    if wrt is not None:
        return wrt
    known = set(data)
    left = [name for name in inputs_of(source) if name not in known]
    if len(left) != 1:
        names = ", ".join(left)
        raise SymgdError(
            f"the variables are to be named: {names} are left" if left else "no input is left that could be a variable",
            hint=f'wrt="{left[0]}"' if left else None,
        )
    return left[0]


def _hint_for(wrt: object) -> str:
    """Say what to give instead of something that is no variable: what SymPy can differentiate by and symgd cannot."""
    kind = type(wrt)
    names = {base.__name__ for base in kind.__mro__} if is_sympy(wrt) else set()
    if names & {"AppliedUndef", "Derivative"}:
        return f"put a symbol in its place first, as in formula.subs({shown(wrt)}, Symbol('u')); derivatives before functions"
    if names & {"MatrixElement", "Indexed", "ArrayElement"}:
        return "take the derivative in the whole tensor, and of that the entry"
    return "give a Node, a SymPy symbol, a name, or a list of scalars"


def _refuse_nested(wrt: Sequence[object]) -> None:
    """Refuse a list of lists, which might contain itself."""
    if any(isinstance(member, list | tuple) for member in wrt):
        raise ShapeError(
            f"a list of variables holds no lists, as {shown(wrt)} does", hint="name the inputs one after the other"
        )


def _absent(wrt: object, name: str, inputs: Mapping[str, object], is_member: bool) -> Node:
    """Return a declared input that the formula does not contain: the derivative in it is 0, which deserves a warning.

    Of a vector of variables some may be absent.

    Raises
    ------
    SymgdError
        Where the name is nearly that of an input, and so probably a typing mistake.
    """
    close = [known for known in inputs if known.casefold() == name.casefold()]
    if close:
        raise SymgdError(f"{name[:40]!a} is not in the formula", hint=f"did you mean {close[0]}?")
    if not is_member:
        warnings.warn(f"{name} is not in the formula, so the derivative in it is 0", SymgdWarning, stacklevel=5)
    return read(wrt)


def inputs_of(loss: Node) -> dict[str, list[Node]]:
    """Return the inputs of a formula by name."""
    inputs: dict[str, list[Node]] = {}
    for node in symbols_of(loss):
        inputs.setdefault(node.name, []).append(node)
    return inputs


def refuse_namesakes(inputs: Iterable[Node]) -> None:
    """Refuse inputs of one name, of which something else is declared: a value could be meant for either.

    Raises
    ------
    SymgdError
    """
    known: dict[str, Node] = {}
    for node in inputs:
        if known.setdefault(node.name, node) is not node:
            raise SymgdError(f"two inputs are called {node.name}", hint="declare it once, and use that Node everywhere")


def _described(node: Node) -> str:
    return f"{show_shape(node.shape)}{' with facts' if node.facts != SymbolFacts() else ''}"


def read(loss: object) -> Node:
    """Read a formula, however it is given."""
    with proposing_shapes(lambda shapes: _with_shapes(loss, shapes)):
        return formula(cast("FormulaLike", loss))


def _with_shapes(loss: object, shapes: Mapping[str, object]) -> str:
    """Return how a text is read with shapes where a function takes no shapes of its own."""
    declared = ", ".join(f'"{name}": "{shape}"' for name, shape in shapes.items())
    return f"symgd.formula({shown(loss, 200)}, shapes={{{declared}}})"


def read_with_data(loss: object, *data: object) -> Node:
    """Read a formula; where a text leaves shapes open, with the shapes of arrays that are given."""
    try:
        return read(loss)
    except ShapeError:
        if not isinstance(loss, str):
            raise
        arrays = {name_of(key): value for values in data if isinstance(values, Mapping) for key, value in values.items()}
        shapes = {
            name: _shape_of(value) for name, value in arrays.items() if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", loss)
        }
        if not shapes:
            raise
        known = {name: " ".join(map(str, shape)) for name, shape in shapes.items()}
        with proposing_shapes(lambda missing: _with_shapes(loss, known | missing)):
            return formula(loss, shapes=shapes)


def _shape_of(value: object) -> tuple[int, ...]:
    return read_finite_array(value, "a value").shape


def read_beside(text: str, source: Node) -> Node:
    """Read a text, or LaTeX, that has the inputs of another formula."""
    symbols = {node.name: node for node in symbols_of(source)}
    if is_latex(text):
        from symgd.readers.latex.reader import from_latex

        return from_latex(text, symbols=symbols, is_certain=False)
    from symgd.readers.text.parser import parse

    return parse(text, symbols=symbols)


def read_variables(source: Node, wrt: object) -> list[Node]:
    """Return the inputs meant by `wrt`, each once."""
    inputs = inputs_of(source)
    if isinstance(wrt, list | tuple):
        _refuse_nested(wrt)
        variables = [variable(source, member, inputs) for member in wrt]
    else:
        variables = [variable(source, wrt)]
    return distinct([node for node in variables if isinstance(node, Node)])


def distinct(nodes: list[Node]) -> list[Node]:
    """Return a list of variables in which there is one, and none stands twice."""
    if not nodes:
        raise SymgdError("the list of variables is empty", hint="name at least one input")
    if len(set(nodes)) != len(nodes):
        twice = next(node.name if node.is_symbol else shown(node) for k, node in enumerate(nodes) if node in nodes[:k])
        raise SymgdError(f"{twice} stands twice among the variables", hint="name every input once")
    return nodes


def refuse_tensor(loss: Node) -> None:
    """Refuse a gradient of what is no scalar.

    Raises
    ------
    ShapeError
    """
    if loss.shape:
        raise ShapeError(
            f"a gradient belongs to a scalar formula, and this has the shape {show_shape(loss.shape)}", hint="take its jacobian"
        )


def read_direction(vector: Operand | str, source: Node, target: Node | list[Node]) -> Node:
    """Return a direction; a name is a new input of the variable's shape."""
    return new_input(vector, source, target.shape if isinstance(target, Node) else (len(target),))


def new_input(vector: Operand | str, source: Node, shape: Shape) -> Node:
    """Return a vector that is given, or a new input of a name.

    Raises
    ------
    AmbiguityError
        For the name of an input of the formula.
    ShapeError
        Where one name stands for two inputs.
    """
    inputs = {symbol.name: symbol for symbol in source.symbols}
    if not isinstance(vector, str):
        node = as_node(vector)
        for symbol in node.symbols:
            if inputs.get(symbol.name, symbol) is not symbol:
                shapes = f"{show_shape(inputs[symbol.name].shape)} in the formula and {show_shape(symbol.shape)} in the vector"
                raise ShapeError(f"{symbol.name} has the shape {shapes}", hint="give one of the two inputs another name")
        return node
    if vector in inputs:
        raise AmbiguityError(
            f"the name {vector[:40]}", f"the input {vector[:40]} of the formula", "a new input",
            hint="give the input itself, as a tensor, or another name",
        )  # fmt: skip
    return tensor(vector, shape)


def read_values(source: Node, variables: Sequence[Node], data: Values, *, is_complete: bool = True) -> dict[Node, Array]:
    """Match given arrays of numbers with the inputs that are not variables.

    Raises
    ------
    DataError
        For an array of other axes, or with entries that are not finite numbers, or that are not what was declared.
    ShapeError
        Where the sizes of arrays contradict each other or what is declared.
    SymgdError
        For a name that is not in the formula, a variable, and a missing name where all are needed.
    """
    from symgd.evaluation.inputs import check_facts, read_sizes

    others = {node.name: node for node in symbols_of(source) if node not in variables}
    variable_names = {node.name for node in variables}
    values: dict[Node, Array] = {}
    for key, value in read_mapping(data, "data", "data={name: array}").items():
        name = name_of(key)
        if name in others:
            array = read_finite_array(value, f"the value of {name}")
            if array.ndim != others[name].rank:
                raise DataError(
                    f"the value of {name} is not an array of {others[name].rank} axes: it has {array.ndim}",
                    hint=f"it has the shape {show_shape(others[name].shape)}",
                )
            if not array.size:
                raise DataError(f"the value of {name} is empty", hint="an axis cannot have size 0")
            values[others[name]] = array
        elif name in variable_names:
            raise SymgdError(f"{name} is a variable, so it has no data", hint="leave it out, or name the variables with wrt=")
        else:
            raise SymgdError(
                f"{name[:40]!a} is not in the formula", hint=f"its inputs are {', '.join([*variable_names, *others])}"
            )
    missing = [name for name, node in others.items() if node not in values]
    if missing and is_complete:
        raise SymgdError(f"the value of {', '.join(missing)} is missing")
    read_sizes(values)
    for node, array in values.items():
        check_facts(node, array)
    return values


def ranges_of(values: Mapping[Node, Array]) -> dict[Node, Interval]:
    """Return between which numbers the entries of given arrays lie; floats are the decimals they print as."""
    return {
        node: Interval(Fraction(repr(float(array.min()))), Fraction(repr(float(array.max()))))
        for node, array in values.items()
        if array.size
    }

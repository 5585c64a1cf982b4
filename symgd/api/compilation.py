"""Functions that compile formulas: to functions of arrays, with structure, as operators."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, overload

from symgd.api.formula import formula
from symgd.api.inputs import read
from symgd.api.simplification import simplify_and_prove
from symgd.arguments import read_choice, read_flag
from symgd.codegen.libraries import BACKENDS
from symgd.errors import SymgdError, UnsupportedError, shown
from symgd.graph.conversion import name_of
from symgd.graph.node import Node, size, tensor
from symgd.graph.origins import original_input
from symgd.graph.traversal import symbols_of
from symgd.optional_packages import required

if TYPE_CHECKING:
    from symgd.arrays import Array
    from symgd.codegen.lambdify import Compiled
    from symgd.explain.named_parts import Named
    from symgd.structures.operators.compilation import OperatorFunction
    from symgd.structures.recognition import Structure
    from symgd.typing import FormulaLike, Operand, Variable


def structure(matrix: FormulaLike, wrt: Variable | None = None, *, prove: bool = True) -> Structure:
    """Recognise the structure of a matrix of second derivatives, for sizes that may be symbolic.

    Parameters
    ----------
    matrix : Node, text or SymPy expression
        A Hessian: of shape ``(*shape, *shape)``.
    wrt : Node, SymPy symbol, name, or list of scalars, optional
        The variable; with it a matrix that does not depend on it is known to be constant.
    prove : bool
        Prove that what was read equals the matrix, and the parts what they were simplified from.

    Returns
    -------
    Structure
        With ``kind`` (ZERO, DIAGONAL, BANDED, BLOCK_DIAGONAL, KRONECKER, LOW_RANK_PLUS_DIAGONAL, GRAM, SPARSE, FACTORED,
        DENSE), ``parts`` (formulas of what is stored), ``is_constant`` and ``is_positive_semidefinite``. :func:`lambdify`
        compiles it to a function that returns a SciPy ``LinearOperator`` with ``dense()``, ``diagonal()``, ``solve(b)`` and
        ``nbytes``.

    Raises
    ------
    ShapeError
        Where the second half of the axes is not the first.
    SymgdError
        With `prove`, for a matrix that is not symmetric: second derivatives are, and operators count on it.

    References
    ----------
    Magnus & Neudecker, *Matrix Differential Calculus*, 2019; Woodbury, *Inverting modified matrices*, 1950.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("sum((T - U @ V.T)**2)", shapes={"T": "m n", "U": "m k", "V": "n k"})
    >>> print(sg.structure(sg.hessian(loss, "U"), "U"))
    constant, Kronecker product: eye(m); factor_1 = 2*V.T @ V
    """
    from symgd.structures.recognition import matrix_of, recognise

    prove = read_flag(prove, "prove")
    source = read(matrix)
    moving = {symbol.name for symbol in source.symbols}
    if wrt is not None:
        moving &= {name_of(variable) for variable in (wrt if isinstance(wrt, list | tuple) else [wrt])}
    recognised, restored = recognise(source, is_constant=not moving)
    if prove:
        from symgd.equality.proof import proven

        _refuse_asymmetric(source)
        rebuilt = [node for node in (restored, matrix_of(recognised)) if node is not None and node is not source]
        if any(node is source for node in proven([source] * len(rebuilt), rebuilt, None)):
            recognised, _ = recognise(source, is_constant=not moving, as_it_is=True)
    parts = simplify_and_prove(source, list(recognised.parts.values()), prove).roots
    variable_name = "" if wrt is None or isinstance(wrt, list | tuple) else name_of(wrt)
    return replace(recognised, parts=dict(zip(recognised.parts, parts, strict=True)), variable=variable_name)


def _refuse_asymmetric(matrix: Node) -> None:
    """Refuse a matrix that differs from its transpose somewhere."""
    from symgd.equality.proof import Equality, compare_formulas
    from symgd.primitives.axes import transpose

    half = len(matrix.shape) // 2
    turned = transpose(matrix, (*range(half, 2 * half), *range(half)))
    ((verdict, place),) = compare_formulas([matrix], [turned], None)
    if verdict is Equality.DIFFERENT:
        raise SymgdError(
            f"second derivatives are a symmetric matrix, and this one differs from its transpose at {shown(place)}",
            hint="give a Hessian; for another matrix compile its formula",
        )


def _operator_function(arguments: Variable, recognised: Structure, backend: str, name: str, prove: bool) -> OperatorFunction:
    """Compile a structure to a function of arrays that returns an operator."""
    if not BACKENDS[backend].has_operators:
        raise UnsupportedError(
            f"an operator of SciPy does not hold the arrays of {backend}", hint="compile the formula of the matrix"
        )
    from symgd.structures.operators.compilation import compile_operator
    from symgd.structures.recognition import StructureKind, product_formulas

    def compiled(inputs: Variable, outputs: list[Node], title: str) -> Compiled:
        return _compiled(inputs, outputs, backend, title, prove, may_alias=True)

    known = {node.name: node for node in symbols_of(recognised.matrix)}
    if recognised.variable and recognised.variable not in known:
        known[recognised.variable] = tensor(recognised.variable, recognised.shape)
    listed = arguments if isinstance(arguments, list | tuple) else [arguments]
    arguments = [known.get(argument, argument) if isinstance(argument, str) else argument for argument in listed]
    named = [size(length) for length in recognised.shape if not isinstance(length, int)]
    parts = compiled(arguments, [*recognised.parts.values(), *named], name)
    functions: list[Compiled] = []
    if recognised.kind is StructureKind.FACTORED:
        factors, vector, product, diagonal = product_formulas(recognised)
        functions = [compiled([*factors, vector], [product], "product"), compiled([*factors, vector], [diagonal], "diagonal")]
    return compile_operator(
        str(recognised.kind),
        recognised.shape,
        parts,
        list(recognised.parts),
        recognised.layout,
        functions,
        recognised.is_positive_semidefinite,
    )


@overload
def lambdify(
    arguments: Variable,
    outputs: Structure,
    backend: str = ...,
    *,
    name: str = ...,
    prove: bool = ...,
    removable: Literal["limit", "nan"] = ...,
    source_only: Literal[False] = ...,
) -> OperatorFunction: ...


@overload
def lambdify(
    arguments: Variable,
    outputs: Node,
    backend: Literal["numpy"] = ...,
    *,
    name: str = ...,
    prove: bool = ...,
    removable: Literal["limit", "nan"] = ...,
    source_only: Literal[False] = ...,
) -> Compiled[Array]: ...


@overload
def lambdify(
    arguments: Variable,
    outputs: Sequence[Node],
    backend: Literal["numpy"] = ...,
    *,
    name: str = ...,
    prove: bool = ...,
    removable: Literal["limit", "nan"] = ...,
    source_only: Literal[False] = ...,
) -> Compiled[list[Array]]: ...


@overload
def lambdify(
    arguments: Variable,
    outputs: Operand | Named,
    backend: str = ...,
    *,
    name: str = ...,
    prove: bool = ...,
    removable: Literal["limit", "nan"] = ...,
    source_only: Literal[False] = ...,
) -> Compiled: ...


@overload
def lambdify(
    arguments: Variable,
    outputs: Structure | Operand | Named,
    backend: str = ...,
    *,
    name: str = ...,
    prove: bool = ...,
    removable: Literal["limit", "nan"] = ...,
    source_only: Literal[True],
) -> str: ...


def lambdify(
    arguments: Variable,
    outputs: Structure | Operand | Named,
    backend: str = "numpy",
    *,
    name: str = "f",
    prove: bool = True,
    removable: Literal["limit", "nan"] = "limit",
    source_only: bool = False,
) -> Compiled | OperatorFunction | str:
    """Compile formulas to a function of arrays, through ``sympy.lambdify``.

    Parameters
    ----------
    arguments : Node, SymPy symbol, name, or sequence of them
        In the order of the call. Arguments that the formulas do not use are accepted.
    outputs : Node, sequence of Node, Named, or Structure
        A sequence gives a function that returns a list, named results one whose code uses the names, a structure one that
        returns a SciPy ``LinearOperator``.
    backend : {"numpy", "cupy", "array_api"} or another name
        The library that the code is for: ``"array_api"`` is any library that supports the Python array API standard, such as
        PyTorch and JAX. Further ones are declared with :class:`symgd.extend.Backend`.
    name : str
        Name of the function in the source.
    prove : bool
        Prove that the simplified formulas, of which the code is made, equal those that are given.
    removable : {"limit", "nan"}
        The value where a formula has none and a limit exists: the limit (1 for sin(x)/x at 0, 0 for x*log(x)), and 0 for the
        quotient of a vector and its norm, which is the slope of the norm, at 0; or NaN in both cases.
    source_only : bool
        Return the source, a text, instead of the function; the library it is written for need not be installed.

    Returns
    -------
    Compiled, or str with `source_only`
        Callable; ``.source`` is its code. Formulas of scalars broadcast over arrays (constants too; tensor axes come last).
        float32 stays float32; integers become float64. Masked entries, missing values, dates, texts
        and units are refused; see the page on data. Complex numbers pass, for the complex step.

    Raises
    ------
    SymgdError
        For an input of the formulas that is not among the arguments, or an unknown backend.
    UnsupportedError
        Where the library of the backend is not installed.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> loss = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> f = sg.lambdify(["X", "y", "w"], [loss, sg.gradient(loss, "w")])
    >>> f(np.eye(2), np.ones(2), np.zeros(2))
    [np.float64(2.0), array([-2., -2.])]
    """
    _check_name(name)
    source_only = read_flag(source_only, "source_only")
    library = BACKENDS[read_choice(backend, BACKENDS, "backend")]
    if not source_only and library.package != "numpy":
        required(library.package, f"code for {backend}")
    from symgd.structures.recognition import Structure as Recognised

    function: Compiled | OperatorFunction
    if isinstance(outputs, Recognised):
        function = _operator_function(arguments, outputs, backend, name, prove)
    else:
        fills_holes = read_choice(removable, ("limit", "nan"), "value of removable") == "limit"
        function = _compiled(arguments, outputs, backend, name, prove, fills_holes=fills_holes)
    return function.source if source_only else function


def _check_name(name: str) -> None:
    """Refuse what cannot name a function beside the modules that its code imports."""
    modules = {prefix for backend in BACKENDS.values() for prefix in backend.all_modules()}
    is_free = isinstance(name, str) and not keyword.iskeyword(name) and not name.startswith("_") and name not in modules
    if not is_free or not name.isidentifier() or not name.isascii() or len(name) > 64:
        raise SymgdError(
            f"{shown(name)} cannot name a function", hint="letters, digits and underscores, as in loss_and_gradient"
        )


def _compiled(
    arguments: Variable,
    outputs: FormulaLike | Named,
    backend: str,
    name: str,
    prove: bool,
    may_alias: bool = False,
    fills_holes: bool = True,
) -> Compiled:
    """Compile formulas, one or a list, whose parts may have names."""
    from symgd.codegen.lambdify import compile_formulas
    from symgd.codegen.pipeline import rewritten
    from symgd.codegen.signature import is_batch, looked_at
    from symgd.codegen.stages import Request
    from symgd.explain.named_parts import Named

    named: dict[str, Node] = {}
    if isinstance(outputs, Named):
        named = outputs.parts()
        expanded = list(outputs.expanded().values())
        outputs = expanded if len(expanded) > 1 else expanded[0]
    several = isinstance(outputs, list | tuple)
    formulas = [read(output) for output in (outputs if isinstance(outputs, list | tuple) else [outputs])]
    nodes, unread = _arguments(arguments, formulas)
    has_batch = is_batch(looked_at(nodes, unread), formulas)
    if has_batch:  # written out entry by entry, so that no tensor is left to have a name
        named = {}
    request = Request(has_batch=has_batch, fills_holes=fills_holes, prove=read_flag(prove, "prove"))
    ready = rewritten([*formulas, *named.values()], request)
    return compile_formulas(
        nodes,
        ready[: len(formulas)],
        backend,
        as_list=several,
        name=name,
        unread=unread,
        may_alias=may_alias,
        slopes_of_norms=fills_holes,
        named=dict(zip(named, ready[len(formulas) :], strict=True)),
    )


def _arguments(arguments: Variable, formulas: list[Node]) -> tuple[list[Node], list[Node]]:
    """Return the arguments of a function of some formulas, and those of whose shape nothing is known."""
    listed = arguments if isinstance(arguments, list | tuple) else [arguments]
    known = {node.name: node for node in symbols_of(*formulas)}
    for unknown in {argument for argument in listed if isinstance(argument, str)} - known.keys():
        lost = original_input(formulas, unknown)
        if lost is not None:
            known[unknown] = lost
    nodes = [_argument(argument, known) for argument in listed]
    unread = [
        node for node, argument in zip(nodes, listed, strict=True) if isinstance(argument, str) and node.name not in known
    ]
    return nodes, unread


def _argument(argument: Variable, known: Mapping[str, Node]) -> Node:
    name = argument if isinstance(argument, str) else None if isinstance(argument, Node) else name_of(argument)
    if name is not None and name in known:
        return known[name]
    node = tensor(argument) if isinstance(argument, str) else formula(argument)
    if not node.is_symbol:
        raise SymgdError(f"{shown(argument)} is not an input, so it cannot be an argument")
    return node

"""What a backend defines: how one array library is called, for every operation that compiled code needs.

A backend is a class; an object of it writes one function and remembers what the code uses: modules, run-time functions, the
common type and shape of the inputs. Imports, functions to copy and the lines that open the function follow from that
record, without a search in the text.
"""

from __future__ import annotations

import functools
import keyword
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, ClassVar

from symgd.codegen.runtime import arrays
from symgd.codegen.runtime.copying import Helper, helpers_of, with_callees
from symgd.codegen.template import LETTERS, Template, operand_name, read_template
from symgd.errors import SymgdError, UnsupportedError, shown
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.text_printer import ATOM, Written

__all__ = ["BACKENDS", "Backend", "Spelling", "Uses"]

Spelling = str | Callable[..., str]
"""The code of a function: a template with ``{x}``, ``{y}``, or ``code(node, names, printer) -> str``."""

BACKENDS: dict[str, type[Backend]] = {}
"""Every backend by its name."""


@dataclass
class Uses:
    """What the code of one function uses.

    Attributes
    ----------
    modules : set of str
        The prefixes under which modules are imported.
    helpers : set of str
        Run-time functions that it calls.
    dtype, shape : bool
        Whether it uses the common type, and the common shape, of the inputs.
    """

    modules: set[str] = field(default_factory=set)
    helpers: set[str] = field(default_factory=set)
    dtype: bool = False
    shape: bool = False


class Backend:
    """One array library: how it is called, and what is copied into code for it.

    A subclass with a ``name`` is a backend from then on: ``lambdify(…, backend=name)`` finds it. What is not defined is as in
    NumPy.

    Attributes
    ----------
    name : str
        What ``lambdify`` calls it.
    package : str
        The package that must be installed to run the code.
    alias : str
        What the code calls the library.
    special : str
        The module of special functions, of which only those have code that `spellings` name, unless `sympy_printer` knows them.
    sympy_printer : str
        SymPy's printer for the library, in ``sympy.printing.numpy``; by default NumPy's, whose names the library has too.
        Empty where there is none.
    runtime : tuple of module
        Where the functions stand that are copied into the code: those whose names begin with ``_``, the last one of a name.
    alias_in_helpers : str
        What those functions call the library, where it is not ``np`` in their module and `alias` in the code.
    has_operators : bool
        Whether SciPy's linear operators can hold its arrays.
    spellings : dict of str to str or callable
        The code of functions by name, where it is not that of NumPy.
    reserved : frozenset of str
        Names that the opening lines bind, which no argument may have.

    Raises
    ------
    SymgdError
        When a subclass is declared whose name is taken, or whose name, alias or package is no identifier.

    Examples
    --------
    >>> from symgd.extend import Backend
    >>> class Broken(Backend):
    ...     name, package, alias = "numpy", "numpy", "np"
    Traceback (most recent call last):
        ...
    symgd.errors.SymgdError: a backend called numpy is declared already
    """

    name: ClassVar[str] = ""
    package: ClassVar[str] = ""
    alias: ClassVar[str] = ""
    special: ClassVar[str] = "scipy.special"
    sympy_printer: ClassVar[str] = "NumPyPrinter"
    runtime: ClassVar[tuple[ModuleType, ...]] = (arrays,)
    spellings: ClassVar[Mapping[str, Spelling]] = {}
    reserved: ClassVar[frozenset[str]] = frozenset()
    alias_in_helpers: ClassVar[str] = ""
    has_operators: ClassVar[bool] = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        name = vars(cls).get("name")
        if name is None:
            return
        words = (name, cls.alias, *cls.package.split("."))
        if not all(isinstance(word, str) and word.isidentifier() and not keyword.iskeyword(word) for word in words):
            hint = "a backend has a name, an alias and a package, all three identifiers"
            raise SymgdError(f"{shown(name)} cannot be declared as a backend", hint=hint)
        if name in BACKENDS:
            raise SymgdError(f"a backend called {name} is declared already")
        BACKENDS[name] = cls

    def __init__(self) -> None:
        self.uses = Uses()
        self.writing = ""
        self.prefixes: Mapping[str, str | None] = {}

    # -- what the code needs around it ----------------------------------------------------------------------------

    @classmethod
    def modules(cls) -> dict[str, str]:
        """Return the import statement for each prefix that code may use."""
        package, _, name = cls.special.rpartition(".")
        return {
            cls.alias: f"import {cls.package} as {cls.alias}",
            "special": f"from {package} import {name}",
            "scipy_linalg": f"from {package} import linalg as scipy_linalg",
        }

    @classmethod
    def helpers(cls) -> dict[str, Helper]:
        """Return the run-time functions that code may call."""
        known: dict[str, Helper] = {}
        for module in cls.runtime:
            known |= helpers_of(module, cls.alias_in_helpers or cls.alias, cls.alias_in_helpers or "np")
        return known

    def needed_helpers(self) -> list[Helper]:
        """Return the run-time functions that the code uses, and those that they call."""
        return with_callees(self.uses.helpers, self.helpers())

    def import_lines(self) -> list[str]:
        """Return the import statements of what the code uses."""
        if any(helper.uses_library for helper in self.needed_helpers()):
            self.uses.modules.add(self.alias_in_helpers or self.alias)
        used = [text for prefix, text in self.all_modules().items() if prefix in self.uses.modules]
        return sorted(used, key=lambda line: not line.startswith("import"))

    @classmethod
    def all_modules(cls) -> dict[str, str]:
        """Return the import statements of the library, and of NumPy, which some lines about shapes need."""
        return {**cls.modules(), "np": "import numpy as np"}

    # -- spelling -------------------------------------------------------------------------------------------------

    def spelled(self, node: Node, operands: list[Written], printer: Any) -> Written | None:
        """Return the code of a function whose arguments are written; None where it is a word of the printer, as a sum is."""
        record = node.primitive
        self.writing, self.prefixes = record.name, self._prefixes(record)
        spelling: Spelling | None = self.spellings.get(record.name) or record.code or record.numpy
        if not spelling:
            if not record.is_elementwise or record.layout is not None:
                return None
            spelling = self.spelled_by_sympy(record)
        if not isinstance(spelling, str):
            spelling = spelling(node, [operand_name(k) for k in range(len(operands))], printer)
        return self.template(spelling).filled(operands, self)

    @classmethod
    def template(cls, spelling: str) -> Template:
        """Return a declared piece of code, read."""
        return read_template(spelling)

    def spelled_by_sympy(self, record: Primitive) -> str:
        """Return the template that SymPy's printer for the library writes for a function."""
        return _spelled_by_sympy(record, self.name)

    def no_code(self, name: str) -> UnsupportedError:
        """Return the error for a function that the library does not have."""
        return UnsupportedError(f"{name} has no code for {self.name}", hint="it can be derived and checked, but not compiled")

    def _prefixes(self, record: Primitive) -> dict[str, str | None]:
        """Return the prefixes of the functions that a declaration names with their modules; None where no module is ours."""
        prefixes: dict[str, str | None] = {}
        for place in record.imports:
            module, _, name = place.partition(":")
            prefixes[name] = prefixes.get(name) or self.prefix_of(module)
        return prefixes

    @classmethod
    def prefix_of(cls, module: str) -> str | None:
        """Return what stands before a name of a module; None for a module of another library."""
        if module == cls.special:
            return "special"
        if module == f"{cls.special.rpartition('.')[0]}.linalg":
            return "scipy_linalg"
        if module == cls.package or module.startswith(f"{cls.package}."):
            return f"{cls.alias}{module[len(cls.package) :]}"
        return None

    # -- names in templates ---------------------------------------------------------------------------------------

    def call(self, name: str) -> str:
        """Return the beginning of a call of a function by its bare name: a run-time function, or one of the library."""
        if name in self.helpers():
            return self.helper(name)
        if not name[:1].islower() or name == "slice":
            return f"{name}("
        prefix = self.prefixes.get(name, self.alias)
        if prefix is None:
            raise self.no_code(self.writing)
        return f"{self._under(prefix, name)}("

    def qualified(self, name: str) -> str:
        """Return the text of a name that SymPy's printer wrote with its package in front."""
        module, _, function = name.rpartition(".")
        if module == "scipy.constants":
            module = self.package
        elif module.partition(".")[0] == "numpy":
            module = f"{self.package}{module.removeprefix('numpy')}"
        prefix = self.prefix_of(module)
        if prefix is None:
            raise self.no_code(function)
        return self._under(prefix, function)

    def word(self, name: str) -> str:
        """Return the text of another name, which the function's opening lines may have to define."""
        if name == "dtype":
            self.uses.dtype = True
        elif name in self.modules():
            self.uses.modules.add(name)
        return name

    def argument(self, piece: Written) -> str:
        """Return the text of what a function is called with."""
        return piece.text

    def group(self, piece: Written, binds: int) -> str:
        """Return a text, in brackets where it binds less than `binds`."""
        return piece.text if piece.binds >= binds else f"({piece.text})"

    def helper(self, name: str) -> str:
        """Return the beginning of a call of a run-time function, which is to be copied into the code."""
        self.uses.helpers.add(name)
        return f"{name}("

    def library(self, name: str) -> str:
        """Return a name of the library."""
        return self._under(self.alias, name)

    def _under(self, prefix: str, name: str) -> str:
        self.uses.modules.add(prefix.partition(".")[0])
        return f"{prefix}.{name}"

    # -- operations -----------------------------------------------------------------------------------------------

    def root(self, operand: Written) -> str:
        """Return a square root."""
        return f"{self.call('sqrt')}{operand.text})"

    def reduced(self, name: str, operand: Written, axes: Sequence[int] | None) -> str:
        """Return a sum or a mean, along axes or over everything."""
        axes_text = "" if axes is None else str(axes[0] if len(axes) == 1 else tuple(axes))
        return f"{self.group(operand, ATOM)}.{name}({axes_text})"

    def contraction(self, spec: str, operands: Sequence[Written]) -> str:
        """Return an einsum."""
        arguments = ", ".join([f'"{spec}"', *(operand.text for operand in operands), "optimize=True"])
        return f"{self.library('einsum')}({arguments})"

    def filled_with(self, number: Written, shape: str) -> str:
        """Return an array of one number."""
        return f"{self.library('full')}({shape}, {number.text}, {self.word('dtype')})"

    def stretched(self, operand: Written, shape: str) -> str:
        """Return an array stretched to a shape."""
        return f"{self.library('broadcast_to')}({operand.text}, {shape})"

    def stacked(self, entries: Sequence[Written], axes: str, has_batch: bool) -> str:
        """Return scalar entries as a tensor."""
        self.uses.shape |= has_batch
        shape = "shape" if has_batch else "()"
        entry_texts = ", ".join(entry.text for entry in entries)
        return f"{self.helper('_stack')}({entry_texts},), ({axes}), {shape}, {self.word('dtype')})"

    # -- the ends of a function -----------------------------------------------------------------------------------

    def to_common_shape(self, result: Written, is_boolean: bool) -> str:
        """Return a scalar stretched to the common shape of the inputs."""
        self.uses.shape = True
        return f"{self.helper('_full')}{result.text}, shape, {'bool' if is_boolean else self.word('dtype')})"

    def number(self, result: Written) -> str:
        """Return a number that depends on no input, in the common type."""
        return f"{self.word('dtype')}.type({result.text})"

    def copied(self, result: Written) -> str:
        """Return an array that shares no memory with another."""
        return f"{self.group(result, ATOM)}.copy()"

    def argument_lines(
        self, names: Sequence[str], are_scalars: Sequence[bool], has_batch: bool, unused: Sequence[str]
    ) -> list[str]:
        """Return the lines that read the arguments of some names; others are not used."""
        readers = ["_scalar" if is_scalar and not has_batch else "_real" for is_scalar in are_scalars]
        return [f'{name} = {self.helper(reader)}{name}, "{name}")' for name, reader in zip(names, readers, strict=True)]

    def shown_shape(self, name: str) -> str:
        """Return an expression for the shape of an argument, as messages show it."""
        return f"{name}.shape"

    def common_lines(self, names: Sequence[str]) -> list[str]:
        """Return the lines that define the common shape and type of the arguments, where the code uses them."""
        lines = []
        if self.uses.shape:
            self.uses.modules.add("np")  # no other library has the function
            lines.append(f"shape = np.broadcast_shapes({', '.join(f'{name}.shape' for name in names)})")
        if self.uses.dtype:
            call = f"result_type({', '.join(names)})" if names else "dtype(float)"
            lines.append(f"dtype = {self.library(call)}")
        return lines


@functools.cache
def _spelled_by_sympy(record: Primitive, backend_name: str) -> str:
    """Return SymPy's spelling of a function, as a template."""
    import sympy as sp
    from sympy.printing import numpy as printers

    from symgd.evaluation.exact import sympy_function

    backend = BACKENDS[backend_name]
    if not record.sympy or not backend.sympy_printer:
        raise backend().no_code(record.name)
    arguments = [sp.Symbol(operand_name(k)) for k in range(len(LETTERS[: record.arity]))]
    function = sympy_function(record)
    expression = function(*arguments) if record.arity else function
    printer = getattr(printers, backend.sympy_printer)({"fully_qualified_modules": True, "allow_unknown_functions": False})
    try:
        text = str(printer.doprint(expression))
    except NotImplementedError:
        raise backend().no_code(record.name) from None
    try:
        backend.template(text).filled([Written("x")] * (record.arity or 0), backend())
    except UnsupportedError:
        raise backend().no_code(record.name) from None
    return text

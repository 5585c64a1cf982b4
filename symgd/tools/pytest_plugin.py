"""The pytest plugin: verify hand-written functions where they stand, judge gradients in tests, and draw points.

* ``pytest --symgd`` collects every function decorated with :func:`symgd.verified` in the Python files it is given, and
  verifies it; drift between a formula and its code fails the test. Files that have such a decorator are imported, hence
  executed, whatever they are called.
* The fixture ``gradient_check`` judges and fails with words: ``gradient_check(fun, grad, at=x0)``.
* ``@pytest.mark.symgd_points("log(x)*y", count=5)`` runs a test once for each of several points inside a formula's domain,
  which the fixture ``symgd_point`` gives.

It is loaded in every run of pytest where symgd is installed, so it opens nothing of symgd before it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from symgd.registration import Registered, registered_in
from symgd.tools.module_check import registers_functions
from symgd.tools.module_loader import ImportRoot, LoadedFinder, ModuleLoader

if TYPE_CHECKING:
    from symgd.results import GradientCheck
    from symgd.typing import FormulaLike, Variable

__all__ = ["VerifiedFunction", "VerifiedModule"]

_MARK = "symgd_points(formula, count=5, seed=0, shapes=None, facts=None): run once for each point inside a formula's domain"

_LOADER = pytest.StashKey[ModuleLoader]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--symgd``, and the setting of the same name."""
    group = parser.getgroup("symgd", "gradients verified by symgd")
    group.addoption(
        "--symgd",
        action="store_true",
        default=False,
        help="import Python files, hence execute them, and verify their functions decorated with @symgd.verified",
    )
    parser.addini("symgd", "verify functions decorated with @symgd.verified", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", _MARK)
    config.addinivalue_line("markers", "symgd: a function verified against its formula")
    loader = config.stash[_LOADER] = ModuleLoader(is_shared=True)
    finder = LoadedFinder(loader)
    sys.meta_path.insert(0, finder)
    config.add_cleanup(lambda: sys.meta_path.remove(finder) if finder in sys.meta_path else None)


@pytest.hookimpl(trylast=True)  # what pytest collects from the file itself is imported its way, with assertions rewritten
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> VerifiedModule | None:
    """Collect a Python file that may register functions."""
    if file_path.suffix != ".py" or not (parent.config.getoption("symgd") or parent.config.getini("symgd")):
        return None
    project = parent.config.rootpath
    roots = [project, *(path for entry in sys.path if (path := Path(entry)).is_relative_to(project))]
    if not registers_functions(file_path, roots):
        return None
    return VerifiedModule.from_parent(parent, path=file_path)


class VerifiedModule(pytest.File):
    """A module with functions that are tied to formulas."""

    def collect(self) -> Iterable[VerifiedFunction]:
        loaded = self.config.stash[_LOADER].load(self.path, self.config.pluginmanager.get_plugins())
        for entry in registered_in(loaded.module):
            item: VerifiedFunction = VerifiedFunction.from_parent(self, name=f"{entry.name} is the {entry.what}")
            item.entry, item.root = entry, loaded.root
            item.add_marker("symgd")
            yield item


class VerifiedFunction(pytest.Item):
    """A function that is what its formula says, or the test fails with the worst entry and a likely cause."""

    entry: Registered
    root: ImportRoot

    def runtest(self) -> None:
        from symgd.testing.assertions import assert_verified

        with self.root.active():
            assert_verified(self.entry)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> Any:
        from symgd.errors import SymgdError

        if not isinstance(excinfo.value, SymgdError):
            return super().repr_failure(excinfo)
        path, line = self.entry.place
        subject = "" if self.entry.wrt is None else f" in {self.entry.wrt}"
        head = (
            f"{self.entry.name}, {Path(path).name}:{line}, is not the {self.entry.what}{subject} of\n    {self.entry.formula}"
        )
        return f"{head}\n\n{excinfo.value}"

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.entry.place[1] - 1, self.name


@pytest.fixture
def gradient_check() -> Callable[..., GradientCheck]:
    """Judge a gradient and fail where it is wrong: ``gradient_check(fun, grad, at=x0)``.

    It takes what :func:`symgd.check_gradient` takes, and returns its GradientCheck.
    """

    def check_or_fail(
        loss: FormulaLike, wrt: Variable | Callable[..., object] | Literal[True], **options: Any
    ) -> GradientCheck:
        __tracebackhide__ = True
        from symgd.api.checking import check_gradient
        from symgd.testing.assertions import raise_unless_right

        check = check_gradient(loss, wrt, **options)
        raise_unless_right(check, "Gradient")
        return check

    return check_or_fail


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a marked test once for each of its points."""
    if "symgd_point" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("symgd_points")
    if mark is None:
        raise pytest.UsageError(f"{metafunc.definition.name} asks for symgd_point: mark it with symgd_points(formula)")
    from symgd.testing.assertions import sampled_points

    places = sampled_points(*mark.args, **mark.kwargs)
    metafunc.parametrize("symgd_point", places, ids=[f"point{k}" for k in range(len(places))])

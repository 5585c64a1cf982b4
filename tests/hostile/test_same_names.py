"""Files of one name, and neighbours of one name: every file is judged by its own code, or refused with one message.

Every project is a table of files; a gradient is right in the file that holds RIGHT and wrong in the one that holds WRONG, so
that a verdict on other code than the file's own shows.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest

from symgd.tools.cli import run_command

HEAD = 'import symgd as sg\n@sg.verified("x**2", wrt="x")\ndef slope(x):\n    return {}\n'
RIGHT, WRONG = HEAD.format("2*x"), HEAD.format("3*x")
FROM_HELPERS = "from helpers import FACTOR\n" + HEAD.format("FACTOR*x")
LATER = HEAD.format("__import__('helpers').FACTOR*x")
TWO, THREE = "FACTOR = 2\n", "FACTOR = 3\n"
INHERIT = "from .helpers import FACTOR\n" + HEAD.format("FACTOR*x")
BY_NAME = "import importlib\nFACTOR = importlib.import_module('hel' + 'pers').FACTOR\n" + HEAD.format("FACTOR*x")
DATACLASS = "from __future__ import annotations\nimport dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int\n"

PROJECTS = {
    "two files of one name": {"a/losses.py": RIGHT, "b/losses.py": WRONG},
    "neighbours of one name": {
        "a/losses.py": FROM_HELPERS, "a/helpers.py": TWO, "b/costs.py": FROM_HELPERS, "b/helpers.py": THREE,
    },
    "neighbours imported in the call": {
        "a/losses.py": LATER, "a/helpers.py": TWO, "b/costs.py": LATER, "b/helpers.py": THREE,
    },
    "neighbours imported by a text": {
        "a/losses.py": BY_NAME, "a/helpers.py": TWO, "b/losses.py": BY_NAME, "b/helpers.py": THREE,
    },
    "neighbours of neighbours": {
        "a/losses.py": "from middle import FACTOR\n" + HEAD.format("FACTOR*x"), "a/middle.py": "from helpers import FACTOR\n",
        "a/helpers.py": TWO,
        "b/losses.py": "from middle import FACTOR\n" + HEAD.format("FACTOR*x"), "b/middle.py": "from helpers import FACTOR\n",
        "b/helpers.py": THREE,
    },
    "a module and a package": {
        "a/losses.py": FROM_HELPERS, "a/helpers.py": TWO, "b/losses.py": FROM_HELPERS, "b/helpers/__init__.py": THREE,
    },
    "packages of one name": {
        "a/pkg/losses.py": INHERIT, "a/pkg/__init__.py": "", "a/pkg/helpers.py": TWO,
        "b/pkg/losses.py": INHERIT, "b/pkg/__init__.py": "", "b/pkg/helpers.py": THREE,
    },
    "packages in packages": {
        "a/pkg/sub/losses.py": "from ..helpers import FACTOR\n" + HEAD.format("FACTOR*x"), "a/pkg/__init__.py": "",
        "a/pkg/sub/__init__.py": "", "a/pkg/helpers.py": TWO,
        "b/pkg/sub/losses.py": "from ..helpers import FACTOR\n" + HEAD.format("FACTOR*x"), "b/pkg/__init__.py": "",
        "b/pkg/sub/__init__.py": "", "b/pkg/helpers.py": THREE,
    },
    "two files of __init__": {"a/pkg/__init__.py": RIGHT, "b/pkg/__init__.py": WRONG},
    "a package that imports the file itself": {
        "a/pkg/__init__.py": "from . import losses\n", "a/pkg/losses.py": RIGHT,
        "b/pkg/__init__.py": "from . import losses\n", "b/pkg/losses.py": WRONG,
    },
    "folders without __init__": {
        "a/losses.py": "from space.helpers import FACTOR\n" + HEAD.format("FACTOR*x"), "a/space/helpers.py": TWO,
        "b/losses.py": "from space.helpers import FACTOR\n" + HEAD.format("FACTOR*x"), "b/space/helpers.py": THREE,
    },
    "a file beside a folder of its name": {
        "a/losses.py": RIGHT, "a/losses/__init__.py": WRONG, "b/losses.py": WRONG, "b/losses/__init__.py": RIGHT,
    },
    "src layouts": {
        "a/src/pkg/losses.py": "from pkg.helpers import FACTOR\n" + HEAD.format("FACTOR*x"), "a/src/pkg/__init__.py": "",
        "a/src/pkg/helpers.py": TWO,
        "b/src/pkg/losses.py": "from pkg.helpers import FACTOR\n" + HEAD.format("FACTOR*x"), "b/src/pkg/__init__.py": "",
        "b/src/pkg/helpers.py": THREE,
    },
    "folders that are added to the path": {
        "a/losses.py": "import os, sys\nsys.path.insert(0, os.path.dirname(__file__) + '/lib')\n" + FROM_HELPERS,
        "a/lib/helpers.py": TWO,
        "b/losses.py": "import os, sys\nsys.path.insert(0, os.path.dirname(__file__) + '/lib')\n" + FROM_HELPERS,
        "b/lib/helpers.py": THREE,
    },
    "added to the path, and imported in the call": {
        "a/losses.py": "import os, sys\nsys.path.append(os.path.dirname(__file__) + '/lib')\n" + LATER, "a/lib/helpers.py": TWO,
        "b/losses.py": "import os, sys\nsys.path.append(os.path.dirname(__file__) + '/lib')\n" + LATER, "b/lib/helpers.py": THREE,
    },
    "names of Python's modules": {"a/random.py": RIGHT, "b/random.py": WRONG},
    "names of Python's modules that are seldom loaded": {"a/sndhdr.py": RIGHT, "b/test.py": WRONG},
    "names of installed packages": {"a/numpy.py": RIGHT, "b/sympy.py": WRONG},
    "neighbours with the names of Python's modules": {
        "a/losses.py": RIGHT, "a/random.py": "1/0\n", "a/numpy.py": "1/0\n", "a/symgd.py.txt": "",
        "b/losses.py": WRONG, "b/signal.py": "1/0\n", "b/types.py": "1/0\n",
    },
    "the name of the program": {"a/__main__.py": RIGHT, "b/__main__.py": WRONG},
    "names that no statement imports": {"a/my-losses.v1.py": RIGHT, "b/my-losses.v1.py": WRONG},
    "files of conftest": {"a/conftest.py": RIGHT, "b/conftest.py": WRONG},
    "modules that put something else in their place": {
        "a/losses.py": RIGHT + "import sys\nsys.modules[__name__] = object()\n",
        "b/losses.py": WRONG + "import sys\nsys.modules[__name__] = object()\n",
    },
    "modules that need to find themselves": {"a/losses.py": DATACLASS + RIGHT, "b/losses.py": DATACLASS + WRONG},
}  # fmt: skip
"""Of each project the first two files that register are given; the first is right and the second is wrong."""


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def given(folder, files):
    """Return the files that are checked: one of each folder, and of those the first in the table."""
    names = [next(name for name, text in files.items() if name.startswith(top) and "verified" in text) for top in "ab"]
    return [folder / name for name in names]


def verdicts(capsys, *paths):
    code = run_command(["check", *map(str, paths), "--json"])
    rows = json.loads(capsys.readouterr().out)["checks"]
    return code, [(row["file"], row["verdict"]) for row in rows]


@pytest.mark.parametrize(
    "name", [name if k % 2 else pytest.param(name, marks=pytest.mark.study) for k, name in enumerate(PROJECTS)]
)
def test_every_file_is_judged_by_its_own_code(name, tmp_path, capsys):
    write(tmp_path, PROJECTS[name])
    right, wrong = given(tmp_path, PROJECTS[name])
    path, modules, finders = list(sys.path), dict(sys.modules), list(sys.meta_path)
    for _ in range(2):
        assert verdicts(capsys, right, wrong) == (1, [(str(right), "RIGHT"), (str(wrong), "WRONG")])
        assert verdicts(capsys, wrong, right) == (1, [(str(wrong), "WRONG"), (str(right), "RIGHT")])
    assert (sys.path, sys.meta_path) == (path, finders)
    assert {name for name, module in modules.items() if sys.modules.get(name) is not module} == set()
    left = {getattr(module, "__file__", None) or "" for module in sys.modules.values()}
    assert not any(file.startswith(str(tmp_path)) for file in left)


@pytest.mark.study
@pytest.mark.parametrize("name", PROJECTS)
def test_the_folder_of_the_program_does_not_matter(name, tmp_path):
    """In a process of its own, with a folder of one of the files first in the path."""
    write(tmp_path, PROJECTS[name])
    right, wrong = given(tmp_path, PROJECTS[name])
    code = (
        "import sys\nfrom symgd.tools.cli import run_command\nimport symgd.testing.assertions\n"
        f"sys.path.insert(0, {str(right.parent)!r})\nsys.exit(run_command(['check', *sys.argv[1:]]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(right), str(wrong), "--json"],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=100,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert [row["verdict"] for row in json.loads(done.stdout)["checks"]] == ["RIGHT", "WRONG"]


AMBIGUOUS = {
    "a neighbour has the name of one of Python's modules": (
        {"a/losses.py": "from random import FACTOR\n" + HEAD.format("FACTOR*x"), "a/random.py": TWO},
        "losses.py imports random, and random.py beside it has the name of a module that Python has loaded from elsewhere",
    ),
    "a neighbour has the name of an installed package": (
        {"a/losses.py": "import numpy as np\n" + RIGHT, "a/numpy.py": TWO},
        "losses.py imports numpy, and numpy.py beside it",
    ),
    "a package has it": (
        {"a/losses.py": "import numpy.linalg\n" + RIGHT, "a/numpy/__init__.py": TWO},
        "losses.py imports numpy, and numpy beside it",
    ),
    "a neighbour imports it": (
        {"a/losses.py": "import middle\n" + RIGHT, "a/middle.py": "import random\n", "a/random.py": TWO},
        "middle.py imports random, and random.py beside it",
    ),
    "the package imports it": (
        {"a/pkg/losses.py": RIGHT, "a/pkg/__init__.py": "import random\n", "a/random.py": TWO},
        "__init__.py imports random, and random.py beside it",
    ),
    "the package of the file has the name of one of Python's": (
        {"a/random/losses.py": RIGHT, "a/random/__init__.py": ""},
        "losses.py is part of the package 'random', and Python has loaded another package of this name",
    ),
    "the package of the file has the name of one with compiled parts": (
        {"a/numpy/losses.py": RIGHT, "a/numpy/__init__.py": ""},
        "losses.py is part of the package 'numpy', and Python has loaded another package of this name",
    ),
    "the package has another module of the name": (
        {"a/pkg/losses.py": RIGHT, "a/pkg/__init__.py": "from . import losses\n", "a/pkg/losses/__init__.py": WRONG},
        "losses.py cannot be imported: its package has another module called losses",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_cannot_be_kept_apart_is_one_error(name, tmp_path, capsys):
    files, message = AMBIGUOUS[name]
    write(tmp_path, files)
    path, modules = list(sys.path), dict(sys.modules)
    assert run_command(["check", str(tmp_path / next(iter(files)))]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"DataError: {message}")
    assert err.count("Error") == 1
    assert sys.path == path
    assert {name for name, module in modules.items() if sys.modules.get(name) is not module} == set()
    assert sys.modules["random"] is random


def test_a_file_given_twice_is_checked_once_and_that_is_told(tmp_path, capsys):
    path = tmp_path / "losses.py"
    path.write_text(RIGHT)
    link = tmp_path / "link.py"
    link.symlink_to(path)
    again = f"{tmp_path}/../{tmp_path.name}/losses.py"
    assert run_command(["check", str(path), again, str(link)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{path}:2: slope: gradient RIGHT\n"
    assert err.count("is given twice, and checked once") == 2


def test_a_link_stands_for_the_file_that_it_leads_to(tmp_path, capsys):
    write(tmp_path, {"a/losses.py": FROM_HELPERS, "a/helpers.py": TWO, "b/helpers.py": THREE})
    (tmp_path / "b" / "losses.py").symlink_to("../a/losses.py")
    assert verdicts(capsys, tmp_path / "b" / "losses.py")[1] == [(str(tmp_path / "b" / "losses.py"), "RIGHT")]


def test_a_file_that_changes_is_read_anew(tmp_path, capsys):
    """In the same second and with the same size, and its neighbours are read anew too."""
    path, helpers = tmp_path / "losses.py", tmp_path / "helpers.py"
    for text, verdict in ((RIGHT, "RIGHT"), (WRONG, "WRONG"), (RIGHT, "RIGHT")):
        path.write_text(text)
        os.utime(path, (1e9, 1e9))
        assert verdicts(capsys, path)[1] == [(str(path), verdict)]
    path.write_text(FROM_HELPERS)
    for text, verdict in ((TWO, "RIGHT"), (THREE + "\n", "WRONG"), (TWO, "RIGHT")):
        helpers.write_text(text)
        assert verdicts(capsys, path)[1] == [(str(path), verdict)]


def test_neighbours_are_loaded_once_for_all_files_of_a_folder(tmp_path, capsys):
    """What they enter into a register, as a function of symgd, is entered once."""
    count = "import builtins\nbuiltins.COUNT = getattr(builtins, 'COUNT', 0) + 1\nassert builtins.COUNT == 1\n"
    write(tmp_path, {"one.py": FROM_HELPERS, "two.py": FROM_HELPERS, "helpers.py": count + TWO})
    code = "import sys\nfrom symgd.tools.cli import run_command\nsys.exit(run_command(['check', 'one.py', 'two.py']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_module_that_fails_leaves_nothing_behind(tmp_path, capsys):
    write(
        tmp_path,
        {"a/losses.py": FROM_HELPERS + "1/0\n", "a/helpers.py": THREE, "b/losses.py": FROM_HELPERS, "b/helpers.py": TWO},
    )
    names = set(sys.modules)
    code, rows = verdicts(capsys, tmp_path / "a" / "losses.py", tmp_path / "b" / "losses.py")
    assert (code, [verdict for _, verdict in rows]) == (2, ["ERROR", "RIGHT"])
    assert not {"losses", "helpers"} & (set(sys.modules) - names)

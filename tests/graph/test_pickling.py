"""Nodes are one object each, whatever is done with them: copied, pickled, sent to other processes, made in threads at once."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import cloudpickle
import pytest
import sympy as sp
from hypothesis import given

import symgd as sg
from symgd.errors import SymgdError
from symgd.graph.node import constant, intern
from symgd.graph.primitive import REGISTRY, Primitive
from tests.formulas import scalar_formulas, tensor_formulas
from tests.threads import at_once

S = sp.Symbol("s")
LOSS = sg.formula("logsumexp(X @ w) - mean(y)", shapes={"X": "m n", "w": "n", "y": "m"})
UNUSUAL = {
    "facts": sg.formula("log(det(A))", shapes={"A": "n n"}, facts={"A": {"pd": True}}),
    "bounds": sg.formula("p*log(p)", facts={"p": {"lower": 0, "upper": 1}}),
    "sizes": sg.formula("concatenate([x, x])/sum(x[1:])", shapes={"x": "n"}),
    "undefined functions": sg.formula(sp.Function("q")(S, S**2)),
    "functions of SymPy": sg.formula(sp.erfi(S) + sp.hyper([S, 1], [2], S / 3) + sp.polylog(2, S / 5)),
    "partial derivatives": sg.taylor("zeta(t)", "t", at=2, order=2).polynomial,
    "numbers": sg.formula("0.1*x + 1/3 + 12345678901234567890123*x**2"),
    "a float": constant(1e-300) * sg.scalar("x", positive=True),
    "a derivative": sg.gradient(LOSS, "w"),
}
PICKLES = {"pickle": pickle.dumps, "protocol 2": partial(pickle.dumps, protocol=2), "cloudpickle": cloudpickle.dumps}


@pytest.mark.parametrize("dump", PICKLES.values(), ids=PICKLES)
@pytest.mark.parametrize("name", UNUSUAL)
def test_a_node_comes_back_as_itself(name, dump):
    assert pickle.loads(dump(UNUSUAL[name])) is UNUSUAL[name]


@given(scalar_formulas() | tensor_formulas())
def test_copies_are_the_node_itself(formula):
    assert copy.copy(formula) is formula
    assert copy.deepcopy({"loss": [formula]})["loss"][0] is formula
    assert pickle.loads(pickle.dumps([formula, formula]))[1] is formula


def test_a_copy_has_the_same_gradient():
    """A copy that was another object had the gradient 0 in x."""
    x = sg.scalar("x")
    assert str(sg.gradient(copy.deepcopy(x**2), x)) == "2*x"


@pytest.mark.parametrize("name", ["shape", "args", "params", "primitive", "serial", "value", "note"])
def test_nodes_cannot_be_changed(name):
    node = sg.tensor("x", "n") + 1
    with pytest.raises(AttributeError, match="cannot be changed"):
        setattr(node, name, (3,))
    with pytest.raises(AttributeError, match="cannot be changed"):
        delattr(node, name)


def test_a_deep_graph_needs_no_recursion_and_is_written_once():
    node = sg.scalar("x")
    parts = [node]
    for _ in range(20_000):
        node = sg.sin(node) * parts[0]
        parts.append(node)
    assert pickle.loads(pickle.dumps(node)) is node
    alone, together = len(pickle.dumps(node)), len(pickle.dumps([*parts[::100], node]))
    assert together < 1.1 * alone
    assert all(a is b for a, b in zip(parts[::-50], pickle.loads(pickle.dumps(parts[::-50])), strict=True))


def test_records_come_back_as_themselves():
    for record in REGISTRY.values():
        assert pickle.loads(pickle.dumps(record)) is record
        assert copy.deepcopy(record) is record


def test_a_function_that_nobody_declares_is_named():
    record = Primitive(name="nowhere", shape=lambda shapes, params: ())
    with pytest.raises(SymgdError, match="no function called 'nowhere' is declared"):
        pickle.loads(pickle.dumps(intern(record, ())))


DECLARE = """
import pickle, sys
import symgd as sg
from symgd.extend import elementwise

doubled = elementwise(
    "doubled",
    definition=lambda x: 2 * x,
    derivative=lambda x, out: 2 + 0 * x,
    numpy="2*{x}",
    because="a line",
    aliases=("twice",),
)
mine = elementwise(
    "mine",
    definition=lambda x: sg.exp(x / 2),
    derivative=lambda x, out: mine(x) * doubled(sg.scalar("x") ** 0) / 4,
    numpy="exp({x}/2)",
    because="it is half of itself",
)
"""
WRITE = DECLARE + "sys.stdout.buffer.write(pickle.dumps(mine(2 * sg.scalar('x'))))"
WITHOUT_CLOUDPICKLE = "import sys; sys.modules['cloudpickle'] = None" + WRITE
USE = """
import pickle, sys
node = pickle.load(sys.stdin.buffer)
import symgd as sg
print(node, sg.gradient(node, "x"), sg.gradient("twice(mine(x))", "x"), sg.lambdify(["x"], node)(0.0))
"""


def run_program(text, input=b"", folder=None):
    done = subprocess.run([sys.executable, "-c", text], input=input, capture_output=True, check=False, cwd=folder)
    return done.stdout, done.stderr.decode()


def test_a_function_of_the_program_itself_travels_with_its_declaration():
    written, _ = run_program(WRITE)
    printed, errors = run_program(USE, written)
    assert not errors
    assert printed.decode().strip() == "mine(2*x) mine(2*x)*doubled(1)/2 mine(x)*doubled(1)/2 1.0"


def test_a_function_of_a_module_is_found_by_importing_it(tmp_path):
    (tmp_path / "declares_mine.py").write_text(DECLARE)
    write = "from declares_mine import *; sys.stdout.buffer.write(pickle.dumps(mine(sg.scalar('x'))))"
    written, _ = run_program(write, folder=tmp_path)
    printed, errors = run_program(USE, written, tmp_path)
    assert not errors
    assert printed.decode().startswith("mine(x) mine(x)*doubled(1)/4 ")
    _, errors = run_program(USE, written)
    assert "no function called 'mine' is declared" in errors
    assert "it was declared by declares_mine" in errors


def test_without_cloudpickle_the_error_says_what_to_do():
    written, _ = run_program(WITHOUT_CLOUDPICKLE)
    _, errors = run_program(USE, written)
    assert "no function called 'mine' is declared" in errors
    assert "declare it in a module, and import that; or install cloudpickle" in errors


def test_a_declaration_that_cannot_be_written_is_named():
    held = "import threading\nlock = threading.Lock()\n" + WRITE.replace("sg.exp(x / 2)", "lock and sg.exp(x / 2)")
    written, _ = run_program(held)
    _, errors = run_program(USE, written)
    assert "no function called 'mine' is declared" in errors


SPAWN = (
    DECLARE.replace("doubled =", "if __name__ == '__main__': doubled =").replace("mine =", "if __name__ == '__main__': mine =")
    + """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

def gradient(node):
    return sg.gradient(node, "x")

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(gradient, mine(sg.scalar("x"))).result() is gradient(mine(sg.scalar("x")))
"""
)


def test_processes_that_are_started_anew_know_the_functions_of_the_program(tmp_path):
    (tmp_path / "program.py").write_text(SPAWN)
    subprocess.run([sys.executable, "program.py"], check=True, cwd=tmp_path, timeout=120)


READ = """
import pickle, sys
nodes = pickle.load(sys.stdin.buffer)
import symgd as sg
loss = sg.formula("logsumexp(X @ w) - mean(y)", shapes={"X": "m n", "w": "n", "y": "m"})
assert nodes["loss"] is loss
assert nodes["a derivative"] is sg.gradient(loss, "w")
assert sg.lambdify(["x"], nodes["a result that lost its input"])([1.0, 2.0]).tolist() == [[4.0, 0.0], [0.0, 4.0]]
print(*map(str, nodes.values()), sep="\\n")
"""


@pytest.mark.parametrize("seed", ["0", "12345"])
def test_another_process_reads_them(seed):
    """Texts have other hashes there, and nothing of symgd is imported before the pickle is read."""
    nodes = {
        **UNUSUAL,
        "loss": LOSS,
        "a result that lost its input": 2 * sg.hessian(sg.formula("x @ x", shapes={"x": "n"}), "x"),
    }
    done = subprocess.run(
        [sys.executable, "-c", READ], input=pickle.dumps(nodes), capture_output=True, check=False,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().splitlines() == [str(node) for node in nodes.values()]


def gradient_of(formula):
    return sg.gradient(formula, "w")


def test_processes_that_are_started_anew_exchange_them():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(gradient_of, LOSS).result() is sg.gradient(LOSS, "w")


def test_threads_make_one_node_of_each_formula():
    """All threads make the same nodes at the same time, again and again."""
    count, rounds = 8, 200
    barrier = threading.Barrier(count)
    made: list[list] = [[] for _ in range(count)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def make(mine):
        for k in range(rounds):
            barrier.wait()
            x = sg.scalar(f"thread_{k}")
            mine.append(sg.exp(sg.sin(x) * 3 + x) / (1 + x**2))

    try:
        threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    for nodes in zip(*made, strict=True):
        assert all(node is nodes[0] for node in nodes)


def test_threads_write_pickles_of_the_same_nodes_at_once():
    x, y = sg.tensor("x", "n"), sg.tensor("y", "n")
    formulas = [sg.sum(sg.exp(k * x) * y) for k in range(1, 40)]

    def write():
        return [pickle.loads(pickle.dumps(formula)) for formula in formulas]

    results = at_once([[write]] * 8)
    assert len(results) == 8
    assert all(read is formula for _, result in results for read, formula in zip(result, formulas, strict=True))

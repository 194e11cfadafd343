"""Break the neighbour kernel, one place at a time, and count the faults that the tests find.

`NUMBA_DISABLE_JIT=1 python tests/python/support/neighbours_mutants.py [sample] [seed]` runs the
compiled part as plain Python, which needs no compiling per fault and gives the same rows. With a
number, only that many faults are tried, drawn at random. A fault that survives is a missing test,
or changes speed only.
"""

import ast
import contextlib
import io
import os
import random
import resource
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, settings

import also_bought.kernel

ROOT = Path(__file__).parents[3]
# Each after those that it imports.
MODULES = ("matrix", "plan", "compiled", "scattering", "sorting", "neighbours")
CPU_SECONDS = 150
# Left out because plain Python takes minutes for them, or knows no 32-bit wrap-around.
LEFT_OUT = " and ".join(
    f"not {test}"
    for test in (
        "tiles",
        "n6",
        "n7",
        "n10",
        "n12",
        "compiler",
        "exact_arithmetic",
        "first_bars",
        "duckdb",
        "scikit",
        "n8",
        "n13",
        "n14",
    )
)
# They write machine code, and are replaced by Python that says the same.
INTRINSICS = ("_element", "_prefetch", "_passing", "emit", "load", "spread")
SWAPS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr,
}  # fmt: skip


def places(tree):
    """Yield (node, field, new value, words) for every fault that the tree can have."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name in INTRINSICS:
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
                new = SWAPS[type(node.ops[0])]
                yield node, "ops", [new()], f"compare with {new.__name__}"
            elif isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and (
                type(node.op) in SWAPS
            ):
                new = SWAPS[type(node.op)]
                yield node, "op", new(), f"{type(node.op).__name__} becomes {new.__name__}"
            elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
                yield node, "value", node.value + 1, f"{node.value} becomes {node.value + 1}"
            elif isinstance(node, ast.If | ast.While | ast.IfExp):
                new = ast.UnaryOp(ast.Not(), node.test)
                yield node, "test", ast.copy_location(new, node.test), "condition turned round"


def install(name, code):
    """Replace a module of the package by what the code defines."""
    module = types.ModuleType(f"also_bought.kernel.{name}")
    sys.modules[f"also_bought.kernel.{name}"] = module
    setattr(also_bought.kernel, name, module)
    exec(code, module.__dict__)
    if name == "compiled":
        module._prefetch = lambda array, index: None
        module._passing = passing


def passing(sums, first, factors, bars, factor, bar, mask, least):
    """Say in Python what the intrinsic of the same name says in vector code."""
    these = slice(first, first + 16)
    dots = (sums[these] & mask).astype(np.float32)
    wanted = (dots * factors[these] >= bar) | (dots * factor >= bars[these])
    return int(((sums[these] >= least) & wanted) @ (1 << np.arange(16)))


def tests_pass(trees):
    """Run the tests on these trees in a child of their own, so that nothing is left behind."""
    child = os.fork()
    if child == 0:
        # Ends the child: an endless loop is a fault found.
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                for name, tree in trees.items():
                    install(name, compile(ast.fix_missing_locations(tree), name, "exec"))
                tests = str(ROOT / "tests/python/kernel/test_neighbours.py")
                arguments = ["-x", "-q", "-p", "no:cacheprovider"]
                result = pytest.main([*arguments, "-k", LEFT_OUT, tests])
            except BaseException:
                result = 1
        os._exit(int(result))
    return os.waitpid(child, 0)[1] == 0


def main(n_sampled=None, seed=1):
    """Count the faults found among all, or among a sample of them, and print those that are not."""
    # The smallest example of a fault is of no interest; the tests' own profile builds on this one.
    quick = {"phases": [Phase.explicit, Phase.generate], "max_examples": 50}
    settings.register_profile("mutants", **quick)
    settings.load_profile("mutants")
    for name in MODULES:
        source = (ROOT / "also_bought" / "kernel" / f"{name}.py").read_text()
        install(name, compile(source, name, "exec"))
    sources = {
        name: (ROOT / "also_bought" / "kernel" / f"{name}.py").read_text() for name in MODULES
    }
    if not tests_pass({name: ast.parse(source) for name, source in sources.items()}):
        sys.exit("The tests fail without any fault.")
    faults = [
        (name, number)
        for name in MODULES
        for number in range(len(list(places(ast.parse(sources[name])))))
    ]
    random.Random(seed).shuffle(faults)
    tried = faults[:n_sampled]
    found = 0
    for place, (name, number) in enumerate(tried, start=1):
        trees = {other: ast.parse(source) for other, source in sources.items()}
        node, field, value, words = list(places(trees[name]))[number]
        setattr(node, field, value)
        survived = tests_pass(trees)
        found += not survived
        outcome = "survived" if survived else "found"
        print(f"{place}: {name}.py:{node.lineno}: {words}: {outcome}", flush=True)
    share = f"{found / len(tried):.0%}"
    print(f"{found} of {len(tried)} faults found ({share}); {len(faults)} are possible")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

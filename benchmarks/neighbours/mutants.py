"""Plant faults in the neighbour kernel, one at a time, and count those that the tests find.

`NUMBA_DISABLE_JIT=1 python benchmarks/neighbours/mutants.py [every] [module]` runs the compiled
part as plain Python, which needs no compiling per fault and gives the same rows. `every` takes
each n-th fault only, `module` those of `neighbours` or `_scatter`. A fault that survives is
printed: it is a missing test, or changes speed only.
"""

import ast
import contextlib
import io
import os
import signal
import sys
import types
from pathlib import Path

import pytest

import also_bought

ROOT = Path(__file__).parents[2]
MODULES = ("neighbours", "_scatter")
SECONDS = 200
# Left out because plain Python takes minutes for them, or knows no 32-bit wrap-around.
LEFT_OUT = " and ".join(
    f"not {test}"
    for test in ("tiles", "n6", "n7", "n10", "n12", "compiler", "ulp", "real_valued", "progress")
)
SWAPS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr,
}  # fmt: skip


def places(tree):
    """Yield (node, field, new value, words) for every fault that the tree can have."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name in ("_prefetch", "emit"):
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
    module = types.ModuleType(f"also_bought.{name}")
    sys.modules[f"also_bought.{name}"] = module
    setattr(also_bought, name, module)
    exec(code, module.__dict__)
    if name == "_scatter":
        module._prefetch = lambda array, index: None


def tests_pass(trees):
    """Run the tests on these trees in a child of their own, so that nothing is left behind."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)  # ends the child: an endless loop is a fault found
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                for name, tree in trees.items():
                    install(name, compile(ast.fix_missing_locations(tree), name, "exec"))
                tests = str(ROOT / "tests/python/test_neighbours.py")
                arguments = ["-x", "-q", "-p", "no:cacheprovider"]
                result = pytest.main([*arguments, "-k", LEFT_OUT, tests])
            except BaseException:
                result = 1
        os._exit(int(result))
    return os.waitpid(child, 0)[1] == 0


def main(every=1, *only):
    """Count the faults found, and print those that are not."""
    for name in reversed(MODULES):
        source = (ROOT / "also_bought" / f"{name}.py").read_text()
        install(name, compile(source, name, "exec"))
    sources = {name: (ROOT / "also_bought" / f"{name}.py").read_text() for name in MODULES}
    if not tests_pass({name: ast.parse(source) for name, source in sources.items()}):
        sys.exit("The tests fail without any fault.")
    for name in only or MODULES:
        n_places = len(list(places(ast.parse(sources[name]))))
        numbers = range(0, n_places, every)
        found = 0
        for number in numbers:
            trees = {other: ast.parse(source) for other, source in sources.items()}
            node, field, value, words = list(places(trees[name]))[number]
            setattr(node, field, value)
            if tests_pass(trees):
                print(f"{name}.py:{node.lineno}: {words}: survived", flush=True)
            else:
                found += 1
                print(f"{name}.py:{node.lineno}: {words}: found", file=sys.stderr, flush=True)
        print(f"{name}.py: {found} of {len(numbers)} faults found ({found / len(numbers):.0%})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1, *sys.argv[2:])

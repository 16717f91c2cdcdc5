"""The typing stubs name what there is, with the parameters that it has; importing stays light."""

from __future__ import annotations

import ast
import inspect
import pathlib

import dualad

HERE = pathlib.Path(dualad.__file__).parent


def stub(name):
    return ast.parse((HERE / name).read_text())


def test_every_public_name_is_in_the_stub():
    body = stub("__init__.pyi").body
    named = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    named |= {alias.asname for node in body if isinstance(node, ast.ImportFrom) for alias in node.names}
    named |= {target.id for node in body if isinstance(node, ast.Assign) for target in node.targets}
    assert set(dualad.__all__) <= named
    assert (HERE / "py.typed").exists()


def test_parameters_agree():
    for node in stub("__init__.pyi").body:
        if isinstance(node, ast.FunctionDef):
            there = list(inspect.signature(getattr(dualad, node.name)).parameters)
            assert [a.arg for a in node.args.args + node.args.kwonlyargs] == there, node.name


def test_the_core_has_what_its_stub_names():
    for node in stub("_core.pyi").body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            assert hasattr(dualad._core, node.name), node.name
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef):
                    assert hasattr(getattr(dualad._core, node.name), member.name), member.name


def test_every_name_of_the_core_is_in_the_stub():
    body = stub("_core.pyi").body
    named = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    named |= {node.target.id for node in body if isinstance(node, ast.AnnAssign)}
    there = {name for name, item in vars(dualad._core).items() if name[0] != "_" and not inspect.ismodule(item)}
    assert there - named == set()
    for node in body:
        if isinstance(node, ast.ClassDef):
            members = {m.name for m in node.body if isinstance(m, ast.FunctionDef)}
            members |= {m.target.id for m in node.body if isinstance(m, ast.AnnAssign)}
            cls = getattr(dualad._core, node.name)
            assert {name for name in vars(cls) if name[0] != "_" and not hasattr(super(cls, cls), name)} <= members


def test_methods_of_dual_are_in_the_stub():
    described = next(node for node in stub("_core.pyi").body if getattr(node, "name", "") == "Dual")
    named = {member.name for member in described.body if isinstance(member, ast.FunctionDef)}
    assert {name for name in vars(dualad.Dual) if name[0] != "_" and name != "conjugate"} <= named


def test_import_is_light(fresh_python):
    out = fresh_python("""
import sys, numpy, threading
before = set(sys.modules)
import dualad
print(*[name for name in set(sys.modules) - before if name.split(".")[0] not in ("dualad", "cython_runtime")])
""")
    assert [name for name in out.split() if not name.startswith("_cython")] == []

"""dualad.scipy has SciPy's names, and those of its own are listed."""

import importlib
import inspect
import pathlib

import pytest

from dualad.scipy.names import STAND_INS

scipy = pytest.importorskip("scipy")


@pytest.mark.parametrize("module", STAND_INS)
def test_the_list_of_stand_ins_is_true(module):
    theirs, ours = importlib.import_module(module), importlib.import_module(f"dualad.{module}")
    assert sorted(ours.__all__) == list(STAND_INS[module])
    for name in ours.__all__:
        assert getattr(ours, name) is not getattr(theirs, name)
        assert inspect.getdoc(getattr(ours, name))
    for name in theirs.__all__:
        has_rules = name in ours.__all__ or f"{module}.{name}" in STAND_INS
        assert has_rules is not (getattr(ours, name) is getattr(theirs, name))
    stub = pathlib.Path(ours.__file__).with_suffix(".pyi")
    assert stub.read_text().startswith(f"from {module} import *  # noqa: F403\n")


def test_what_has_no_rule_is_scipys_own():
    from dualad import scipy as ours
    assert ours.constants is scipy.constants
    assert ours.__name__ == "dualad.scipy"
    assert ours.optimize.brentq is not scipy.optimize.brentq
    assert set(scipy.__all__) <= set(dir(ours))
    with pytest.raises(AttributeError):
        _ = ours.no_such_module


def test_the_list_imports_nothing(fresh_python):
    out = fresh_python("""
import sys, dualad.scipy.names
print("scipy" in sys.modules)
""")
    assert out.strip() == "False"


def test_the_page_names_every_stand_in():
    page = pathlib.Path(__file__).parents[2] / "docs" / "practice" / "scipy.md"
    named, module = {}, None
    for row in page.read_text().splitlines():
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) == 5 and cells[2].startswith("`"):
            module = cells[1].strip("`") or module
            named.setdefault(module, []).extend(cells[2].replace("`", "").split())
    assert {module: sorted(names) for module, names in named.items()} == {
        module: sorted(names) for module, names in STAND_INS.items() if names}

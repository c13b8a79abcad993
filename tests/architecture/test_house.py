"""What must stay true of the house."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.imports import ENTRIES, PACKAGES, ROOT, sources


def test_no_installed_distribution_owns_one_of_our_names() -> None:
    owners = packages_distributions()
    for name in (*PACKAGES, *ENTRIES, "tests"):
        assert set(owners.get(name, ())) <= {"monitum"}, f"{name} is also owned by {owners[name]}"


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    missing = [folder for folder in folders if not (folder / "__init__.py").exists()]
    assert not missing


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    paths = [*sources(*PACKAGES, "tests"), *(ROOT / f"{entry}.py" for entry in ENTRIES)]
    long = {str(path.relative_to(ROOT)): n for path in paths if (n := len(path.read_text().splitlines())) > 400}
    assert not long


def test_only_the_session_imports_durable_rules() -> None:
    imports = re.compile(r"^\s*(import|from) durable", re.MULTILINE)
    users = [path for path in sources(*PACKAGES) if imports.search(path.read_text())]
    assert users == [ROOT / "engine" / "conditions" / "session.py"]


def test_the_engine_has_no_clock_and_no_float() -> None:
    for path in sources("engine"):
        text = path.read_text()
        assert not re.search(r"\b(date\.today|datetime\.now|utcnow|time\.time)\b", text), path
        assert not re.search(r"\bfloat\(", text), path


def test_celery_is_never_given_a_delay() -> None:
    for path in [*sources(*PACKAGES), ROOT / "worker.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword):
                assert node.arg not in {"eta", "countdown"}, f"{path}:{node.value.lineno}"


def test_every_module_and_public_name_says_what_it_is() -> None:
    silent = []
    for path in sources(*PACKAGES):
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):  # type: ignore[arg-type]
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not silent


@pytest.mark.parametrize("name", ["web", "worker", "tick", "beat", "release"])
def test_the_procfile_starts_every_process(name: str) -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert any(line.startswith(f"{name}: ") for line in lines)


def test_the_queues_of_the_code_are_those_of_the_procfile() -> None:
    from adapters.celery.application import make_celery

    plan = make_celery(None).conf.beat_schedule.values()
    taken = re.findall(r"--queues (\S+)", (ROOT / "Procfile").read_text())
    assert sorted({task["options"]["queue"] for task in plan}) == sorted(taken)


def test_every_direct_requirement_says_why_and_is_pinned() -> None:
    pinned = {line.partition("==")[0].lower() for line in (ROOT / "requirements.txt").read_text().splitlines()}
    for line in (ROOT / "requirements.in").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            assert "#" in line, line
            assert re.split(r"[\[><= ]", line)[0].lower() in pinned, line


def test_no_path_of_a_machine_is_written_down() -> None:
    for path in sources(*PACKAGES, "tests"):
        if path != Path(__file__):
            assert not re.search(r"[\"' ]/(work|root|home)/", path.read_text()), path


def imported(path: Path) -> Iterator[str]:
    """Top-level names a module imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def declared(*files: str) -> set[str]:
    lines = [line for file in files for line in (ROOT / file).read_text().splitlines()]
    return {re.split(r"[\[><= #]", line)[0].lower() for line in lines if line and not line.startswith(("#", "-"))}


@pytest.mark.parametrize(
    ("folders", "files"), [(PACKAGES, ("requirements.in",)), (("tests",), ("requirements.in", "requirements-dev.in"))]
)
def test_what_is_imported_is_required(folders: tuple[str, ...], files: tuple[str, ...]) -> None:
    owners = packages_distributions()
    ours = {*PACKAGES, *ENTRIES, "tests"}
    required = declared(*files)
    for path in sources(*folders):
        for name in set(imported(path)) - ours - set(sys.stdlib_module_names):
            distributions = {owner.lower().replace("_", "-") for owner in owners.get(name, [name])}
            assert distributions & required, f"{path.relative_to(ROOT)} imports {name}, which no requirement brings"

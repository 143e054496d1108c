"""``dutybook watch``: sources that are checked regularly for new documents."""

from __future__ import annotations

import typer

from dutybook.cli.watch import add, kinds, listing, rest, run, service, show

NAME = "watch"

_HELP = """Watch sources: folders, feeds, portals, pages. What is new or changed there is fetched, read, compared with what was
known, and alerted on.

\b
Examples:
  dutybook watch add folder regulations/
  dutybook watch add feed https://authority.example/news.xml --every 1h
  dutybook watch add page https://authority.example/circulars --option links=*.pdf
  dutybook watch run                  look at those that are due
  dutybook watch run --every 15s      go on as a service
"""

group = typer.Typer(
    name=NAME,
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 110},
)

for _name, _command in (
    ("add", add.command),
    ("list", listing.command),
    ("show", show.command),
    ("run", run.command),
    ("pause", rest.pause),
    ("resume", rest.resume),
    ("remove", rest.remove),
    ("kinds", kinds.command),
    ("service", service.command),
):
    group.command(name=_name, no_args_is_help=False)(_command)

"""Assembles the commands. A command imports what it needs only when it runs, so that ``--help`` is quick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from dutybook.cli import (
    accounts,
    alerts,
    amended,
    assessments,
    assistants,
    changes,
    completion,
    controls,
    dates,
    demo,
    documents,
    evidence,
    exchange,
    history,
    incidents,
    ingest,
    maintenance,
    mentions,
    norms,
    procedures,
    profiles,
    removal,
    review,
    search,
    serve,
    tasks,
    watch,
    watch_run,
)
from dutybook.cli.options import set_global_options

_HELP = """Who must do what by when: finds every obligation, prohibition, permission and exemption in regulation and news,
with its evidence. Nothing leaves this machine.

\b
Examples:
  dutybook demo                       try it on the sample documents
  dutybook ingest regulations/        read a folder into dutybook.db
  dutybook search "incident report" --modality obligation
  dutybook show 3fa9                  everything about one norm
  dutybook export register.xlsx --language de

Exit codes: 0 all well, 1 wrong usage or internal error, 2 something was left unread or not found.
"""
_SETTINGS = {"help_option_names": ["--help", "-h"], "max_content_width": 110}
Commands = dict[str, Callable[..., None]]

#: The commands in the order of the help, and those of each group.
COMMANDS: Commands = {
    "demo": demo.demo,
    "ingest": ingest.ingest,
    "index": search.index,
    "extract": ingest.extract,
    "search": search.search,
    "show": norms.show,
    "explain": norms.explain,
    "diff": changes.diff,
    "amended": amended.show_amended,
    "due": dates.due,
    "incident": incidents.incident,
    "review": review.review,
    "audit": history.audit,
    "mentions": mentions.list_mentions,
    "applies": profiles.applies,
    "rejected": norms.list_rejected,
    "documents": documents.list_documents,
    "summary": documents.summarise,
    "timeline": dates.show_timeline,
    "works": documents.list_works,
    "remove": removal.remove,
    "news": changes.list_news,
    "procedures": procedures.list_procedures,
    "export": exchange.export_file,
    "import": exchange.import_file,
    "page-image": ingest.draw_page,
    "serve": serve.serve,
    "mcp": assistants.serve_assistant,
    "schema": exchange.show_schema,
    "backup": maintenance.back_up,
    "restore": maintenance.restore,
    "languages": maintenance.list_languages,
    "doctor": maintenance.check,
    "completion": completion.print_completion,
}
GROUPS: dict[str, tuple[str, Commands]] = {
    "control": (
        controls.HELP,
        {
            "add": controls.add,
            "change": controls.change,
            "list": controls.list_controls,
            "show": controls.show,
            "link": controls.link,
            "unlink": controls.unlink,
            "import": controls.import_list,
            "coverage": controls.show_coverage,
            "suggest": controls.suggest,
            "decline": controls.decline,
        },
    ),
    "alerts": (
        alerts.HELP,
        {
            "add": alerts.add,
            "list": alerts.list_alerts,
            "show": alerts.show,
            "preview": alerts.preview,
            "run": alerts.run,
            "outbox": alerts.list_outbox,
            "test": alerts.try_channels,
            "pause": alerts.pause,
            "resume": alerts.resume,
            "remove": alerts.remove,
        },
    ),
    "profile": (
        profiles.HELP,
        {
            "add": profiles.add,
            "change": profiles.change,
            "list": profiles.list_profiles,
            "show": profiles.show,
            "ask": profiles.ask,
            "terms": profiles.list_terms,
            "remove": profiles.remove,
        },
    ),
    "evidence": (
        evidence.HELP,
        {
            "add": evidence.add,
            "change": evidence.change,
            "link": evidence.link,
            "unlink": evidence.unlink,
            "remove": evidence.remove,
            "list": evidence.list_evidence,
            "show": evidence.show,
        },
    ),
    "db": (maintenance.DB_HELP, {"copy": maintenance.copy_database}),
    "watch": (
        watch.HELP,
        {
            "add": watch.add,
            "list": watch.list_watches,
            "show": watch.show,
            "run": watch_run.run,
            "pause": watch.pause,
            "resume": watch.resume,
            "remove": watch.remove,
            "kinds": watch.list_kinds,
            "service": watch_run.print_service,
        },
    ),
    "tasks": (
        tasks.HELP,
        {"list": tasks.list_tasks, "export": tasks.export_tasks, "send": tasks.send},
    ),
    "assessments": (
        assessments.HELP,
        {
            "open": assessments.open_items,
            "list": assessments.list_items,
            "show": assessments.show,
            "decide": assessments.decide,
        },
    ),
    "incidents": (
        incidents.HELP,
        {
            "list": incidents.list_incidents,
            "show": incidents.show,
            "set": incidents.set_moments,
            "submit": incidents.submit,
            "drop": incidents.drop,
            "close": incidents.close,
            "reopen": incidents.reopen,
            "calendar": incidents.write_calendar,
        },
    ),
    "accounts": (
        accounts.ACCOUNTS_HELP,
        {
            "add": accounts.add,
            "list": accounts.list_accounts,
            "role": accounts.role,
            "disable": accounts.disable,
            "enable": accounts.enable,
            "link": accounts.link,
            "reset": accounts.reset,
            "remove": accounts.remove,
            "second-person": accounts.second_person,
        },
    ),
    "tokens": (
        accounts.TOKENS_HELP,
        {"new": accounts.make_token, "list": accounts.list_tokens, "revoke": accounts.revoke_token},
    ),
}


def _group(name: str, help: str, commands: Commands, **more: Any) -> typer.Typer:
    made = typer.Typer(
        name=name, help=help, no_args_is_help=True, rich_markup_mode=None, context_settings=_SETTINGS, **more
    )
    for own, command in commands.items():
        made.command(name=own, no_args_is_help=False)(command)
    return made


app = _group("dutybook", _HELP, COMMANDS, add_completion=False, pretty_exceptions_enable=False)
app.callback()(set_global_options)
for _name, (_help, _commands) in GROUPS.items():
    app.add_typer(_group(_name, _help, _commands))

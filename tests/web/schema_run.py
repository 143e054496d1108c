"""Schemathesis over the API, in this process: bounded, seeded, with a register that has something in it."""

from __future__ import annotations

from typing import Any

from schemathesis import openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from starlette.types import ASGIApp

#: What is well-formed may still not be there, contradict itself, be taken, or need a part that is not installed.
_REFUSED = ["2XX", "304", "401", "403", "404", "409", "412", "422", "501"]


def problems(
    app: ASGIApp,
    headers: dict[str, str],
    *,
    examples: int,
    coverage: bool,
    stateful: int,
    auth: bool = True,
    seed: int = 8,
) -> tuple[list[str], int]:
    """What schemathesis finds, a text each, and how many requests it made."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            # A machine that does other things is slow to draw a page.
            "request-timeout": 120,
            # How long an example takes to be made says more of the machine's other work than of ours.
            "suppress-health-check": ["too_slow"],
            "headers": headers,
            "checks": {
                "positive_data_acceptance": {"expected-statuses": _REFUSED},
                "negative_data_rejection": {
                    "expected-statuses": ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]
                },
                "ignored_auth": {"enabled": auth},
            },
            "generation": {
                "with-security-parameters": False,
                "no-shrink": True,
                "max-examples": examples,
                "database": "none",
                "deterministic": True,
            },
            "phases": {
                "examples": {"enabled": coverage},
                "coverage": {"enabled": coverage},
                "fuzzing": {"enabled": examples > 0},
                "stateful": {"enabled": stateful > 0, "generation": {"max-examples": max(stateful, 1)}},
            },
        }
    )
    schema = openapi.from_asgi("/api/v1/openapi.json", app, config=config, headers=headers)
    found: list[str] = []
    requests = 0
    for event in from_schema(schema).execute():
        recorder: Any = getattr(event, "recorder", None)
        if recorder is not None:
            requests += len(recorder.interactions)
            for case, checks in recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        failure = check.failure_info.failure
                        found.append(
                            f"{check.name}: {recorder.cases[case].value.operation.label}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"
                        )
        error = getattr(event, "info", None)
        if type(event).__name__ in ("NonFatalError", "FatalError"):
            found.append(f"{type(event).__name__}: {error or event}")
    return list(dict.fromkeys(found)), requests

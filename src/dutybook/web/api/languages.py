"""The API operation on languages: what is extracted from texts in each, how well that was measured, and what is
missing.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from dutybook.languages.artefacts import measured
from dutybook.pipeline.capabilities import languages, languages_as_json
from dutybook.web.api.models.languages import Languages
from dutybook.web.api.parameters import Reader
from dutybook.web.api.routing import verbs


@verbs.get(
    "/languages",
    operation_id="getLanguages",
    tags=["about"],
    summary="What is read in each language",
    response_model=Languages,
)
def list_languages(asked: Annotated[Reader, Query()]) -> dict[str, Any]:
    """All languages, the last row for those without a pack: what is read, how well it was measured, and what cannot be done."""
    return languages_as_json(languages(), measured().command, asked.reader.lower())

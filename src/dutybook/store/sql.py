"""Pieces of SQL that several modules put into their statements: placeholders, and norms that are one norm over versions and languages."""

from __future__ import annotations


def marks(number: int) -> str:
    """Placeholders for so many parameters, as in ``IN (?,?,?)``."""
    return ",".join("?" * number)


def identity_of(norm: str) -> str:
    """SQL for the identity of a norm, which is SQL too: its own id where it is tied to none before it."""
    return f"coalesce((SELECT identity FROM norm_ties WHERE norm = {norm}), {norm})"  # noqa: S608 - SQL of ours


def same_as(identity: str) -> str:
    """SQL that selects the norms of an identity, which is SQL too."""
    return f"SELECT {identity} UNION ALL SELECT norm FROM norm_ties WHERE identity = {identity}"  # noqa: S608 - SQL of ours


def kin_of(norm: str) -> str:
    """SQL that selects the norms that are the same as a norm (SQL too), without itself."""
    return (
        f"SELECT identity FROM norm_ties WHERE norm = {norm} UNION ALL SELECT norm FROM norm_ties WHERE identity = {norm}"  # noqa: S608
        " UNION ALL SELECT other.norm FROM norm_ties own JOIN norm_ties other ON other.identity = own.identity"
        f" AND other.norm <> own.norm WHERE own.norm = {norm}"
    )


#: SQL that selects the rows of the norms of some identities, which ``?1`` lists as JSON.
ROWS_OF = """SELECT row FROM norms WHERE id IN (SELECT value FROM json_each(?1))
    UNION ALL SELECT row FROM norm_facets WHERE identity IN (SELECT value FROM json_each(?1)) AND identity <> norm"""

"""What the people who run the bot decided on everybody's data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """`retention_days` 0 means for good; with `hashed`, people are kept by a keyed hash of their ids."""

    retention_days: int = 0
    hashed: bool = False

"""What becomes of a person's traces, column by column, when they ask for deletion."""

from collections.abc import Mapping
from typing import Final, Literal

Fate = Literal["delete", "forget", "hide", "withdraw", "choice"]

FATES: Final[Mapping[str, Fate]] = {
    "questions.user_id": "delete",
    "feedback.user_id": "delete",
    "follow_ups.solved_by": "forget",
    "follow_ups.handed_over_by": "forget",
    "corrections.corrected_by": "forget",
    "added_sources.added_by": "forget",
    "curated_answers.author_id": "withdraw",
    "curated_answers.added_by": "forget",
    "audit_entries.actor_id": "hide",
    "blocks.user_id": "hide",
    "blocks.blocked_by": "hide",
    "choices.user_id": "choice",
}
"""For every column that says who.

- delete: the row goes, with all that hangs on it.
- forget: the row stays, and says no more who it was.
- hide: the row stays, with the number that stands for the person: what a server decided can't be undone by leaving.
- withdraw: what was made of the person's messages goes; what they wrote as a moderator is their server's, and stays
  without their name.
- choice: an opt-out stays, which names nobody; otherwise asking for deletion would begin the keeping anew.
"""

NOBODY: Final = 0
"""Stands in columns that need somebody."""

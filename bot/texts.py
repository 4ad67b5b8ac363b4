"""Every sentence that members read, in Discord or in a terminal, in one place, so that they can be translated."""

from typing import Final

from rag_core.answering.languages import NAMES
from rag_core.answering.model import Notice

MAX_QUESTION: Final = 6000
"""Characters, as many as Discord lets an option carry."""

ASK_DESCRIPTION: Final = "Ask a question about Milvus; the answer cites the documentation"
ASK_OPTION: Final = "Your question, as you would ask a colleague"
ASK_ATTACHMENT: Final = "A log or text file that belongs to the question"
VERSION_OPTION: Final = "Which version's documentation, if not the latest"
MAX_VERSION: Final = 20
HELP_DESCRIPTION: Final = "What this bot does and how to ask"

HELP: Final = """\
**I answer questions about Milvus from its documentation.**
- `/ask` with your question in a whole sentence. Name the index, the SDK and the version where they matter, and attach \
the log if there is one.
- The numbers in an answer link to the section that says so; all sources stand below it.
- If the documentation doesn't answer, I say so and link the closest sections.
- 👍 and 👎 tell the maintainers which answers are good; **Stop** ends one that you no longer need.
Answers are generated and can be wrong: check the linked section before you rely on one.
-# Privacy: your question, your user id and your rating are kept, so that the people who run this bot can improve it."""

EMPTY_QUESTION: Final = "Please write a question after `/ask`."
PICTURE: Final = "I can't read pictures: please paste the text that it shows."
NO_TEXT_FILE: Final = "I can read logs and text files only: please paste the lines that matter."
LARGE_FILE: Final = "That file is larger than {limit} kB: please attach the part that matters."
LONG_QUESTION: Final = "That is longer than {limit:,} characters: please shorten it to the lines that matter."

SEARCHING: Final = "Searching the documentation…"
READING_ONE: Final = "Reading 1 passage…"
READING: Final = "Reading {count} passages…"
QUEUED_ONE: Final = "1 question is before yours…"
QUEUED: Final = "{ahead} questions are before yours…"
WRITING: Final = "Writing…"
CONTINUES: Final = "Writing… The rest follows below when it is done."

SOURCES: Final = "**Sources**"
CLOSEST: Final = "**Closest sections**"
GENERATED: Final = "Generated, can be wrong."
VERBATIM: Final = "Quoted from the documentation, not generated."
DOCS: Final = "Milvus {version} docs"
DOCS_AND_AGE: Final = "Milvus {version} docs, indexed {age}"
SAMPLE: Final = "From the sample pages: the full documentation is not indexed yet."

REFUSED: Final = "**The documentation doesn't answer this.**"
ASK_PEOPLE: Final = "The people in this channel may know."
CANCELLED: Final = "Stopped."
INTERRUPTED: Final = "Interrupted by a restart, please ask again."
FAILED: Final = "Something went wrong while answering. It is logged as `{id}`; please ask again in a moment."
COMMAND_FAILED: Final = "Something went wrong. It is logged as `{id}`; please try again in a moment."

QUOTED: Final = "**Here are the closest passages, word for word.**"
REASONS: Final = {
    "no_evidence": "Nothing in the documentation comes close enough.",
    "nothing_held": "What was generated did not hold against the documentation, so it is left out.",
    "engine_unavailable": "The language model can't be reached just now.",
    "engine_overloaded": "Too many questions are being answered just now.",
    "no_engine": "No language model writes answers here.",
    "store_unavailable": "The search index can't be reached just now. Your question is on record; ask again later.",
    "no_index": "The documentation is still being indexed. Please ask again in a few minutes.",
}

NOTICES: Final = {
    "version_absent": "Version {value} is not indexed here, so this is from the latest documentation.",
    "language_unwritten": "The language model can't answer in {value} here, so the answer is in English.",
}
"""What a reader should know beside the text; a language is named in English."""

STOP_LABEL: Final = "Stop"
ONLY_ASKER_STOPS: Final = "Only the person who asked can stop this answer."
STOPPING: Final = "Stopping."
NOT_RUNNING: Final = "This answer is not being written any more."
THANKS: Final = {
    "up": "Thanks, noted as helpful. Press 👎 if you change your mind.",
    "down": "Thanks, noted as not helpful. Press 👍 if you change your mind.",
}


def notice(about: Notice) -> str:
    """A notice as a sentence."""
    return NOTICES[about.key].format(value=NAMES.get(about.value, about.value))

"""What the crawler calls itself."""

from __future__ import annotations

import re

from rag_core.errors import CrawlError

PRODUCT = "MilvusSupportBot"

# The site's web server answers 403 to a User-Agent with one of these words in it, in any case.
_REFUSED_WORDS = (
    "HeadlessChrome", "Go-http-client", "node-fetch", "curl", "wget", "python", "axios", "Java", "PHP", "Ruby",
    "httpclient",
)  # fmt: skip
_CONTACT = re.compile(r"[!-'*-~]{3,200}")


def user_agent(contact: str) -> str:
    """An honest User-Agent: the bot's name, and where those who run it can be reached.

    Raises:
        CrawlError: the contact can't stand in a User-Agent, or holds a word that documentation sites refuse there.
    """
    if not _CONTACT.fullmatch(contact):
        raise CrawlError(f"{contact!r} can't stand in a User-Agent; give an address or a mail address as contact.")
    word = next((word for word in _REFUSED_WORDS if word.lower() in contact.lower()), None)
    if word is not None:
        raise CrawlError(f"The contact {contact!r} has {word!r} in it, which the site refuses in a User-Agent.")
    return f"{PRODUCT}/1.0 (+{contact})"

"""Which SDKs a question names. Pages show the same code in several languages, in tabs."""

import re

DEFAULT_SDK = "python"
"""Whose code is searched where a question names no SDK: most questions are about it."""

_SDKS = {
    "python": r"python|pymilvus",
    "java": r"java",
    "go": r"golang|go (?:sdk|client)|in go",
    "javascript": r"javascript|typescript|node\.?js|(?:in|with|using) node|node (?:sdk|client)",
    "bash": r"bash|curl|restful|rest api|(?-i:REST)",
    "csharp": r"c#|csharp|\.net",
    "cpp": r"c\+\+|cpp",
}
_PATTERNS = {
    language: re.compile(rf"(?<![A-Za-z0-9_.])(?:{names})(?![A-Za-z0-9_+#])", re.IGNORECASE)
    for language, names in _SDKS.items()
}


def named_sdks(text: str) -> tuple[str, ...]:
    """Languages of the SDKs that a question names, as code tabs name them. A query node is not Node.js."""
    return tuple(language for language, pattern in _PATTERNS.items() if pattern.search(text))

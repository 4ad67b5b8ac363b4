"""Which SDKs a message names: in words, or by their packages, imports, images and traces in what is pasted."""

import re

DEFAULT_SDK = "python"
"""Whose code is searched where a question names no SDK: most questions are about it."""

_ENDS = r"(?=\s*+(?:[,.?!;:)\n]|$|and\b|or\b|how\b|i\b))"
_USED = r"(?:in|with|using|use|via|from)"
_NODES = "".join(f"(?<!{kind} )" for kind in ("query", "data", "index", "worker", "streaming", "mix"))
_SAID = {
    "python": r"python[\d.]{0,8}|pymilvus",
    "java": r"java|maven|gradle|spring ?boot",
    "go": r"golang|go (?:sdk|client|service|module|version|app|code|program|library|package|api|example)s?|"
    rf"(?:(?:{_USED}|our|learn|doing) go|(?-i:(?:and|or) Go))(?![\w-])(?! (?:to|on|back|ahead|for|through|with)\b)",
    "javascript": rf"javascript|typescript|node\.?js|js|{_USED} ts|(?-i:TS)|{_USED} node{_ENDS}|"
    rf"node v?\d\d\.\d[\d.]{{0,8}}|{_NODES}node (?:sdk|client|app|backend|script)",
    "bash": rf"{_USED} bash|(?:bash|shell) script|curl(?! -\w{{0,3}}[fsLO])|(?-i:REST)|restful|"
    r"rest (?:api|call|endpoint|interface|request)s?|(?:via|over|using|through) rest(?! of\b)|"
    r"http (?:api|interface)|(?:raw|plain|via|over) http",
    "csharp": r"c#|csharp|c sharp|(?:asp)?\.net|dotnet|nuget",
    "cpp": r"c\+\+(?:\d\d)?|cpp|milvus-sdk-cpp",
}
_PASTED = {
    "python": r"\bfrom pymilvus|File \"[^\"\n]{1,300}\", line \d|\bTraceback \(most recent|Cell In ?\[\d|\.py:\d",
    "java": r"\bimport io\.milvus\.|\bio\.milvus[.:]\w|\bMilvusClientV2\b|\bMilvusServiceClient\b|\(\w{1,100}\.java:\d",
    "go": r"milvus/client/v\d|milvus-sdk-go|\b(?-i:milvusclient)\.\w|\bmain\.main\(|\bmain\.go:\d|^package main\b",
    "javascript": r"@zilliz/|milvus2-sdk-node|\bnode:internal/|\.(?:js|mjs|cjs|ts|tsx):\d{1,6}:\d|\bnpm i",
    "bash": r"/v[12]/vectordb\b",
    "csharp": r"(?<![\w.])(?-i:Milvus\.Client)\b|\.cs:line \d",
    "cpp": r"#include\s*+[<\"]milvus",
}
_ONLY_WORD = {"go": "go", "javascript": "node|js|ts", "bash": "rest"}
"""What names an SDK where a line says no more."""

_PATTERNS = {
    sdk: re.compile(
        rf"(?<![A-Za-z0-9_.])(?:{said})(?![A-Za-z0-9_+#])|{_PASTED[sdk]}"
        rf"|^[^\w\n]{{0,9}}(?:(?:and|or) )?(?:in )?(?:{_ONLY_WORD.get(sdk, sdk)})[^\w\n]{{0,9}}$",
        re.IGNORECASE | re.MULTILINE,
    )
    for sdk, said in _SAID.items()
}
_GOROUTINE = re.compile(r"\bgoroutine \d{1,9} \[")
_SERVER = re.compile(r"milvus/(?:internal|pkg|cmd)/")


def named_sdks(text: str) -> tuple[str, ...]:
    """The SDKs that a message as it was written names, by the names of `SDK_TABS`.

    A query node is not Node.js; that the server is written in Go names no SDK.
    """
    found = [sdk for sdk, pattern in _PATTERNS.items() if pattern.search(text)]
    if "go" not in found and _GOROUTINE.search(text) and not _SERVER.search(text):
        found.append("go")
    return tuple(found)

"""Code tabs: pages show the same code for several SDKs. Each SDK has one name here, which is most of its tabs' own."""

from collections.abc import Collection

SDK_TABS = {
    "python": ("python", "py"),
    "java": ("java",),
    "go": ("go", "golang"),
    "javascript": ("javascript", "js", "typescript", "ts", "node", "nodejs"),
    "bash": ("bash", "shell", "sh", "curl", "rest", "restful"),
    "csharp": ("csharp", "cs", "c#"),
    "cpp": ("cpp", "c++"),
}
"""The languages of each SDK's tabs, as pages write them. A tab in any other is no SDK's, and hides no second sample."""


def tabs_of_others(sdks: Collection[str]) -> tuple[str, ...]:
    """Languages of the tabs that belong to none of these SDKs, but to others."""
    return tuple(tab for sdk, tabs in SDK_TABS.items() if sdk not in sdks for tab in tabs)

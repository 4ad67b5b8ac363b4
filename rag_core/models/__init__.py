"""Where weights come from: a folder, the model hub, or packages that carry small models."""

from rag_core.models.locator import Located, Locator

__all__ = ["Located", "Locator"]

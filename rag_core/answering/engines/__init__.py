"""What writes text: vLLM in process, one or several OpenAI-compatible servers, or nothing (quotes only)."""

from rag_core.answering.engines._versions import VllmOptions
from rag_core.answering.engines.engine import Delta, Engine, FinishReason, Message, Request
from rag_core.answering.engines.fleet import Fleet
from rag_core.answering.engines.none import NoEngine
from rag_core.answering.engines.server import ServerEngine
from rag_core.answering.engines.supervised import SupervisedEngine
from rag_core.answering.engines.vllm import VllmEngine

__all__ = [
    "Delta",
    "Engine",
    "FinishReason",
    "Fleet",
    "Message",
    "NoEngine",
    "Request",
    "ServerEngine",
    "SupervisedEngine",
    "VllmEngine",
    "VllmOptions",
]

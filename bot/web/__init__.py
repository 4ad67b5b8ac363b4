"""Pages for machines: /health, /ready and /metrics."""

from bot.web._measured import MeasuredDesk
from bot.web._metrics import Metrics
from bot.web._server import WebServer

__all__ = ["MeasuredDesk", "Metrics", "WebServer"]

"""What vLLM tells about itself at each step, kept and not published. Imports vLLM: see `_versions`."""

from typing import Any

from vllm.v1.metrics.loggers import PrometheusStatLogger


class StepStats(PrometheusStatLogger):
    """The newest figures of the scheduler.

    vLLM measures only where somebody listens, and puts its Prometheus logger beside every other listener, unless that
    is one itself: this one is, and does none of the work, which would cost more than all else that the bot adds.
    """

    def __init__(self, vllm_config: object, engine_indexes: list[int] | None = None) -> None:
        """Takes the place of the parent's, which registers its metrics."""
        self.cache_in_use = 0.0

    def record(self, scheduler_stats: Any, *args: object, **kwargs: object) -> None:
        """Keep the share of the cache's blocks that requests hold."""
        if scheduler_stats is not None:
            self.cache_in_use = float(scheduler_stats.kv_cache_usage)

    def log(self) -> None:
        """There is nothing to write down."""

    def log_engine_initialized(self) -> None:
        """There is nothing to write down."""

    def record_sleep_state(self, *args: object, **kwargs: object) -> None:
        """The engine never sleeps."""

"""What a Prometheus server reads: how many answers of which outcome, and how long they took."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rag_core.answering.model import Answer

_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class Metrics:
    """The bot's figures, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "bot_answers",
            "Answers, by outcome and the note that explains it.",
            ["outcome", "note"],
            registry=self._registry,
        )
        self._tokens = Counter("bot_tokens", "Tokens of the engine, by kind.", ["kind"], registry=self._registry)
        self._retrieve = self._histogram("bot_retrieve_seconds", "From the question to its passages.")
        self._first_token = self._histogram("bot_first_token_seconds", "From the question to the engine's first token.")
        self._first_shown = self._histogram("bot_first_shown_seconds", "From the question to the first text shown.")
        self._total = self._histogram("bot_answer_seconds", "From the question to the end of its answer.")
        self._running = Gauge("bot_answers_running", "Answers being written now.", registry=self._registry)

    def started(self) -> None:
        """A question came in."""
        self._running.inc()

    def ended(self) -> None:
        """Its stream is over, whether or not there is an answer."""
        self._running.dec()

    def observe(self, answer: Answer) -> None:
        """Count one finished answer."""
        self._answers.labels(answer.outcome, answer.note).inc()
        for kind in ("prompt", "completion", "cached"):
            self._tokens.labels(kind).inc(getattr(answer.usage, kind))
        times = answer.times
        self._total.observe(times.total)
        for histogram, seconds in (
            (self._retrieve, times.retrieved),
            (self._first_token, times.first_token),
            (self._first_shown, times.first_shown),
        ):
            if seconds is not None:
                histogram.observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def _histogram(self, name: str, help_text: str) -> Histogram:
        return Histogram(name, help_text, buckets=_SECONDS, registry=self._registry)

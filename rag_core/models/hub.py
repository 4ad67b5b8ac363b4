"""The Hugging Face hub: its cache on this machine, and downloads from it."""

import asyncio
import io
import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import structlog

from rag_core.errors import ModelGated, ModelNotFound
from rag_core.progress import Progress, ProgressHandler

Answer = TypeVar("Answer")

_log = structlog.get_logger(__name__)

_WEIGHTS = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
_OLD_WEIGHTS = ("*.bin", *_WEIGHTS[1:])
_OTHER_RUNTIMES = ("onnx/*", "openvino/*", "original/*")


class HubUnreachable(Exception):
    """The hub did not answer in time, or not as a hub does."""


class Hub:
    """Model weights by name, from the cache or the network.

    The first call that finds the hub unreachable is the last that tries: a machine without a way out waits once.

    Args:
        token: for models behind a licence; empty where there is none.
        timeout: seconds for the hub's first answer.
        endpoint: the hub's address; None for the usual one.
        cache_dir: where downloads are kept; None for the folder that other programs use too.
    """

    def __init__(
        self, token: str = "", *, timeout: float = 5.0, endpoint: str | None = None, cache_dir: Path | None = None
    ) -> None:
        self._token = token
        self._timeout = timeout
        self._endpoint = endpoint
        self._cache_dir = cache_dir
        self._unreachable = ""
        self._asking = asyncio.Lock()

    async def cached(self, model: str) -> Path | None:
        """The folder of a model that was downloaded completely before."""
        return await asyncio.to_thread(self._cached, model)

    async def fetch(self, model: str, on_progress: ProgressHandler) -> Path:
        """Download a model.

        Raises:
            HubUnreachable: no answer in time, now or at an earlier call, or the download broke off.
            ModelNotFound: the hub has no such model.
            ModelGated: its licence must be accepted, or the token is not good for it.
        """
        files = await self._ask(model)
        safetensors = any(name.endswith(".safetensors") for name in files)
        report = _thread_safe(on_progress, f"Downloading {model}")
        download = partial(self._download, model, _WEIGHTS if safetensors else _OLD_WEIGHTS, report)
        return await asyncio.to_thread(_translated, model, download)

    async def _ask(self, model: str) -> list[str]:
        """Names of a model's files."""
        async with self._asking:
            if self._unreachable:
                raise HubUnreachable(self._unreachable)
            try:
                listing = asyncio.to_thread(_translated, model, partial(self._list, model))
                return await asyncio.wait_for(listing, self._timeout)
            except (TimeoutError, HubUnreachable) as error:
                self._unreachable = str(error) or f"no answer within {self._timeout:g} s"
                _log.warning("The model hub can't be reached: models from packages serve.", reason=self._unreachable)
                raise HubUnreachable(self._unreachable) from error

    def _list(self, model: str) -> list[str]:
        from huggingface_hub import HfApi

        api = HfApi(endpoint=self._endpoint, token=self._token or None)
        return [file.rfilename for file in api.model_info(model, timeout=self._timeout).siblings or []]

    def _cached(self, model: str) -> Path | None:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

        try:
            folder = snapshot_download(
                model,
                cache_dir=self._cache_dir,
                allow_patterns="*.json",
                ignore_patterns=list(_OTHER_RUNTIMES),
                local_files_only=True,
            )
        except (LocalEntryNotFoundError, HFValidationError):
            return None
        return Path(folder) if has_weights(Path(folder)) else None

    def _download(self, model: str, patterns: tuple[str, ...], report: Callable[[int, int], None]) -> Path:
        from huggingface_hub import snapshot_download

        folder = snapshot_download(
            model,
            cache_dir=self._cache_dir,
            endpoint=self._endpoint,
            token=self._token or None,
            allow_patterns=list(patterns),
            ignore_patterns=list(_OTHER_RUNTIMES),
            tqdm_class=_reporting_bar(report),
        )
        return Path(folder)


def has_weights(folder: Path) -> bool:
    """Whether a model's folder has a configuration and all its weights; a broken-off download has not."""
    if not (folder / "config.json").is_file():
        return False
    for index in folder.glob("*.index.json"):
        shards = set(json.loads(index.read_text())["weight_map"].values())
        return all((folder / shard).is_file() for shard in shards)
    return any(folder.glob("*.safetensors")) or any(folder.glob("*.bin"))


def _translated(model: str, call: Callable[[], Answer]) -> Answer:
    """Make a call of the hub's client, and say what went wrong in our terms."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        return call()
    except HFValidationError as error:
        raise ModelNotFound(f"{model} is neither a folder nor a name that the model hub could have.", model) from error
    except HfHubHTTPError as error:
        raise _in_our_terms(
            model, error.response.status_code, error.response.headers.get("X-Error-Code", "")
        ) from error
    # The client has changed its HTTP library twice: whatever else it raises is a connection that failed.
    except Exception as error:
        raise HubUnreachable(str(error) or type(error).__name__) from error


def _in_our_terms(model: str, status: int, code: str) -> Exception:
    if code != "RepoNotFound" and (code == "GatedRepo" or status in {401, 403}):
        return ModelGated(
            f"{model} is behind a licence: accept it at https://huggingface.co/{model} and give a Hugging Face token "
            "of that account.",
            model,
        )
    if code or status == HTTPStatus.NOT_FOUND:
        return ModelNotFound(
            f"The model hub has no model {model}, or it is private and the Hugging Face token can't read it.", model
        )
    return HubUnreachable(f"it answered with HTTP status {status}")


def _thread_safe(on_progress: ProgressHandler, stage: str) -> Callable[[int, int], None]:
    loop = asyncio.get_running_loop()
    return lambda done, total: _call_soon(loop, on_progress, Progress(stage, done, total))


def _call_soon(loop: asyncio.AbstractEventLoop, on_progress: ProgressHandler, progress: Progress) -> None:
    # A download's thread can outlive a loop that was stopped in the middle of it.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(on_progress, progress)


def _reporting_bar(report: Callable[[int, int], None]) -> type[Any]:
    """A tqdm class that reports bytes (done, total) and writes nothing."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs | {"file": io.StringIO(), "mininterval": 0, "miniters": 1})

        def display(self, msg: str | None = None, pos: int | None = None) -> bool:
            if self.unit == "B" and self.n and self.total:
                report(int(self.n), int(self.total))
            return True

    return Bar

import json
from collections.abc import AsyncIterator
from pathlib import Path

import huggingface_hub.hf_api  # noqa: F401 - else the first question spends its time on importing it
import pytest
import pytest_asyncio

from rag_core.errors import ModelError, ModelGated, ModelNotFound
from rag_core.models import Locator
from rag_core.models.hub import Hub
from rag_core.progress import Progress
from tests.fakes.hub import ModelHub

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
BGE = "BAAI/bge-large-en-v1.5"
FILES = {
    "config.json": b"{}",
    "1_Pooling/config.json": b"[]",
    "model.safetensors": b"w" * 5000,
    "pytorch_model.bin": b"the same again",
    "onnx/config.json": b"for another runtime",
}


@pytest_asyncio.fixture
async def hub() -> AsyncIterator[ModelHub]:
    async with ModelHub().running() as running:
        running.models = {"someone/model": FILES, BGE: FILES, LLAMA: FILES}
        yield running


class Where:
    """Makes locators that share one cache, as later starts of the program do."""

    def __init__(self, hub: ModelHub, folder: Path) -> None:
        self.hub = hub
        self.folder = folder
        self.progress: list[Progress] = []

    def locator(self, *, gpu: bool = False, token: str = "", timeout: float = 10.0) -> Locator:
        hub = Hub(token, timeout=timeout, endpoint=self.hub.endpoint, cache_dir=self.folder / "hub")
        return Locator(self.folder, gpu=gpu, hub=hub, on_progress=self.progress.append)


@pytest.fixture
def where(hub: ModelHub, tmp_path: Path) -> Where:
    return Where(hub, tmp_path)


async def test_a_folder_serves_as_it_is(where: Where, tmp_path: Path) -> None:
    folder = tmp_path / "my-model"
    folder.mkdir()
    located = await where.locator().language_model(str(folder))
    assert (located.name, located.path, located.note) == ("my-model", folder, "")
    assert where.hub.requests == []


async def test_a_folder_that_is_not_there_is_not_looked_for_on_the_hub(where: Where) -> None:
    with pytest.raises(ModelNotFound, match="There is no folder"):
        await where.locator().language_model("/no/such/folder")
    assert where.hub.requests == []


async def test_downloads_weights_once_with_progress_and_leaves_other_formats(where: Where) -> None:
    located = await where.locator().sentence_model("someone/model")
    files = {str(file.relative_to(located.path)) for file in located.path.rglob("*") if file.is_file()}
    assert files == {"config.json", "1_Pooling/config.json", "model.safetensors"}
    assert (located.path / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert where.progress[-1] == Progress("Downloading someone/model", 5004, 5004)
    where.hub.requests.clear()
    assert await where.locator().sentence_model("someone/model") == located
    assert where.hub.requests == []


async def test_takes_old_weights_where_there_are_no_others(where: Where) -> None:
    where.hub.models["someone/old"] = {"config.json": b"{}", "pytorch_model.bin": b"w"}
    located = await where.locator().sentence_model("someone/old")
    assert (located.path / "pytorch_model.bin").is_file()


async def test_a_download_that_broke_off_is_finished_by_the_next(where: Where) -> None:
    index = json.dumps({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}).encode()
    shards = {"model-1.safetensors": b"1", "model-2.safetensors": b"2"}
    where.hub.models["someone/big"] = {"config.json": b"{}", "model.safetensors.index.json": index, **shards}
    located = await where.locator().language_model("someone/big")
    (located.path / "model-2.safetensors").unlink()
    where.hub.requests.clear()
    again = await where.locator().language_model("someone/big")
    assert (again.path / "model-2.safetensors").read_bytes() == b"2"
    assert where.hub.requests != []


@pytest.mark.parametrize("name", [LLAMA, ""])
async def test_a_gated_model_says_how_to_get_it_also_when_the_hardware_chose_it(where: Where, name: str) -> None:
    where.hub.gated, where.hub.token = {LLAMA}, "good"
    with pytest.raises(ModelGated, match=f"accept it at https://huggingface.co/{LLAMA}") as raised:
        await where.locator(gpu=True, token="bad").language_model(name)
    assert raised.value.model == LLAMA
    located = await where.locator(gpu=True, token="good").language_model(name)
    assert located.name == LLAMA


@pytest.mark.parametrize(
    ("status", "error"), [(401, ModelGated), (403, ModelGated), (404, ModelNotFound), (500, ModelNotFound)]
)
async def test_tells_errors_apart(where: Where, status: int, error: type[ModelError]) -> None:
    where.hub.status = status
    with pytest.raises(error) as raised:
        await where.locator().sentence_model("someone/model")
    assert type(raised.value) is error


@pytest.mark.parametrize("name", ["someone/else", "not a name", "a/b/c"])
async def test_a_model_that_nobody_has_is_not_found(where: Where, name: str) -> None:
    with pytest.raises(ModelNotFound) as raised:
        await where.locator().language_model(name)
    assert raised.value.model == name


async def test_a_hub_that_hangs_costs_one_try_and_a_named_model_is_not_replaced(where: Where) -> None:
    where.hub.hangs = True
    locator = where.locator(timeout=1)
    for name in ("someone/model", "someone/other"):
        with pytest.raises(ModelNotFound, match="hub can't be reached"):
            await locator.sentence_model(name)
    assert len(where.hub.requests) == 1


async def test_packages_serve_where_the_hardware_chose_and_no_hub_answers(where: Where) -> None:
    where.hub.hangs = True
    located = await where.locator(gpu=True, timeout=1).sentence_model()
    assert located.name == "sentence-transformers/all-MiniLM-L6-v2"
    assert (located.path / "modules.json").is_file()
    assert BGE in located.note


async def test_on_a_gpu_the_large_models_are_preferred(where: Where) -> None:
    locator = where.locator(gpu=True)
    assert [(await locator.sentence_model()).name, (await locator.language_model()).name] == [BGE, LLAMA]


async def test_on_a_cpu_the_package_serves_without_asking_the_hub(where: Where) -> None:
    located = await where.locator().sentence_model()
    assert (located.name, located.note) == ("sentence-transformers/all-MiniLM-L6-v2", "")
    assert (located.path / "model.safetensors").is_file()
    assert where.hub.requests == []

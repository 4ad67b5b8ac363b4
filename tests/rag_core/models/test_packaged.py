"""The packaged language model, converted for real."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rag_core.errors import ModelNotFound
from rag_core.models import conversion, packaged
from rag_core.progress import Progress, ignore_progress

pytestmark = pytest.mark.real


def test_the_converted_model_writes_sentences_with_its_own_chat_template(smollm_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(smollm_path)
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the capital of France?"}]
    prompt = tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    assert prompt == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhat is the capital of France?<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    model: Any = AutoModelForCausalLM.from_pretrained(smollm_path)
    tokens = tokenizer(prompt, return_tensors="pt")
    written = model.generate(**tokens, max_new_tokens=20, do_sample=False)[0][tokens["input_ids"].shape[1] :]
    assert "Paris" in tokenizer.decode(written)
    assert written[-1] == tokenizer.eos_token_id


async def test_a_model_that_is_there_is_not_converted_again(smollm_path: Path) -> None:
    reports: list[Progress] = []
    assert await packaged.language_model(smollm_path.parent, reports.append) == smollm_path
    assert reports == []


def test_who_comes_second_waits_for_the_first_and_takes_what_it_made(tmp_path: Path, smollm_path: Path) -> None:
    target = tmp_path / "model"
    command = [sys.executable, "-m", conversion.__name__, "no-such.gguf", str(target)]
    with target.with_name("model.lock").open("w") as lock:
        conversion.lock(lock)
        second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert second.stdout is not None
        assert second.stdout.readline() == "0\n"
        shutil.copytree(smollm_path, target, copy_function=shutil.copyfile)
    assert second.communicate()[0] == f"{conversion.STEPS}\n"
    assert second.returncode == 0


def test_what_a_killed_conversion_left_is_cleared_away_and_no_half_model_appears(tmp_path: Path) -> None:
    half = tmp_path / "model.part"
    half.mkdir()
    (half / "config.json").write_text("{")
    command = [sys.executable, "-m", conversion.__name__, str(tmp_path / "broken.gguf"), str(tmp_path / "model")]
    (tmp_path / "broken.gguf").write_bytes(b"GGUF?")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0
    assert not half.exists()
    assert not (tmp_path / "model").exists()


async def test_a_conversion_that_fails_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF?")
    with pytest.raises(ModelNotFound, match=r"could not be converted for the engine: .+"):
        await packaged.convert(broken, tmp_path / "model", ignore_progress)


async def test_cancelling_ends_the_conversion(tmp_path: Path) -> None:
    begun = asyncio.Event()
    gguf = tmp_path / "broken.gguf"
    with (tmp_path / "model.lock").open("w") as lock:
        conversion.lock(lock)
        task = asyncio.create_task(packaged.convert(gguf, tmp_path / "model", lambda _: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not (tmp_path / "model").exists()

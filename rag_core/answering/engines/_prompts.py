"""Messages become tokens, with the model's own chat template."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag_core.answering.engines.engine import Message


class PromptEncoder:
    """A model's tokenizer and chat template.

    Message texts can't speak for the template: a control token that is spelled out in one (`<|im_end|>`) is broken up,
    so that a crawled page or a question can't end its message and begin another as the system. Threads may share it;
    long prompts belong into them, since 2,000 tokens take 5 ms.
    """

    def __init__(self, model_path: Path) -> None:
        """Read the tokenizer; takes seconds.

        Raises:
            OSError, ValueError: the folder has none, or none with a chat template.
        """
        from transformers import AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(model_path)
        if not self._tokenizer.chat_template:
            raise ValueError("its tokenizer has no chat template: take an instruct model")
        controls = {str(token) for token in self._tokenizer.added_tokens_decoder.values() if token.special}
        self._controls = re.compile("|".join(map(re.escape, sorted(controls, key=len, reverse=True))) or r"(?!)")
        # A prompt is counted until it fits, and asked then: the same tokens soon after, with others' in between.
        self._prompt = lru_cache(maxsize=128)(self._encoded)

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """Token ids of the whole prompt, up to where the answer begins."""
        return list(self._prompt(tuple(messages)))

    def encode_text(self, text: str) -> list[int]:
        """Token ids of what stands behind that: an answer that is begun."""
        return list(self._tokenizer.encode(self._harmless(text), add_special_tokens=False)) if text else []

    def _encoded(self, messages: tuple[Message, ...]) -> tuple[int, ...]:
        chat = [{"role": message.role, "content": self._harmless(message.content)} for message in messages]
        tokens = self._tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=True, return_dict=False)
        return tuple(tokens)

    def _harmless(self, text: str) -> str:
        return self._controls.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)

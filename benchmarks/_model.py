"""A model folder of Llama-3.1-8B's shape, made here: for speed it is the shape that counts, not the weights.

Its tokenizer is trained on the project's own pages and filled up to the size of Llama's vocabulary with made-up words,
so that whatever random weights say is decoded as text is, and ends in a sentence with a citation every now and then.
"""

import json
import re
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

_ROOT = Path(__file__).parents[1]
_SPECIAL = ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
_LEARNED = 8_000
_SENTENCE_EVERY = 25

LLAMA_8B: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "rms_norm_eps": 1e-05,
    "rope_theta": 500000.0,
    "rope_scaling": {
        "factor": 8.0,
        "high_freq_factor": 4.0,
        "low_freq_factor": 1.0,
        "original_max_position_embeddings": 8192,
        "rope_type": "llama3",
    },
    "attention_bias": False,
    "mlp_bias": False,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "bos_token_id": 0,
    "eos_token_id": 3,
    "transformers_version": "5.0.0",
}

_TEMPLATE = (
    "{{ '<|begin_of_text|>' }}{% for message in messages %}"
    "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] + '<|eot_id|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)


def make_model(folder: Path) -> Path:
    """Write config and tokenizer of the 8B model, without weights, into the folder; takes seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(LLAMA_8B, indent=1))
    _tokenizer(LLAMA_8B["vocab_size"]).save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": _SPECIAL[0],
        "eos_token": _SPECIAL[3],
        "chat_template": _TEMPLATE,
        "model_max_length": LLAMA_8B["max_position_embeddings"],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1))
    return folder


def weight_bytes(folder: Path, bytes_a_weight: int = 2) -> int:
    """Bytes that each token of one stream reads: all weights but the table of embeddings, of which it is a row."""
    config: dict[str, int] = json.loads((folder / "config.json").read_text())
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    head = config.get("head_dim") or hidden // heads
    attention = 2 * hidden * heads * head + 2 * hidden * config["num_key_value_heads"] * head
    layer = attention + 3 * hidden * config["intermediate_size"]
    return bytes_a_weight * (config["num_hidden_layers"] * layer + hidden * config["vocab_size"])


def words() -> list[str]:
    """Words of the project's sample pages, as prompts are made of."""
    return re.findall(r"[A-Za-z]{3,}", "\n".join(pages()))


def pages() -> list[str]:
    """The sample pages' texts."""
    return [path.read_text(encoding="utf-8") for path in sorted((_ROOT / "bot" / "sample_pages").glob("*.md"))]


def _tokenizer(size: int) -> Tokenizer:
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=_LEARNED, special_tokens=list(_SPECIAL), initial_alphabet=alphabet, show_progress=False
    )
    learned.train_from_iterator(pages(), trainer)
    model = json.loads(learned.to_str())["model"]
    vocabulary: dict[str, int] = model["vocab"]
    for token in range(len(vocabulary), size):
        vocabulary[_made_up(token)] = token
    tokenizer = Tokenizer(models.BPE(vocabulary, [tuple(merge) for merge in model["merges"]]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(_SPECIAL))
    return tokenizer


def _made_up(token: int) -> str:
    """A word that no text has, with the space before it; every so often one that ends a sentence."""
    return f"Ġword{token}{'Ġ[1].Ġ' if token % _SENTENCE_EVERY == 0 else ''}"

from pathlib import Path
from typing import Any

import pytest

from rag_core.answering.cross_encoder import CrossEncoderEntailment, CrossEncoderReranker
from rag_core.errors import ModelError, ModelNotFound

pytestmark = pytest.mark.real


def _save_model(folder: Path, labels: tuple[str, ...]) -> None:
    """A BERT of one layer whose last class always wins, with a vocabulary of a few words."""
    import torch

    model = _made(folder, labels)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([*[0.0] * (len(labels) - 1), 9.0]))
    model.save_pretrained(folder)


def _made(folder: Path, labels: tuple[str, ...]) -> Any:
    """A model whose vocabulary lies in the folder, with weights that are the same each time."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    torch.manual_seed(0)

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "vectors", "are", "kept", "in", "memory"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        initializer_range=1.0,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    return BertForSequenceClassification(config)


@pytest.mark.parametrize(
    ("labels", "wins"),
    [(("contradiction", "neutral", "ENTAILMENT"), True), (("entailment", "neutral", "contradiction"), False)],
)
async def test_the_probability_is_that_of_the_class_named_entailment(
    tmp_path: Path, labels: tuple[str, ...], wins: bool
) -> None:
    _save_model(tmp_path / "nli", labels)
    entailment = CrossEncoderEntailment(tmp_path / "nli", name="tiny", device="cpu")
    await entailment.start()
    try:
        found = await entailment.follows(["vectors are kept in memory", "in memory"], "vectors are in memory")
        assert [probability > 0.9 for probability in found] == [wins, wins]
        assert await entailment.follows([], "vectors") == []
    finally:
        await entailment.close()
    with pytest.raises(ModelError, match="not loaded"):
        await entailment.follows(["vectors"], "vectors")


async def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    _save_model(tmp_path / "sorter", ("good", "bad"))
    entailment = CrossEncoderEntailment(tmp_path / "sorter", name="sorter", device="cpu")
    with pytest.raises(ModelError, match=r"classes are \['bad', 'good'\]"):
        await entailment.start()
    await entailment.close()


async def test_a_folder_without_weights_is_no_model(tmp_path: Path) -> None:
    entailment = CrossEncoderEntailment(tmp_path, name="empty", device="cpu")
    with pytest.raises(ModelNotFound, match="holds no cross-encoder"):
        await entailment.start()
    await entailment.close()


async def test_relevance_is_the_models_output_for_query_and_text_together(tmp_path: Path) -> None:
    import torch

    folder = tmp_path / "reranker"
    model = _made(folder, ("relevance",)).eval()
    model.save_pretrained(folder)
    reranker = CrossEncoderReranker(folder, name="tiny", device="cpu")
    await reranker.start()
    try:
        found = await reranker.relevance("vectors are", ["kept in memory", "memory"])
        assert await reranker.relevance("vectors", []) == []
    finally:
        await reranker.close()
    words = {word: number for number, word in enumerate((folder / "vocab.txt").read_text().split())}
    for text, score in zip(("kept in memory", "memory"), found, strict=True):
        left, right = (["[CLS]", "vectors", "are", "[SEP]"], [*text.split(), "[SEP]"])
        tokens = torch.tensor([[words[word] for word in left + right]])
        kinds = torch.tensor([[0] * len(left) + [1] * len(right)])
        with torch.no_grad():
            expected = model(input_ids=tokens, token_type_ids=kinds).logits.sigmoid().item()
        assert score == pytest.approx(expected, abs=1e-5)
    assert found[0] != pytest.approx(found[1], abs=1e-6)


async def test_a_model_of_several_outputs_is_no_reranker(tmp_path: Path) -> None:
    _save_model(tmp_path / "nli", ("entailment", "neutral"))
    reranker = CrossEncoderReranker(tmp_path / "nli", name="nli", device="cpu")
    with pytest.raises(ModelError, match="no reranker: it has 2 outputs"):
        await reranker.start()
    await reranker.close()

from pathlib import Path

import pytest

from rag_core.answering.cross_encoder import CrossEncoderEntailment
from rag_core.errors import ModelError, ModelNotFound

pytestmark = pytest.mark.real


def _save_model(folder: Path, labels: tuple[str, ...]) -> None:
    """A BERT of one layer whose last class always wins, with a vocabulary of a few words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

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
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    model = BertForSequenceClassification(config)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([*[0.0] * (len(labels) - 1), 9.0]))
    model.save_pretrained(folder)


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

"""Models of random weights for llama.cpp: they judge the protocol, not the words."""

import json
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, LlamaFileType, PoolingType, TokenType
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

WIDTH, HEADS, LAYERS, HIDDEN, CONTEXT = 64, 4, 2, 128, 2048
SPECIAL = ["<unk>", "<s>", "</s>"]
MARKS = {"pad": "[PAD]", "unk": "[UNK]", "bos": "[CLS]", "eos": "[SEP]", "sep": "[SEP]"}
TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"
)
CORPUS = [
    path.read_text("utf-8") for path in sorted(Path(__file__).parents[2].glob("*.md"))
]


def chat_model(path: Path) -> None:
    """Write a model that talks nonsense."""
    random = np.random.default_rng(1)
    tokenizer = _bpe()
    writer = GGUFWriter(path, "llama")
    _sizes(writer, tokenizer)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_chat_template(TEMPLATE)
    _vocabulary(writer, tokenizer, "gpt2")
    shown = json.loads(tokenizer.to_str())
    writer.add_token_merges([" ".join(pair) for pair in shown["model"]["merges"]])
    writer.add_tokenizer_pre("gpt-2")

    def tensor(name, *shape):
        writer.add_tensor(name, random.normal(0, 0.2, shape).astype(np.float32))

    words = tokenizer.get_vocab_size()
    tensor("token_embd.weight", words, WIDTH)
    tensor("output.weight", words, WIDTH)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for layer in range(LAYERS):
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", np.ones(WIDTH, np.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensor(f"blk.{layer}.{name}.weight", WIDTH, WIDTH)
        for name in ("ffn_gate", "ffn_up"):
            tensor(f"blk.{layer}.{name}.weight", HIDDEN, WIDTH)
        tensor(f"blk.{layer}.ffn_down.weight", WIDTH, HIDDEN)
    _write(writer)


def rerank_model(path: Path) -> None:
    """Write a cross-encoder that scores at random."""
    random = np.random.default_rng(2)
    tokenizer = _wordpiece()
    writer = GGUFWriter(path, "bert")
    _sizes(writer, tokenizer)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(PoolingType.RANK)
    _vocabulary(writer, tokenizer, "bert")
    writer.add_token_type_count(2)
    writer.add_tokenizer_pre("default")
    for role, token in MARKS.items():
        getattr(writer, f"add_{role}_token_id")(tokenizer.token_to_id(token))

    def tensor(name, *shape):
        writer.add_tensor(name, random.normal(0, 0.5, shape).astype(np.float32))

    tensor("token_embd.weight", tokenizer.get_vocab_size(), WIDTH)
    tensor("position_embd.weight", CONTEXT, WIDTH)
    tensor("token_types.weight", 2, WIDTH)
    _norm(writer, "token_embd_norm")
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensor(f"blk.{layer}.{name}.weight", WIDTH, WIDTH)
            tensor(f"blk.{layer}.{name}.bias", WIDTH)
        for norm in ("attn_output_norm", "layer_output_norm"):
            _norm(writer, f"blk.{layer}.{norm}")
        tensor(f"blk.{layer}.ffn_up.weight", HIDDEN, WIDTH)
        tensor(f"blk.{layer}.ffn_up.bias", HIDDEN)
        tensor(f"blk.{layer}.ffn_down.weight", WIDTH, HIDDEN)
        tensor(f"blk.{layer}.ffn_down.bias", WIDTH)
    tensor("cls.weight", WIDTH, WIDTH)
    tensor("cls.bias", WIDTH)
    tensor("cls.output.weight", 1, WIDTH)
    tensor("cls.output.bias", 1)
    _write(writer)


def _norm(writer, name):
    writer.add_tensor(f"{name}.weight", np.ones(WIDTH, np.float32))
    writer.add_tensor(f"{name}.bias", np.zeros(WIDTH, np.float32))


def _bpe():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=SPECIAL,
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def _wordpiece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    names = list(dict.fromkeys(MARKS.values()))
    trainer = trainers.WordPieceTrainer(
        vocab_size=600, special_tokens=names, show_progress=False
    )
    tokenizer.train_from_iterator([text.lower() for text in CORPUS], trainer)
    return tokenizer


def _sizes(writer, tokenizer):
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_vocab_size(tokenizer.get_vocab_size())
    writer.add_file_type(LlamaFileType.ALL_F32)


def _vocabulary(writer, tokenizer, kind):
    ids = {number: token for token, number in tokenizer.get_vocab().items()}
    tokens = [ids[number] for number in range(len(ids))]
    if kind == "bert":
        # llama.cpp marks a word's beginning, where the vocabulary marks its inside.
        tokens = [_marked(token) for token in tokens]
    special = {*SPECIAL, *MARKS.values()}
    kinds = dict.fromkeys(special, TokenType.CONTROL)
    writer.add_tokenizer_model(kind)
    writer.add_token_list(tokens)
    writer.add_token_types([kinds.get(token, TokenType.NORMAL) for token in tokens])
    if kind != "bert":
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        writer.add_unk_token_id(0)


def _marked(token):
    if token.startswith("["):
        return token
    return token[2:] if token.startswith("##") else f"\u2581{token}"


def _write(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

"""Reads a folder of text: JSON lines `{text, source}` (plain or zstd), or .txt and .md files."""

import io
import json
import random
import re
from pathlib import Path

import zstandard


def read_documents(folder, heldout=False):
    """Yields `(source, text)` of each document in `folder`.

    Files whose name begins with `heldout` are for evaluation: they are read only where `heldout` is true,
    and nothing else is then. Raises FileNotFoundError where the folder holds no such text.
    """
    paths = [p for p in sorted(Path(folder).rglob('*')) if p.name.startswith('heldout') == heldout]
    paths = [p for p in paths if p.name.endswith(('.jsonl', '.jsonl.zst', '.txt', '.md')) and p.name != 'SOURCES.md']
    if not paths:
        kind = 'held-out ' if heldout else ''
        raise FileNotFoundError(f'{folder} holds no {kind}text (.jsonl, .jsonl.zst, .txt or .md)')
    for path in paths:
        if '.jsonl' not in path.name:
            yield path.name, path.read_text(encoding='utf-8')
            continue
        with path.open('rb') as raw:
            stream = zstandard.ZstdDecompressor().stream_reader(raw) if path.suffix == '.zst' else raw
            for line in io.TextIOWrapper(stream, encoding='utf-8'):
                document = json.loads(line)
                yield document.get('source', path.name), document['text']


def chosen_documents(folder, config):
    """The documents of `folder` for training, after the shares of `[corpus.keep]`."""
    dice = random.Random(config['seed'])
    for source, text in read_documents(folder):
        share = next((s for start, s in config['corpus']['keep'].items() if source.startswith(start)), 1)
        if dice.random() < share:
            yield source, text


def paragraphs(text, min_letter_share):
    """The paragraphs of a document that are prose or headings, in order, without the empty lines between."""
    kept = []
    for paragraph in re.split(r'\n\s*\n', text):
        paragraph = paragraph.strip()
        letters = sum(c.isalpha() or c == ' ' for c in paragraph)
        if paragraph and letters >= min_letter_share * len(paragraph):
            kept.append(paragraph)
    return kept


def is_prose(paragraph):
    """Whether a paragraph reads as one or more whole sentences."""
    return len(paragraph) >= 40 and paragraph[0].isupper() and paragraph[-1] in '.?!"'

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
    and nothing else is then. Ends the script where the folder holds no such text, or a file can't be read.
    """
    paths = [p for p in sorted(Path(folder).rglob('*')) if p.name.startswith('heldout') == heldout]
    paths = [p for p in paths if p.name.endswith(('.jsonl', '.jsonl.zst', '.txt', '.md')) and p.name != 'SOURCES.md']
    if not paths:
        where = f'The folder {folder}' if Path(folder).is_dir() else f'There is no folder {folder}, which'
        advice = 'Move a few documents to a file whose name begins with "heldout".' if heldout else 'Put text there.'
        kind = 'held-out text' if heldout else 'text'
        raise SystemExit(f'{where} has no {kind} (.jsonl, .jsonl.zst, .txt or .md). {advice}')
    for path in paths:
        try:
            yield from documents_of(path)
        except (ValueError, KeyError, TypeError, zstandard.ZstdError) as error:
            form = 'JSON lines {"text": "...", "source": "..."}' if '.jsonl' in path.name else 'text'
            raise SystemExit(f'{path} is not {form} in UTF-8 ({error!r}). Mend it or take it out of the folder.')


def documents_of(path):
    """Yields `(source, text)` of each document in one file."""
    if '.jsonl' not in path.name:
        yield path.name, path.read_text(encoding='utf-8')
        return
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

"""Writes test/fixtures/golden/tokenizers.json: ids and spans that Python's tokenizers gives.

    python make_tokenizer_goldens.py --tokenizers DIR

DIR holds one folder a model (tokenizer.json, tokenizer_config.json, special_tokens_map.json,
config.json). Only the figures go into the golden file.
"""

import argparse
from pathlib import Path

from tokenizers import Tokenizer
from transformers import AutoTokenizer

from awkward_texts import AWKWARD_TEXTS
from golden_files import utf16_spans, versions, write


def special_ids(folder):
    """The special ids as transformers resolves them from the folder's files."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    names = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"]
    return {name: getattr(tokenizer, f"{name}_token_id") for name in names}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizers", type=Path, required=True, metavar="DIR")
    args = parser.parse_args()
    models = {}
    for folder in sorted(path.parent for path in args.tokenizers.glob("*/tokenizer.json")):
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        encodings = {name: tokenizer.encode(text) for name, text in AWKWARD_TEXTS.items()}
        models[folder.name] = {
            "specialIds": special_ids(folder),
            "texts": {
                name: {
                    "ids": encoding.ids,
                    "spans": utf16_spans(AWKWARD_TEXTS[name], encoding.offsets),
                }
                for name, encoding in encodings.items()
            },
        }
        # The folder's own class may change what tokenizer.json says; worth a look where it does.
        wrapped = AutoTokenizer.from_pretrained(folder)
        for name, text in AWKWARD_TEXTS.items():
            if wrapped(text).input_ids != encodings[name].ids:
                print(f"  {folder.name}: transformers' {type(wrapped).__name__} differs on {name!r}")
    write("tokenizers", {"versions": versions(["tokenizers"]), "texts": AWKWARD_TEXTS, "models": models})


if __name__ == "__main__":
    main()

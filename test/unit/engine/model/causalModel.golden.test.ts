import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { CausalModel } from '../../../../src/engine/model/causalModel';
import { findGraphFile } from '../../../../src/engine/onnx/modelFiles';
import { openCausalGraph, openGraph } from '../../../../src/engine/onnx/openModel';
import { soleTurn } from '../../../../src/engine/scheduler';
import { fixture, golden, assertClose } from '../../fixtures';

const turn = soleTurn(new AbortController().signal);

interface CausalGolden {
  logits: { text: string; ids: number[]; last: number[]; all?: number[][] }[];
  greedy: { promptIds: number[]; repetitionPenalty: number; ids: number[] }[];
  attention: { ids: number[]; shape: number[]; attentions: number[][][][] }[];
}

/** Each stock form of the same weights, and how its past should be found to work: as it is, and written anew. */
const forms: [string, string, number][] = [
  ['gpt2-optimum', 'bucketed', 1e-4],
  ['gpt2-merged', 'bucketed', 1e-4],
  ['gpt2-dynamo', 'bucketed', 1e-4],
  ['gpt2-no-position-ids', 'exact', 1e-4],
  ['gpt2-optimum', 'apart', 1e-4],
  ['gpt2-merged', 'apart', 1e-4],
  ['gpt2-dynamo', 'apart', 1e-4],
  ['gpt2-no-position-ids', 'apart', 1e-4],
];

for (const [name, strategy, tolerance] of forms) {
  describe(`CausalModel on ${name}, ${strategy}`, () => {
    const expected = golden<CausalGolden>('gpt2');
    let model: CausalModel;
    before(async function () {
      if (!fs.existsSync(fixture(name))) return this.skip();
      const file = await findGraphFile(fixture(name), { causal: true });
      const open = strategy === 'apart' ? openCausalGraph : openGraph;
      model = await CausalModel.open(await open(file, { threads: 1 }), 128, fs.statSync(file).size);
    });

    it(`feeds its past ${strategy}`, () => assert.equal(model.pastStrategy, strategy));

    it('gives the logits of transformers, read at once', async () => {
      for (const { ids, last } of expected.logits) {
        const [logits] = await model.read(model.newContext(), [ids], turn);
        assertClose(logits!, last, tolerance);
      }
    });

    it('gives the same logits read token by token', async () => {
      for (const { ids, last } of expected.logits) {
        const context = model.newContext();
        let logits: Float32Array[] = [];
        for (const id of ids) logits = await model.read(context, [[id]], turn);
        assertClose(logits[0]!, last, tolerance);
      }
    });

    it('gives the logits of every position', async () => {
      const { ids, all } = expected.logits.find((entry) => entry.all)!;
      const rows: Float32Array[] = [];
      await model.readAll(ids, turn, (position, logits) => (rows[position] = logits.slice()));
      assert.equal(rows.length, ids.length);
      rows.forEach((row, position) => assertClose(row, all![position]!, tolerance));
    });

    it('keeps the rows of a batch apart, also when they are reordered', async () => {
      const [a, b] = expected.logits.filter((entry) => entry.ids.length > 4);
      const length = Math.min(a!.ids.length, b!.ids.length);
      const context = model.newContext(2);
      const rows = [a!.ids.slice(0, length - 1), b!.ids.slice(0, length - 1)];
      await model.read(context, rows, turn);
      model.reorder(context, [1, 0, 1]);
      const next = [b!.ids[length - 1]!, a!.ids[length - 1]!, a!.ids[length - 1]!].map((id) => [id]);
      const batched = await model.read(context, next, turn);
      for (const [index, ids] of [
        [...rows[1]!, next[0]![0]!],
        [...rows[0]!, next[1]![0]!],
        [...rows[1]!, next[2]![0]!],
      ].entries()) {
        const [single] = await model.read(model.newContext(), [ids], turn);
        assertClose(batched[index]!, [...single!], tolerance);
      }
    });

    it('shows the attentions of transformers', async () => {
      for (const { ids, shape, attentions } of expected.attention) {
        const layers = await model.attentions(ids, turn);
        assert.deepEqual([layers.length, layers[0]!.length], [shape[0], shape[1]! * shape[2]! * shape[3]!]);
        layers.forEach((layer, index) => assertClose(layer, attentions[index]!.flat(2), 1e-4));
      }
    });
  });
}

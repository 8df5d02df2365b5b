import assert from 'node:assert/strict';
import { CausalModel } from '../../../../src/engine/model/causalModel';
import { findGraphFile } from '../../../../src/engine/onnx/modelFiles';
import { openCausalGraph } from '../../../../src/engine/onnx/openModel';
import { fixture } from '../../fixtures';

/** Weights of which a run reads 16 tokens. */
const large = 1.3e9;

describe('A causal model that is stopped while it reads a text', () => {
  it('goes on where it was when it is asked again', async () => {
    const file = await findGraphFile(fixture('gpt2-optimum'), { causal: true });
    const model = await CausalModel.open(await openCausalGraph(file, { threads: 1 }), 128, large);
    const ids = Array.from({ length: 60 }, (_, index) => 10 + index);
    let turns = 0;
    const stopping = async (): Promise<void> => {
      if (++turns === 3) throw new Error('stopped');
      await Promise.resolve();
    };
    await assert.rejects(model.readOn(model.resume(ids), ids, stopping), /stopped/);
    const again = model.resume(ids);
    assert.equal(again.cache.length, 32, 'two runs of 16 tokens');
    const [logits] = await model.readOn(again, ids, async () => {});
    const [fresh] = await model.read(model.newContext(), [ids], async () => {});
    logits!.forEach((logit, id) => assert(Math.abs(logit - fresh![id]!) < 1e-4));
  });
});

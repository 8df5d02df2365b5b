import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { estimateMemory, shapeOf } from '../../../src/core/memory';
import { Rate } from '../../../src/core/rate';
import { fixture } from '../fixtures';

const read = (name: string): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(path.join(fixture(name), 'config.json'), 'utf8')) as Record<string, unknown>;

describe('the memory of a model', () => {
  it('is read from the config of each family', () => {
    const gpt2 = shapeOf(read('gpt2-optimum'))!;
    assert.deepEqual(gpt2, { layers: 3, heads: 4, hidden: 32, inner: 128, vocabulary: 400, window: 128 });
    assert.equal(shapeOf(read('bert-masked'))!.inner, 128);
    assert.equal(shapeOf(read('distilbert-sentiment'))!.heads, 2);
    assert.equal(shapeOf({ model_type: 'bert' }), undefined);
  });

  it('grows linearly with the batch and quadratically with the length', () => {
    const shape = shapeOf(read('bert-masked'))!;
    const at = (length: number, batch: number) => estimateMemory(shape, 1e6, '', { length, batch });
    assert.equal(at(64, 1).weights, at(512, 8).weights);
    assert.equal(at(64, 8).quadratic, 8 * at(64, 1).quadratic);
    assert.equal(at(64, 8).linear, 8 * at(64, 1).linear);
    assert.equal(at(128, 1).quadratic, 4 * at(64, 1).quadratic);
    assert.equal(at(128, 1).linear, 2 * at(64, 1).linear);
    const { weights, linear, quadratic, total } = at(64, 8);
    assert.equal(total, weights + linear + quadratic);
  });

  it('is within a factor of two of what is measured', function () {
    if (process.platform !== 'linux') return this.skip();
    this.timeout(60_000);
    const shape = shapeOf(read('bert-masked'))!;
    // Large batches, as the model is small.
    const loads = [
      { length: 128, batch: 64, attentions: false },
      { length: 128, batch: 128, attentions: true },
      { length: 32, batch: 512, attentions: false },
    ];
    for (const load of loads) {
      const script = path.join(__dirname, '../engine/model/peakMemory.ts');
      const args = [
        path.join(fixture('bert-masked'), 'onnx/model.onnx'),
        `${load.length},${load.batch},${Number(load.attentions)}`,
      ];
      const out = execFileSync(process.execPath, ['--require', 'tsx', script, ...args], { encoding: 'utf8' });
      const [measured = 0] = JSON.parse(out) as number[];
      const { linear, quadratic } = estimateMemory(shape, 0, '', { ...load, logits: true });
      const ratio = (linear + quadratic) / measured;
      assert(
        ratio > 0.5 && ratio < 2,
        `${JSON.stringify(load)}: ${linear + quadratic} estimated, ${measured} measured`,
      );
    }
  });
});

describe('a rate', () => {
  it('is that of the last seconds', () => {
    const rate = new Rate(2000);
    rate.add(0, 0);
    assert.equal(rate.perSecond, undefined);
    rate.add(1000, 1000);
    assert.equal(rate.perSecond, 1000);
    assert.equal(rate.secondsTo(3000), 2);
    for (let second = 2; second <= 10; second++) rate.add(1000 + (second - 1) * 100, second * 1000);
    assert.equal(rate.perSecond, 100);
  });
});

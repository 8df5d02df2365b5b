import assert from 'node:assert/strict';
import { HeldAttention } from '../../../../src/engine/heldAttention';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { attention } from '../../../../src/engine/tasks/attention';
import { headClasses } from '../../../../src/engine/tasks/headClasses';
import { occlusion } from '../../../../src/engine/tasks/occlusion';
import { predictions } from '../../../../src/engine/tasks/predictions';
import { fixture } from '../../fixtures';

const model = fixture('known-heads');

/** What each head was made to do, by layer; see test/golden/make_known_heads.py. */
const heads = {
  before: 0,
  first: 1,
  copies: 2,
  induction: 3,
  even: 4,
  itself: 5,
};

describe('a model whose heads are known', () => {
  const models = new ModelStore({ threads: 1 });
  const turn = () => Promise.resolve();
  const context = { models, turn, partial: () => undefined };
  after(() => models.closeAll());

  const measured = async (text: string) => {
    const held = new HeldAttention(await attention({ model, text }, context));
    return (await held.measures({ handle: 1 }, turn)).measures;
  };
  const near = (actual: number, expected: number, tolerance = 0.01) =>
    assert(Math.abs(actual - expected) < tolerance, `${actual} instead of ${expected}`);

  it('has its heads classified as what they are', async () => {
    const { classes, period } = await headClasses({ model }, context);
    assert.equal(period, 15);
    assert.deepEqual(
      classes.map(({ kind, offset }) => (offset === null ? kind : `${kind} ${offset}`)),
      ['position -1', 'sink', 'duplicate', 'induction', 'broad', 'position 0'],
    );
    near(classes[heads.before]!.figure, 1);
    near(classes[heads.first]!.setAside, 1);
    // A token is a copy of itself, too.
    near(classes[heads.copies]!.figure, 0.5);
    near(classes[heads.induction]!.figure, 1, 0.02);
    near(classes[heads.even]!.figure, 1);
    near(classes[heads.itself]!.figure, 1);
  });

  it('has measures that say what they do', async () => {
    const text = 'abcdefgabcdefg';
    const { previous, self, sink, evenness, entropy, duplicate, induction, distance } = await measured(text);
    const tokens = text.length;
    near(previous[heads.before]!, 1);
    near(sink[heads.first]!, 1);
    near(self[heads.itself]!, 1);
    near(evenness[heads.even]!, 1, 1e-5);
    near(duplicate[heads.copies]!, 0.5);
    // The first token stands before itself, so that the second a half looks there.
    near(induction[heads.induction]!, 6.5 / 7);
    near(duplicate[heads.before]!, 0);
    near(induction[heads.before]!, 0);
    near(entropy[heads.itself]!, 0, 0.02);
    // One back, but for the first token.
    near(distance[heads.before]!, (tokens - 1) / tokens);
    near(distance[heads.first]!, (tokens - 1) / 2);
  });

  it('has no copies to measure in a text without repetition', async () => {
    const { duplicate, induction } = await measured('abcdefg');
    assert([...duplicate, ...induction].every((value) => Number.isNaN(value)));
  });

  it('continues a repetition, and says that by what followed the earlier copy', async () => {
    const read = await attention({ model, text: 'abcdefgabc' }, context);
    const { candidates } = await predictions(read, 9, 1, context);
    assert.equal(candidates[0]!.text, 'd');
    const { importance, target } = await occlusion(read, 9, context);
    assert.equal(target.text, 'd');
    // Without the d, or the c before it, nothing speaks for a d; the e doesn't matter.
    assert(importance[3]! > 1, `${importance[3]}`);
    assert(Math.abs(importance[4]!) < 0.3, `${importance[4]}`);
  });

  it('shows what lies behind the sink once that is taken out', async () => {
    const held = new HeldAttention(await attention({ model, text: 'abcdef' }, context));
    const source = { kind: 'heads' as const, heads: [{ layer: 0, head: 1 }], combine: 'mean' as const };
    const plain = held.lines({ handle: 1, source, query: 5 });
    near(plain.row![0]!, 1);
    const behind = held.lines({ handle: 1, source, query: 4, shaping: { removeSink: true } });
    // All others have the same, and there is almost nothing of it.
    for (const weight of behind.row!) near(weight, 0.2);
    near(behind.left!, 0, 0.001);
  });
});

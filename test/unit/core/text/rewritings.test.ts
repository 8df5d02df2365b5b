import assert from 'node:assert/strict';
import { rewritingOf } from '../../../../src/core/text/rewritings';

describe("the name of an encoder-decoder's task", () => {
  it('says from which language to which it translates', () => {
    assert.deepEqual(rewritingOf('translation_en_to_de'), { kind: 'translate', from: 'en', to: 'de' });
  });

  it('says that it summarises, in either spelling', () => {
    assert.deepEqual(rewritingOf('summarization'), { kind: 'summarise' });
    assert.deepEqual(rewritingOf('summarisation'), { kind: 'summarise' });
  });

  it('stands for itself when it is none of these', () => {
    for (const name of ['paraphrase', 'translation_en_de', 'translation'])
      assert.deepEqual(rewritingOf(name), { kind: 'other', name });
  });
});

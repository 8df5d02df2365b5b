import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { taskNames } from '../../../src/core/families';
import { offeredModels } from '../../../src/models/catalogue';
import { parseRepositoryId } from '../../../src/models/repository';

describe('the catalogue', () => {
  it('offers what GPT-2 and BERT are wanted for, in English, Chinese and many languages', () => {
    const ids = offeredModels.map(({ id }) => id);
    for (const id of [
      'Xenova/gpt2',
      'Xenova/distilgpt2',
      'Xenova/bert-base-cased',
      'Xenova/bert-base-uncased',
      'Xenova/distilbert-base-uncased-finetuned-sst-2-english',
      'Xenova/bert-base-multilingual-uncased-sentiment',
      'Xenova/bert-base-chinese',
      'Xenova/bert-base-multilingual-cased',
    ])
      assert(ids.includes(id), id);
    assert(offeredModels.some(({ family, language }) => family === 'causal' && language === 'Chinese'));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('names repositories that were looked up, and says of each whether it has ONNX files', () => {
    const readme = fs.readFileSync(path.join(__dirname, '../../../models/README.md'), 'utf8');
    for (const { id, needsConversion = false } of offeredModels) {
      assert.equal(parseRepositoryId(id), id);
      const [, graphs] = new RegExp(`^\\| +\`${id}\` +\\| ([^|]*)\\|`, 'm').exec(readme) ?? [];
      assert(graphs !== undefined, `${id} is not in models/README.md`);
      assert.equal(graphs.trim() === 'none', needsConversion, id);
    }
  });

  it('offers each for tasks that there are', () => {
    for (const { id, tasks } of offeredModels)
      assert(tasks.length > 0 && tasks.every((task) => task in taskNames), id);
  });
});

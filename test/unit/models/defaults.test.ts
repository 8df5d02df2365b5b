import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { defaultModel, embeddedModel, hasDefaultModel } from '../../../src/models/defaults';
import { taskNames, type Task } from '../../../src/core/families';

const root = path.join(__dirname, '../../..');
const tasks = (Object.keys(taskNames) as Task[]).filter(hasDefaultModel);

/** Bytes of all files in a folder. */
function sizeOf(folder: string): number {
  return fs.readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const file = path.join(folder, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(file) : fs.statSync(file).size);
  }, 0);
}

describe('The embedded models', () => {
  const folders = [...new Set(tasks.map((task) => defaultModel(root, task)))];

  it('are there for each task that has one, with a card, their licence and int8 weights', () => {
    assert.equal(folders.length, 3);
    for (const folder of folders) {
      const card = fs.readFileSync(path.join(folder, 'README.md'), 'utf8');
      assert.match(card, /^---\nlicense: /);
      assert.match(card, /## How it was made/);
      assert.match(card, /## Figures/);
      assert(fs.existsSync(path.join(folder, 'onnx/model_quantized.onnx')));
    }
  });

  it('take less than 80 MB together', () => {
    const bytes = folders.reduce((sum, folder) => sum + sizeOf(folder), 0);
    assert(bytes < 80e6, `${bytes} bytes`);
  });

  it('are found by their names', () => {
    assert.equal(embeddedModel(root, 'headlight-gpt2'), defaultModel(root, 'continue'));
  });
});

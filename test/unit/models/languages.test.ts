import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { offeredModels } from '../../../src/models/catalogue';
import { languagesOf, offeredFor } from '../../../src/models/languages';

const root = path.join(__dirname, '../../..');

describe('the languages that a model was trained for', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-languages-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** A model's folder with a file in it. */
  function withFile(name: string, file: string, text: string): string {
    const model = path.join(folder, name);
    fs.mkdirSync(model, { recursive: true });
    fs.writeFileSync(path.join(model, file), text);
    return model;
  }

  it('are English for the embedded ones', async () => {
    for (const name of ['headlight-gpt2', 'headlight-bert', 'headlight-bert-sentiment'])
      assert.deepEqual(await languagesOf(path.join(root, 'models', name)), ['en'], name);
  });

  it('are those of its card', async () => {
    const cards: [string, Awaited<ReturnType<typeof languagesOf>>][] = [
      ['---\nlicense: mit\nlanguage: de\n---\n', ['de']],
      ['---\nlanguage:\n- en\n- pt-BR\nlicense: mit\n---\n', ['en', 'pt']],
      ['---\nlanguage: [en, fr]\n---\n', ['en', 'fr']],
      ['---\nlanguage: multilingual\n---\n', 'many'],
      ['---\nlicense: mit\n---\nlanguage: de\n', undefined],
      ['# A model\n', undefined],
    ];
    for (const [card, languages] of cards)
      assert.deepEqual(await languagesOf(withFile('own', 'README.md', card)), languages, card);
    assert.equal(await languagesOf(path.join(folder, 'missing')), undefined);
  });

  it('are those of the catalogue for a model from the Hub, wherever it lies', async () => {
    const record = {
      format: 1,
      id: 'Xenova/bert-base-chinese',
      source: 'hub',
      commit: 'a'.repeat(40),
      added: 0,
      files: [],
    };
    const stored = withFile('stored', 'headlight.json', JSON.stringify(record));
    assert.deepEqual(await languagesOf(stored), ['zh']);
    const cached = 'models--Xenova--bert-base-multilingual-cased/snapshots/abc';
    assert.equal(await languagesOf(withFile(cached, 'config.json', '{}')), 'many');
    assert.deepEqual(await languagesOf(withFile('distilgpt2', 'config.json', '{}')), ['en']);
    assert.deepEqual(await languagesOf(path.join(folder, 'distilgpt2', 'onnx', 'model.onnx')), ['en']);
  });

  it('are known of every model that is offered', async () => {
    for (const { id } of offeredModels) {
      const languages = await languagesOf(withFile(id.split('/')[1]!, 'config.json', '{}'));
      assert(languages === 'many' || languages!.length > 0, id);
    }
  });

  it('are only those that its card names, where it says that there are more', async () => {
    const languages = await languagesOf(withFile('Qwen2.5-0.5B-Instruct', 'config.json', '{}'));
    assert.deepEqual([...languages!].filter((code) => ['zh', 'en', 'de', 'ko'].includes(code)).length, 4);
    for (const unnamed of ['nl', 'sv', 'pl']) assert(!languages!.includes(unnamed), unnamed);
    assert.equal(offeredFor('continue', 'nl'), undefined);
  });

  it('name the model to add for a task and a language', () => {
    assert.equal(offeredFor('fill', 'zh')?.id, 'Xenova/bert-base-chinese');
    assert.equal(offeredFor('fill', 'de')?.id, 'Xenova/bert-base-multilingual-cased');
    assert.equal(offeredFor('sentiment', 'de')?.id, 'Xenova/bert-base-multilingual-uncased-sentiment');
    assert.equal(offeredFor('sentiment', 'ja'), undefined);
    for (const language of ['de', 'zh'])
      assert.equal(offeredFor('continue', language)?.id, 'onnx-community/Qwen2.5-0.5B-Instruct');
  });
});

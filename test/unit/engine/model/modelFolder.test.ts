import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { modelName, readModelFolder } from '../../../../src/engine/model/modelFolder';
import type { EngineError } from '../../../../src/protocol/engine';

describe('readModelFolder', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'model-folder-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const config = (value: unknown) =>
    fs.writeFileSync(
      path.join(folder, 'config.json'),
      typeof value === 'string' ? value : JSON.stringify(value),
    );
  const fails = (pattern: RegExp) =>
    assert.rejects(readModelFolder(folder), (error: EngineError) => {
      assert.equal(error.code, 'model');
      assert.match(error.message, pattern);
      return true;
    });

  it("reads the window from either of its names, without RoBERTa's unused positions", async () => {
    config({ architectures: ['GPT2LMHeadModel'], n_positions: 1024 });
    assert.equal((await readModelFolder(folder)).window, 1024);
    config({
      architectures: ['BertForMaskedLM'],
      model_type: 'bert',
      max_position_embeddings: 512,
      pad_token_id: 0,
    });
    assert.equal((await readModelFolder(folder)).window, 512);
    config({
      architectures: ['RobertaForMaskedLM'],
      model_type: 'roberta',
      max_position_embeddings: 514,
      pad_token_id: 1,
    });
    assert.equal((await readModelFolder(folder)).window, 512);
  });

  it('says which folder is missing and what to do', async () => {
    fs.rmSync(folder, { recursive: true });
    await fails(/no model folder at ".*model-folder-.*"\. Check the path/);
    fs.mkdirSync(folder);
  });

  it('says that config.json is missing', () => fails(/has no config\.json.*Choose the folder that holds/));

  it('says that config.json is cut off', async () => {
    config('{"model_type": "gp');
    await fails(/config\.json" isn't valid JSON.*fetch it again/);
  });

  it("says that config.json isn't an object", async () => {
    config([]);
    await fails(/config\.json" isn't a JSON object/);
  });
});

describe('modelName', () => {
  it("is the folder's last part, or owner/name in the Hugging Face cache", () => {
    assert.equal(modelName('/models/my-gpt2'), 'my-gpt2');
    assert.equal(modelName('/models/my-gpt2/'), 'my-gpt2');
    assert.equal(modelName('/hub/models--Xenova--gpt2/snapshots/0123abc'), 'Xenova/gpt2');
  });
});

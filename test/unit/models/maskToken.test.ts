import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { maskTokenOf } from '../../../src/models/maskToken';
import { fixture } from '../fixtures';

describe('how a model writes its mask', () => {
  it('is read from its folder, also by the path of its graph', async () => {
    assert.equal(await maskTokenOf(fixture('bert-masked')), '[MASK]');
    assert.equal(await maskTokenOf(fixture('roberta-masked')), '<mask>');
    assert.equal(await maskTokenOf(path.join(fixture('roberta-masked'), 'onnx/model.onnx')), '<mask>');
  });

  it('is not known of a model without one, or of no model', async () => {
    assert.equal(await maskTokenOf(fixture('gpt2-optimum')), undefined);
    assert.equal(await maskTokenOf('/no/such/model'), undefined);
  });

  it('is found in special_tokens_map.json, and a broken file is passed over', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-mask-'));
    try {
      fs.writeFileSync(path.join(folder, 'tokenizer_config.json'), '{');
      fs.writeFileSync(path.join(folder, 'special_tokens_map.json'), '{"mask_token": "<|mask|>"}');
      assert.equal(await maskTokenOf(folder), '<|mask|>');
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

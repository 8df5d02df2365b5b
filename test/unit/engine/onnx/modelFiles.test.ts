import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { findGraphFile } from '../../../../src/engine/onnx/modelFiles';
import { EngineError } from '../../../../src/protocol/engine';

describe('findGraphFile', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'headlight-files-'));
    mkdirSync(path.join(folder, 'onnx'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const cases: [name: string, causal: boolean, files: string[], expected: string][] = [
    ['the only file', false, ['onnx/model.onnx'], 'onnx/model.onnx'],
    ['a file beside config.json', false, ['model.onnx'], 'model.onnx'],
    ['the onnx folder first', false, ['model_quantized.onnx', 'onnx/model.onnx'], 'onnx/model.onnx'],
    [
      'int8 before fp32',
      false,
      ['onnx/model.onnx', 'onnx/model_fp16.onnx', 'onnx/model_quantized.onnx'],
      'onnx/model_quantized.onnx',
    ],
    ['fp32 before fp16 and 4 bits', false, ['onnx/model_q4.onnx', 'onnx/model.onnx'], 'onnx/model.onnx'],
    ['4 bits before fp16', false, ['onnx/model_fp16.onnx', 'onnx/model_q4.onnx'], 'onnx/model_q4.onnx'],
    [
      'a merged decoder before the others',
      true,
      [
        'onnx/decoder_model.onnx',
        'onnx/decoder_with_past_model_quantized.onnx',
        'onnx/decoder_model_merged.onnx',
      ],
      'onnx/decoder_model_merged.onnx',
    ],
    [
      'a decoder with past before one that may lack it',
      true,
      ['onnx/decoder_with_past_model.onnx', 'onnx/model_quantized.onnx'],
      'onnx/decoder_with_past_model.onnx',
    ],
    ['a causal model in one file', true, ['onnx/model.onnx', 'onnx/other.onnx'], 'onnx/model.onnx'],
    ['no decoder for other models', false, ['onnx/decoder_model.onnx', 'onnx/model.onnx'], 'onnx/model.onnx'],
    ['a lone file of any name', false, ['onnx/bert-tiny.onnx', 'onnx/notes.txt'], 'onnx/bert-tiny.onnx'],
  ];
  for (const [name, causal, files, expected] of cases)
    it(`takes ${name}`, async () => {
      for (const file of files) writeFileSync(path.join(folder, file), '');
      assert.equal(await findGraphFile(folder, { causal }), path.join(folder, expected));
    });

  it('takes the file that is named', async () => {
    const file = path.join(folder, 'onnx', 'whatever.onnx');
    assert.equal(await findGraphFile(file, { causal: true }), file);
  });

  it('says what it looked for', async () => {
    writeFileSync(path.join(folder, 'model.safetensors'), '');
    await assert.rejects(findGraphFile(folder, { causal: false }), (error) => {
      assert(error instanceof EngineError && error.code === 'model');
      assert(error.message.includes(folder));
      assert.match(error.message, /model\.onnx.*_quantized.*found: no \.onnx file/);
      return true;
    });
    writeFileSync(path.join(folder, 'a.onnx'), '');
    writeFileSync(path.join(folder, 'b.onnx'), '');
    await assert.rejects(
      findGraphFile(folder, { causal: true }),
      /decoder_model_merged\.onnx.*found: a\.onnx, b\.onnx/,
    );
  });
});

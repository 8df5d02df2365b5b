import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  type ModelProto,
  type TensorProto,
} from '../../../../src/engine/onnx/gen/onnx_pb';
import { readStub, readWhole } from '../../../../src/engine/onnx/modelFile';
import { openGraph } from '../../../../src/engine/onnx/openModel';
import { loadRuntime } from '../../../../src/engine/onnx/platform';
import { openSession, toFloat32 } from '../../../../src/engine/onnx/session';
import { EngineError } from '../../../../src/protocol/engine';
import { difference, fixture, runPlainly, tokenFeeds } from './stock';

const stock = fixture('bert-masked/onnx/model.onnx');
const merged = fixture('gpt2-merged/onnx/decoder_model_merged.onnx');
const ids = [2, 9, 14, 27, 3];
const inputs = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
  name,
  type: 'int64' as const,
  dims: [],
}));

function external(tensor: TensorProto): Record<string, string> {
  return Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]));
}

/** Writes `stock` with its weights in `weights`, which the model calls `location`. */
function writeWithExternalData(model: string, weights: string, location: string): void {
  const proto = fromBinary(ModelProtoSchema, readFileSync(stock));
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of proto.graph!.initializer) {
    if (tensor.rawData.length < 256) continue;
    const entries = { location, offset: String(offset), length: String(tensor.rawData.length) };
    tensor.externalData = Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    parts.push(tensor.rawData);
    offset += tensor.rawData.length;
    tensor.rawData = new Uint8Array();
  }
  writeFileSync(model, toBinary(ModelProtoSchema, proto));
  writeFileSync(weights, Buffer.concat(parts));
}

async function logitsDifference(file: string): Promise<number> {
  const graph = await openGraph(file, { threads: 1 });
  const feeds = tokenFeeds(graph.inputs, ids);
  const { logits } = await graph.session.run(feeds, ['logits']);
  await graph.session.release();
  const expected = await runPlainly(stock, feeds);
  return difference(toFloat32(logits!), toFloat32(expected['logits']!));
}

describe('reading ONNX files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'headlight-onnx-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const inFolder = (name: string): string => path.join(folder, name);

  /** Asserts that opening `file` fails as the file's fault, in words that match and that name it. */
  async function refuses(file: string, words: RegExp): Promise<void> {
    await assert.rejects(openGraph(file), (error) => {
      assert(error instanceof EngineError, String(error));
      assert.equal(error.code, 'model');
      assert.match(error.message, words);
      assert(error.message.includes(path.basename(file)), error.message);
      return true;
    });
  }

  describe('without their weights', () => {
    for (const file of [stock, merged])
      it(`points into ${path.basename(file)} for each large initializer`, () => {
        const bytes = readFileSync(file);
        const whole = fromBinary(ModelProtoSchema, bytes);
        const stub = readStub(file)!;
        assert.equal(stub.folder, path.dirname(file));
        let inFile = 0;
        stub.model.graph!.initializer.forEach((tensor, index) => {
          const { rawData } = whole.graph!.initializer[index]!;
          if (rawData.length <= 1024) return;
          const { location, offset, length } = external(tensor);
          assert.equal(location, path.basename(file));
          assert.equal(tensor.rawData.length, 0);
          assert.deepEqual(
            bytes.subarray(Number(offset), Number(offset) + Number(length)),
            Buffer.from(rawData),
          );
          inFile += rawData.length;
        });
        assert(inFile > bytes.length / 3, `only ${inFile} of ${bytes.length} bytes stay in the file`);
        assert(stub.bytes.length < bytes.length - inFile + 20_000);
      });

    it('is enough for ONNX Runtime', async () => {
      const { bytes, folder: weights } = readStub(stock)!;
      const session = await openSession(await loadRuntime(), bytes, { threads: 1, folder: weights });
      const feeds = tokenFeeds(inputs, ids);
      const { logits } = await session.run(feeds, ['logits']);
      const expected = await runPlainly(stock, feeds);
      assert(difference(toFloat32(logits!), toFloat32(expected['logits']!)) <= 2e-5);
      await session.release();
    });

    it('keeps everything else, also fields that it has no names for', () => {
      const file = inFolder('model.onnx');
      const proto = fromBinary(ModelProtoSchema, readFileSync(stock));
      // doc_string of ModelProto (field 6) isn't in our onnx.proto.
      const docString = Buffer.from([0x32, 5, ...Buffer.from('hello')]);
      writeFileSync(file, Buffer.concat([toBinary(ModelProtoSchema, proto), docString]));
      const stub = readStub(file)!;
      assert(Buffer.from(stub.bytes).includes(docString));
      const again: ModelProto = fromBinary(ModelProtoSchema, stub.bytes);
      const nodes = (model: ModelProto): Buffer[] =>
        model.graph!.node.map((node) => Buffer.from(toBinary(NodeProtoSchema, node)));
      assert.deepEqual(nodes(again), nodes(proto));
      assert.deepEqual(again.opsetImport, proto.opsetImport);
      assert(Buffer.from(toBinary(ModelProtoSchema, again)).includes(docString));
    });

    it('reads weights that lie in a file of their own', async () => {
      writeWithExternalData(inFolder('model.onnx'), inFolder('model.onnx_data'), 'model.onnx_data');
      assert((await logitsDifference(inFolder('model.onnx'))) <= 2e-5);
    });

    it("follows the links of Hugging Face's cache", async () => {
      const blobs = inFolder('blobs');
      const snapshot = inFolder('snapshots/0123/onnx');
      mkdirSync(blobs);
      mkdirSync(snapshot, { recursive: true });
      writeWithExternalData(path.join(blobs, 'aaaa'), path.join(blobs, 'bbbb'), 'model.onnx_data');
      symlinkSync('../../../blobs/aaaa', path.join(snapshot, 'model.onnx'));
      symlinkSync('../../../blobs/bbbb', path.join(snapshot, 'model.onnx_data'));
      assert.equal(readStub(path.join(snapshot, 'model.onnx'))!.folder, blobs);
      assert((await logitsDifference(path.join(snapshot, 'model.onnx'))) <= 2e-5);

      writeFileSync(path.join(blobs, 'cccc'), readFileSync(stock));
      symlinkSync('../../../blobs/cccc', path.join(snapshot, 'model_whole.onnx'));
      assert((await logitsDifference(path.join(snapshot, 'model_whole.onnx'))) <= 2e-5);
    });
  });

  it("reads weights into memory where they can't be read in place", async () => {
    writeWithExternalData(inFolder('model.onnx'), inFolder('model.onnx_data'), 'model.onnx_data');
    const whole = await readWhole(inFolder('model.onnx'));
    assert.deepEqual(
      whole.externalData.map(({ path: location }) => location),
      ['model.onnx_data'],
    );
    // What is in memory needs no file.
    rmSync(inFolder('model.onnx_data'));
    const session = await openSession(await loadRuntime(), whole.bytes, {
      threads: 1,
      externalData: whole.externalData,
    });
    const feeds = tokenFeeds(inputs, ids);
    const { logits } = await session.run(feeds, ['logits']);
    const expected = await runPlainly(stock, feeds);
    assert(difference(toFloat32(logits!), toFloat32(expected['logits']!)) <= 2e-5);
    await session.release();
  });

  describe('that are at fault', () => {
    it('says that a file does not exist', () => refuses(inFolder('model.onnx'), /doesn't exist/));

    it('says that a folder is no model', () => {
      mkdirSync(inFolder('model.onnx'));
      return refuses(inFolder('model.onnx'), /is a folder/);
    });

    it('says that a file is empty', () => {
      writeFileSync(inFolder('model.onnx'), '');
      return refuses(inFolder('model.onnx'), /is empty\. Download it again/);
    });

    const size = statSync(stock).size;
    for (const length of [1, 9, 40, 2000, size / 2, size - 1].map(Math.floor))
      it(`says that a file is cut off after ${length} bytes`, () => {
        writeFileSync(inFolder('model.onnx'), readFileSync(stock).subarray(0, length));
        return refuses(inFolder('model.onnx'), length > 9 ? /is cut off/ : /is cut off|isn't an ONNX model/);
      });

    it('recognises a Git LFS pointer', () => {
      writeFileSync(
        inFolder('model.onnx'),
        `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 653\n`,
      );
      return refuses(inFolder('model.onnx'), /Git LFS pointer.*git lfs pull/);
    });

    for (const page of ['<!DOCTYPE html><html><body>Not found</body></html>', '\n <html lang="en">'])
      it(`recognises a web page: ${page.trim().slice(0, 12)}`, () => {
        writeFileSync(inFolder('model.onnx'), page);
        return refuses(inFolder('model.onnx'), /is a web page/);
      });

    it('says that random bytes are no model', async () => {
      let state = 12345;
      for (let round = 0; round < 50; round++) {
        const bytes = Buffer.alloc(5000);
        for (let index = 0; index < bytes.length; index++) {
          state = (state * 1103515245 + 12345) % 2 ** 31;
          bytes[index] = state >> 16;
        }
        writeFileSync(inFolder('model.onnx'), bytes);
        await refuses(inFolder('model.onnx'), /isn't an ONNX model|is cut off/);
      }
    });

    it('says that other formats are no models', async () => {
      for (const bytes of ['{"hello": "world"}', 'PK\x03\x04 zip', 'GGUF\x03\x00\x00\x00', 'plain text']) {
        writeFileSync(inFolder('model.onnx'), bytes, 'latin1');
        await refuses(inFolder('model.onnx'), /isn't an ONNX model/);
      }
    });

    it("passes ONNX Runtime's reason on for a graph that it refuses", () => {
      const proto = fromBinary(ModelProtoSchema, readFileSync(stock));
      proto.graph!.node.find((node) => node.opType === 'Erf')!.opType = 'Erfolg';
      writeFileSync(inFolder('model.onnx'), toBinary(ModelProtoSchema, proto));
      return refuses(inFolder('model.onnx'), /ONNX Runtime can't open .*Erfolg/s);
    });

    it('says which file with weights is missing', () => {
      writeWithExternalData(inFolder('model.onnx'), inFolder('elsewhere'), 'model.onnx_data');
      return refuses(inFolder('model.onnx'), /model\.onnx_data" is missing.*same folder/);
    });

    it('says that a file with weights is cut off', () => {
      writeWithExternalData(inFolder('model.onnx'), inFolder('model.onnx_data'), 'model.onnx_data');
      writeFileSync(inFolder('model.onnx_data'), readFileSync(inFolder('model.onnx_data')).subarray(0, 5000));
      return refuses(inFolder('model.onnx'), /model\.onnx_data" is cut off/);
    });

    it('recognises a Git LFS pointer in the place of weights', () => {
      writeWithExternalData(inFolder('model.onnx'), inFolder('model.onnx_data'), 'model.onnx_data');
      writeFileSync(inFolder('model.onnx_data'), 'version https://git-lfs.github.com/spec/v1\n');
      return refuses(inFolder('model.onnx'), /model\.onnx_data" is only a Git LFS pointer/);
    });

    for (const location of ['../secret', 'data/../../secret', '/etc/passwd', '.'])
      it(`doesn't follow a location out of the folder: ${location}`, () => {
        mkdirSync(inFolder('model/data'), { recursive: true });
        writeWithExternalData(inFolder('model/model.onnx'), inFolder('secret'), location);
        return refuses(inFolder('model/model.onnx'), /outside of its own folder/);
      });
  });
});

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  type ModelProto,
} from '../../../../src/engine/onnx/gen/onnx_pb';
import { inspect } from '../../../../src/engine/tasks/inspect';
import { openGraph } from '../../../../src/engine/onnx/openModel';
import { fixture } from '../../fixtures';

describe('what a graph may ask for', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-trust-'));
    fs.cpSync(fixture('bert-masked'), folder, { recursive: true });
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  function change(edit: (model: ModelProto) => void): string {
    const file = path.join(folder, 'onnx/model.onnx');
    const model = fromBinary(ModelProtoSchema, fs.readFileSync(file));
    edit(model);
    fs.writeFileSync(file, toBinary(ModelProtoSchema, model));
    return file;
  }

  async function refuses(file: string, message: RegExp): Promise<void> {
    await assert.rejects(openGraph(file), { code: 'model', message });
    await assert.rejects(inspect({ model: folder }), { code: 'model', message });
  }

  it('is told of a stock model: its parameters, its attention', async () => {
    const result = await inspect({ model: folder });
    assert.deepEqual(
      [result.file, result.family, result.window, result.attention],
      ['onnx/model.onnx', 'masked', 128, true],
    );
    // 402 * 32 + 128 * 32 + 2 * 32 + 3 layers + head, as transformers counts them.
    assert(result.parameters > 50_000 && result.parameters < 90_000, String(result.parameters));
  });

  it('not custom operators', () =>
    refuses(
      change((model) => (model.graph!.node[0]!.domain = 'com.example.evil')),
      /custom operator, "\w+" of "com\.example\.evil".*standard operators/,
    ));

  it('not custom operators inside of its own functions', () =>
    refuses(
      change((model) => {
        const node = create(NodeProtoSchema, {
          opType: 'Steal',
          domain: 'com.example.evil',
          output: ['out'],
        });
        model.functions.push(
          create(FunctionProtoSchema, { name: 'Own', domain: 'own', output: ['out'], node: [node] }),
        );
      }),
      /custom operator, "Steal" of "com\.example\.evil"/,
    ));

  it('not constants that lie in other files', () =>
    refuses(
      change((model) => {
        const t = create(TensorProtoSchema, {
          dims: [1n],
          dataType: TensorProto_DataType.FLOAT,
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: [create(StringStringEntryProtoSchema, { key: 'location', value: '/etc/passwd' })],
        });
        const value = create(AttributeProtoSchema, {
          name: 'value',
          type: AttributeProto_AttributeType.TENSOR,
          t,
        });
        model.graph!.node.push(
          create(NodeProtoSchema, { opType: 'Constant', output: ['read'], attribute: [value] }),
        );
      }),
      /wants to read a constant from "\/etc\/passwd", which only its weights may do/,
    ));

  it('not weights whose shape does not fit their data', () =>
    refuses(
      change((model) => {
        const tensor = model.graph!.initializer.find(({ rawData }) => rawData.length > 4096)!;
        tensor.dims = [...tensor.dims, 1000n];
      }),
      /is damaged: its weight "[^"]+" has the shape \[.*1000\], which takes \d+ bytes, and \d+ bytes of data/,
    ));

  it('not data outside of its folder', () =>
    refuses(
      change((model) => {
        const tensor = model.graph!.initializer.find(({ rawData }) => rawData.length > 4096)!;
        tensor.externalData = [
          'location:../../../../etc/passwd',
          'offset:0',
          `length:${tensor.rawData.length}`,
        ].map((pair) => {
          const [key = '', value = ''] = pair.split(':');
          return create(StringStringEntryProtoSchema, { key, value });
        });
        tensor.rawData = new Uint8Array();
        tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
      }),
      /outside of its own folder/,
    ));
});

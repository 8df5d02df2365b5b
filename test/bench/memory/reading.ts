/**
 * One measurement, in a process of its own: opens a model, reads a short text, then reads texts of one length side by
 * side, and prints the resident memory before and at the peak as JSON.
 *
 *   node --import tsx test/bench/memory/reading.ts FOLDER LENGTH BATCH
 */
import * as fs from 'node:fs';
import { defaultCacheFolder } from '../../../src/engine/onnx/decoder/decoderCache';
import { ModelStore, type Model } from '../../../src/engine/model/modelStore';
import type { TensorData } from '../../../src/engine/onnx/session';

const turn = (): Promise<void> => Promise.resolve();

/** Reads `batch` texts of `length` tokens at once; an encoder-decoder writes as many side by side. */
async function read(model: Model, length: number, batch: number): Promise<void> {
  const ids = Array.from({ length }, (_, index) => 20 + (index % 50));
  const rows = Array.from({ length: batch }, () => ids);
  switch (model.kind) {
    case 'causal':
      await model.net.read(model.net.newContext(batch), rows, turn);
      return;
    case 'encoder': {
      if (model.folder.family.tasks.includes('fill')) {
        const typeIds = ids.map(() => 0);
        const inputs = rows.map((row) => ({ ids: row, typeIds }));
        await model.net.logitsAt(inputs, [1]);
        return;
      }
      const values: Record<string, number> = { attention_mask: 1, token_type_ids: 0 };
      const feeds = model.graph.inputs.map(({ name }): [string, TensorData] => {
        const of = (index: number): number => values[name] ?? ids[index % length]!;
        const data = BigInt64Array.from({ length: batch * length }, (_, index) => BigInt(of(index)));
        return [name, { type: 'int64', data, dims: [batch, length] }];
      });
      const [output] = model.graph.outputs;
      await model.graph.session.run(Object.fromEntries(feeds), [output!.name]);
      return;
    }
    case 'encoder-decoder': {
      const target = model.net.begin(await model.net.encode(ids, turn));
      await model.net.read(target, [[ids[0]!]], turn);
      model.net.reorder(
        target,
        rows.map(() => 0),
      );
      for (const id of ids.slice(1))
        await model.net.read(
          target,
          rows.map(() => [id]),
          turn,
        );
    }
  }
}

function bytes(name: 'VmRSS' | 'VmHWM'): number {
  const status = fs.readFileSync('/proc/self/status', 'utf8');
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)![1]);
}

async function main([folder = '', length = '', batch = '']: readonly string[]): Promise<void> {
  const models = new ModelStore({ threads: 1, cache: defaultCacheFolder(), budget: 1e12 });
  const { model } = await models.open(folder, 'attention');
  await read(model, 4, 1);
  const loaded = bytes('VmRSS');
  // 5 sets the peak back to what is resident now.
  fs.writeFileSync('/proc/self/clear_refs', '5');
  await read(model, Number(length), Number(batch));
  process.stdout.write(`${JSON.stringify({ loaded, peak: bytes('VmHWM') })}\n`);
  await models.closeAll();
}

void main(process.argv.slice(2));

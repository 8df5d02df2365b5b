/**
 * Measures, in a process of its own, by how much runs of a model raise the resident memory at its peak. Linux only.
 * Arguments: the .onnx file, then loads as `length,batch,attentions`; prints the bytes as JSON.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { openGraph } from '../../../../src/engine/onnx/openModel';
import type { TensorData } from '../../../../src/engine/onnx/session';

const [file = '', ...loads] = process.argv.slice(2);

const inKb = (name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))![1]) *
  1024;

void (async () => {
  const graph = await openGraph(file, { threads: 1 });
  const run = (length: number, batch: number, attentions: boolean) => {
    const tensor = (value: bigint): TensorData => ({
      type: 'int64',
      data: new BigInt64Array(length * batch).fill(value),
      dims: [batch, length],
    });
    const feeds = Object.fromEntries(
      graph.inputs.map(({ name }) => [name, tensor(name === 'token_type_ids' ? 0n : 1n)]),
    );
    return graph.session.run(feeds, ['logits', ...(attentions ? graph.attentions : [])]);
  };
  await run(8, 1, true);
  const peaks: number[] = [];
  for (const load of loads) {
    const [length = 0, batch = 0, attentions = 0] = load.split(',').map(Number);
    // 5 sets the peak back to what is resident now.
    writeFileSync('/proc/self/clear_refs', '5');
    const before = inKb('VmRSS');
    await run(length, batch, attentions === 1);
    peaks.push(inKb('VmHWM') - before);
  }
  process.stdout.write(JSON.stringify(peaks));
})();

import assert from 'node:assert/strict';
import { openGraph } from '../../../../src/engine/onnx/openModel';
import { toFloat32 } from '../../../../src/engine/onnx/session';
import { wantedPositions } from '../../../../src/engine/onnx/wantedPositions';
import { difference, fixture, runPlainly, tokenFeeds } from './stock';

const ids = [7, 31, 12, 90, 55, 31, 8];

describe('Picking the wanted positions before the head', () => {
  for (const folder of ['bert-masked', 'bert-masked-torch', 'roberta-masked'])
    it(`gives the unmodified graph's logits at these positions, on ${folder}`, async () => {
      const file = fixture(`${folder}/onnx/model.onnx`);
      const graph = await openGraph(file, { threads: 1, pickPositions: true });
      assert(graph.inputs.some(({ name }) => name === wantedPositions));
      const feeds = tokenFeeds(graph.inputs, ids);
      const stock = toFloat32((await runPlainly(file, feeds))['logits']!);
      const vocabulary = stock.length / ids.length;
      for (const positions of [[3], [5, 0], ids.map((_, at) => at)]) {
        const data = BigInt64Array.from(positions, BigInt);
        const wanted = { type: 'int64' as const, data, dims: [positions.length] };
        const outputs = await graph.session.run({ ...feeds, [wantedPositions]: wanted }, ['logits']);
        const expected = positions.flatMap((at) => [
          ...stock.subarray(at * vocabulary, (at + 1) * vocabulary),
        ]);
        const largest = difference(toFloat32(outputs['logits']!), expected);
        assert(largest <= 2e-5, `positions ${positions.join(', ')} differ by ${largest}`);
      }
      await graph.session.release();
    });

  for (const file of ['bert-sentiment/onnx/model.onnx', 'bert-fused/onnx/model.onnx'])
    it(`leaves a graph alone whose head isn't recognised: ${file}`, async () => {
      const graph = await openGraph(fixture(file), { threads: 1, pickPositions: true });
      const picks = graph.inputs.some(({ name }) => name === wantedPositions);
      const outputs = await graph.session.run(
        {
          ...tokenFeeds(graph.inputs, ids),
          ...(picks && { [wantedPositions]: { type: 'int64', data: BigInt64Array.of(3n), dims: [1] } }),
        },
        ['logits'],
      );
      const stock = await runPlainly(fixture(file), tokenFeeds(graph.inputs, ids));
      if (!picks) assert(difference(toFloat32(outputs['logits']!), toFloat32(stock['logits']!)) <= 2e-5);
      else assert.equal(outputs['logits']!.dims[1], 1);
      await graph.session.release();
    });
});

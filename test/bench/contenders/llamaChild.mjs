/** llama.cpp in a process of its own, by node-llama-cpp, which is installed outside of this project's node_modules. */
import { pathToFileURL } from 'node:url';

/** @type {any} */
let sequence;

/** @type {Record<string, (params: any) => Promise<unknown>>} */
const methods = {
  async open({ entry, model: modelPath, threads, cacheType }) {
    const { getLlama, LlamaLogLevel } = await import(pathToFileURL(entry).href);
    const llama = await getLlama({
      gpu: false,
      build: 'never',
      maxThreads: threads,
      logLevel: LlamaLogLevel.error,
      progressLogs: false,
    });
    const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
    const context = await model.createContext({
      contextSize: 1024,
      batchSize: 512,
      threads,
      experimentalKvCacheKeyType: cacheType,
      experimentalKvCacheValueType: cacheType,
    });
    sequence = context.getSequence();
  },
  async write({ ids, newTokens }) {
    await sequence.clearHistory();
    const started = performance.now();
    /** @type {number[]} */
    const written = [];
    /** @type {number[]} */
    const times = [];
    for await (const token of sequence.evaluate(ids, { temperature: 0, yieldEogToken: true })) {
      written.push(token);
      times.push(performance.now());
      if (written.length === newTokens) break;
    }
    const [first = NaN] = times;
    return { ids: written, firstMs: first - started, restMs: (times.at(-1) ?? NaN) - first };
  },
};

process.on('message', async (/** @type {{ id: number, method: string, params: unknown }} */ message) => {
  const { id, method, params } = message;
  try {
    process.send?.({ id, value: await methods[method]?.(params) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.stack : String(error) });
  }
});
process.on('disconnect', () => process.exit(0));

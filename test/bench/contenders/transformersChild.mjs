/**
 * transformers.js in a process of its own. Plain JavaScript, so that nothing but the library takes part in its start.
 */
import { dirname, basename } from 'node:path';
import {
  AutoModelForCausalLM,
  AutoTokenizer,
  BaseStreamer,
  env,
  LogLevel,
  pipeline,
} from '@xenova/transformers';

/** Notes when each new token came. */
class Clock extends BaseStreamer {
  /** @type {number[]} */
  ids = [];
  /** @type {number[]} */
  times = [];
  #prompt = true;

  /** @param {bigint[][]} value the prompt first, then one token at a time */
  put(value) {
    if (this.#prompt) {
      this.#prompt = false;
      return;
    }
    this.times.push(performance.now());
    this.ids.push(Number(value[0]?.[0]));
  }

  end() {}
}

/** @type {any} */
let tokenizer;
/** @type {any} */
let model;
/** @type {any} */
let fill;

/** @param {{ folder: string, dtype: string, threads: number }} params */
function open({ folder, dtype, threads }) {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  env.logLevel = LogLevel.ERROR;
  return {
    name: basename(folder),
    options: /** @type {any} */ ({
      dtype,
      device: 'cpu',
      local_files_only: true,
      session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
    }),
  };
}

/** @type {Record<string, (params: any) => Promise<unknown>>} */
const methods = {
  async openWriter(params) {
    const { name, options } = open(params);
    tokenizer = await AutoTokenizer.from_pretrained(name, options);
    model = await AutoModelForCausalLM.from_pretrained(name, options);
  },
  async write({ text, newTokens }) {
    const started = performance.now();
    const streamer = new Clock();
    await model.generate({
      ...(await tokenizer(text)),
      max_new_tokens: newTokens,
      do_sample: false,
      streamer,
      // A model's own settings may ask for other than plain greedy decoding.
      repetition_penalty: 1,
    });
    const { ids, times } = streamer;
    return { ids, firstMs: times[0] - started, restMs: times[times.length - 1] - times[0] };
  },
  async openFiller(params) {
    const { name, options } = open(params);
    fill = await pipeline('fill-mask', name, options);
  },
  async fill({ text }) {
    const started = performance.now();
    const found = await fill(text, { top_k: 10 });
    const ms = performance.now() - started;
    return { ms, ids: found.map((/** @type {{ token: number }} */ { token }) => token) };
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

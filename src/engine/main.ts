/** The engine process: reads requests from its parent, runs tasks, streams results. */
import { say } from '../core/message';
import {
  EngineError,
  type EngineErrorData,
  type EngineMethod,
  type EngineMethods,
  type FromEngine,
  type ToEngine,
} from '../protocol/engine';
import { AttentionShelf } from './attentionShelf';
import { outOfMemory } from './model/memoryBudget';
import { ModelStore } from './model/modelStore';
import { defaultCacheFolder, removeOrphans } from './onnx/decoder/decoderCache';
import { idleMinutes, Rest } from './rest';
import { Scheduler, type Turn } from './scheduler';
import { answer } from './tasks/answer';
import { attention } from './tasks/attention';
import { classify } from './tasks/classify';
import { complete } from './tasks/complete';
import { continueChoices } from './tasks/continueChoices';
import { continueText } from './tasks/continueText';
import { fillMask } from './tasks/fillMask';
import { headClasses } from './tasks/headClasses';
import { infill } from './tasks/infill';
import { inspect } from './tasks/inspect';
import { nextSentence } from './tasks/nextSentence';
import { occlusion } from './tasks/occlusion';
import { predict } from './tasks/predict';
import { predictions } from './tasks/predictions';
import { rewrite } from './tasks/rewrite';
import { score } from './tasks/score';
import { sentiment } from './tasks/sentiment';
import { tippingWords } from './tasks/tippingWords';

type Handler<M extends EngineMethod> = (
  params: EngineMethods[M]['params'],
  turn: Turn,
  partial: (value: EngineMethods[M]['partial']) => void,
) => Promise<EngineMethods[M]['result']>;

function send(message: FromEngine): void {
  // Without its parent the engine has nothing to say: see 'disconnect' below.
  if (process.connected) process.send!(message);
}

const models = new ModelStore({
  threads: Number(process.env['HEADLIGHT_THREADS']) || undefined,
  cache: defaultCacheFolder(),
  budget: Number(process.env['HEADLIGHT_MEMORY_BUDGET']) || undefined,
  lineFeeds: true,
  onLoading: (model) => send({ type: 'activity', activity: { kind: 'loading', model } }),
  onUse: (model) => send({ type: 'activity', activity: { kind: 'running', model } }),
});
const shelf = new AttentionShelf();
const scheduler = new Scheduler();
const running = new Map<number, AbortController>();

const restsAfter = idleMinutes(process.env['HEADLIGHT_IDLE_MINUTES']);
const rest = new Rest(restsAfter, () => {
  // Ending gives all memory back, and the next request starts a new process. What a view shows would be lost.
  if (shelf.isEmpty) process.exit(0);
  void models.closeAll();
});

const handlers: { [M in EngineMethod]: Handler<M> } = {
  continue: (params, turn, partial) => continueText(params, { models, turn, partial }),
  choices: (params, turn, partial) => continueChoices(params, { models, turn, partial }),
  complete: (params, turn, partial) => complete(params, { models, turn, partial }),
  fill: (params, turn, partial) => fillMask(params, { models, turn, partial }),
  sentiment: (params, turn, partial) => sentiment(params, { models, turn, partial }),
  predict: (params, turn, partial) => predict(params, { models, turn, partial }),
  nextSentence: (params, turn, partial) => nextSentence(params, { models, turn, partial }),
  classify: (params, turn, partial) => classify(params, { models, turn, partial }),
  tippingWords: (params, turn, partial) => tippingWords(params, { models, turn, partial }),
  answer: (params, turn, partial) => answer(params, { models, turn, partial }),
  rewrite: (params, turn, partial) => rewrite(params, { models, turn, partial }),
  infill: (params, turn, partial) => infill(params, { models, turn, partial }),
  score: (params, turn, partial) => score(params, { models, turn, partial }),
  attention: async (params, turn, partial) =>
    shelf.hold(await attention(params, { models, turn, partial }), turn, params.handle),
  attentionPictures: (params, turn) => shelf.get(params.handle).pictures(params, turn),
  attentionMeasures: (params, turn) => shelf.get(params.handle).measures(params, turn),
  attentionRollout: (params, turn) => shelf.get(params.handle).rollout(params, turn),
  attentionMap: (params) => Promise.resolve({ cells: shelf.get(params.handle).map(params) }),
  attentionMatrix: (params) => Promise.resolve({ weights: shelf.get(params.handle).matrix(params) }),
  attentionLines: (params) => Promise.resolve(shelf.get(params.handle).lines(params)),
  headClasses: (params, turn, partial) => headClasses(params, { models, turn, partial }),
  predictions: ({ handle, token, top = 10 }, turn, partial) =>
    predictions(shelf.get(handle).attention, token, top, { models, turn, partial }),
  occlusion: ({ handle, token }, turn, partial) =>
    occlusion(shelf.get(handle).attention, token, { models, turn, partial }),
  unload: async () => ({ closed: await models.closeAll() }),
  closeAttention: (params) => {
    shelf.close(params.handle);
    return Promise.resolve({});
  },
  inspect: (params) => inspect(params, models.cache),
  status: async () => {
    const { user, system } = process.cpuUsage();
    return {
      pid: process.pid,
      rss: process.memoryUsage().rss,
      cpuMs: (user + system) / 1000,
      models: await models.status(),
    };
  },
};

/** These run no model: they are answered at once, between two runs of a task. */
const immediate: ReadonlySet<EngineMethod> = new Set([
  'attentionMap',
  'attentionMatrix',
  'attentionLines',
  'closeAttention',
  'status',
]);

async function handle(request: Extract<ToEngine, { type: 'request' }>): Promise<void> {
  const { id, method, params, priority } = request;
  const isImmediate = immediate.has(method);
  const controller = new AbortController();
  if (!isImmediate) {
    running.set(id, controller);
    rest.end();
  }
  const partial = (value: unknown): void => send({ type: 'partial', id, value });
  try {
    // The compiler can't follow that a method and its params belong together; the protocol's types say so.
    const handler = handlers[method] as unknown as (...args: unknown[]) => Promise<unknown>;
    const value = isImmediate
      ? await handler(params)
      : await scheduler.run(
          { priority, signal: controller.signal, onTurn: () => send({ type: 'turn', id }) },
          (turn) => models.during(() => handler(params, turn, partial)),
        );
    send({ type: 'result', id, value });
  } catch (error) {
    const memory = outOfMemory(error);
    if (memory) await models.closeIdle();
    send({ type: 'error', id, error: errorData(memory ?? error) });
  } finally {
    running.delete(id);
    if (running.size === 0) {
      if (!isImmediate) send({ type: 'activity', activity: null });
      // Looking at attentions is use; asking how the engine is isn't, and views ask whenever it comes to rest.
      if (method !== 'status') rest.begin();
    }
  }
}

function errorData(error: unknown): EngineErrorData {
  if (error instanceof EngineError) {
    const { code, said, detail, task } = error;
    return { code, said, ...(detail && { detail }), ...(task && { task }) };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    code: 'internal',
    said: say`The engine failed: ${message} The log has the details.`,
    ...(stack && { detail: stack }),
  };
}

process.on('message', (message: ToEngine) => {
  if (message.type === 'cancel') running.get(message.id)?.abort();
  else void handle(message);
});
// The engine ends with its parent, also when the parent was killed: the channel closes then.
process.on('disconnect', () => process.exit(0));

rest.begin();
if (restsAfter > 0) {
  const ms = restsAfter * 60_000;
  const closeUnused = async (): Promise<void> => {
    const closed = await models.closeUnusedSince(performance.now() - ms);
    // Views show what is loaded.
    if (closed.length > 0 && running.size === 0) send({ type: 'activity', activity: null });
  };
  // A session that can't be released is no reason to end the work of others.
  setInterval(() => void closeUnused().catch(() => undefined), Math.min(ms / 4, 3600_000)).unref();
}
// What was made of models that were removed since; not while the first request waits.
setTimeout(() => removeOrphans(defaultCacheFolder()), 20_000).unref();
send({ type: 'ready' });

import type { Turn } from '../scheduler';
import type { OpenedGraph } from '../onnx/openModel';
import { toFloat32, type Session, type TensorData } from '../onnx/session';
import { logSumExp } from '../../core/decoding/sampling';
import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import { Branches } from './branches';
import { ContextStore, type PromptEnd } from './contextStore';
import { decodeFeeds, unseen, type View, type WantedLogits } from './decodeFeeds';
import { decodeNames } from '../onnx/decoder/decodeGraph';
import { KeyValueCache, type CacheArray } from './keyValueCache';

/**
 * How the graph's past is fed.
 * - `apart`: the graph was written anew (see onnx/decoder): past and new positions are never joined.
 * - `bucketed`: the cache has spare room behind its filled part, masked out; only new keys and values are fetched.
 * - `exact`: the past is exactly as long as what was read; whole `present.*` are fetched. For graphs in which a
 *   masked tail would shift the positions, or that don't form `present.*` by concatenation.
 * - `none`: the graph has no past; everything is read again at each step.
 */
export type PastStrategy = 'apart' | 'bucketed' | 'exact' | 'none';

/** Tokens from which on a prompt is read by the session for prompts. */
const longPrompt = 128;

/** Tokens that are read at once when single ones are dropped. */
const droppingTokens = 256;

/** What a causal model has read so far, one row a sequence of the batch. */
export interface CausalContext {
  readonly cache: KeyValueCache;
  /** The ids that were read, by row. */
  ids: number[][];
  /** How many of them `readOn` was asked for, and the logits behind the last of these. */
  end?: PromptEnd | undefined;
}

/**
 * A causal graph that reads tokens in steps. Works on Hugging Face's layout as it is: `input_ids`,
 * `attention_mask`, optionally `position_ids` and `past_key_values.*` in; `logits` and `present.*` out.
 */
export class CausalModel {
  readonly #contexts = new ContextStore();
  /** Logarithms of the sums of e^logit, where the graph gave them with the logits. */
  readonly #logSums = new WeakMap<Float32Array, number>();

  private constructor(
    private readonly graph: OpenedGraph,
    private readonly window: number,
    private chunk: number,
    private strategy: PastStrategy,
  ) {}

  /**
   * @param window positions that the model has
   * @param bytes size of the model's weights on disk
   */
  static async open(graph: OpenedGraph, window: number, bytes: number): Promise<CausalModel> {
    if (graph.decode) return new CausalModel(graph, window, chunkLength(bytes), 'apart');
    if (!graph.inputs.some((input) => input.name === 'input_ids')) {
      throw new EngineError(
        'model',
        say`The graph has no input "input_ids" (it has ${graph.inputs.map((input) => input.name).join(', ')}),
          so it isn't a causal model in Hugging Face's layout. Export it with optimum's text-generation-with-past.`,
      );
    }
    if (graph.pastKeyValues.length === 0) return new CausalModel(graph, window, chunkLength(bytes), 'none');
    const model = new CausalModel(graph, window, chunkLength(bytes), 'exact');
    if (!(await model.looksLeftOnly())) model.chunk = 1;
    if (graph.newKeyValues && (await model.toleratesMaskedTail())) model.strategy = 'bucketed';
    return model;
  }

  /** Whether the end of what was read can be forgotten: its room is masked then. */
  private get canCutBack(): boolean {
    return this.strategy === 'apart' || this.strategy === 'bucketed';
  }

  /** Whether tokens have to be read one at a time: see `looksLeftOnly`. */
  private get readsSingly(): boolean {
    return this.chunk === 1 && this.strategy !== 'apart' && this.strategy !== 'none';
  }

  get pastStrategy(): PastStrategy {
    return this.strategy;
  }

  newContext(batch = 1): CausalContext {
    const { decode } = this.graph;
    if (decode) {
      const cache = newCache(decode, batch);
      return { cache, ids: Array.from({ length: batch }, () => []) };
    }
    const first = this.graph.pastKeyValues[0];
    const type = this.graph.inputs.find((input) => input.name === first?.pastKey)?.type;
    return {
      cache: new KeyValueCache(
        {
          layers: this.graph.pastKeyValues.length,
          heads: first?.heads ?? 0,
          headSize: first?.headSize ?? 0,
          type: type === 'float16' ? 'float16' : 'float32',
        },
        this.window,
        batch,
      ),
      ids: Array.from({ length: batch }, () => []),
    };
  }

  /**
   * Whether the logits don't depend on how many tokens are read at once, but for float32's rounding. Not where
   * activations are quantised: the least rounding moves some of them to the next step.
   */
  get hasExactSteps(): boolean {
    return this.graph.decode?.isFloat === true;
  }

  /**
   * The natural logarithm of a token's probability.
   * @param logits as this model returned them; it may know their sum, which takes time to compute
   */
  logProbability(logits: Float32Array, id: number): number {
    return logits[id]! - (this.#logSums.get(logits) ?? logSumExp(logits));
  }

  /**
   * A context that has read the first tokens of `ids`, as many as are known from contexts that were kept. All only
   * where the logits behind the last are known too: `readOn` gives them.
   */
  resume(ids: readonly number[]): CausalContext {
    const taken = this.canCutBack ? this.#contexts.take(ids) : undefined;
    return taken ? { ...taken, ids: [ids.slice(0, taken.cache.length)] } : this.newContext();
  }

  /**
   * Reads what a context of one row hasn't read of `ids`, and returns the logits behind the last, [1][vocabulary].
   * A context that has read them all remembers these. When it is cancelled, what was read is kept.
   */
  async readOn(context: CausalContext, ids: readonly number[], turn: Turn): Promise<Float32Array[]> {
    if (context.end?.length === ids.length) return [context.end.logits];
    try {
      const logits = await this.read(context, [ids.slice(context.cache.length)], turn);
      context.end = { length: ids.length, logits: logits[0]! };
      return logits;
    } catch (error) {
      // What was read before a cancel needn't be read again: the text is asked about anew at the next key.
      this.keep(context);
      throw error;
    }
  }

  /** Keeps what a context of one row has read, for `resume`. The context may not be used any more. */
  keep({ cache, ids, end }: CausalContext): void {
    if (this.canCutBack && cache.batch === 1) this.#contexts.keep(ids[0]!, cache, end);
  }

  /** Forgets the last `count` tokens that a context has read. */
  forget(context: CausalContext, count: number): void {
    if (!this.canCutBack) throw new Error(`A context with its past fed ${this.strategy} can't forget.`);
    context.cache.truncate(context.cache.length - count);
    for (const row of context.ids) row.length -= count;
  }

  /**
   * `count` continuations of a context of one row, read side by side; undefined where the graph can't. The context
   * may not be used any more.
   */
  branch(context: CausalContext, count: number): Branches | undefined {
    return this.strategy === 'apart' ? new Branches(context.cache, count) : undefined;
  }

  /** Reads one token in each branch and returns the logits of each, [branches][vocabulary]. */
  async readBranches(branches: Branches, ids: readonly number[], turn: Turn): Promise<Float32Array[]> {
    await turn();
    return this.step(branches.cache, [ids], 'all', ids.length, { view: branches.view() });
  }

  /** Reads a few tokens at once and returns the logits behind each, [tokens][vocabulary]. For graphs with `decode`. */
  async readEach(context: CausalContext, ids: readonly number[], turn: Turn): Promise<Float32Array[]> {
    await turn();
    context.ids[0]!.push(...ids);
    return this.step(context.cache, [ids], 'all', ids.length);
  }

  /** Keeps the rows of `context` in `rows`' order, for beams. */
  reorder(context: CausalContext, rows: readonly number[]): void {
    const { cache, ids, end } = context;
    // Of what was read until here, one goes on being known.
    if (cache.batch === 1 && rows.length > 1 && this.canCutBack)
      this.keep({ cache: cache.copy(cache.length), ids: [[...ids[0]!]], end });
    context.ids = rows.map((row) => [...context.ids[row]!]);
    context.cache.reorder(rows);
  }

  /**
   * Reads the same number of tokens in each row, in chunks with a turn before each, and returns the logits of the
   * last position, [batch][vocabulary].
   * @param ids [batch][tokens]
   */
  async read(
    context: CausalContext,
    ids: readonly (readonly number[])[],
    turn: Turn,
  ): Promise<Float32Array[]> {
    let logits: Float32Array[] = [];
    const session = await this.sessionFor(ids[0]!.length);
    for (const { part, ahead } of this.chunks(ids)) {
      await turn();
      logits = await this.run(context, part, ahead === 0 ? 'last' : 'none', session, ahead);
    }
    return logits;
  }

  /**
   * Reads one sequence and gives the logits of every position: `visit(position, logits)`, logits [vocabulary].
   */
  async readAll(
    ids: readonly number[],
    turn: Turn,
    visit: (position: number, logits: Float32Array) => void,
  ): Promise<void> {
    const context = this.newContext();
    const session = await this.sessionFor(ids.length);
    let position = 0;
    for (const { part } of this.chunks([ids])) {
      await turn();
      const [logits] = await this.run(context, part, 'all', session);
      const count = part[0]!.length;
      const vocabulary = logits!.length / count;
      for (let row = 0; row < count; row++) {
        visit(position++, logits!.subarray(row * vocabulary, (row + 1) * vocabulary));
      }
    }
  }

  /**
   * What the model would say behind a text had it not read one of its tokens: the last position's logits without
   * each of `dropped`, in their order, some at a time. The other tokens keep their places where the graph is told
   * them.
   * @param ids at least two
   */
  async *readWithout(
    ids: readonly number[],
    dropped: readonly number[],
    turn: Turn,
  ): AsyncGenerator<Float32Array[], void> {
    if (this.strategy === 'apart') yield* this.readWithoutApart(ids, dropped, turn);
    else if (this.readsSingly) {
      for (const without of dropped)
        yield await this.read(this.newContext(), [ids.filter((_, at) => at !== without)], turn);
    } else {
      const batch = Math.max(1, Math.floor(droppingTokens / ids.length));
      for (let start = 0; start < dropped.length; start += batch) {
        const part = dropped.slice(start, start + batch);
        const kept = part.map((without) => [...ids.keys()].filter((at) => at !== without));
        await turn();
        const feeds = this.feeds(
          this.newContext(part.length),
          kept.map((row) => row.map((at) => ids[at]!)),
          kept,
        );
        const { logits } = await this.graph.session.run(feeds, ['logits']);
        const [, positions, vocabulary] = logits!.dims as [number, number, number];
        yield rowsOf(toFloat32(logits!), part.length).map((row) =>
          row.subarray((positions - 1) * vocabulary),
        );
      }
    }
  }

  /**
   * A token changes only what stands behind it: of a text that is kept in the cache, only that is read again, for
   * several dropped tokens side by side.
   */
  private async *readWithoutApart(
    ids: readonly number[],
    dropped: readonly number[],
    turn: Turn,
  ): AsyncGenerator<Float32Array[], void> {
    const context = this.resume(ids);
    try {
      await this.readOn(context, ids, turn);
      const last = ids.length - 1;
      // Without its last token, a text ends in the one before.
      const parts = dropped.map((without) => ({ seen: Math.min(without, last - 1), without }));
      for (let start = 0; start < parts.length;) {
        let end = start;
        for (let count = 0; end < parts.length && (count === 0 || count < droppingTokens); end++)
          count += ids.length - parts[end]!.seen;
        await turn();
        yield await this.readParts(context.cache, ids, parts.slice(start, end));
        start = end;
      }
    } finally {
      this.keep(context);
    }
  }

  /** Reads the ends of a text without one token each, and leaves the cache as it is. */
  private async readParts(
    cache: KeyValueCache,
    ids: readonly number[],
    parts: readonly { seen: number; without: number }[],
  ): Promise<Float32Array[]> {
    const rows = parts.map(({ seen, without }) =>
      [...ids.keys()].filter((at) => at >= seen && at !== without),
    );
    const positions = rows.flat();
    const width = cache.capacity + positions.length;
    const mask = new Float32Array(positions.length * width).fill(unseen);
    const ends: number[] = [];
    let at = 0;
    rows.forEach((row, part) => {
      const start = at;
      for (const _ of row) {
        void _;
        mask.fill(0, at * width, at * width + parts[part]!.seen);
        mask.fill(0, at * width + cache.capacity + start, at * width + cache.capacity + at + 1);
        at++;
      }
      ends.push(at - 1);
    });
    const feeds = decodeFeeds(cache, [positions.map((place) => ids[place]!)], ends, { positions, mask });
    const { [decodeNames.logits]: logits } = await this.graph.session.run(feeds, [decodeNames.logits]);
    return rowsOf(toFloat32(logits!), parts.length);
  }

  /** Attentions of a text: by layer, [1, heads, tokens, tokens]. */
  async attentions(ids: readonly number[], turn: Turn): Promise<Float32Array[]> {
    if (this.readsSingly) return this.attentionsOneByOne(ids, turn);
    await turn();
    const context = this.newContext();
    const feeds =
      this.strategy === 'apart' ? decodeFeeds(context.cache, [ids], 'none') : this.feeds(context, [ids]);
    const outputs = await this.graph.session.run(feeds, this.graph.attentions);
    return this.graph.attentions.map((name) => toFloat32(outputs[name]!));
  }

  /** The same of a graph that has to read its tokens one by one. */
  private async attentionsOneByOne(ids: readonly number[], turn: Turn): Promise<Float32Array[]> {
    const { attentions, pastKeyValues, session } = this.graph;
    const context = this.newContext();
    const layers: Float32Array[] = [];
    for (const [query, id] of ids.entries()) {
      await turn();
      const cache = pastKeyValues.flatMap(({ presentKey, presentValue }) => [presentKey, presentValue]);
      const outputs = await session.run(this.feeds(context, [[id]]), [...attentions, ...cache]);
      attentions.forEach((name, layer) => {
        const row = toFloat32(outputs[name]!);
        const heads = row.length / (query + 1);
        const matrix = (layers[layer] ??= new Float32Array(heads * ids.length ** 2));
        for (let head = 0; head < heads; head++)
          matrix.set(
            row.subarray(head * (query + 1), (head + 1) * (query + 1)),
            (head * ids.length + query) * ids.length,
          );
      });
      context.cache.replace(
        query + 1,
        pastKeyValues.map(({ presentKey }) => outputs[presentKey]!.data as CacheArray),
        pastKeyValues.map(({ presentValue }) => outputs[presentValue]!.data as CacheArray),
      );
    }
    return layers;
  }

  /** The session for reading `count` tokens: opening another one is worth it for a long prompt. */
  private async sessionFor(count: number): Promise<Session> {
    const forPrompts = count >= longPrompt ? await this.graph.promptSession?.() : undefined;
    return forPrompts ?? this.graph.session;
  }

  /** Parts of `ids` to read one after the other, with the number of tokens that come after each. */
  private *chunks(ids: readonly (readonly number[])[]): Generator<{ part: number[][]; ahead: number }> {
    const total = ids[0]!.length;
    // A graph without a past reads everything again with each chunk, so it gets one.
    const step = this.strategy === 'none' ? total : this.chunk;
    for (let start = 0; start < total; start += step) {
      const end = Math.min(start + step, total);
      yield { part: ids.map((row) => row.slice(start, end)), ahead: total - end };
    }
  }

  private async run(
    context: CausalContext,
    ids: readonly (readonly number[])[],
    wanted: WantedLogits,
    session = this.graph.session,
    ahead = 0,
  ): Promise<Float32Array[]> {
    if (this.strategy === 'apart') {
      context.ids.forEach((row, index) => row.push(...ids[index]!));
      return this.step(context.cache, ids, wanted, ids.length, { session, ahead });
    }
    const count = ids[0]!.length;
    const { cache } = context;
    if (this.strategy === 'bucketed') cache.fit(count);
    context.ids.forEach((row, index) => row.push(...ids[index]!));
    const rows = this.strategy === 'none' ? context.ids : ids;
    const feeds = this.feeds(context, rows);
    const cacheOutputs =
      this.strategy === 'bucketed'
        ? this.graph.newKeyValues!
        : this.graph.pastKeyValues.map((layer) => ({ key: layer.presentKey, value: layer.presentValue }));
    const fetches = cacheOutputs.flatMap(({ key, value }) => [key, value]);
    // Without anything to fetch there is nothing to run.
    if (wanted !== 'none' || fetches.length === 0) fetches.push('logits');
    const outputs = await this.graph.session.run(feeds, fetches);
    const keys = cacheOutputs.map(({ key }) => outputs[key]!.data as CacheArray);
    const values = cacheOutputs.map(({ value }) => outputs[value]!.data as CacheArray);
    if (this.strategy === 'bucketed') cache.append(count, keys, values);
    else if (this.strategy === 'exact') cache.replace(cache.length + count, keys, values);
    if (wanted === 'none') return [];
    const logits = toFloat32(outputs['logits']!);
    const [batch, positions, vocabulary] = outputs['logits']!.dims as [number, number, number];
    // A graph without a past returns the logits of what was read before as well.
    const from = wanted === 'last' ? positions - 1 : Math.max(0, positions - count);
    return Array.from({ length: batch }, (_, row) =>
      logits.subarray((row * positions + from) * vocabulary, (row + 1) * positions * vocabulary),
    );
  }

  /** One run of a rewritten graph; returns the wanted logits in `rows` rows, of the batch or of the tokens. */
  private async step(
    cache: KeyValueCache,
    ids: readonly (readonly number[])[],
    wanted: WantedLogits,
    rows: number,
    { view, session = this.graph.session, ahead }: { view?: View; session?: Session; ahead?: number } = {},
  ): Promise<Float32Array[]> {
    const { added, logits, logSumExp } = decodeNames;
    const outputs = await session.run(
      decodeFeeds(cache, ids, wanted, view),
      wanted === 'none' ? [added] : [added, logits, logSumExp],
    );
    cache.appendPacked(ids[0]!.length, outputs[added]!.data as Float32Array, ahead);
    if (wanted === 'none') return [];
    const sums = outputs[logSumExp]!.data as Float32Array;
    const separate = rowsOf(outputs[logits]!.data as Float32Array, rows);
    if (sums.length === rows) separate.forEach((row, index) => this.#logSums.set(row, sums[index]!));
    return separate;
  }

  /** @param positions [batch][tokens], where they don't follow what was read before */
  private feeds(
    context: CausalContext,
    ids: readonly (readonly number[])[],
    positions?: readonly (readonly number[])[],
  ): Record<string, TensorData> {
    const batch = ids.length;
    const count = ids[0]!.length;
    const { cache } = context;
    const feeds: Record<string, TensorData> = {};
    for (const input of this.graph.inputs) {
      switch (input.name) {
        case 'input_ids':
          feeds[input.name] = int64(
            [batch, count],
            (index) => ids[Math.floor(index / count)]![index % count]!,
          );
          break;
        case 'attention_mask': {
          const width = cache.capacity + count;
          feeds[input.name] = int64([batch, width], (index) => {
            const position = index % width;
            return position < cache.length || position >= cache.capacity ? 1 : 0;
          });
          break;
        }
        case 'position_ids':
          feeds[input.name] = int64([batch, count], (index) => {
            const place = index % count;
            return positions ? positions[Math.floor(index / count)]![place]! : cache.length + place;
          });
          break;
        default: {
          const layer = this.graph.pastKeyValues.findIndex(
            ({ pastKey, pastValue }) => pastKey === input.name || pastValue === input.name,
          );
          if (layer < 0) {
            throw new EngineError(
              'model',
              say`The graph asks for the input "${input.name}", which Headlight doesn't know for a causal model.
                Export the model with optimum's text-generation-with-past.`,
            );
          }
          const isKey = this.graph.pastKeyValues[layer]!.pastKey === input.name;
          feeds[input.name] = {
            type: cache.shape.type,
            data: (isKey ? cache.keys : cache.values)[layer]!,
            dims: cache.dims,
          };
        }
      }
    }
    return feeds;
  }

  /**
   * Whether tokens that are read at once see only what stands to their left. Some decoders with a past were traced
   * with a single token and have no mask between new ones: they are right only when they read one at a time. Where
   * attention can't be seen, it is trusted.
   */
  private async looksLeftOnly(): Promise<boolean> {
    const { attentions, session } = this.graph;
    if (attentions.length === 0) return true;
    const ids = [1, 2, 3];
    const outputs = await session.run(this.feeds(this.newContext(), [ids]), attentions);
    return attentions.every((name) =>
      toFloat32(outputs[name]!).every((weight, at) => {
        const query = Math.floor(at / ids.length) % ids.length;
        return at % ids.length <= query || weight < 1e-6;
      }),
    );
  }

  /**
   * Whether spare room in the cache, masked out, leaves the logits as they are. Graphs that count positions from
   * the length of the past, or that ignore the attention mask, give other logits then, or fail.
   */
  private async toleratesMaskedTail(): Promise<boolean> {
    const read = async (strategy: PastStrategy): Promise<Float32Array[]> => {
      this.strategy = strategy;
      const context = this.newContext();
      if (strategy === 'bucketed') context.cache.reserve(4);
      const logits: Float32Array[] = [];
      for (const id of [1, 2, 3]) logits.push(...(await this.run(context, [[id]], 'last')));
      return logits;
    };
    try {
      const exact = await read('exact');
      const bucketed = await read('bucketed');
      return exact.every((logits, step) => areClose(logits, bucketed[step]!));
    } catch {
      return false;
    } finally {
      this.strategy = 'exact';
    }
  }
}

/** A rewritten graph isn't bound to the window by the cache's room: branches may fill more. */
function newCache(decode: NonNullable<OpenedGraph['decode']>, batch: number): KeyValueCache {
  const { layers, heads, headSize } = decode;
  return new KeyValueCache({ layers, heads, headSize, type: 'float32' }, Infinity, batch);
}

function rowsOf(logits: Float32Array, count: number): Float32Array[] {
  const size = logits.length / count;
  return Array.from({ length: count }, (_, row) => logits.subarray(row * size, (row + 1) * size));
}

function areClose(a: Float32Array, b: Float32Array): boolean {
  const scale = a.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return a.every((value, index) => Math.abs(value - b[index]!) <= 1e-3 * scale);
}

/**
 * Tokens read in one run, so that a run lasts well under 100 ms and a cancel is felt: a run can't be stopped.
 * 170 MB of weights read 128 tokens in some 70 ms on 2 cores. Taken from the size and not from the clock, because
 * the activations of an int8 graph are quantised together: chunks of another length give slightly other logits.
 */
function chunkLength(bytes: number): number {
  const length = 2 ** Math.floor(Math.log2((128 * 170e6) / Math.max(bytes, 1)));
  return Math.min(512, Math.max(16, length));
}

function int64(dims: readonly number[], value: (index: number) => number): TensorData {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return {
    type: 'int64',
    data: BigInt64Array.from({ length: size }, (_, index) => BigInt(value(index))),
    dims,
  };
}

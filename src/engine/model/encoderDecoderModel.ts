import { EngineError } from '../../protocol/engine';
import { logProbability } from '../../core/decoding/sampling';
import { say, type Message } from '../../core/message';
import type { OpenedGraph } from '../onnx/openModel';
import { isMergedDecoder, useCacheBranch } from '../onnx/mergedDecoder';
import { toFloat32, type TensorData } from '../onnx/session';
import type { Turn } from '../scheduler';
import { gatherRows, repeatRows } from './tensorRows';

/** An encoder-decoder's opened graphs. */
export interface EncoderDecoderGraphs {
  readonly encoder: OpenedGraph;
  /** Reads all that was written at once; a merged one reads on with a past too. */
  readonly decoder: OpenedGraph;
  /** Reads on with a past; without one, everything is read again at each step. */
  readonly withPast?: OpenedGraph;
  /** The decoder that reads all at once and shows its attention; opened at the first call, closed with the others. */
  readonly plainDecoder: () => Promise<OpenedGraph>;
}

/** What the encoder made of a text: computed once, read by every step of the decoder. */
export interface Source {
  /** [1, tokens, width] */
  readonly states: TensorData;
  readonly length: number;
}

/** What the decoder has written so far, one row a beam. */
export interface Target {
  readonly source: Source;
  ids: number[][];
  /** By input of the graph: keys and values of what was written, and those of the source. */
  past: Record<string, TensorData>;
}

/**
 * An encoder and a decoder in Hugging Face's layout: `input_ids`, `attention_mask` to `last_hidden_state`; and
 * `input_ids`, `encoder_hidden_states`, `encoder_attention_mask`, `past_key_values.*` to `logits` and `present.*`.
 */
export class EncoderDecoderModel {
  constructor(
    private readonly graphs: EncoderDecoderGraphs,
    /** Most tokens of the source and of what is written. */
    readonly window: number,
  ) {}

  /** Whether a step reads only what is new. */
  get hasPast(): boolean {
    return this.graphs.withPast !== undefined || this.isMerged;
  }

  async encode(ids: readonly number[], turn: Turn): Promise<Source> {
    await turn();
    const outputs = await this.graphs.encoder.session.run(this.encoderFeeds(ids), ['last_hidden_state']);
    return { states: outputs['last_hidden_state']!, length: ids.length };
  }

  private encoderFeeds(ids: readonly number[]): Record<string, TensorData> {
    const feeds: Record<string, TensorData> = {};
    for (const { name } of this.graphs.encoder.inputs) {
      if (name === 'input_ids') feeds[name] = int64([ids]);
      else if (name === 'attention_mask') feeds[name] = int64([ids.map(() => 1)]);
      else throw unknownInput(name, say`an encoder`);
    }
    return feeds;
  }

  /** Nothing written yet. */
  begin(source: Source): Target {
    return { source, ids: [[]], past: {} };
  }

  /**
   * Reads on in each row and returns the logits behind the last token, [rows][vocabulary].
   * @param ids [rows][tokens]; at the beginning one row of any length, later one token a row
   */
  async read(target: Target, ids: readonly (readonly number[])[], turn: Turn): Promise<Float32Array[]> {
    await turn();
    const isFirst = target.ids[0]!.length === 0;
    target.ids.forEach((row, index) => row.push(...ids[index]!));
    if (isFirst || !this.hasPast) {
      const { decoder } = this.graphs;
      const presents = isFirst && this.hasPast ? this.pastNames.map(presentOf) : [];
      const outputs = await this.run(decoder, target, target.ids, presents, false);
      for (const name of isFirst && this.hasPast ? this.pastNames : [])
        target.past[name] = outputs[presentOf(name)]!;
      return lastLogits(outputs['logits']!);
    }
    const own = this.pastNames.filter((name) => !isOfSource(name));
    const outputs = await this.run(this.reader, target, ids, own.map(presentOf), true);
    for (const name of own) target.past[name] = outputs[presentOf(name)]!;
    return lastLogits(outputs['logits']!);
  }

  /** The logits behind each of `ids`, written as one row, [tokens][vocabulary]. */
  async readAll(source: Source, ids: readonly number[], turn: Turn): Promise<Float32Array[]> {
    await turn();
    const outputs = await this.run(this.graphs.decoder, this.begin(source), [ids], [], false);
    const logits = toFloat32(outputs['logits']!);
    const size = logits.length / ids.length;
    return ids.map((_, index) => logits.subarray(index * size, (index + 1) * size));
  }

  /** Keeps the rows of what was written in `rows`' order, for beams. */
  reorder(target: Target, rows: readonly number[]): void {
    const before = target.ids.length;
    target.ids = rows.map((row) => [...target.ids[row]!]);
    for (const [name, tensor] of Object.entries(target.past)) {
      // Every row reads the same source.
      if (isOfSource(name) && rows.length === before) continue;
      target.past[name] = gatherRows(tensor, rows);
    }
  }

  logProbability(logits: Float32Array, id: number): number {
    return logProbability(logits, id);
  }

  /** Attentions of a source to itself, by layer, [1, heads, source, source]. */
  async encoderAttentions(ids: readonly number[]): Promise<Float32Array[]> {
    const { session, attentions } = this.graphs.encoder;
    const outputs = await session.run(this.encoderFeeds(ids), attentions);
    return attentions.map((name) => toFloat32(outputs[name]!));
  }

  /**
   * Attentions of what is written from a source, read at once, by layer: to itself, [1, heads, target, target], and to
   * the source, [1, heads, target, source].
   */
  async decoderAttentions(
    source: Source,
    ids: readonly number[],
    turn: Turn,
  ): Promise<{ decoder: Float32Array[]; cross: Float32Array[] }> {
    const graph = await this.graphs.plainDecoder();
    await turn();
    const outputs = await graph.session.run(
      this.feeds(graph, this.begin(source), [ids], false),
      graph.attentions,
    );
    // Each layer of a decoder looks at what is written, then at the source (Vaswani et al. 2017).
    const all = graph.attentions.map((name) => toFloat32(outputs[name]!));
    return {
      decoder: all.filter((_, index) => index % 2 === 0),
      cross: all.filter((_, index) => index % 2 === 1),
    };
  }

  private get isMerged(): boolean {
    return isMergedDecoder(this.graphs.decoder.inputs);
  }

  /** The graph that reads on with a past. */
  private get reader(): OpenedGraph {
    return this.graphs.withPast ?? this.graphs.decoder;
  }

  private get pastNames(): string[] {
    return this.reader.inputs.map(({ name }) => name).filter((name) => pastName.test(name));
  }

  private run(
    graph: OpenedGraph,
    target: Target,
    ids: readonly (readonly number[])[],
    presents: readonly string[],
    goesOn: boolean,
  ): Promise<Record<string, TensorData>> {
    return graph.session.run(this.feeds(graph, target, ids, goesOn), ['logits', ...presents]);
  }

  /** @param goesOn whether the past is read on from */
  private feeds(
    graph: OpenedGraph,
    { source, past }: Target,
    ids: readonly (readonly number[])[],
    goesOn: boolean,
  ): Record<string, TensorData> {
    const rows = ids.length;
    const feeds: Record<string, TensorData> = {};
    for (const { name, dims } of graph.inputs) {
      if (name === 'input_ids' || name === 'decoder_input_ids') feeds[name] = int64(ids);
      else if (name === 'encoder_attention_mask')
        feeds[name] = int64(ids.map(() => Array<number>(source.length).fill(1)));
      else if (name === 'encoder_hidden_states') feeds[name] = repeatRows(source.states, rows);
      else if (name === 'decoder_attention_mask' && !goesOn)
        feeds[name] = int64(ids.map((row) => row.map(() => 1)));
      else if (name === useCacheBranch)
        feeds[name] = { type: 'bool', data: Uint8Array.of(goesOn ? 1 : 0), dims: [1] };
      else if (pastName.test(name))
        feeds[name] = goesOn ? past[name]! : empty(rows, dims, source.states.type);
      else throw unknownInput(name, say`a decoder`);
    }
    return feeds;
  }
}

const pastName = /^past_key_values\.\d+\.(?:decoder|encoder)\.(?:key|value)$/;

function presentOf(past: string): string {
  return past.replace('past_key_values', 'present');
}

/** Keys and values of the source, which stay as they are. */
function isOfSource(past: string): boolean {
  return past.includes('.encoder.');
}

/** A past of no positions: [rows, heads, 0, head size]. */
function empty(
  rows: number,
  dims: readonly (number | string | undefined)[],
  type: TensorData['type'],
): TensorData {
  const size = (at: number): number => (typeof dims[at] === 'number' ? dims[at] : 1);
  const data = type === 'float16' ? new Uint16Array(0) : new Float32Array(0);
  return { type, data, dims: [rows, size(1), 0, size(3)] };
}

function lastLogits(tensor: TensorData): Float32Array[] {
  const logits = toFloat32(tensor);
  const [rows, positions, vocabulary] = tensor.dims as [number, number, number];
  return Array.from({ length: rows }, (_, row) => {
    const end = (row + 1) * positions * vocabulary;
    return logits.subarray(end - vocabulary, end);
  });
}

function int64(rows: readonly (readonly number[])[]): TensorData {
  return {
    type: 'int64',
    data: BigInt64Array.from(rows.flat(), BigInt),
    dims: [rows.length, rows[0]?.length ?? 0],
  };
}

function unknownInput(name: string, what: Message): EngineError {
  return new EngineError(
    'model',
    say`The graph asks for the input "${name}", which Headlight doesn't know for ${what} of an encoder-decoder.
      Export the model with optimum's text2text-generation-with-past.`,
  );
}

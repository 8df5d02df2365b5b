import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import type { OpenedGraph } from '../onnx/openModel';
import { wantedPositions } from '../onnx/wantedPositions';
import { toFloat32, type TensorData } from '../onnx/session';

/** One text as an encoder reads it: ids with the special tokens around them, and which segment each is of. */
export interface EncoderInput {
  readonly ids: readonly number[];
  readonly typeIds: readonly number[];
  /** 0 where a token isn't to be seen by the others; by default all are. */
  readonly seen?: readonly number[];
}

/** A graph that reads a whole text at once: masked-LM, sequence classification, or a bare encoder. */
export class EncoderModel {
  /** @param padding the id that fills up the shorter texts of a batch */
  constructor(
    private readonly graph: OpenedGraph,
    private readonly padding = 0,
  ) {
    if (!graph.inputs.some((input) => input.name === 'input_ids')) {
      throw new EngineError(
        'model',
        say`The graph has no input "input_ids" (it has ${graph.inputs.map((input) => input.name).join(', ')}).
          Export the model with optimum, or from transformers in Hugging Face's layout.`,
      );
    }
  }

  /** Logits of one text: [tokens * vocabulary] for a masked model, [labels] for a classifier. */
  async logits(input: EncoderInput): Promise<Float32Array> {
    return toFloat32(await this.logitsOf(this.feeds([input])));
  }

  /** Runs the graph for its logits, however it calls them. */
  private async logitsOf(feeds: Record<string, TensorData>): Promise<TensorData> {
    const name = ['logits', 'prediction_logits'].find((logits) => this.gives(logits));
    if (name !== undefined) return (await this.graph.session.run(feeds, [name]))[name]!;
    throw new EngineError(
      'model',
      say`The graph has no output "logits" (it has ${this.graph.outputs.map((output) => output.name).join(', ')}):
        it was exported without its head. Export it for its task (fill-mask or text-classification).`,
    );
  }

  /** Whether the graph has an output of that name. */
  gives(output: string): boolean {
    return this.graph.outputs.some(({ name }) => name === output);
  }

  /** One of the graph's outputs for one text, flat. */
  async output(input: EncoderInput, name: string): Promise<Float32Array> {
    const [output] = await this.outputs(input, [name]);
    return output!;
  }

  /** Some of the graph's outputs for one text, flat, in the order of `names`. */
  async outputs(input: EncoderInput, names: readonly string[]): Promise<Float32Array[]> {
    const outputs = await this.graph.session.run(this.feeds([input]), names);
    return names.map((name) => toFloat32(outputs[name]!));
  }

  /** Whether texts can be read together without changing what each alone would give. */
  get takesBatches(): boolean {
    const input = this.graph.inputs.find(({ name }) => name === 'input_ids');
    const hasMask = this.graph.inputs.some(({ name }) => name === 'attention_mask');
    return hasMask && typeof input?.dims[0] !== 'number' && !this.graph.scalesRunsTogether;
  }

  /** A classifier's logits of several texts in one run, [texts][labels]; only one unless it `takesBatches`. */
  async logitsOfEach(inputs: readonly EncoderInput[]): Promise<Float32Array[]> {
    const [first] = inputs;
    if (inputs.length === 1) return [await this.logits(first!)];
    const length = Math.max(...inputs.map(({ ids }) => ids.length));
    const fill = (values: readonly number[], filler: number): number[] =>
      values.concat(Array<number>(length - values.length).fill(filler));
    const rows: Record<string, (input: EncoderInput) => number[]> = {
      input_ids: ({ ids }) => fill(ids, this.padding),
      attention_mask: (input) => fill(seenOf(input), 0),
      token_type_ids: ({ typeIds }) => fill(typeIds, 0),
      position_ids: () => Array.from({ length }, (_, index) => index),
    };
    const feeds: Record<string, TensorData> = {};
    // Names that aren't known are told by the first run of one text.
    for (const name of Object.keys(this.feeds([first!]))) feeds[name] = int64Rows(inputs.map(rows[name]!));
    const outputs = await this.graph.session.run(feeds, ['logits']);
    const logits = toFloat32(outputs['logits']!);
    const labels = logits.length / inputs.length;
    return inputs.map((_, index) => logits.subarray(index * labels, (index + 1) * labels));
  }

  /**
   * A masked model's logits at some positions of texts of the same length, read in one run:
   * [texts][positions][vocabulary]. Where the graph allows it, the other positions aren't computed.
   */
  async logitsAt(inputs: readonly EncoderInput[], positions: readonly number[]): Promise<Float32Array[][]> {
    const picks = this.#picksPositions;
    const data = await this.logitsOf(picks ? this.feeds(inputs, positions) : this.feeds(inputs));
    const logits = toFloat32(data);
    const length = picks ? positions.length : inputs[0]!.ids.length;
    const vocabulary = logits.length / (inputs.length * length);
    return inputs.map((_, text) =>
      positions.map((at, index) => {
        const row = text * length + (picks ? index : at);
        return logits.subarray(row * vocabulary, (row + 1) * vocabulary);
      }),
    );
  }

  get #picksPositions(): boolean {
    return this.graph.inputs.some(({ name }) => name === wantedPositions);
  }

  /** Attentions of one text: by layer, [1, heads, tokens, tokens]. */
  async attentions(input: EncoderInput): Promise<Float32Array[]> {
    const outputs = await this.graph.session.run(this.feeds([input]), this.graph.attentions);
    return this.graph.attentions.map((name) => toFloat32(outputs[name]!));
  }

  /** The graph's inputs for texts of the same length. */
  private feeds(
    texts: readonly EncoderInput[],
    positions: readonly number[] = texts[0]!.ids.map((_, index) => index),
  ): Record<string, TensorData> {
    const feeds: Record<string, TensorData> = {};
    for (const { name } of this.graph.inputs) {
      if (name === 'input_ids') feeds[name] = int64Rows(texts.map(({ ids }) => ids));
      else if (name === 'attention_mask') feeds[name] = int64Rows(texts.map(seenOf));
      else if (name === 'token_type_ids') feeds[name] = int64Rows(texts.map(({ typeIds }) => typeIds));
      else if (name === wantedPositions)
        feeds[name] = { ...int64Rows([positions]), dims: [positions.length] };
      else if (name === 'position_ids')
        feeds[name] = int64Rows(texts.map(({ ids }) => ids.map((_, at) => at)));
      else {
        throw new EngineError(
          'model',
          say`The graph asks for the input "${name}", which Headlight doesn't know for an encoder.
            Export the model with optimum.`,
        );
      }
    }
    return feeds;
  }
}

function seenOf({ ids, seen }: EncoderInput): readonly number[] {
  return seen ?? ids.map(() => 1);
}

function int64Rows(values: readonly (readonly number[])[]): TensorData {
  return {
    type: 'int64',
    data: BigInt64Array.from(values.flat(), BigInt),
    dims: [values.length, values[0]!.length],
  };
}

/** What an agent gives to a tool, checked: a schema is a hint to the agent, not a promise. */
export class ToolInput {
  /** @param tool the tool's name, for errors */
  constructor(
    private readonly tool: string,
    private readonly values: unknown,
  ) {}

  /** A text that isn't blank. */
  text(name: string, what: string): string {
    const value = this.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value;
    throw this.wrong(name, `a text that isn't empty: ${what}`, value);
  }

  /** A whole number; `fallback` when it is left out. */
  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.get(name) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.wrong(name, `a whole number from ${least} to ${most}`, value);
  }

  /** One of a few words; the first when it is left out. */
  oneOf<T extends string>(name: string, words: readonly [T, ...T[]]): T {
    const value = this.get(name) ?? words[0];
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    throw this.wrong(name, `one of ${words.map((candidate) => `"${candidate}"`).join(', ')}`, value);
  }

  private get(name: string): unknown {
    return (this.values as Record<string, unknown> | null | undefined)?.[name] ?? undefined;
  }

  private wrong(name: string, wanted: string, given: unknown): Error {
    const shown = given === undefined ? 'nothing' : JSON.stringify(given).slice(0, 100);
    return new Error(
      `The parameter "${name}" of ${this.tool} must be ${wanted}; it was ${shown}. Call it again with that.`,
    );
  }
}

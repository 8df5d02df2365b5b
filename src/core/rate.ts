/** How fast something comes, over the last seconds, so that a stall or a new line shows soon. */
export class Rate {
  #samples: { at: number; bytes: number }[] = [];

  /** @param span milliseconds that are looked back */
  constructor(private readonly span = 5000) {}

  /**
   * Notes how much there is.
   * @param bytes in all
   * @param now milliseconds
   */
  add(bytes: number, now: number): void {
    this.#samples.push({ at: now, bytes });
    while (this.#samples.length > 2 && this.#samples[0]!.at < now - this.span) this.#samples.shift();
  }

  /** Bytes per second; undefined until there is something to tell it from. */
  get perSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < 250 || last.bytes <= first.bytes) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }

  /** Seconds until there are `total` bytes, at this rate. */
  secondsTo(total: number): number | undefined {
    const rate = this.perSecond;
    return rate === undefined ? undefined : Math.max(0, total - this.#samples.at(-1)!.bytes) / rate;
  }
}

/** What happens when the engine has had nothing to do for a while. */

/** Minutes after which an engine that has nothing to do ends; 0 is never. */
const defaultMinutes = 10;

/** The minutes that `HEADLIGHT_IDLE_MINUTES` names, 10 when it names none. */
export function idleMinutes(setting: string | undefined): number {
  const minutes = setting === undefined || setting.trim() === '' ? NaN : Number(setting);
  return minutes >= 0 ? minutes : defaultMinutes;
}

/** setTimeout takes no longer times. */
const longestTimeout = 2 ** 31 - 1;

/** Calls an action after a time without work. */
export class Rest {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly minutes: number,
    private readonly action: () => void,
  ) {}

  /** Nothing is to be done any more. */
  begin(): void {
    this.end();
    if (this.minutes > 0)
      this.#timer = setTimeout(this.action, Math.min(this.minutes * 60_000, longestTimeout));
  }

  /** There is work. */
  end(): void {
    clearTimeout(this.#timer);
  }
}

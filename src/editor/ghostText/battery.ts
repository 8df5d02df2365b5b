/** What is looked at of a machine's power supply; named as in systeminformation. */
export interface PowerSupply {
  readonly hasBattery: boolean;
  readonly isCharging: boolean;
  readonly acConnected: boolean;
  /** Of the battery's charge, 0 to 100. */
  readonly percent: number;
}

const minute = 60_000;

/** Whether the machine runs on its battery. It is looked up when someone asks, at most once a minute. */
export class Battery {
  #isDraining = false;
  #checkedAt: number | undefined;
  #checking: Promise<void> | undefined;
  /** Called when the answer has changed. */
  onChange: () => void = () => undefined;

  /** @param read undefined where the battery isn't this machine's to look up */
  constructor(
    private readonly read: (() => Promise<PowerSupply>) | undefined,
    private readonly now: () => number = Date.now,
  ) {}

  /** As it was at the last check. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Looks it up where that is due. Only the first look-up is waited for. */
  async check(): Promise<void> {
    const isDue = this.#checkedAt === undefined || this.now() - this.#checkedAt >= minute;
    if (this.read && isDue) {
      const isFirst = this.#checkedAt === undefined;
      this.#checkedAt = this.now();
      const checking = this.#look(this.read);
      if (isFirst) this.#checking = checking;
    }
    await this.#checking;
  }

  async #look(read: () => Promise<PowerSupply>): Promise<void> {
    // Where it can't be told nothing is paused.
    const power = await read().catch(() => undefined);
    // A machine without a battery gets none; where it couldn't be read this time, it is read again.
    if (power?.hasBattery === false) this.#checkedAt = Infinity;
    const isDraining =
      power !== undefined &&
      power.hasBattery &&
      !power.isCharging &&
      !power.acConnected &&
      // Some supplies don't say that they are connected, but hold the battery full.
      power.percent < 100;
    if (isDraining === this.#isDraining) return;
    this.#isDraining = isDraining;
    this.onChange();
  }
}

/** Reads the power supply of this machine. Loaded when it is first needed: it knows every platform. */
export async function readPowerSupply(): Promise<PowerSupply> {
  const { battery } = await import('systeminformation');
  return battery();
}

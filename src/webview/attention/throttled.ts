/**
 * Calls `run` with a value at once, and with those that follow within `ms` only when these are over, with the last
 * of them.
 */
export function throttled<T>(run: (value: T) => void, ms: number): (value: T) => void {
  let resting = false;
  let last: { value: T } | undefined;
  const give = (value: T): void => {
    if (resting) {
      last = { value };
      return;
    }
    run(value);
    resting = true;
    setTimeout(() => {
      resting = false;
      const next = last;
      last = undefined;
      if (next) give(next.value);
    }, ms);
  };
  return give;
}

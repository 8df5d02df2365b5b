/** A contender in a process of its own, asked one thing at a time. */
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

export class Child {
  readonly #process: ChildProcess;
  #lastId = 0;
  #exit: Error | undefined;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();

  /** @param script plain JavaScript that answers `{ id, method, params }` by `{ id, value }` or `{ id, error }` */
  constructor(script: string) {
    this.#process = fork(script, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#process.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value as never);
      else waiting?.reject(new Error(error));
    });
    this.#process.on('exit', (code, signal) => {
      this.#exit = new Error(`${script} ended (${signal ?? code}).`);
      for (const { reject } of this.#waiting.values()) reject(this.#exit);
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  ask<T>(method: string, params: Record<string, unknown>): Promise<T> {
    if (this.#exit) return Promise.reject(this.#exit);
    return new Promise<T>((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, method, params });
    });
  }

  async end(): Promise<void> {
    if (this.#exit) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
  }
}

/**
 * The largest resident memory that a process has had, in bytes; undefined where the system doesn't tell (it is
 * read from Linux' /proc).
 */
export function peakMemory(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

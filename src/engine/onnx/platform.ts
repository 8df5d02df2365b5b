/** ONNX Runtime for this machine: whether there is one, and how many threads it should have. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as os from 'node:os';
import type * as ort from 'onnxruntime-node';
import { say, type Message } from '../../core/message';
import { EngineError } from '../../protocol/engine';

export type Runtime = typeof ort;

/** What decides whether there is a native binary. */
export interface Machine {
  /** As in `process`. */
  readonly platform: string;
  readonly arch: string;
  /** Whether the C library is glibc; of Linux only. */
  readonly glibc: boolean;
}

function thisMachine(): Machine {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: header.glibcVersionRuntime !== undefined };
}

/**
 * Loads ONNX Runtime's native binary, the first time it is asked for.
 * @throws EngineError `platform` where there is none
 */
export async function loadRuntime(): Promise<Runtime> {
  try {
    // A CommonJS module: bundled and unbundled imports differ in where they put its exports.
    const loaded = (await import('onnxruntime-node')) as Runtime & { default?: Runtime };
    const runtime = loaded.InferenceSession ? loaded : loaded.default!;
    // It warns about graphics cards that it can't find; errors are thrown as well.
    runtime.env.logLevel = 'fatal';
    return runtime;
  } catch (error) {
    throw noRuntime(error);
  }
}

/** Says why the native binary can't be loaded here, in one sentence. */
export function noRuntime(error: unknown, machine: Machine = thisMachine()): EngineError {
  const { platform, arch, glibc } = machine;
  const detail = error instanceof Error ? error.message : String(error);
  const known = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
  const here = `${platform}-${arch}`;
  let reason: Message;
  if (platform === 'linux' && !glibc)
    reason = say`it needs glibc, and this Linux (Alpine, for example) is built on musl`;
  else if (/GLIBC(XX)?_[\d.]+/.test(detail))
    reason = say`this Linux is too old for it: it needs glibc 2.28 or newer (Debian 10, Ubuntu 18.10, RHEL 8)`;
  else if (!known.includes(here))
    reason =
      here === 'darwin-x64'
        ? say`there is no build of it for ${here} (Macs with Intel processors); there is one for ${known.join(', ')}`
        : say`there is no build of it for ${here}; there is one for ${known.join(', ')}`;
  else reason = say`its binary for ${here} is missing or damaged; install Headlight again`;
  return new EngineError(
    'platform',
    say`Headlight can't run models here: ONNX Runtime doesn't start, as ${reason}.`,
    detail,
  );
}

/**
 * Threads for one run: the physical cores less one, so that the editor stays quick, at least one. A second thread
 * on the same core brings nothing to matrix products.
 */
export function defaultThreads(): number {
  return Math.max(1, Math.min(physicalCores(), os.availableParallelism()) - 1);
}

function physicalCores(): number {
  const logical = os.cpus().length;
  if (process.platform === 'linux') return linuxCores() ?? logical;
  // Apple's and ARM's processors have one thread a core. Windows doesn't tell without starting a program; x64
  // processors with more than two threads almost always have two a core.
  if (process.platform === 'win32' && process.arch === 'x64' && logical > 2) return Math.ceil(logical / 2);
  return logical;
}

/** Cores by the kernel's own account: processors that name the same siblings are one core. */
function linuxCores(): number | undefined {
  const folder = '/sys/devices/system/cpu';
  try {
    const siblings = readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => `${folder}/${name}/topology/thread_siblings_list`)
      // A processor that is switched off has none.
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8').trim());
    return new Set(siblings).size || undefined;
  } catch {
    return undefined;
  }
}

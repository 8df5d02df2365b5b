/** What texts add to the memory that a model has when it is opened: measured in a process of its own, and estimated. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { familyOf, type FamilyConfig, type FamilyName } from '../../../src/core/families';
import { estimateMemory } from '../../../src/core/memory';
import { shapeOf } from '../../../src/core/modelShape';

const root = path.join(__dirname, '../../..');

/** A measurement beside the estimate, in bytes above what is resident when the model is open. */
export interface Compared {
  readonly model: string;
  readonly family: FamilyName;
  readonly length: number;
  readonly batch: number;
  readonly measured: number;
  readonly estimated: number;
  /** Of the estimate, what grows with length × texts, and with length² × texts. */
  readonly linear: number;
  readonly quadratic: number;
  /** By which share of the measured the estimate is above it. */
  readonly off: number;
}

/** @param folder a model's folder; its graph may be of any precision */
export async function compare(folder: string, length: number, batch: number): Promise<Compared> {
  const file = path.join(folder, 'config.json');
  const config = JSON.parse(fs.readFileSync(file, 'utf8')) as FamilyConfig & Record<string, unknown>;
  const family = familyOf(config);
  const shape = shapeOf(config);
  if (!shape) throw new Error(`${file} doesn't tell the sizes of its model.`);
  const { linear, quadratic } = estimateMemory(shape, family, { length, batch });
  const { loaded, peak } = await reading(folder, length, batch);
  const measured = peak - loaded;
  const estimated = linear + quadratic;
  return {
    model: path.basename(folder),
    family: family.name,
    length,
    batch,
    measured,
    estimated,
    linear,
    quadratic,
    off: estimated / measured - 1,
  };
}

async function reading(
  folder: string,
  length: number,
  batch: number,
): Promise<{ loaded: number; peak: number }> {
  const script = path.join(__dirname, 'reading.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', script, folder, String(length), String(batch)],
    { cwd: root },
  );
  return JSON.parse(stdout) as { loaded: number; peak: number };
}

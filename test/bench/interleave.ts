import { untilAtRest } from './rest';

/**
 * Measures contenders in turns, so that whatever else the machine does meets all of them. Who goes first changes from
 * round to round, and each begins when the machine is at rest.
 * @param measures by contender; called with the number of the round
 * @returns values by contender
 */
export async function interleave<T>(
  rounds: number,
  measures: readonly ((round: number) => Promise<T>)[],
): Promise<T[][]> {
  const values: T[][] = measures.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < measures.length; turn++) {
      const contender = (turn + round) % measures.length;
      await untilAtRest();
      values[contender]!.push(await measures[contender]!(round));
    }
  return values;
}

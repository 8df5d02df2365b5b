/** Units given to a segmenter at once: for much longer texts its time grows with their square. */
const chunkLength = 1024;

/**
 * Calls `visit` with the start and end of each of `segmenter`'s segments of `text` from `start` to `end`, as if
 * that part stood alone.
 */
export function forEachSegment(
  segmenter: Intl.Segmenter,
  text: string,
  start: number,
  end: number,
  visit: (start: number, end: number) => void,
): void {
  let length = chunkLength;
  while (start < end) {
    const chunkEnd = Math.min(start + length, end);
    const chunk = text.slice(start, chunkEnd);
    let done = 0;
    for (const { segment, index } of segmenter.segment(chunk)) {
      const segmentEnd = index + segment.length;
      // What touches the end of the chunk may go on after it.
      if (segmentEnd === chunk.length && chunkEnd < end) break;
      visit(start + index, start + segmentEnd);
      done = segmentEnd;
    }
    // A segment may even be longer than a chunk.
    length = done === 0 ? 2 * length : chunkLength;
    start += done;
  }
}

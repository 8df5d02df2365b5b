/**
 * Where a box scrolls to, to show what lies from `top` to `bottom` in it: as little as is needed. All are in the same
 * unit, from the top of what the box holds.
 */
export function scrolledTo(top: number, bottom: number, scrollTop: number, height: number): number {
  if (top < scrollTop || bottom - top > height) return top;
  return Math.max(scrollTop, bottom - height);
}

import { moveInGrid } from '../grid';
import type { Place } from './viewport';

/** What a user can do with a map; points and distances are CSS pixels of the map. */
export interface MapActions {
  zoom: (factor: number, x: number, y: number) => void;
  pan: (dx: number, dy: number) => void;
  fit: () => void;
  /** Whether there is more than what is shown. */
  canPan: () => boolean;
  hover: (x: number, y: number) => void;
  leave: () => void;
  choose: (x: number, y: number) => void;
  /** Moves the cursor as `next` says; false when the key isn't one that moves. */
  move: (next: (from: Place, rows: number, columns: number) => Place | undefined) => boolean;
  center: () => { x: number; y: number };
}

/** A press that moves less than this is a click. */
const DRAG = 4;
const STEP = 60;

/** Turns wheel, pointer and keys over a map into what they mean. */
export class MapInput {
  private drag: { x: number; y: number; moved: boolean } | undefined;

  constructor(
    private readonly field: HTMLElement,
    private readonly actions: MapActions,
  ) {
    field.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    field.addEventListener('pointerdown', (event) => this.down(event));
    field.addEventListener('pointermove', (event) => this.movePointer(event));
    field.addEventListener('pointerup', (event) => this.up(event));
    field.addEventListener('pointercancel', () => (this.drag = undefined));
    field.addEventListener('pointerleave', () => actions.leave());
    field.addEventListener('dblclick', () => actions.fit());
    field.addEventListener('keydown', (event) => this.key(event));
  }

  private wheel(event: WheelEvent): void {
    const { x, y } = this.at(event);
    // A wheel that counts lines, as some do, moves about 16 pixels for each.
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) {
      if (!this.actions.canPan()) return;
      this.actions.pan(event.shiftKey && dx === 0 ? dy : dx, event.shiftKey ? 0 : dy);
    } else {
      // All is shown and the wheel turns back: the page scrolls.
      if (dy > 0 && !this.actions.canPan()) return;
      this.actions.zoom(Math.exp(-dy / 300), x, y);
    }
    event.preventDefault();
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.drag = { x: event.clientX, y: event.clientY, moved: false };
    this.field.setPointerCapture(event.pointerId);
  }

  private movePointer(event: PointerEvent): void {
    const { drag } = this;
    if (drag) {
      const [dx, dy] = [drag.x - event.clientX, drag.y - event.clientY];
      if (!drag.moved && Math.hypot(dx, dy) < DRAG) return;
      this.drag = { x: event.clientX, y: event.clientY, moved: true };
      this.actions.pan(dx, dy);
      return;
    }
    const { x, y } = this.at(event);
    this.actions.hover(x, y);
  }

  private up(event: PointerEvent): void {
    const { drag } = this;
    this.drag = undefined;
    if (!drag || drag.moved) return;
    const { x, y } = this.at(event);
    this.actions.choose(x, y);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { actions } = this;
    const { x, y } = actions.center();
    const pans: Record<string, [number, number]> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    };
    const pan = event.shiftKey ? pans[event.key] : undefined;
    if (pan) actions.pan(...pan);
    else if (event.key === '+' || event.key === '=') actions.zoom(1.5, x, y);
    else if (event.key === '-') actions.zoom(1 / 1.5, x, y);
    else if (event.key === '0') actions.fit();
    else if (!actions.move((from, rows, columns) => moveInGrid(event.key, from, rows, columns))) return;
    event.preventDefault();
  }

  private at(event: MouseEvent): { x: number; y: number } {
    const box = this.field.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

/** Plain HTML controls in VS Code's colours; attention.css has their looks. */
import { element } from './dom';

/** A button; `title` is also its name for those who can't see it. */
export function button(
  label: string,
  { title, onClick, icon = true }: { title?: string; onClick: () => void; icon?: boolean },
): HTMLButtonElement {
  const made = element('button', { type: 'button', class: title && icon ? 'icon' : '' }, label);
  if (title) {
    made.title = title;
    made.setAttribute('aria-label', title);
  }
  made.addEventListener('click', onClick);
  return made;
}

/** A button that stays down. */
export function toggle(
  label: string,
  { title, onChange }: { title: string; onChange: (on: boolean) => void },
): HTMLButtonElement {
  const made = element('button', { type: 'button', class: 'toggle', title, 'aria-pressed': 'false' }, label);
  made.addEventListener('click', () => onChange(made.getAttribute('aria-pressed') !== 'true'));
  return made;
}

export function setPressed(made: HTMLButtonElement, on: boolean): void {
  made.setAttribute('aria-pressed', String(on));
}

/** A choice of one among few, with its name in front. */
export class Choice<T extends string> {
  readonly root: HTMLElement;
  private readonly select = element('select');

  constructor(
    name: string,
    options: readonly (readonly [value: T, label: string])[],
    onChange: (value: T) => void,
  ) {
    this.setOptions(options);
    this.select.addEventListener('change', () => onChange(this.select.value as T));
    this.root = element('label', { class: 'choice' }, element('span', {}, name), this.select);
  }

  setOptions(options: readonly (readonly [value: T, label: string])[]): void {
    const { value } = this.select;
    this.select.replaceChildren(...options.map(([name, label]) => element('option', { value: name }, label)));
    if (options.some(([name]) => name === value)) this.select.value = value;
  }

  set value(value: T) {
    this.select.value = value;
  }

  set hidden(hidden: boolean) {
    this.root.hidden = hidden;
  }
}

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
}

/** A button that opens a menu, as WAI-ARIA's menu button pattern has it. */
export class Menu {
  readonly root = element('span', { class: 'menu-holder' });
  readonly button: HTMLButtonElement;
  private readonly list = element('div', { class: 'menu', role: 'menu', hidden: true });

  constructor(label: string, items: readonly MenuItem[]) {
    this.button = element(
      'button',
      { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
      `${label} ▾`,
    );
    this.list.setAttribute('aria-label', label);
    for (const { label: text, run } of items) {
      const item = element('button', { type: 'button', role: 'menuitem', tabindex: -1 }, text);
      item.addEventListener('click', () => {
        this.close();
        run();
      });
      this.list.append(item);
    }
    this.button.addEventListener('click', () => (this.list.hidden ? this.open() : this.close()));
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.root.addEventListener('focusout', (event) => {
      if (!this.root.contains(event.relatedTarget as Node | null)) this.list.hidden = true;
      this.button.setAttribute('aria-expanded', String(!this.list.hidden));
    });
    this.root.append(this.button, this.list);
  }

  private open(): void {
    this.list.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    (this.list.firstElementChild as HTMLElement | null)?.focus();
  }

  private close(): void {
    this.list.hidden = true;
    this.button.setAttribute('aria-expanded', 'false');
    this.button.focus();
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden) {
      if (event.key !== 'ArrowDown') return;
      this.open();
    } else if (event.key === 'Escape') this.close();
    else {
      const items = [...this.list.children] as HTMLElement[];
      const at = items.indexOf(document.activeElement as HTMLElement);
      const steps: Record<string, number> = {
        ArrowDown: (at + 1) % items.length,
        ArrowUp: (at - 1 + items.length) % items.length,
        Home: 0,
        End: items.length - 1,
      };
      const next = steps[event.key];
      if (next === undefined) return;
      items[next]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

let lastId = 0;

/** Tabs and their panels, as WAI-ARIA's tabs pattern has it; panels are shown by `select`. */
export class Tabs<T extends string> {
  readonly root = element('div', { class: 'tabs' });
  private readonly list = element('div', { class: 'tab-list', role: 'tablist' });
  private readonly tabs: { name: T; tab: HTMLElement; panel: HTMLElement }[] = [];

  constructor(
    label: string,
    panels: readonly (readonly [name: T, label: string, content: HTMLElement])[],
    private readonly onSelect: (name: T) => void,
  ) {
    this.list.setAttribute('aria-label', label);
    this.root.append(this.list);
    for (const [name, title, content] of panels) {
      const id = `tab-${++lastId}`;
      const tab = element(
        'button',
        { type: 'button', role: 'tab', id, 'aria-controls': `${id}-panel` },
        title,
      );
      const panel = element('div', { role: 'tabpanel', id: `${id}-panel`, 'aria-labelledby': id }, content);
      tab.addEventListener('click', () => onSelect(name));
      this.tabs.push({ name, tab, panel });
      this.list.append(tab);
      this.root.append(panel);
    }
    this.list.addEventListener('keydown', (event) => {
      const at = this.tabs.findIndex(({ tab }) => tab === document.activeElement);
      const { length } = this.tabs;
      const steps: Record<string, number> = {
        ArrowRight: (at + 1) % length,
        ArrowLeft: (at - 1 + length) % length,
        Home: 0,
        End: length - 1,
      };
      const next = this.tabs[steps[event.key] ?? -1];
      if (at < 0 || !next) return;
      event.preventDefault();
      this.onSelect(next.name);
      next.tab.focus();
    });
  }

  select(name: T): void {
    for (const { name: own, tab, panel } of this.tabs) {
      tab.setAttribute('aria-selected', String(own === name));
      tab.tabIndex = own === name ? 0 : -1;
      panel.hidden = own !== name;
    }
  }
}

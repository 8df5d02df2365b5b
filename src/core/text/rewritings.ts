/** What the name of a task in `task_specific_params` (Hugging Face's `config.json`) says. */
export type Rewriting =
  | { readonly kind: 'translate'; readonly from: string; readonly to: string }
  | { readonly kind: 'summarise' }
  | { readonly kind: 'other'; readonly name: string };

/** `summarization`, or `translation_en_to_de` with languages as in BCP 47; every other name stands for itself. */
export function rewritingOf(name: string): Rewriting {
  const [, from, to] = /^translation_([a-z]{2,3})_to_([a-z]{2,3})$/.exec(name) ?? [];
  if (from && to) return { kind: 'translate', from, to };
  return /^summari[sz]ation$/.test(name) ? { kind: 'summarise' } : { kind: 'other', name };
}

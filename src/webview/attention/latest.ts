/** Of several questions of one kind, only the answer to the last is wanted. */
export class Latest {
  private readonly asked = new Map<string, number>();

  /** Nothing that was asked of this kind is wanted any more. */
  drop(kind: string): void {
    this.asked.set(kind, (this.asked.get(kind) ?? 0) + 1);
  }

  /** The answer, or `undefined` when another question of this kind was asked meanwhile; a late error counts as none. */
  async of<T>(kind: string, answer: Promise<T>): Promise<T | undefined> {
    const question = (this.asked.get(kind) ?? 0) + 1;
    this.asked.set(kind, question);
    const isLast = (): boolean => this.asked.get(kind) === question;
    try {
      const value = await answer;
      return isLast() ? value : undefined;
    } catch (error) {
      if (isLast()) throw error;
      return undefined;
    }
  }
}

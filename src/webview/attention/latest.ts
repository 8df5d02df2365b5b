/** Of several questions of one kind, only the answer to the last is wanted. */
export class Latest {
  private readonly asked = new Map<string, number>();

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

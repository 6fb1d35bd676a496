/** Remembers how to undo what is done, while something has to succeed as a whole or not at all. */
export class Journal {
  #undo: (() => void)[] | undefined;
  #later: (() => void)[] = [];

  /** Whether anything has to be remembered now. */
  get open(): boolean {
    return this.#undo !== undefined;
  }

  /** How to undo what was just done. */
  note(undo: () => void): void {
    this.#undo?.push(undo);
  }

  /** Does something at once, or when everything else has succeeded. */
  tell(what: () => void): void {
    if (this.#undo === undefined) what();
    else this.#later.push(what);
  }

  /** Does the work as a whole: when it throws, everything it did is undone, and nothing was told. */
  whole(work: () => void): void {
    this.#undo = [];
    this.#later = [];
    const later = this.#later;
    try {
      work();
    } catch (error) {
      const undo = this.#undo.reverse();
      this.#undo = undefined;
      for (const step of undo) step();
      later.length = 0;
      throw error;
    } finally {
      this.#undo = undefined;
      for (const what of later) what();
    }
  }
}

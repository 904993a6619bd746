/** Asks the user whether what would be lost may be lost. */
type Question = () => Promise<boolean>;

const questions = new Set<Question>();

/** @returns what takes the question back. */
export function askBeforeLeaving(question: Question): () => void {
  questions.add(question);
  return () => {
    questions.delete(question);
  };
}

/**
 * To be asked before something that throws the open page away, and is no navigation: the router asks before those.
 * @returns whether nothing would be lost, or the user wants it so.
 */
export async function mayLeave(): Promise<boolean> {
  for (const question of questions) if (!(await question())) return false;
  return true;
}

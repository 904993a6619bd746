import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Harness } from './harness.js';

const FOLDER = fileURLToPath(new URL('../harnesses/', import.meta.url));
const SUFFIX = '.harness.ts';

/** File names without their ending, so names of harnesses. */
export function harnessNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** @throws when a file does not export a harness of its own name, or two harnesses have a cut of one name. */
export async function loadHarnesses(): Promise<Harness[]> {
  const harnesses: Harness[] = [];
  for (const name of harnessNames()) {
    const file = pathToFileURL(join(FOLDER, `${name}${SUFFIX}`)).href;
    const { harness } = (await import(file)) as { harness?: Harness };
    if (harness?.name !== name) throw new Error(`trust/harnesses/${name}${SUFFIX} exports no harness of this name`);
    harnesses.push(harness);
  }
  const cuts = harnesses.flatMap(({ cuts: own }) => Object.keys(own));
  const twice = cuts.find((cut, index) => cuts.indexOf(cut) !== index);
  if (twice !== undefined) throw new Error(`Two harnesses have a cut named ${twice}`);
  return harnesses;
}

/** @returns whose guard the cut takes out. */
export function ownerOfCut(harnesses: readonly Harness[], cut: string): Harness | undefined {
  return harnesses.find(({ cuts }) => Object.hasOwn(cuts, cut));
}

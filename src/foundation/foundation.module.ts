import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Module, type DynamicModule, type Type } from '@nestjs/common';

/** A module of this folder: it names the modules that must come before it. */
interface FoundationPart extends Type {
  readonly requires: readonly string[];
}

/** The active modules, found by their names: `storage` is `storage/storage.module.ts` with `StorageModule`. */
@Module({})
export class FoundationModule {
  /**
   * @param names in the order in which the modules build on each other.
   * @throws Error for an unknown folder, a missing requirement or a wrong order; the boot stops.
   */
  static async load(names: readonly string[]): Promise<DynamicModule> {
    const imports: Type[] = [];
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) !== index) throw new Error(`ACTIVE_MODULES names ${name} twice`);
      const part = await loadPart(name);
      assertOrder(name, part.requires, names);
      imports.push(part);
    }
    return { module: FoundationModule, imports };
  }
}

async function loadPart(name: string): Promise<FoundationPart> {
  const isKnown = /^[a-z][a-z0-9-]*$/.test(name) && existsSync(fileURLToPath(new URL(`./${name}/`, import.meta.url)));
  if (!isKnown) throw new Error(`ACTIVE_MODULES names ${name}, but there is no folder src/foundation/${name}`);
  const exported = (await import(`./${name}/${name}.module.js`)) as Record<string, unknown>;
  const className = `${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Module`;
  const part = exported[className] as FoundationPart | undefined;
  if (part === undefined) throw new Error(`src/foundation/${name}/${name}.module.ts does not export ${className}`);
  if (!Array.isArray(part.requires)) throw new Error(`${className} has no "static readonly requires"`);
  return part;
}

/** @throws Error unless every required module stands before `name`. */
export function assertOrder(name: string, requires: readonly string[], names: readonly string[]): void {
  for (const required of requires) {
    if (!names.includes(required)) throw new Error(`ACTIVE_MODULES: ${name} needs ${required}, which is not active`);
    if (names.indexOf(required) > names.indexOf(name)) {
      throw new Error(`ACTIVE_MODULES: ${required} must stand before ${name}, which needs it`);
    }
  }
}

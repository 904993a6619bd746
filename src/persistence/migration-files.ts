import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MigrationInterface } from 'typeorm';

const FOLDER = fileURLToPath(new URL('./migrations/', import.meta.url));
const MIGRATION_FILE = /^\d{13}-[a-z0-9-]+\.(js|ts)$/;

export type MigrationClass = new () => MigrationInterface;

/**
 * Every migration of the `migrations` folder, oldest first.
 * @throws Error when a file does not export exactly one class.
 */
export async function loadMigrations(): Promise<MigrationClass[]> {
  const files = readdirSync(FOLDER)
    .filter((file) => MIGRATION_FILE.test(file))
    .sort();
  return Promise.all(files.map(loadMigration));
}

async function loadMigration(file: string): Promise<MigrationClass> {
  const exported = (await import(pathToFileURL(join(FOLDER, file)).href)) as Record<string, unknown>;
  const [only, ...others] = Object.values(exported);
  if (typeof only !== 'function' || others.length > 0)
    throw new Error(`${file} must export exactly one migration class`);
  return only as MigrationClass;
}

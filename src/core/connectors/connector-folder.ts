import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { Connector } from './connector.decorator.js';

const PROVIDER_FILE = /\.provider\.(js|ts)$/;
const logos = new WeakMap<object, string>();

/** The `logo.svg` that lies beside a scanned provider class. */
export function logoOf(providerClass: object): string | null {
  return logos.get(providerClass) ?? null;
}

class ConnectorFolderModule {}

/**
 * A module of all providers below a category's `connectors` folder: one folder is one provider, found by scanning.
 * @param url `import.meta.url` of the category's module.
 * @throws Error when a folder has no decorated class or more than one; the boot stops.
 */
export async function connectorFolder(url: string): Promise<DynamicModule> {
  const root = fileURLToPath(new URL('./connectors/', url));
  const folders = existsSync(root)
    ? readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const providers: Provider[] = [];
  for (const folder of folders) providers.push(await loadFolder(join(root, folder.name)));
  return { module: class extends ConnectorFolderModule {}, providers };
}

async function loadFolder(folder: string): Promise<Type> {
  const files = readdirSync(folder).filter((file) => PROVIDER_FILE.test(file) && !file.endsWith('.d.ts'));
  const classes = new Set<Type>();
  for (const file of files) {
    const exported = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
    for (const value of Object.values(exported)) if (isDecorated(value)) classes.add(value);
  }
  const [found, ...others] = classes;
  if (found === undefined)
    throw new Error(`${folder} holds no class decorated with @Connector (expected in a *.provider file)`);
  if (others.length > 0)
    throw new Error(`${folder} holds more than one class decorated with @Connector: one folder is one provider`);
  const logo = join(folder, 'logo.svg');
  if (existsSync(logo)) logos.set(found, readFileSync(logo, 'utf8'));
  return found;
}

/** Decorated itself: a subclass does not inherit the decision to be a provider. */
function isDecorated(value: unknown): value is Type {
  return typeof value === 'function' && Reflect.hasOwnMetadata(Connector.KEY, value);
}

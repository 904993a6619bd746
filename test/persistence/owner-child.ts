import { OwnerFile } from '../../src/persistence/embedded/owner-file.js';

/** Tries to own the folder of its argument when its stdin says so, and keeps it until stdin ends. */
const [home = ''] = process.argv.slice(2);
process.stdout.write('waiting\n');
process.stdin.once('data', () => {
  OwnerFile.acquire(home, () => undefined).then(
    () => process.stdout.write('owner\n'),
    (error: unknown) => process.stdout.write(`${String(error)}\n`),
  );
});

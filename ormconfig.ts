import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './src/persistence/data-source-options.js';

const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL: the TypeORM command line works on a PostgreSQL server that it names');

const source = fileURLToPath(new URL('./src/', import.meta.url));

/** For the TypeORM command line, after a build: `npx typeorm migration:show -d dist/ormconfig.js`. */
export default new DataSource({
  ...dataSourceOptions({ url }),
  entities: [join(source, '**/*.entity.js')],
  migrations: [join(source, 'persistence/migrations/*.js')],
});

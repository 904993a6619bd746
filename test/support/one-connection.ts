import { DataSource } from 'typeorm';
import type { TestApp } from './app.js';

/** Connections of the pool. */
const POOL = 10;

/** Leaves the work one connection of the pool. */
export async function withOneConnection<T>(app: TestApp, work: () => Promise<T>): Promise<T> {
  const others = Array.from({ length: POOL - 1 }, () => app.get(DataSource).createQueryRunner());
  await Promise.all(others.map((runner) => runner.connect()));
  try {
    return await work();
  } finally {
    await Promise.all(others.map((runner) => runner.release()));
  }
}

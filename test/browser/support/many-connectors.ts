import { DataSource } from 'typeorm';
import type { TestApp } from '../../support/app.js';

/** Gives an organization so many connectors, past the API: it would take minutes. */
export async function fillConnectors(app: TestApp, organizationId: string, count: number): Promise<void> {
  await app.get(DataSource).query(
    `INSERT INTO ir_connector (id, organization_id, name, category, provider_type, status, last_tested_at, created_at, updated_at)
     SELECT gen_random_uuid(), $1, 'Bucket ' || n, 'storage', CASE n % 2 WHEN 0 THEN 'aws_s3' ELSE 'google_drive' END,
            (ARRAY['draft', 'connected', 'error'])[n % 3 + 1], now() - n * interval '1 minute', now() - n * interval '1 minute', now()
     FROM generate_series(1, $2) AS n`,
    [organizationId, count],
  );
}

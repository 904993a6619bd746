import { createApp } from '../../src/app.factory.js';
import { loadSettings } from '../../src/core/config/index.js';
import { createLogger } from '../../src/core/logging/index.js';
import { deliveryPolicy } from './delivery.js';

/**
 * The whole application in a process of its own that a test can kill, with short leases. Writes its address to
 * stdout once it is ready.
 */
const settings = loadSettings(process.env);
const policy = deliveryPolicy({ leaseMs: 1_000, concurrency: 4, perOrganization: 4 });
const app = await createApp(settings, createLogger('silent'), [policy]);
await app.listen(0, '127.0.0.1');
process.stdout.write(`${await app.getUrl()}\n`);

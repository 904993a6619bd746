import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { Dialer } from './dialer.js';
import { EgressAllowList } from './egress-allow-list.js';
import { EgressCheck } from './egress-check.js';
import { EgressPolicy } from './egress-policy.js';
import { Egress } from './egress.js';
import { EndpointOverrides } from './endpoint-overrides.js';
import { EntryReview } from './entry-review.js';
import { EgressHttpClient } from './http-client.js';
import { NameResolver } from './name-resolver.js';
import { ProtectedTargets } from './protected-targets.js';
import { SystemResolver } from './system-resolver.js';

/** The door to the network, one for the process. Needs a global `Settings`. */
@Global()
@Module({
  providers: [
    Egress,
    EgressHttpClient,
    EndpointOverrides,
    Dialer,
    EgressPolicy,
    ProtectedTargets,
    EgressAllowList,
    EgressCheck,
    EntryReview,
    { provide: NameResolver, useFactory: (settings: Settings) => new SystemResolver(settings), inject: [Settings] },
  ],
  exports: [Egress, EgressAllowList, EgressCheck, EndpointOverrides, EntryReview, ProtectedTargets],
})
export class EgressModule {}

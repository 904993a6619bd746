import { Global, Module } from '@nestjs/common';
import { Dialer } from './dialer.js';
import { EgressAllowList, SettingsAllowList } from './egress-allow-list.js';
import { EgressPolicy } from './egress-policy.js';
import { Egress } from './egress.js';
import { EndpointOverrides } from './endpoint-overrides.js';
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
    { provide: EgressAllowList, useClass: SettingsAllowList },
    { provide: NameResolver, useClass: SystemResolver },
  ],
  exports: [Egress, EndpointOverrides, ProtectedTargets],
})
export class EgressModule {}

import { pathToFileURL } from 'node:url';
import type { Egress } from '../../../src/core/egress/index.js';

export interface DoorSetup {
  readonly policy?: 'allowlist' | 'strict' | 'off';
  readonly allow?: readonly string[];
  readonly databaseUrl?: string;
  readonly dnsServers?: readonly string[];
}

/** The egress door of a build, and those who go through it. */
export interface BuiltDoor {
  readonly egress: Egress;
  readonly users: Users;
  /** What the door decides, without connecting. */
  passes(host: string, port: number): Promise<boolean>;
  close(): Promise<void>;
}

type ConfigModule = typeof import('../../../src/core/config/index.js');
type EgressModule = typeof import('../../../src/core/egress/index.js');

export interface Users {
  readonly SmtpSender: typeof import('../../../src/foundation/email/smtp/smtp-sender.js').SmtpSender;
  readonly TokenClient: typeof import('../../../src/core/oauth/index.js').TokenClient;
  readonly S3Connection: typeof import('../../../src/vendors/aws/index.js').S3Connection;
  readonly WebhookConnection: typeof import('../../../src/foundation/messaging/connectors/webhook/webhook.connection.js').WebhookConnection;
  readonly ConnectionTest: typeof import('../../../src/core/connectors/index.js').ConnectionTest;
}

/** @param root of a build: its classes are used, not those of the sources. */
export class DoorMaker {
  private constructor(
    private readonly config: ConfigModule,
    private readonly egress: EgressModule,
    private readonly parts: Parts,
    private readonly users: Users,
  ) {}

  static async load(root: string): Promise<DoorMaker> {
    const load = async <Module>(path: string) =>
      (await import(pathToFileURL(`${root}/dist/src/${path}`).href)) as Module;
    await import('reflect-metadata');
    const [dialer, http, resolver, target] = await Promise.all([
      load<DialerModule>('core/egress/dialer.js'),
      load<HttpModule>('core/egress/http-client.js'),
      load<ResolverModule>('core/egress/system-resolver.js'),
      load<TargetModule>('core/egress/target.js'),
    ]);
    const users = await Promise.all([
      load<Users>('foundation/email/smtp/smtp-sender.js'),
      load<Users>('core/oauth/index.js'),
      load<Users>('vendors/aws/index.js'),
      load<Users>('foundation/messaging/connectors/webhook/webhook.connection.js'),
      load<Users>('core/connectors/index.js'),
    ]);
    return new DoorMaker(
      await load('core/config/index.js'),
      await load('core/egress/index.js'),
      { ...dialer, ...http, ...resolver, ...target },
      Object.assign({}, ...users) as Users,
    );
  }

  /** A door as the application builds it, with settings of its own. */
  open(setup: DoorSetup): BuiltDoor {
    const settings = new this.config.Settings({
      egressPolicy: setup.policy ?? 'allowlist',
      egressAllow: setup.allow ?? [],
      databaseUrl: setup.databaseUrl ?? null,
      dnsServers: setup.dnsServers ?? [],
    });
    const { Egress, EgressAllowList, EgressPolicy, EndpointOverrides, ProtectedTargets } = this.egress;
    const resolver = new this.parts.SystemResolver(settings);
    const protectedTargets = new ProtectedTargets(settings, resolver);
    const policy = new EgressPolicy(settings, new EgressAllowList(settings), protectedTargets);
    const dialer = new this.parts.Dialer(policy, resolver);
    const http = new this.parts.EgressHttpClient(dialer);
    const egress = new Egress(dialer, http, new EndpointOverrides(settings));
    const passes = async (host: string, port: number) => {
      const signal = new AbortController().signal;
      try {
        const target = this.parts.targetOfUrl(`https://${host}:${port}/`);
        await dialer.assertAllowed(target, await dialer.resolve(target, signal), signal);
        return true;
      } catch {
        return false;
      }
    };
    return { egress, users: this.users, passes, close: () => http.onApplicationShutdown() };
  }
}

type DialerModule = typeof import('../../../src/core/egress/dialer.js');
type HttpModule = typeof import('../../../src/core/egress/http-client.js');
type ResolverModule = typeof import('../../../src/core/egress/system-resolver.js');
type TargetModule = typeof import('../../../src/core/egress/target.js');
type Parts = DialerModule & HttpModule & ResolverModule & TargetModule;

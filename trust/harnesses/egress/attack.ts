/**
 * Attacks the egress door of a build and prints one line of JSON. Meant for a network namespace in which every address
 * is the machine's own: there a connection to a blocked address is heard, and nothing can leave.
 */
import { NameServer } from '../../../test/support/peers/name-server.js';
import { Random } from '../../runner/random.js';
import { Canary, Confidant, Redirector } from './canary.js';
import { DoorMaker, type BuiltDoor, type DoorSetup } from './door.js';
import { BLOCKED_ADDRESSES, BLOCKED_FORMS, bracketed, METADATA_FORMS, type Form } from './forms.js';
import { PROTOCOLS, type Protocol } from './protocols.js';
import type { AttackOrder, AttackReport } from './report.js';

const LISTED = '10.7.7.7';
const DATABASE = '10.8.8.8';
const DATABASE_FORMS = [
  DATABASE,
  '[::ffff:10.8.8.8]',
  '168298504',
  '0x0a.8.8.8',
  'database.canary.test',
  '[2002:a08:808::]',
];
const REDIRECTING = '10.9.9.9';
const REDIRECTS = [301, 302, 303, 307, 308];
/** Listed, a system takes them for itself all the same: who asks for them is connected to its loopback address. */
const UNSPECIFIED = ['0.0.0.0', '::'];
const AT_ONCE = 64;
const ROUTED_PUBLIC = ['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111'];

class Attack {
  readonly report: AttackReport = { attempts: 0, forms: 0, protocols: 0, rebindings: 0, redirects: 0, failures: [] };
  private readonly random: Random;
  /** What names resolve to now. */
  private zone: (name: string) => readonly string[] = () => [];
  private names!: NameServer;

  constructor(
    private readonly order: AttackOrder,
    private readonly maker: DoorMaker,
    private readonly canary: Canary,
  ) {
    this.random = new Random(order.seed);
  }

  async run(): Promise<AttackReport> {
    this.names = await NameServer.start((name) => this.zone(name));
    this.zone = addressInName;
    this.report.protocols = Object.keys(PROTOCOLS).length;
    this.report.forms = BLOCKED_FORMS.length;
    await (this.order.isNamespace ? this.connect() : this.decide());
    await this.mislead();
    await this.names.stop();
    return this.report;
  }

  /** Every protocol at every form, and what else might lead to a blocked address. */
  private async connect(): Promise<void> {
    await this.proveCanary();
    const forms = this.chosen([...BLOCKED_FORMS, ...BLOCKED_ADDRESSES.map(nameOf)]);
    await this.expectSilence('by default', {}, forms);
    const metadata = this.chosen(METADATA_FORMS);
    await this.expectSilence('with the policy off', { policy: 'off' }, metadata);
    await this.expectSilence('with everything listed', { allow: ['0.0.0.0/0', '::/0'] }, metadata);
    const databaseUrl = `postgres://ede@${DATABASE}:${this.canary.port}/ede`;
    await this.expectSilence('at the own database', { policy: 'off', databaseUrl }, DATABASE_FORMS);
    await this.rebind();
    await this.redirect();
  }

  /** Without a namespace nothing is dialed: a broken door would reach who is really there. */
  private async decide(): Promise<void> {
    const door = this.open({});
    for (const form of [...BLOCKED_FORMS, ...BLOCKED_ADDRESSES.map(nameOf)]) {
      this.report.attempts += 1;
      if (await door.passes(form, this.canary.port)) this.fail(`${form} would be reached`);
    }
    if (!(await door.passes('8.8.8.8', 443))) throw new Error('A public address is blocked: this proves nothing');
    await door.close();
  }

  /** Each protocol is heard when its target is allowed: else silence would mean nothing. */
  private async proveCanary(): Promise<void> {
    for (const [setup, host] of [
      [{ allow: [LISTED] }, LISTED],
      [{ policy: 'off' }, LISTED],
    ] satisfies [DoorSetup, string][]) {
      const door = this.open(setup);
      for (const [name, protocol] of Object.entries(PROTOCOLS)) {
        await protocol(door, host, this.canary.port).catch(() => undefined);
        const heard = await this.canary.take();
        if (!heard.includes(host)) throw new Error(`${name} is not heard where it is allowed: this proves nothing`);
      }
      await door.close();
    }
  }

  private async expectSilence(how: string, setup: DoorSetup, forms: readonly Form[]): Promise<void> {
    const door = this.open(setup);
    for (const [name, protocol] of Object.entries(PROTOCOLS)) {
      await inBatches(forms, async (form) => {
        this.report.attempts += 1;
        const isThrough = await protocol(door, form, this.canary.port).then(
          () => true,
          () => false,
        );
        if (isThrough) this.fail(`${name} to ${form} went through ${how}`);
      });
      const heard = await this.canary.take();
      if (heard.length > 0) this.fail(`${name} made ${heard.length} connections ${how}, e.g. to ${heard[0]}`);
    }
    await door.close();
  }

  /** A name that is public when it is judged and something else when it is asked again, or both at once. */
  private async rebind(): Promise<void> {
    const door = this.open({});
    const protocols = Object.entries(PROTOCOLS);
    for (let round = 0; round < this.order.rebindings; round += 1) {
      const [name, protocol] = this.random.pick(protocols);
      const blocked = this.random.pick(BLOCKED_ADDRESSES);
      let asked = round % 3 === 0 ? 1 : 0;
      const open = this.random.pick(ROUTED_PUBLIC);
      this.zone = () => (round % 3 === 2 ? [open, blocked] : [(asked++ >> 1) % 2 === 0 ? open : blocked]);
      await protocol(door, `round${round}.canary.test`, this.canary.port).catch(() => undefined);
      this.report.rebindings += 1;
      const wrong = (await this.canary.take()).filter((address) => !ROUTED_PUBLIC.includes(address));
      if (wrong.length > 0) this.fail(`${name} was led to ${wrong[0]} by a name that had been ${open}`);
    }
    this.zone = addressInName;
    await door.close();
  }

  private async redirect(): Promise<void> {
    const redirector = await Redirector.listen();
    const door = this.open({ allow: [REDIRECTING, LISTED] });
    const users = ['HTTP GET', 'S3'].map((name) => [name, PROTOCOLS[name]] as const);
    for (const host of [LISTED, '127.0.0.1', '169.254.169.254', '[::1]']) {
      for (const status of REDIRECTS) {
        Object.assign(redirector, { status, location: `http://${host}:${this.canary.port}/` });
        for (const [name, protocol] of users) {
          await protocol?.(door, REDIRECTING, redirector.port).catch(() => undefined);
          this.report.redirects += 1;
          if ((await this.canary.take()).length > 0) this.fail(`${name} followed a ${status} to ${host}`);
        }
      }
    }
    if (redirector.asked < this.report.redirects) throw new Error('The redirecting service was not reached');
    await door.close();
    redirector.stop();
  }

  /**
   * Everything speaks for an address that is listed, but the connection ends at another one, so only the look at its
   * other end keeps from talking to it. These addresses never leave the machine, with a namespace or without.
   */
  private async mislead(): Promise<void> {
    const confidant = await Confidant.listen();
    const attempt = async (door: BuiltDoor, protocol: Protocol, host: string) => {
      const isThrough = await protocol(door, host, confidant.port).then(
        () => true,
        () => false,
      );
      const bytes = await confidant.take();
      return isThrough || bytes > 0;
    };
    const allowing = this.open({ allow: ['127.0.0.1'] });
    const misled = this.open({ allow: UNSPECIFIED });
    for (const [name, protocol] of Object.entries(PROTOCOLS)) {
      // In SMTP the server speaks first.
      if (name !== 'SMTP' && !(await attempt(allowing, protocol, '127.0.0.1')))
        throw new Error(`${name} says nothing where it is allowed: this proves nothing`);
      for (const host of UNSPECIFIED) {
        this.report.attempts += 1;
        if (await attempt(misled, protocol, bracketed(host))) this.fail(`${name} to ${host} talked to another address`);
      }
    }
    await Promise.all([allowing.close(), misled.close()]);
    confidant.stop();
  }

  private open(setup: DoorSetup): BuiltDoor {
    return this.maker.open({ ...setup, dnsServers: [this.names.address] });
  }

  /** All, or every n-th from a random start. */
  private chosen(forms: readonly Form[]): Form[] {
    const start = this.random.below(this.order.stride);
    return forms.filter((_, index) => index % this.order.stride === start);
  }

  private fail(failure: string): void {
    this.report.failures.push(failure);
  }
}

/** `a-7f000001.canary.test` and `aaaa-….canary.test` resolve to the address whose bytes they name. */
function nameOf(address: string): string {
  return `${Buffer.from(address)
    .toString('hex')
    .replace(/.{1,60}/g, '$&.')}canary.test`;
}

function addressInName(name: string): readonly string[] {
  if (name === 'database.canary.test') return [DATABASE];
  const text = Buffer.from(name.replace('.canary.test', '').replaceAll('.', ''), 'hex').toString();
  return text === '' ? [] : [text];
}

async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
  }
}

const order = JSON.parse(process.argv[2] ?? '{}') as AttackOrder;
const canary = await Canary.listen();
const report = await new Attack(order, await DoorMaker.load(order.root), canary).run();
canary.stop();
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));

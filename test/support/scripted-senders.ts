import { Module } from '@nestjs/common';
import {
  Connector,
  DeliveryDelayedError,
  DeliveryRefusedError,
  EmailConnectorProvider,
  ConnectionFailedError,
  field,
  testResult,
  type ConfigOf,
  type EmailConnection,
  type OutgoingEmail,
  type SentEmail,
} from '../../src/foundation/email/contracts/index.js';
import {
  MessagingConnectorProvider,
  type MessagingConnection,
  type OutgoingMessage,
  type SentMessage,
} from '../../src/foundation/messaging/contracts/index.js';

const schema = [field.text('label', 'Label'), field.secret('token', 'Token')] as const;
type Config = ConfigOf<typeof schema>;

interface Sent<Message> {
  /** Of the connector that sent it. */
  readonly label: string;
  readonly message: Message;
}

/** What happens to the next messages, one each; afterwards they are taken. */
export type Script = 'refuse' | 'fail' | 'leak' | 'unmade' | 'crash' | 'delay' | 'ignore_abort' | Promise<void>;

/** Keeps what its connections send, and fails as a test says. */
class Sink<Message> {
  readonly sent: Sent<Message>[] = [];
  readonly script: Script[] = [];
  /** Attempts that have begun. */
  begun = 0;
  disposed = 0;

  async take({ label, token }: Config, message: Message, signal: AbortSignal): Promise<void> {
    this.begun += 1;
    const next = this.script.shift();
    if (next === 'refuse') throw new DeliveryRefusedError('The scripted service refused it');
    if (next === 'fail') throw new ConnectionFailedError('The scripted service is away');
    if (next === 'leak') throw new ConnectionFailedError(`The scripted service does not know ${token}`);
    if (next === 'crash') throw new Error(`internal ${token}`);
    if (next === 'delay') throw new DeliveryDelayedError(3_600, 'The scripted service is busy');
    if (next === 'ignore_abort') await new Promise<never>(() => undefined);
    if (next instanceof Promise) await this.wait(next, signal);
    this.sent.push({ label, message });
  }

  /** Fails before there is a connection, when the script says so. */
  make({ token }: Config): void {
    if (this.script[0] !== 'unmade') return;
    void this.script.shift();
    throw new ConnectionFailedError(`The scripted service cannot use ${token}`);
  }

  private wait(gate: Promise<void>, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      void gate.then(resolve);
    });
  }
}

@Connector({ category: 'email', providerType: 'scripted_email', displayName: 'Scripted mail' })
export class ScriptedEmailProvider extends EmailConnectorProvider<Config> {
  readonly configSchema = schema;
  readonly sink = new Sink<OutgoingEmail>();

  fromConfig(config: Config): EmailConnection {
    return {
      testConnection: async () => testResult.ok(),
      sendMessage: async (message, { signal }): Promise<SentEmail> => {
        await this.sink.take(config, message, signal);
        return { remoteId: `remote-${message.id}`, rejected: [] };
      },
      dispose: async () => void (this.sink.disposed += 1),
    };
  }
}

@Connector({ category: 'messaging', providerType: 'scripted_chat', displayName: 'Scripted chat' })
export class ScriptedChatProvider extends MessagingConnectorProvider<Config> {
  readonly configSchema = schema;
  readonly sink = new Sink<OutgoingMessage>();

  fromConfig(config: Config): MessagingConnection {
    this.sink.make(config);
    return {
      testConnection: async () => testResult.ok(),
      sendMessage: async (message, { signal }): Promise<SentMessage> => {
        await this.sink.take(config, message, signal);
        return { remoteId: `remote-${message.id}` };
      },
      dispose: async () => void (this.sink.disposed += 1),
    };
  }
}

/** Adds both scripted services to a test app. */
@Module({ providers: [ScriptedEmailProvider, ScriptedChatProvider] })
export class ScriptedSenders {}

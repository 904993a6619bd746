import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/index.js';
import { scrub } from '../../../core/crypto/index.js';
import type { BuiltInTransport } from '../../../core/delivery/index.js';
import { Egress } from '../../../core/egress/index.js';
import { parseMailbox } from '../mailbox.js';
import { SmtpSender } from './smtp-sender.js';

/** The transport of `EDE_SMTP_URL` and `EDE_SMTP_FROM`, for organizations without an active email connector. */
@Injectable()
export class BuiltInSmtp {
  /** `null` when no server is set. */
  readonly transport: BuiltInTransport<SmtpSender> | null;

  /** @throws Error when the certificates cannot be read or the sender is no address; the boot stops. */
  constructor(settings: Settings, egress: Egress) {
    const { smtp: server } = settings;
    const from = parseMailbox(settings.smtpFrom);
    if (from === null) throw new Error('EDE_SMTP_FROM must be a mail address such as EDE <ede@example.com>');
    if (server === null) {
      this.transport = null;
      return;
    }
    const secrets = server.credentials === null ? [] : [server.credentials.password];
    const connection = new SmtpSender({ server, from, ca: readCertificates(server.caFile) }, egress);
    this.transport = { connection, scrub: (text) => scrub(text, secrets) };
  }
}

function readCertificates(path: string | null): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error('EDE_SMTP_URL: the file of ca_file cannot be read', { cause: error });
  }
}

import type { SendMailOptions } from 'nodemailer';
import type { Mailbox, OutgoingEmail } from './outgoing-email.js';

/**
 * A mail as nodemailer's transports and its MIME composer take it: attachments as streams, and nothing in it can make
 * them open a file or an address. Its Message-ID is the same in every attempt, so that a receiver can tell a repetition.
 */
export function mailOptionsOf(message: OutgoingEmail, from: Mailbox): SendMailOptions {
  const { date, subject, text, html } = message;
  return {
    from: addressOf(from),
    to: message.to.map(addressOf),
    cc: message.cc.map(addressOf),
    bcc: message.bcc.map(addressOf),
    subject,
    date,
    messageId: `<${message.id}@${from.address.split('@').at(-1) ?? 'localhost'}>`,
    ...(text !== null && { text }),
    ...(html !== null && { html }),
    attachments: message.attachments.map((attachment) => ({
      filename: attachment.name,
      contentType: attachment.mime,
      contentDisposition: 'attachment',
      content: attachment.open(),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function addressOf({ name, address }: Mailbox): { name: string; address: string } {
  return { name: name ?? '', address };
}

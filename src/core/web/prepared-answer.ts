import type { FastifyReply } from 'fastify';

/** A whole answer as it is sent. */
export interface AnswerParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` for an answer without a body. */
  readonly body: string | null;
}

/** Thrown to give an answer that is ready already, in place of what the handler would give. */
export class PreparedAnswer extends Error {
  constructor(readonly answer: AnswerParts) {
    super('An answer was prepared');
    this.name = 'PreparedAnswer';
  }

  sendTo(reply: FastifyReply): void {
    reply.code(this.answer.status).headers({ ...this.answer.headers });
    reply.send(this.answer.body ?? undefined);
  }
}

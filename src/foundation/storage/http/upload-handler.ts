import { HttpStatus, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../../../core/access/index.js';
import { Settings } from '../../../core/config/index.js';
import { InvalidInputError } from '../../../core/errors/index.js';
import { StrictValidationPipe } from '../../../core/web/index.js';
import { IdempotencyService, type Claim } from '../../auth/index.js';
import { DocumentUploader, type Upload } from '../documents/document-uploader.js';
import { DocumentTooLargeError } from '../documents/documents.errors.js';
import { DocumentResponse } from '../dto/document.response.js';
import { UPLOAD_FIELDS, UploadQuery } from '../dto/upload.query.js';
import { clientSignal } from './client-signal.js';
import { describeFile } from './file-description.js';
import { discardRest } from './unread-body.js';
import { UploadForm } from './upload-form.js';

/** Room for what a multipart body holds beside the file. */
const MAX_OVERHEAD = 64 * 1024;

/** Who uploads, and how the answer goes back. */
export interface UploadCall {
  readonly scope: Scope;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Turns a multipart request into an upload, once for each Idempotency-Key. */
@Injectable()
export class UploadHandler {
  private readonly fieldCheck = new StrictValidationPipe();

  constructor(
    private readonly uploader: DocumentUploader,
    private readonly idempotency: IdempotencyService,
    private readonly settings: Settings,
  ) {}

  async handle(call: UploadCall, query: UploadQuery): Promise<DocumentResponse> {
    try {
      return await this.receive(call, query);
    } finally {
      discardRest(call.request.raw);
    }
  }

  private async receive(call: UploadCall, query: UploadQuery): Promise<DocumentResponse> {
    const { scope, request, reply } = call;
    if (Number(request.headers['content-length']) > this.settings.maxUpload + MAX_OVERHEAD) {
      throw new DocumentTooLargeError();
    }
    const form = UploadForm.open(request, UPLOAD_FIELDS);
    const part = await form.readToFile();
    const target = targetOf(scope, query, await this.checkFields(form));
    const file = { ...target, ...describeFile(part) };
    return this.once(call, file, (confirm) =>
      this.store(scope, {
        ...file,
        body: part.file,
        signal: clientSignal(reply),
        confirm: async (sha256) => {
          await form.readToEnd();
          await confirm(sha256);
        },
      }),
    );
  }

  private async checkFields(form: UploadForm): Promise<UploadQuery> {
    const fields = Object.fromEntries(form.fields);
    return (await this.fieldCheck.transform(fields, { type: 'body', metatype: UploadQuery })) as UploadQuery;
  }

  private async store(scope: Scope, upload: Upload): Promise<DocumentResponse> {
    const { document, sha256 } = await this.uploader.upload(scope, upload);
    return { ...DocumentResponse.from(document), sha256 };
  }

  /** Only the whole file tells whether an upload repeats another, so the key is taken when all bytes have arrived. */
  private async once(
    { request }: UploadCall,
    file: object,
    work: (confirm: (sha256: string) => Promise<void>) => Promise<DocumentResponse>,
  ): Promise<DocumentResponse> {
    let claim: Claim | null = null;
    try {
      const answer = await this.idempotency.carryOut(
        () => claim,
        () =>
          work(async (sha256) => {
            claim = await this.idempotency.claim(request, { ...file, sha256 });
          }),
      );
      if (claim) await this.idempotency.complete(claim, answerParts(answer));
      return answer;
    } catch (error) {
      if (claim) await this.idempotency.release(claim);
      throw error;
    }
  }
}

type UploadTarget = Pick<Upload, 'organizationId' | 'purpose'>;

/** @throws InvalidInputError when something is said twice, or no organization is named. */
function targetOf(scope: Scope, query: UploadQuery, fields: UploadQuery): UploadTarget {
  for (const name of UPLOAD_FIELDS) {
    if (query[name] !== undefined && fields[name] !== undefined) {
      throw new InvalidInputError([
        { pointer: `/${name}`, code: 'duplicate', message: 'Given as a query parameter and as a field' },
      ]);
    }
  }
  const organizationId = fields.organization_id ?? query.organization_id ?? scope.organizationId;
  if (organizationId === null) {
    throw new InvalidInputError([
      { pointer: '/organization_id', code: 'required', message: 'Name the organization of the document' },
    ]);
  }
  return { organizationId: organizationId.toLowerCase(), purpose: fields.purpose ?? query.purpose ?? 'document' };
}

function answerParts(answer: DocumentResponse) {
  return {
    status: HttpStatus.CREATED,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(answer),
  };
}

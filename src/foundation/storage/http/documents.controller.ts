import { Controller, Delete, Get, HttpCode, HttpStatus, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentScope, RequireRole, SignedIn, type Scope } from '../../../core/access/index.js';
import { ConnectionFailedError, RemoteMissingError } from '../../../core/connectors/index.js';
import { InvalidInputError, RecordNotFoundError, SealedError } from '../../../core/errors/index.js';
import { ApiErrors, Idempotent, UnsupportedMediaTypeError, UuidParam } from '../../../core/web/index.js';
import { DocumentRemover } from '../documents/document-remover.js';
import { DocumentService } from '../documents/document.service.js';
import {
  ConfigDocumentError,
  ConfigDocumentNotTextError,
  ConfigDocumentTooLargeError,
  DocumentTooLargeError,
  MalformedUploadError,
  RangeNotSatisfiableError,
  UploadAbandonedError,
} from '../documents/documents.errors.js';
import { DeleteDocumentQuery } from '../dto/delete-document.query.js';
import { DocumentListQuery } from '../dto/document-list.query.js';
import { DocumentPageResponse, DocumentResponse } from '../dto/document.response.js';
import { UploadBody } from '../dto/upload.body.js';
import { UploadQuery } from '../dto/upload.query.js';
import { LocalStorageError, StorageFullError } from '../local/local-storage.errors.js';
import { ContentSender } from './content-sender.js';
import { UploadHandler } from './upload-handler.js';

@ApiTags('Storage')
@Controller('storage/documents')
export class DocumentsController {
  constructor(
    private readonly documents: DocumentService,
    private readonly uploads: UploadHandler,
    private readonly remover: DocumentRemover,
    private readonly sender: ContentSender,
  ) {}

  @Post()
  @RequireRole('admin', { tokenScopes: ['write', 'send'] })
  @Idempotent({ isManual: true })
  @ApiOperation({
    operationId: 'uploadDocument',
    summary: 'Upload a document',
    description:
      'Streams to the active default storage connector, or to the built-in local filesystem (`connector_id: null`) when there is none. A connector that fails answers 502 and nothing is stored.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: UploadBody })
  @ApiCreatedResponse({ type: DocumentResponse })
  @ApiErrors(InvalidInputError, MalformedUploadError, RecordNotFoundError, UploadAbandonedError, DocumentTooLargeError)
  @ApiErrors(UnsupportedMediaTypeError, ConfigDocumentTooLargeError, ConfigDocumentNotTextError)
  @ApiErrors(ConnectionFailedError, SealedError, StorageFullError, LocalStorageError)
  async upload(
    @CurrentScope() scope: Scope,
    @Query() query: UploadQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentResponse> {
    return this.uploads.handle({ scope, request, reply }, query);
  }

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'listDocuments',
    summary: 'List documents',
    description: 'Of one organization, newest first. Documents for configuration are not listed.',
  })
  @ApiOkResponse({ type: DocumentPageResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async list(@CurrentScope() scope: Scope, @Query() query: DocumentListQuery): Promise<DocumentPageResponse> {
    const { items, nextCursor } = await this.documents.list(scope, DocumentListQuery.toRequest(query));
    return { items: items.map(DocumentResponse.from), next_cursor: nextCursor };
  }

  @Get(':id')
  @SignedIn()
  @ApiOperation({ operationId: 'getDocument', summary: 'Get a document', description: 'The record, not the content.' })
  @ApiOkResponse({ type: DocumentResponse })
  @ApiErrors(RecordNotFoundError)
  async get(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<DocumentResponse> {
    return DocumentResponse.from(await this.documents.find(scope, id));
  }

  @Get(':id/content')
  @SignedIn()
  @ApiOperation({
    operationId: 'downloadDocument',
    summary: 'Download the content of a document',
    description:
      'Read from where it was written, also when that connector is disabled. Always an attachment. One range is honoured, several are answered with the whole document.',
  })
  @ApiProduces('application/octet-stream')
  @ApiHeader({ name: 'Range', required: false, example: 'bytes=0-1023' })
  @ApiHeader({ name: 'If-Range', required: false, description: 'The `ETag` of the content that the range continues.' })
  @ApiOkResponse({ description: 'The whole content.', schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 206, description: 'The range.', schema: { type: 'string', format: 'binary' } })
  @ApiErrors(ConfigDocumentError, RecordNotFoundError, RangeNotSatisfiableError)
  @ApiErrors(ConnectionFailedError, RemoteMissingError, LocalStorageError)
  async content(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.sender.send(await this.documents.find(scope, id), request, reply);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireRole('admin', { tokenScopes: ['write', 'send'] })
  @ApiOperation({
    operationId: 'deleteDocument',
    summary: 'Delete a document',
    description:
      'With its bytes; when they cannot be removed the answer is 502 and the document is kept. `forget=true` drops the record alone. Params that read the document lose it, and their connectors go back to `draft`.',
  })
  @ApiNoContentResponse()
  @ApiErrors(InvalidInputError, RecordNotFoundError, ConnectionFailedError, LocalStorageError)
  async delete(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Query() query: DeleteDocumentQuery,
  ): Promise<void> {
    await (query.forget ? this.remover.forget(scope, id) : this.remover.remove(scope, id));
  }
}

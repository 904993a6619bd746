import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectorFolder, ConnectorRegistry } from '../../core/connectors/index.js';
import { EncryptedData } from '../../core/crypto/index.js';
import { DocumentSource, FileStore, MenuRegistry, UsageRegistry } from '../../core/ports/index.js';
import { IdempotencyModule } from '../auth/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { ByteRemover } from './documents/byte-remover.js';
import { ConfigFiles } from './documents/config-files.js';
import { ConfigVault } from './documents/config-vault.js';
import { DocumentFileStore } from './documents/document-file-store.js';
import { DocumentRemover } from './documents/document-remover.js';
import { DocumentService } from './documents/document.service.js';
import { StoredDocumentSource } from './documents/stored-document-source.js';
import { DocumentStore } from './documents/document-store.js';
import { DocumentUploader } from './documents/document-uploader.js';
import { DocumentUsage } from './documents/document-usage.js';
import { OrphanCollector } from './documents/orphan-collector.js';
import { StorageDocument } from './documents/storage-document.entity.js';
import { UploadIntake } from './documents/upload-intake.js';
import { ContentSender } from './http/content-sender.js';
import { DocumentsController } from './http/documents.controller.js';
import { UploadHandler } from './http/upload-handler.js';
import { LocalStorageBackend } from './local/local-storage.backend.js';
import { STORAGE_CATEGORY } from './storage.category.js';
import { StorageRouter } from './storage-router.js';

/** Documents, and the category `storage`. Global for the ports: {@link FileStore}, by which connectors read file params, and {@link DocumentSource}. */
@Global()
@Module({
  imports: [
    ConnectorsModule,
    IdempotencyModule,
    TypeOrmModule.forFeature([StorageDocument]),
    connectorFolder(import.meta.url),
  ],
  controllers: [DocumentsController],
  providers: [
    ByteRemover,
    ConfigFiles,
    ConfigVault,
    ContentSender,
    DocumentRemover,
    DocumentService,
    DocumentStore,
    DocumentUploader,
    DocumentUsage,
    LocalStorageBackend,
    OrphanCollector,
    StorageRouter,
    UploadHandler,
    UploadIntake,
    { provide: FileStore, useClass: DocumentFileStore },
    { provide: DocumentSource, useClass: StoredDocumentSource },
  ],
  exports: [FileStore, DocumentSource, DocumentService],
})
export class StorageModule {
  static readonly requires: readonly string[] = ['base', 'auth', 'presentation', 'connectors'];

  constructor(
    registry: ConnectorRegistry,
    usages: UsageRegistry,
    encrypted: EncryptedData,
    documents: DocumentUsage,
    configFiles: ConfigFiles,
    menus: MenuRegistry,
  ) {
    encrypted.registerFiles(configFiles);
    registry.declareCategory(STORAGE_CATEGORY);
    usages.register('ir.connector', documents);
    menus.register({
      id: 'menu_documents',
      name: 'Documents',
      parent: null,
      action: 'storage.document.list',
      sequence: 10,
    });
  }
}

import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { FileStore, type FileBinding, type Transaction } from '../../core/ports/index.js';
import { InvalidParamError } from './connectors.errors.js';
import { pointerTo, type PlannedParam } from './param-plan.js';

/**
 * Binds a file to the param that names it first, which only its owner may do. Its content is a secret, so whoever else
 * could name it could have it sent to a host of his own: another param, and another user, needs it uploaded again.
 */
@Injectable()
export class FileClaims {
  constructor(private readonly files: FileStore) {}

  /**
   * In the transaction that stores the params.
   * @throws RecordNotFoundError when a file is not a document of the organization, InvalidParamError when another param
   *   named it before or another user uploaded it.
   */
  async claim(tx: Transaction, scope: Scope, organizationId: string, changed: readonly PlannedParam[]): Promise<void> {
    const bindings = new Map<string, FileBinding>();
    const fileIds = [...new Set(changed.map(({ fileId }) => fileId).filter((id) => id !== null))];
    for (const fileId of fileIds.sort()) {
      const file = await this.files.lock(tx, organizationId, fileId);
      if (!file) throw new RecordNotFoundError('There is no such document');
      bindings.set(fileId, file);
    }
    assertFree(scope, changed, bindings);
    if (fileIds.length > 0) await this.files.markAsConfig(tx, organizationId, fileIds);
  }

  /** For params that are not going to be stored. @throws InvalidParamError as {@link claim}. */
  async check(scope: Scope, organizationId: string, params: readonly PlannedParam[]): Promise<void> {
    const fileIds = params.filter(isNamedAnew).map(({ fileId }) => fileId);
    if (fileIds.length > 0) assertFree(scope, params, await this.files.bindings(organizationId, fileIds));
  }
}

function isNamedAnew<Param extends PlannedParam>(param: Param): param is Param & { fileId: string } {
  return param.isSent && param.fileId !== null;
}

function assertFree(scope: Scope, params: readonly PlannedParam[], bindings: ReadonlyMap<string, FileBinding>): void {
  const issues = params.filter(isNamedAnew).flatMap((param) => {
    const message = objectionTo(scope, bindings.get(param.fileId));
    return message === null ? [] : [{ pointer: pointerTo(param, param.entryIndex, 'file_id'), message }];
  });
  if (issues.length > 0) throw new InvalidParamError(issues);
}

function objectionTo(scope: Scope, file: FileBinding | undefined): string | null {
  if (file?.isConfigReference) return 'belongs to the param that named it first; upload the file again';
  const isForeign = typeof file?.ownerId === 'string' && file.ownerId !== scope.actor.userId;
  return isForeign && !scope.isSystem ? 'was uploaded by another user; upload the file again' : null;
}

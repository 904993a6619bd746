import { Injectable } from '@nestjs/common';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { FileStore, type Transaction } from '../../core/ports/index.js';
import { InvalidParamError } from './connectors.errors.js';
import { pointerTo, type PlannedParam } from './param-plan.js';

/**
 * Binds a file to the param that names it first. Its content is a secret from then on, so whoever could name it again
 * could have it sent to a host of his own: another param needs the file uploaded again.
 */
@Injectable()
export class FileClaims {
  constructor(private readonly files: FileStore) {}

  /**
   * In the transaction that stores the params.
   * @throws RecordNotFoundError when a file is not a document of the organization, InvalidParamError when another param
   *   named it before.
   */
  async claim(tx: Transaction, organizationId: string, changed: readonly PlannedParam[]): Promise<void> {
    const used = new Set<string>();
    const fileIds = [...new Set(changed.map(({ fileId }) => fileId).filter((id) => id !== null))];
    for (const fileId of fileIds.sort()) {
      const file = await this.files.lock(tx, organizationId, fileId);
      if (!file) throw new RecordNotFoundError('There is no such document');
      if (file.isConfigReference) used.add(fileId);
    }
    refuseUsed(changed, used);
    if (fileIds.length > 0) await this.files.markAsConfig(tx, organizationId, fileIds);
  }

  /** For params that are not going to be stored. @throws InvalidParamError when another param named a file before. */
  async check(organizationId: string, params: readonly PlannedParam[]): Promise<void> {
    const fileIds = params.filter(isNamedAnew).map(({ fileId }) => fileId);
    if (fileIds.length > 0) refuseUsed(params, await this.files.configReferences(organizationId, fileIds));
  }
}

function isNamedAnew<Param extends PlannedParam>(param: Param): param is Param & { fileId: string } {
  return param.isSent && param.fileId !== null;
}

function refuseUsed(params: readonly PlannedParam[], used: ReadonlySet<string>): void {
  const issues = params
    .filter((param) => isNamedAnew(param) && used.has(param.fileId))
    .map((param) => ({
      pointer: pointerTo(param, param.entryIndex, 'file_id'),
      message: 'belongs to the param that named it first; upload the file again',
    }));
  if (issues.length > 0) throw new InvalidParamError(issues);
}

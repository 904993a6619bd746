import type { EncryptedColumn, KeyRing } from '../crypto/index.js';

/** Whose content it is; a ciphertext can be read under no other. */
export interface ContentOwner {
  readonly organizationId: string;
  readonly id: string;
}

export type ContentPart = 'envelope' | 'body';

/** Where the contents of a table of messages are, for whoever rotates keys. */
export function encryptedContents(table: string): EncryptedColumn[] {
  return (['envelope', 'body'] as const).map((part) => ({
    table,
    column: part,
    key: ['id'],
    owner: 'organization',
    context: ({ id }) => contextOf(table, String(id), part),
  }));
}

/** Encrypts what messages say and to whom. */
export class ContentSeal {
  /** @param table name of the messages' table, part of what a ciphertext is bound to. */
  constructor(
    private readonly keys: KeyRing,
    private readonly table: string,
  ) {}

  /** @throws SealedError */
  async close({ organizationId, id }: ContentOwner, part: ContentPart, content: object): Promise<Buffer> {
    return this.keys.encrypt(organizationId, contextOf(this.table, id, part), JSON.stringify(content));
  }

  /** @throws SealedError, SecretUnreadableError. */
  async open<Content extends object>(
    { organizationId, id }: ContentOwner,
    part: ContentPart,
    sealed: Buffer,
  ): Promise<Content> {
    return JSON.parse(await this.keys.decrypt(organizationId, contextOf(this.table, id, part), sealed)) as Content;
  }
}

function contextOf(table: string, id: string, part: ContentPart): string[] {
  return [table, id, part];
}

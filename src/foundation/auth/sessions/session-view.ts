import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Role } from '../../../core/access/index.js';
import { UnauthenticatedError } from '../../../core/errors/index.js';

/** What a signed-in caller is told about himself. */
export interface SessionView {
  readonly user: { readonly id: string; readonly email: string; readonly name: string; readonly isAdmin: boolean };
  /** His memberships, oldest first. */
  readonly organizations: readonly { readonly id: string; readonly name: string; readonly role: Role }[];
  readonly organizationId: string | null;
}

interface ViewRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly organizations: SessionView['organizations'];
}

/** Reads a user with the names of his organizations. */
@Injectable()
export class SessionViewReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param bound the only organization to tell of, for a token.
   * @param chosen the present organization; left out, it is the first membership.
   */
  async read(userId: string, options: { bound?: string | null; chosen?: string | null } = {}): Promise<SessionView> {
    const [row] = await this.dataSource.query<ViewRow[]>(
      `SELECT u.id, u.email, u.name, u.is_admin AS "isAdmin",
              coalesce((SELECT json_agg(json_build_object('id', o.id, 'name', o.name, 'role', m.role)
                                        ORDER BY m.created_at, m.organization_id)
                        FROM res_membership m JOIN res_organization o ON o.id = m.organization_id
                        WHERE m.user_id = u.id AND ($2::uuid IS NULL OR o.id = $2)), '[]') AS organizations
       FROM res_user u WHERE u.id = $1`,
      [userId, options.bound ?? null],
    );
    if (!row) throw new UnauthenticatedError();
    const { organizations, ...user } = row;
    const organizationId = options.chosen === undefined ? (organizations[0]?.id ?? null) : options.chosen;
    return { user, organizations, organizationId };
  }
}

import { ApiProperty } from '@nestjs/swagger';
import type { ConsentOutcome } from '../oauth-callback.js';
import { CONSENT_FAILURES } from '../consent-failure.js';
import type { StartedConsent } from '../oauth-authorizer.js';
import { connectorFormUrl } from '../browser-urls.js';

const CONNECTOR_ID = '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22';
const STATE = `${CONNECTOR_ID}:Zk3R0l0yTt0q3o4nJxq9p8b1m2v3c4x5z6A7S8D9F0E`;
const REDIRECT_URI = 'http://localhost:3000/api/connectors/oauth/callback/google_drive';

/** Where to send the browser. */
export class OAuthAuthorizeResponse {
  @ApiProperty({
    format: 'uri',
    description: 'The consent page. Open it in the browser that is signed in here.',
    example: `https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=abc&state=${encodeURIComponent(STATE)}`,
  })
  authorization_url!: string;

  @ApiProperty({ description: '`<connector id>:<nonce>`; good once.', example: STATE })
  state!: string;

  @ApiProperty({ format: 'uri', description: 'Must be registered with the vendor.', example: REDIRECT_URI })
  redirect_uri!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-24T09:40:00.000Z' })
  expires_at!: string;

  static from(started: StartedConsent): OAuthAuthorizeResponse {
    return {
      authorization_url: started.authorizationUrl,
      state: started.state,
      redirect_uri: started.redirectUri,
      expires_at: started.expiresAt.toISOString(),
    };
  }
}

export class OAuthTestResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ maxLength: 512, example: 'Connected' })
  message!: string;
}

export class OAuthActionResponse {
  @ApiProperty({ enum: ['redirect'], example: 'redirect' })
  type!: 'redirect';

  @ApiProperty({ description: 'Relative.', example: `/settings/integrations/connectors/${CONNECTOR_ID}` })
  url!: string;
}

/** How a consent ended, for API clients; a browser is redirected instead. */
export class OAuthCallbackResponse {
  @ApiProperty({ description: 'Whether tokens are stored.', example: true })
  success!: boolean;

  @ApiProperty({ example: 'The tokens are stored' })
  message!: string;

  @ApiProperty({ format: 'uuid', example: CONNECTOR_ID })
  connector_id!: string;

  @ApiProperty({
    type: OAuthTestResponse,
    nullable: true,
    description: 'The test that follows stored tokens; `null` when there were none to store.',
  })
  test!: OAuthTestResponse | null;

  @ApiProperty({ type: OAuthActionResponse })
  action!: OAuthActionResponse;

  static from({ connectorId, failure, test }: ConsentOutcome): OAuthCallbackResponse {
    return {
      success: failure === null,
      message: failure === null ? 'The tokens are stored' : CONSENT_FAILURES[failure],
      connector_id: connectorId,
      test: test && { success: test.isSuccess, message: test.message },
      action: { type: 'redirect', url: connectorFormUrl(connectorId) },
    };
  }
}

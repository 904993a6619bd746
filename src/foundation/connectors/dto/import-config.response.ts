import { ApiProperty } from '@nestjs/swagger';
import { ConnectorParamResponse } from './connector-param.response.js';

export class ImportConfigResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ type: [String], description: 'Keys that the JSON brought.', example: ['client_id', 'client_secret'] })
  imported!: string[];

  @ApiProperty({ type: [String], description: 'Stored keys that are gone.', example: ['refresh_token'] })
  removed!: string[];

  @ApiProperty({ type: [String], description: 'Keys of null and of empty containers.', example: [] })
  skipped!: string[];

  @ApiProperty({
    type: [ConnectorParamResponse],
    description: 'The params afterwards; for a dry run as they would be.',
  })
  param_ids!: ConnectorParamResponse[];
}

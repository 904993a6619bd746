import { ApiProperty } from '@nestjs/swagger';
import { UploadQuery } from './upload.query.js';

/** The multipart body, for the documentation: it is read as a stream. */
export class UploadBody extends UploadQuery {
  @ApiProperty({ type: 'string', format: 'binary', description: 'The last part.' })
  file!: string;
}

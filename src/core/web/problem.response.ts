import { ApiProperty } from '@nestjs/swagger';

/** One offending place in the input. */
export class ProblemIssue {
  @ApiProperty({
    description: 'RFC 6901 pointer into the body, or the name of a query or path parameter.',
    example: '/param_ids/0/key',
  })
  pointer!: string;

  @ApiProperty({ description: 'Stable snake_case code.', example: 'unknown_field' })
  code!: string;

  @ApiProperty({ description: 'Safe text: never an input value.', example: 'This field is not known' })
  message!: string;
}

/** An error as RFC 9457 names it, `application/problem+json`. Some codes add further members. */
export class ProblemResponse {
  @ApiProperty({ description: 'Stable URN, one for each code.', example: 'urn:ede:problem:not_found' })
  type!: string;

  @ApiProperty({
    description: 'What the code means; the same for every occurrence.',
    example: 'There is no such record',
  })
  title!: string;

  @ApiProperty({ type: 'integer', example: 404 })
  status!: number;

  @ApiProperty({ description: 'What happened this time; safe text.', example: 'There is no such record' })
  detail!: string;

  @ApiProperty({
    description: 'The request id, as in the `x-request-id` header.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22',
  })
  instance!: string;

  @ApiProperty({ description: 'Stable snake_case code.', example: 'not_found' })
  code!: string;

  @ApiProperty({ type: [ProblemIssue], required: false, description: 'Only for input errors.' })
  errors?: ProblemIssue[];
}

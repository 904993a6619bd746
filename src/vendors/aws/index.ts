export { awsEndpoint } from './aws-endpoint.js';
export { type AwsKeys } from './aws-client.js';
export { type AwsRole } from './assume-role.js';
export { S3Connection } from './s3-connection.js';
export { type S3Options } from './s3-session.js';

// Runs s3rver until its standard input closes, so that it never outlives the test that started it.
import S3rver from 's3rver';

const [directory, ...buckets] = process.argv.slice(2);
const server = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  directory,
  allowMismatchedSignatures: true,
  configureBuckets: buckets.map((name) => ({ name })),
});
const { port } = await server.run();
process.stdout.write(`${port}\n`);
process.stdin.resume().on('end', () => process.exit(0));
// A part that is still being written when its upload is dropped: s3rver would die of it, S3 refuses it.
process.on('uncaughtException', (error) => {
  if (error.code !== 'ENOENT' || !error.path?.includes('._S3rver_uploads')) throw error;
});

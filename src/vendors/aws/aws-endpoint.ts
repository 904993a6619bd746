/** DNS suffixes of the partitions that have one of their own; all other regions share one. */
const SUFFIXES: readonly (readonly [regionPrefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
];

/** @returns the regional endpoint of an AWS service, e.g. `https://s3.eu-west-1.amazonaws.com/`. */
export function awsEndpoint(service: string, region: string): URL {
  const suffix = SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  return new URL(`https://${service}.${region}.${suffix}`);
}

import ipaddr from 'ipaddr.js';

const V6_SITE_PARTS = 4;

/** Addresses that one sender can have at will count as one: an IPv6 network of 64 bits. */
export function limitedPlaceOf(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return '';
  const parsed = ipaddr.process(address);
  return 'parts' in parsed ? parsed.parts.slice(0, V6_SITE_PARTS).join(':') : parsed.toString();
}

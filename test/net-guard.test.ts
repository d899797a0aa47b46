import { expect, test } from 'vitest';
import { checkUrl, createGuard } from '../src/net/guard.ts';

const guard = createGuard();

test.each([
  '127.0.0.1',
  '10.0.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '192.0.2.1',
  '198.18.0.1',
  '203.0.113.9',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'ff02::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2001::1',
  '3fff::1',
  'not an address',
  '',
])('refuses %s', (address) => {
  expect(guard.allowsAddress(address)).toBe(false);
});

test.each(['8.8.8.8', '1.1.1.1', '203.162.0.11', '172.32.0.1', '2001:4860:4860::8888', '2400:cb00::1'])(
  'allows the public address %s',
  (address) => {
    expect(guard.allowsAddress(address)).toBe(true);
  },
);

test('a network opened by the operator is allowed and nothing beside it', () => {
  const opened = createGuard({ allowNetworks: ['10.1.0.0/16', 'fd00::/8'] });
  expect(['10.1.2.3', 'fd12::1', '10.2.0.1', 'fe80::1'].map((address) => opened.allowsAddress(address))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test.each(['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'intranet/8', '10.0.0.0/x'])(
  'the network "%s" is refused by name',
  (cidr) => {
    expect(() => createGuard({ allowNetworks: [cidr] })).toThrow(cidr);
  },
);

test.each([
  ['http://2130706433/', 'net.private_address'],
  ['http://0x7f.1/', 'net.private_address'],
  ['http://0177.0.0.1/', 'net.private_address'],
  ['http://[::1]/', 'net.private_address'],
  ['http://[::ffff:127.0.0.1]/', 'net.private_address'],
  ['http://user:secret@8.8.8.8/', 'net.userinfo'],
  ['file:///etc/passwd', 'net.scheme'],
  ['gopher://8.8.8.8/', 'net.scheme'],
  ['//8.8.8.8/', 'net.bad_url'],
])('the address %s is refused as %s', (url, code) => {
  expect(() => checkUrl(url, guard)).toThrow(expect.objectContaining({ code }));
});

test('our own listener is allowed by exact host and port only', () => {
  const own = createGuard({ allowAuthorities: new Set(['127.0.0.1:4711']) });
  expect(checkUrl('http://127.0.0.1:4711/a', own).pathname).toBe('/a');
  expect(() => checkUrl('http://127.0.0.1:4712/a', own)).toThrow(
    expect.objectContaining({ code: 'net.private_address' }),
  );
});

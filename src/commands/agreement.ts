// Options of the command line → the terms of an agreement, and the rules of the deployment.
import type { Agreement, Policy } from '../domain.ts';
import { ConfigError } from '../errors.ts';
import { type PolicySetting, profiles } from '../store/policy.ts';

function refuse(option: string, value: string, remedy: string): ConfigError {
  return new ConfigError('cli.agreement', `--${option} ${value} cannot be read`, { remedy });
}

function readNumber(option: string, value: string, most: number): number {
  if (!/^\d{1,7}$/.test(value) || Number(value) > most)
    throw refuse(option, value, `give a whole number from 0 to ${most}`);
  return Number(value);
}

function readDay(option: string, value: string): string | null {
  if (value === 'none') return null;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`));
  if (!isDay) throw refuse(option, value, 'give a day like 2026-11-22, or none');
  return value;
}

/** What may be said of an agreement on the command line; what is absent stays as it was. */
export type AgreementOptions = {
  embargo?: string | undefined;
  expiry?: string | undefined;
  partners?: string | undefined;
  agreement?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
};

/**
 * The agreement with the given options put in. `idsOf` finds partners named in `--partners a,b`. Throws ConfigError `cli.agreement` for what
 * cannot be read and for partners that are unknown.
 */
export async function readAgreement(
  present: Agreement,
  options: AgreementOptions,
  idsOf: (slugs: string[]) => Promise<Map<string, number>>,
): Promise<Agreement> {
  const { embargo, expiry, partners, agreement: number, from, until } = options;
  const next = { ...present };
  if (embargo !== undefined) next.embargoMinutes = readNumber('embargo', embargo, 43_200);
  if (expiry !== undefined)
    next.expiryDays = expiry === 'none' ? null : Math.max(1, readNumber('expiry', expiry, 36_500));
  if (number !== undefined) next.number = number === 'none' ? null : number.slice(0, 100);
  if (from !== undefined) next.from = readDay('from', from);
  if (until !== undefined) next.until = readDay('until', until);
  if (next.from !== null && next.until !== null && next.until < next.from)
    throw refuse('until', next.until, 'the last day comes after the first');
  if (partners === 'all' || partners === 'none') return { ...next, partners, partnerIds: [] };
  if (partners === undefined) return next;
  const slugs = partners.split(',').filter((slug) => slug !== '');
  const ids = await idsOf(slugs);
  const unknown = slugs.filter((slug) => !ids.has(slug));
  if (unknown.length > 0 || slugs.length === 0)
    throw refuse(
      'partners',
      partners,
      `give all, none, or partners of "tin partners list"; unknown: ${unknown.join(', ')}`,
    );
  return { ...next, partners: 'listed', partnerIds: [...ids.values()] };
}

const numbers = { embargoMinutes: 43_200, leastAgencies: 1_000, removalMinutes: 43_200 } as const;
const flags = ['needsAgreement', 'isExact', 'hasComments'] as const;

/**
 * A profile and `rule=value` words → the setting. Rules are those of Policy; `removalMinutes=none` is possible. Throws ConfigError
 * `cli.policy` for an unknown profile, rule or value.
 */
export function readPolicyWords(profile: string, words: readonly string[]): PolicySetting {
  if (profile !== 'own' && profile !== 'aggregator')
    throw new ConfigError('cli.policy', `there is no profile "${profile}"`, { remedy: 'write own or aggregator' });
  const setting: PolicySetting = { profile };
  for (const word of words) {
    const [rule = '', value = ''] = word.split('=');
    const flag = flags.find((name) => name === rule);
    if (flag !== undefined && /^(yes|no)$/.test(value)) setting[flag] = value === 'yes';
    else if (rule === 'removalMinutes' && value === 'none') setting.removalMinutes = null;
    else if (rule === 'embargoMinutes' || rule === 'leastAgencies' || rule === 'removalMinutes')
      setting[rule] = readNumber(rule, value, numbers[rule]);
    else
      throw new ConfigError('cli.policy', `"${word}" is no rule`, {
        remedy: `write ${flags.map((name) => `${name}=yes|no`).join(', ')}, ${Object.keys(numbers).join('=N, ')}=N`,
      });
  }
  return setting;
}

/** The rules in force with where each comes from, for a table. */
export function policyRows(policy: Policy, setting: PolicySetting): string[][] {
  const profile = profiles[setting.profile];
  return (Object.keys(profile) as (keyof typeof profile)[]).map((rule) => [
    rule,
    String(policy[rule] ?? 'none'),
    rule in setting ? 'setting' : `profile ${setting.profile}`,
  ]);
}

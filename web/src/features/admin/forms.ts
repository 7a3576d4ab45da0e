/** The forms of administration, described; one component draws them. Pure. */
import type { Account } from '@/api/types';
import type { Address } from '@/api/typed';

export type FormName = 'account' | 'role' | 'unit' | 'authority' | 'group';

export interface Field {
  name: string;
  label: string;
  note?: string;
  choices?: readonly string[];
  optional?: boolean;
  list?: boolean;
}

export interface Form {
  title: string;
  done: string;
  path: Address<'post'>;
  fields: readonly Field[];
}

const ROLES = ['agent', 'analyst', 'supervisor', 'steward', 'vetter', 'approver', 'overseer', 'admin'] as const;
const REGIMES = ['criminal', 'civil', 'regulatory', 'oversight'] as const;

export const FORMS: Record<FormName, Form> = {
  account: {
    title: 'Add an account',
    done: 'The account is made',
    path: '/accounts',
    fields: [
      { name: 'name', label: 'Account', note: 'as in dana.whitlock' },
      { name: 'title', label: 'Full name' },
      { name: 'unit', label: 'Unit', optional: true },
      { name: 'role', label: 'Role', choices: ROLES, optional: true },
      { name: 'supervisor', label: 'Supervisor', note: 'an account', optional: true },
    ],
  },
  role: {
    title: 'Grant a role',
    done: 'The role is granted or proposed',
    path: '/roles',
    fields: [
      { name: 'account', label: 'Account' },
      { name: 'unit', label: 'Unit' },
      { name: 'role', label: 'Role', choices: ROLES },
      { name: 'supervisor', label: 'Supervisor', note: 'an account', optional: true },
    ],
  },
  unit: {
    title: 'Add a unit',
    done: 'The unit is made',
    path: '/units',
    fields: [
      { name: 'name', label: 'Unit', note: 'short, as in fraud' },
      { name: 'title', label: 'Name' },
      { name: 'parent', label: 'Part of', optional: true },
      { name: 'regime', label: 'Regime', choices: REGIMES, optional: true },
    ],
  },
  group: {
    title: 'Map a group',
    done: 'The mapping is made or proposed',
    path: '/groups',
    fields: [
      { name: 'group', label: 'Group', note: 'as the provider names it' },
      { name: 'unit', label: 'Unit' },
      { name: 'role', label: 'Role', choices: ROLES },
      { name: 'issuer', label: 'Issuer', note: 'the provider’s address' },
    ],
  },
  authority: {
    title: 'Propose an authority',
    done: 'The authority is proposed',
    path: '/authorities',
    fields: [
      { name: 'code', label: 'Code', note: 'as in 18-usc-1956' },
      { name: 'statute', label: 'Statute', note: 'as in 18 USC 1956' },
      { name: 'title', label: 'Title' },
      { name: 'regime', label: 'Regime', choices: REGIMES },
      { name: 'processes', label: 'Processes', note: 'with commas: warrant, subpoena', optional: true, list: true },
      { name: 'valid_from', label: 'In force from', note: 'YYYY-MM-DD', optional: true },
    ],
  },
};

export function missing(form: Form, draft: Record<string, string>): string[] {
  return form.fields.filter((one) => !one.optional && !(draft[one.name] ?? '').trim()).map((one) => one.name);
}

/** What is sent: empty fields are left out, lists are split at commas. */
export function toBody(form: Form, draft: Record<string, string>): Record<string, string | string[]> {
  return Object.fromEntries(
    form.fields.flatMap((field): [string, string | string[]][] => {
      const value = (draft[field.name] ?? '').trim();
      if (value === '') return [];
      return [
        [
          field.name,
          field.list
            ? value
                .split(',')
                .map((one) => one.trim())
                .filter(Boolean)
            : value,
        ],
      ];
    }),
  );
}

export function grantText(roles: Account['roles']): string {
  return (
    roles
      .filter((one) => !one.to)
      .map((one) => `${one.unit}/${one.role}`)
      .join(', ') || 'none'
  );
}

// SPDX-License-Identifier: Apache-2.0
// The one Http of the page, and who is signed in.
import { readonly, shallowRef } from 'vue';

import { Api, ApiError, Http, type Session } from '../core/api';

const current = shallowRef<Session | null>(null);
const listeners = new Set<() => void>();

/** Who is signed in; null when nobody is. */
export const session = readonly(current) as Readonly<typeof current>;

/** How the last session ended, as the live connection told it; null when nobody said. */
export interface SessionEnd { reason: string; at_us?: number; remote?: string }
export const sessionEnd = shallowRef<SessionEnd | null>(null);

function signedOut(how: SessionEnd | null = null): void {
  if (current.value === null) return;
  sessionEnd.value = how;
  current.value = null;
  for (const listener of listeners) listener();
}

export const http = new Http((path, init) => fetch(path, init), () => signedOut());
export const api = new Api(http);

/** The session ended without being asked to: expired, or taken over by another sign-in. */
export function onSignedOut(listener: () => void): void {
  listeners.add(listener);
}

/** The live connection was told that the session is over. */
export const forgetSession = signedOut;

export async function signIn(account: string, password: string): Promise<Session> {
  current.value = await api.signIn(account, password);
  return current.value;
}

export async function changePassword(password: string, next: string): Promise<void> {
  await api.changePassword(password, next);
  if (current.value !== null) current.value = { ...current.value, must_change_password: false };
}

export async function signOut(): Promise<void> {
  await api.signOut().catch(() => undefined); // unreachable: the cookie dies with its time
  current.value = null;
}

let asked: Promise<Session | null> | null = null;
// Apart from `http`: a late "nobody is signed in" must not end the session of who has signed in meanwhile.
const asking = new Api(new Http((path, init) => fetch(path, init)));

/** The session of an earlier load of the page, asked for once. Throws ApiError `offline` when nobody answers. */
export function knownSession(): Promise<Session | null> {
  if (current.value !== null) return Promise.resolve(current.value);
  asked ??= asking
    .session()
    .then((found) => (current.value ??= found))
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'not_signed_in') return null;
      asked = null;
      throw error;
    });
  return asked.then(() => current.value);
}

/** The same, but null when the answer takes longer than that; it is known when it comes. */
export function sessionKnownWithin(ms: number): Promise<Session | null> {
  return Promise.race([
    knownSession().catch(() => null),
    new Promise<null>((done) => setTimeout(() => done(null), ms)),
  ]);
}

export type RoleName = Session['account']['roles'][number]['role'];

export function hasRole(...roles: RoleName[]): boolean {
  return current.value?.account.roles.some((each) => roles.includes(each.role)) ?? false;
}

/** Where somebody begins: a clerk at the windows, an auditor at the search. */
export function landing(): string {
  if (hasRole('applicant_clerk', 'home_clerk', 'department_expert')) return '/windows';
  if (hasRole('supervisor')) return '/supervision';
  if (hasRole('auditor')) return '/audit';
  if (hasRole('administrator')) return '/administration';
  return '/nothing';
}

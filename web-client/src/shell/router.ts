// SPDX-License-Identifier: Apache-2.0
// Every folder of screens has a routes.ts: `export default [...] satisfies RouteRecordRaw[]`, screens loaded
// lazily. They are gathered here; nothing else names them.
//
// `meta.open`: for everybody, signed in or not. `meta.roles`: for these roles only. What is hidden here is refused by
// the server as well; this only leads people to where they belong.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';

import { hasRole, knownSession, landing, onSignedOut, sessionKnownWithin, type RoleName } from '../bridge/http';
import { i18n } from './i18n';

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean;
    roles?: readonly RoleName[];
    /** Key of the page's title; empty: the name of the program alone. */
    title?: string;
  }
}

const found = import.meta.glob<RouteRecordRaw[]>('../**/routes.ts', { eager: true, import: 'default' });

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...Object.values(found).flat(),
    { path: '/', redirect: '/start' },
    { path: '/start', component: () => import('./NotFound.vue') },
    { path: '/:rest(.*)*', component: () => import('./NotFound.vue'), meta: { open: true } },
  ],
});

const FORM_AFTER_MS = 1500; // a server that is slow to answer keeps nobody from the form

router.beforeEach(async (to) => {
  if (to.meta.open === true && to.path !== '/sign-in') return true;
  const first = to.path === '/sign-in' || to.path === '/start';
  const session = await (first ? sessionKnownWithin(FORM_AFTER_MS) : knownSession().catch(() => null));
  if (to.path === '/sign-in') return session === null ? true : landing();
  if (session === null) return { path: '/sign-in', query: to.path === '/start' ? {} : { then: to.fullPath } };
  if (session.must_change_password === true && to.path !== '/password') return '/password';
  if (to.path === '/start') return landing();
  return to.meta.roles === undefined || hasRole(...to.meta.roles) ? true : landing();
});

router.afterEach((to) => {
  const { t } = i18n.global;
  document.title = to.meta.title === undefined ? t('shell.name') : `${t(to.meta.title)} · ${t('shell.name')}`;
});

onSignedOut(() => {
  void router.replace({ path: '/sign-in', query: { ended: 'session' } });
});

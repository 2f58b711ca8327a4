// SPDX-License-Identifier: Apache-2.0
// Every folder of screens has a routes.ts: `export default [...] satisfies RouteRecordRaw[]`, screens loaded
// lazily. They are gathered here; nothing else names them.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';

const found = import.meta.glob<RouteRecordRaw[]>('../**/routes.ts', { eager: true, import: 'default' });

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...Object.values(found).flat(),
    { path: '/:rest(.*)*', component: () => import('./NotFound.vue') },
  ],
});

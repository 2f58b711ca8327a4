// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/sign-in', component: () => import('./SignIn.vue'), meta: { open: true, title: 'signIn.title' } },
] satisfies RouteRecordRaw[];

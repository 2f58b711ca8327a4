// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/password', component: () => import('./ChangePassword.vue'), meta: { title: 'password.title' } },
] satisfies RouteRecordRaw[];

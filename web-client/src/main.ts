// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';

import App from './shell/App.vue';
import { i18n } from './shell/i18n';
import { router } from './shell/router';

createApp(App).use(i18n).use(router).mount('#app');

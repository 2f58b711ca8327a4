// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
// What scripts show, and no template: without these such a message would lie unstyled below the page.
import 'element-plus/es/components/message/style/css';
import 'element-plus/es/components/message-box/style/css';
import 'element-plus/es/components/notification/style/css';

import App from './shell/App.vue';
import { i18n } from './shell/i18n';
import { router } from './shell/router';
import './shell/style.css';

document.documentElement.lang = i18n.global.locale.value;
const saysWhatIsMissing = document.querySelector('#app > [role=alert]') !== null; // public/boot.js: the layout did not come
if (!saysWhatIsMissing) createApp(App).use(i18n).use(router).mount('#app');

// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': { shell: { name: '远窗', notFound: '没有这个页面' } },
  en: { shell: { name: 'Farwindow', notFound: 'There is no such page' } },
};

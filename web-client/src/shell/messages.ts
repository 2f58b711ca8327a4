// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': {
    shell: {
      name: '远窗',
      notFound: '没有这个页面',
      nothing: '本账号在这里没有可办的工作，请联系管理员',
      signOut: '退出登录',
      language: 'English',
      work: '工作台',
      audit: '录像检索',
      administration: '系统管理',
      password: '修改密码',
    },
  },
  en: {
    shell: {
      name: 'Farwindow',
      notFound: 'There is no such page',
      nothing: 'There is nothing to do here for this account; ask the administrator',
      signOut: 'Sign out',
      language: '中文',
      work: 'Workbench',
      audit: 'Recordings',
      administration: 'Administration',
      password: 'Change password',
    },
  },
};

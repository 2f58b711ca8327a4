// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': {
    shell: {
      name: '远窗',
      opening: '正在打开，请稍候…',
      openingFailed: '页面没有加载完整：网络中断，或者系统刚升级过',
      openAgain: '重新加载',
      partFailed: '这一页没有打开：网络中断，或者系统刚升级过。请稍后再试，或按 F5 重新加载',
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
      opening: 'Opening, please wait…',
      openingFailed: 'The page did not load completely: the line broke, or the system has just been upgraded',
      openAgain: 'Load again',
      partFailed: 'This page did not open: the line broke, or the system has just been upgraded. Try again, or press F5 to load anew',
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

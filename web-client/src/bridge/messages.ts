// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': {
    failure: {
      timeout: '服务器没有及时答复，请看结果后再试',
      not_connected: '与服务器的连接中断，正在自动重连，请稍后再试',
      offline: '连不上服务器，请检查网络后重试',
      forbidden: '本账号没有这个权限',
      not_found: '没有找到，可能已被删除或已结束',
      wrong_state: '状态已变化，请看屏幕上的最新情况',
      too_many: '操作太频繁，请稍候再试',
      busy: '服务器正忙，请稍后重试',
      internal: '服务器出错，请重试；仍不行请联系管理员',
      item_not_served: '所选属地没有窗口办理此事项，请核对属地',
      citizen_not_informed: '请先告知申请人：通话将全程录像',
      own_window_busy: '本窗口正在通话，或处于离开状态',
      not_at_window: '尚未签到，请重新签到上岗',
    },
  },
  en: {
    failure: {
      timeout: 'The server did not answer in time; look at the result before trying again',
      not_connected: 'The line to the server is down and coming back by itself; try again shortly',
      offline: 'The server cannot be reached; check the network',
      forbidden: 'This account may not do that',
      not_found: 'Not found; it may be over or gone',
      wrong_state: 'Things have changed; look at the screen',
      too_many: 'Too often; wait a moment',
      busy: 'The server is busy; try again shortly',
      internal: 'The server failed; try again, or ask the administrator',
      item_not_served: 'No window of that area serves this item; check the area',
      citizen_not_informed: 'Tell the applicant first that the call is recorded',
      own_window_busy: 'This window is in a call or away',
      not_at_window: 'Not on duty at a window; sign in to the window again',
    },
  },
};

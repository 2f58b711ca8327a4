// SPDX-License-Identifier: Apache-2.0
// Names of the deeds in the audit log. One that is not here is shown by its code alone.

const zh = {
  access: { refused: '越权操作被拒绝' },
  account: { created: '新建账号', changed: '修改账号', closed: '停用账号', reopened: '恢复账号', locked: '账号被锁定', password_changed: '修改密码', password_reset: '重置密码' },
  area: { created: '新建地区', changed: '修改地区', closed: '停用地区', reopened: '恢复地区' },
  attempt: { closed: '一次呼入结束' },
  audit: { genesis: '日志开始', read: '查看审计日志' },
  body: { created: '新建机构', changed: '修改机构', closed: '停用机构', reopened: '恢复机构' },
  call: {
    requested: '发起呼叫', waiting: '等待接听', ringing: '振铃', answered: '接听', ended: '通话结束', cancelled: '取消呼叫', refused: '未受理',
    unanswered: '无人接听', interrupted: '通话中断', joined: '加入通话', left: '离开通话', invited: '邀请加入', invite_ended: '邀请结束',
    held: '保持', resumed: '取消保持', transferred: '转接', transfer_returned: '转接退回', part_refused: '一个窗口未受理', marked: '标记通话',
    viewed: '查看通话记录', flood: '呼叫过多，已限制',
  },
  catalogue: { imported: '导入事项' },
  closure: { entered: '登记停办', withdrawn: '撤销停办' },
  disk: { low: '存储空间不足', ok: '存储空间恢复' },
  drill: { begun: '开始演练', joined: '演练呼叫', ended: '结束演练', over: '演练到时结束' },
  duty: { day: '修改值班', window: '修改值班窗口' },
  escalation: { viewed: '查看上报' },
  hall: { created: '新建大厅', changed: '修改大厅', closed: '停用大厅', reopened: '恢复大厅' },
  holidays: { imported: '导入节假日' },
  invitation: { closed: '一次邀请结束' },
  item: { draft_saved: '保存事项草稿', draft_discarded: '放弃事项草稿', published: '发布事项', withdrawn: '停用事项', picture_stored: '上传样图' },
  ledger: { added: '记入台账', viewed: '查看台账' },
  organisation: { imported: '导入机构数据' },
  queue: { waiting: '开始排队', rung: '排队后振铃', taken: '排队后接听', left: '离开排队', over: '排队结束' },
  recording: {
    started: '开始录像', failed: '录像未完成', finalised: '录像整理完成', parked: '录像整理搁置', retried: '重新整理录像', viewed: '回看录像',
    downloaded: '下载录像', verified: '校验录像',
  },
  session: {
    signed_in: '登录', signed_out: '退出登录', expired: '登录过期', failed: '登录失败', taken_over: '在别处登录', account_closed: '账号停用退出',
    password_reset: '密码重置退出',
  },
  sms: { read: '查看短信' },
  window: {
    created: '新建窗口', changed: '修改窗口', closed: '停用窗口', reopened: '恢复窗口', taken: '窗口上岗', released: '窗口离岗',
    taken_over: '接管窗口', away: '暂离', back: '回到窗口', empty_desk_learnt: '学习空桌面', empty_desk_forgotten: '删除空桌面',
  },
};

const en: typeof zh = {
  access: { refused: 'Refused: not allowed' },
  account: { created: 'Account created', changed: 'Account changed', closed: 'Account closed', reopened: 'Account reopened', locked: 'Account locked', password_changed: 'Password changed', password_reset: 'Password reset' },
  area: { created: 'Area created', changed: 'Area changed', closed: 'Area closed', reopened: 'Area reopened' },
  attempt: { closed: 'A ring ended' },
  audit: { genesis: 'Log begun', read: 'Audit log read' },
  body: { created: 'Body created', changed: 'Body changed', closed: 'Body closed', reopened: 'Body reopened' },
  call: {
    requested: 'Call requested', waiting: 'Call waits', ringing: 'Call rings', answered: 'Call answered', ended: 'Call ended', cancelled: 'Call cancelled', refused: 'Call refused',
    unanswered: 'Call unanswered', interrupted: 'Call interrupted', joined: 'Call joined', left: 'Call left', invited: 'Invited', invite_ended: 'Invitation ended',
    held: 'Put on hold', resumed: 'Taken off hold', transferred: 'Transferred', transfer_returned: 'Transfer came back', part_refused: 'One window refused', marked: 'Call marked',
    viewed: 'Call looked at', flood: 'Too many calls: limited',
  },
  catalogue: { imported: 'Items imported' },
  closure: { entered: 'Closure entered', withdrawn: 'Closure withdrawn' },
  disk: { low: 'Disk space low', ok: 'Disk space back' },
  drill: { begun: 'Rehearsal begun', joined: 'Rehearsal call', ended: 'Rehearsal ended', over: 'Rehearsal over' },
  duty: { day: 'Duty changed', window: 'Duty window changed' },
  escalation: { viewed: 'Escalation looked at' },
  hall: { created: 'Hall created', changed: 'Hall changed', closed: 'Hall closed', reopened: 'Hall reopened' },
  holidays: { imported: 'Holidays imported' },
  invitation: { closed: 'An invitation ended' },
  item: { draft_saved: 'Item draft saved', draft_discarded: 'Item draft discarded', published: 'Item published', withdrawn: 'Item withdrawn', picture_stored: 'Picture uploaded' },
  ledger: { added: 'Entered in ledger', viewed: 'Ledger looked at' },
  organisation: { imported: 'Organisation imported' },
  queue: { waiting: 'Queued', rung: 'Rung from queue', taken: 'Taken from queue', left: 'Left queue', over: 'Queue over' },
  recording: {
    started: 'Recording begun', failed: 'Recording failed', finalised: 'Recording finalised', parked: 'Recording parked', retried: 'Recording tried again', viewed: 'Recording replayed',
    downloaded: 'Recording downloaded', verified: 'Recording verified',
  },
  session: {
    signed_in: 'Signed in', signed_out: 'Signed out', expired: 'Session expired', failed: 'Sign-in failed', taken_over: 'Signed in elsewhere', account_closed: 'Out: account closed',
    password_reset: 'Out: password reset',
  },
  sms: { read: 'Messages looked at' },
  window: {
    created: 'Window created', changed: 'Window changed', closed: 'Window closed', reopened: 'Window reopened', taken: 'Window taken', released: 'Window released',
    taken_over: 'Window taken over', away: 'Away', back: 'Back', empty_desk_learnt: 'Empty desk learnt', empty_desk_forgotten: 'Empty desk forgotten',
  },
};

export const deeds = { 'zh-CN': zh, en };

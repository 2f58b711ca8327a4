// SPDX-License-Identifier: Apache-2.0
const fieldsZh = {
  code: '编码', id: '编码', name: '名称', person: '姓名', kind: '类别', level: '级别', parent: '上级区划', body: '管理机构', latitude: '纬度', longitude: '经度', area: '区划',
  superior: '上级机构', phone: '短信手机号', hours: '办公时间', holidays_open: '节假日开放', line_mbit: '专线（Mbit/s）', ring_seconds: '振铃秒数',
  overflow_seconds: '溢出秒数', ring_group: '同时振铃窗口数', patience_seconds: '等候秒数', hall: '大厅', applicant: '申请方窗口', home: '属地窗口',
  department: '业务部门', items: '受理事项', reserved: '专用账号', roles: '角色', city: '市', county: '县（区）', township: '镇（街道）', village: '村',
  management: '管理机构', department_kind: '业务部门',
};
const fieldsEn = {
  code: 'Code', id: 'Id', name: 'Name', person: 'Name', kind: 'Kind', level: 'Level', parent: 'Part of', body: 'Managed by', latitude: 'Latitude', longitude: 'Longitude', area: 'Area',
  superior: 'Superior', phone: 'Phone for SMS', hours: 'Office hours', holidays_open: 'Open on holidays', line_mbit: 'Line (Mbit/s)', ring_seconds: 'Ring time (s)',
  overflow_seconds: 'Overflow after (s)', ring_group: 'Rung together', patience_seconds: 'Patience (s)', hall: 'Hall', applicant: 'Applicant window', home: 'Home window',
  department: 'Department', items: 'Items', reserved: 'Reserved for', roles: 'Roles', city: 'City', county: 'County', township: 'Township', village: 'Village',
  management: 'Management', department_kind: 'Department',
};

export default {
  'zh-CN': {
    administration: {
      title: '组织管理', tree: '区划', all: '全部', search: '按编码或名称查找', showClosed: '含已停用', create: '新建', import: '导入', export: '导出',
      change: '修改', close: '停用', reopen: '恢复', reset: '重置密码', closed: '已停用', open: '使用中', state: '状态', yes: '是', no: '否', actions: '操作',
      empty: '这里还没有内容。点“新建”或“导入”来添加。', nothingFound: '没有找到，请换一个查找条件。', save: '保存', cancel: '取消', done: '已保存',
      needed: '不能为空', failed: '没有成功：{reason}',
      confirmClose: '停用“{name}”？记录都会保留，以后可以恢复。', confirmReset: '重置“{name}”的密码？本人正在进行的登录会立即结束。',
      hangs: '不能停用：其下还有未停用的内容，或窗口正在通话，或这是最后一个市级管理员。', running: '正在导入，请等导入完成。',
      kinds: { areas: '区划', bodies: '机构', halls: '大厅', windows: '窗口', accounts: '账号' },
      field: fieldsZh,
      history: {
        title: '变更记录', of: '{name} · 变更记录', none: '还没有变更记录：建成以后没有改过。', itself: '系统', imported: '由文件导入', nothing: '（空）', unsaid: '有变更（个人信息和长内容不记入日志）',
        created: '新建', changed: '修改', closed: '停用', reopened: '恢复', password_reset: '重置密码', password_changed: '本人修改了密码', locked: '密码多次输错，暂时锁定',
        duty_day: '修改值班表', duty_window: '修改值班时段',
      },
      hours: { day: { 1: '周一', 2: '周二', 3: '周三', 4: '周四', 5: '周五', 6: '周六', 7: '周日' }, daily: '每天', days: '{from}至{to}', at: '{days} {spans}', and: '、', then: '；', whole: '全天', closed: '不开放', from: '{day}开始', to: '{day}结束', add: '加一段', remove: '删去这一段', copy: '复制到', workdays: '周一至周五', weekend: '周六、周日', every: '每一天', wrong: '办公时间有误，请按每行的提示修改', fault: { form: '请填写时间，如 08:30；一天的末尾是 24:00', order: '结束要晚于开始', overlap: '与同一天的另一段重叠' } },
      hint: {
        items: '空着就是本区划全部事项；部门窗口请选定事项', department: '空着就是大厅自己的窗口', reserved: '空着就不限账号',
        ring_seconds: '空着用服务器的设置',
      },
      file: {
        title: '导入{kind}', choose: '选择 CSV 文件', kinds: 'UTF-8 或 GB18030 编码，第一行是列名。可以先导出一份作模板。编码已有的行会修改原有内容。', check: '先检查', apply: '导入',
        clean: '检查通过：共 {rows} 行，其中新建 {created} 行。', done: '已导入 {rows} 行。',
      },
      role: {
        role: '角色', area: '区划', choose: '选择角色', add: '再加一个角色', remove: '去掉这个角色', applicant_clerk: '申请地通办窗口人员', home_clerk: '属地通办窗口人员', department_expert: '属地业务部门',
        supervisor: '督导（政务服务管理机构）', auditor: '审计、督查', administrator: '管理员',
      },
      first: { title: '一次性初始密码', only: '只显示这一次，请现在交给本人。首次登录后必须修改。', save: '存成文件', copy: '账号', password: '初始密码', ok: '我已记下' },
    },
  },
  en: {
    administration: {
      title: 'Organisation', tree: 'Areas', all: 'All', search: 'Find by id or name', showClosed: 'With closed', create: 'New', import: 'Import', export: 'Export',
      change: 'Change', close: 'Close', reopen: 'Reopen', reset: 'Reset password', closed: 'Closed', open: 'In use', state: 'State', yes: 'Yes', no: 'No', actions: 'Actions',
      empty: 'Nothing here yet. Add with “New” or “Import”.', nothingFound: 'Nothing found; try other words.', save: 'Save', cancel: 'Cancel', done: 'Saved',
      needed: 'Must be filled in', failed: 'Not done: {reason}',
      confirmClose: 'Close “{name}”? All records stay, and it can be reopened.', confirmReset: 'Reset the password of “{name}”? A session under way ends at once.',
      hangs: 'Cannot be closed: something open hangs on it, the window is in a call, or it is the last administrator of the whole.', running: 'An import is running; wait for it.',
      kinds: { areas: 'Areas', bodies: 'Bodies', halls: 'Halls', windows: 'Windows', accounts: 'Accounts' },
      field: fieldsEn,
      history: {
        title: 'History', of: '{name} · history', none: 'Nothing yet: it has not been changed since it was made.', itself: 'By itself', imported: 'by a file', nothing: '(empty)', unsaid: 'changed (personal and long texts are not kept in the log)',
        created: 'Created', changed: 'Changed', closed: 'Closed', reopened: 'Reopened', password_reset: 'Password reset', password_changed: 'Password changed by the person', locked: 'Locked after wrong passwords',
        duty_day: 'Roster changed', duty_window: 'Turns of duty changed',
      },
      hours: { day: { 1: 'Mon', 2: 'Tue', 3: 'Wed', 4: 'Thu', 5: 'Fri', 6: 'Sat', 7: 'Sun' }, daily: 'Daily', days: '{from}–{to}', at: '{days} {spans}', and: ', ', then: '; ', whole: 'all day', closed: 'Closed', from: '{day} from', to: '{day} to', add: 'Add a span', remove: 'Take this span away', copy: 'Copy to', workdays: 'Monday to Friday', weekend: 'The weekend', every: 'Every day', wrong: 'The office hours are wrong: see the rows', fault: { form: 'Enter a time such as 08:30; a day ends with 24:00', order: 'The end must be later than the beginning', overlap: 'Overlaps another span of the day' } },
      hint: {
        items: 'Empty: all of the area; choose them for a department’s window', department: 'Empty: a window of the hall', reserved: 'Empty: any account of the role',
        ring_seconds: 'Empty: the server’s setting',
      },
      file: {
        title: 'Import {kind}', choose: 'Choose a CSV file', kinds: 'UTF-8 or GB18030; the first line names the columns. An export serves as a pattern. A row whose id exists changes it.', check: 'Check first', apply: 'Import',
        clean: 'Checked: {rows} rows, {created} of them new.', done: '{rows} rows taken in.',
      },
      role: {
        role: 'Role', area: 'Area', choose: 'Choose a role', add: 'One more role', remove: 'Take this role away', applicant_clerk: 'Applicant-location clerk', home_clerk: 'Home-location clerk', department_expert: 'Department expert',
        supervisor: 'Supervisor', auditor: 'Auditor', administrator: 'Administrator',
      },
      first: { title: 'One-time first passwords', only: 'Shown this once: hand them over now. They must be changed at the first sign-in.', save: 'Save as a file', copy: 'Account', password: 'First password', ok: 'I have noted them' },
    },
  },
};

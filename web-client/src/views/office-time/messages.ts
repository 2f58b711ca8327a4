// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': {
    officeTime: {
      hall: '大厅', noHall: '没有找到大厅', state: '状态', cancel: '取消', needed: '不能为空',
      weekday: { 1: '星期一', 2: '星期二', 3: '星期三', 4: '星期四', 5: '星期五', 6: '星期六', 7: '星期日' },
      closure: {
        title: '临时关闭', enter: '登记关闭', withdraw: '撤销', withEnded: '含已结束', from: '开始', until: '结束', reason: '原因', by: '登记人', empty: '没有登记的临时关闭。停电、台风、搬迁时点“登记关闭”。',
        what: '关闭期间大厅不算在办公时间内，未接听的呼叫不计入台账。', reasonHint: '如：停电检修', reasonNeeded: '请写明原因，2 至 200 字', entered: '已登记', withdrawn: '已撤销',
        sure: '撤销{hall}的这条临时关闭？撤销后大厅立即恢复办公时间。', now: '正在关闭', ahead: '尚未开始', ended: '已结束',
      },
      duty: {
        title: '值班表', window: '属地窗口', department: '部门窗口', before: '上一周', after: '下一周', thisWeek: '本周', week: '{monday} 至 {sunday}', copy: '复制上周', copied: '已填入上周的排班，保存后生效',
        undo: '放弃修改', save: '保存（{count} 天）', saved: '已保存，立即生效', own: '排班', spread: '沿用到周末', spreadHint: '这一天的排班用到本周其余各天', off: '不值班', closed: '不开放',
        hint: '未勾选“排班”的日子，全部属地窗口在办公时间内值班（灰字即是）。勾选后填写各窗口的时段，如 8:30-12:00，一行一段；空着就是不值班。Tab 换格，上下键换窗口，Ctrl+S 保存。',
        empty: '这个大厅没有属地窗口，无需排班。', unsaved: '有修改尚未保存，放弃这些修改？',
      },
      year: {
        title: '节假日', of: '{year} 年', counts: '放假 {off} 天，调休上班 {work} 天', day: '日期', weekday: '星期', kind: '类别', name: '名称', hoursOf: '按星期几的时间上班', off: '放假', work: '上班',
        import: '导入一年', export: '导出', sample: '装入演示样例', sampleSure: '装入 {year} 年的演示样例？它只按法定节日推算，不是国务院办公厅的通知。', importTitle: '导入 {year} 年节假日', apply: '导入并替换 {year} 年',
        isSample: '演示数据：只按法定节日推算，不是国务院办公厅发布的安排。正式使用前请导入当年的通知。', empty: '{year} 年的节假日还没有导入：周一至周五都按工作日计算。',
        file: '列：day 日期（2026-10-01）、kind 类别（off 放假、work 上班）、name 名称、hours_of 调休日按星期几上班（1 至 7，空着为 1）。可先导出一年作模板。', choose: '选择 CSV 文件',
        clean: '检查通过：放假 {off} 天，调休上班 {work} 天。', done: '{year} 年的节假日已替换，立即生效',
      },
    },
  },
  en: {
    officeTime: {
      hall: 'Hall', noHall: 'No hall found', state: 'State', cancel: 'Cancel', needed: 'Must be filled in',
      weekday: { 1: 'Monday', 2: 'Tuesday', 3: 'Wednesday', 4: 'Thursday', 5: 'Friday', 6: 'Saturday', 7: 'Sunday' },
      closure: {
        title: 'Closures', enter: 'Enter a closure', withdraw: 'Take back', withEnded: 'With ended', from: 'From', until: 'Until', reason: 'Reason', by: 'Entered by', empty: 'No closure is entered. Enter one for a power cut, a typhoon, a move.',
        what: 'While it is closed the hall is out of its office hours: calls not taken make no row of the ledger.', reasonHint: 'Such as: power cut', reasonNeeded: 'Say why, in 2 to 200 characters', entered: 'Entered', withdrawn: 'Taken back',
        sure: 'Take back this closure of {hall}? Its office hours hold again at once.', now: 'Closed now', ahead: 'Ahead', ended: 'Ended',
      },
      duty: {
        title: 'Duty roster', window: 'Home window', department: 'Department', before: 'Week before', after: 'Week after', thisWeek: 'This week', week: '{monday} to {sunday}', copy: 'Copy last week', copied: 'Last week is filled in; save to make it hold',
        undo: 'Undo', save: 'Save ({count} days)', saved: 'Saved; it holds from now on', own: 'Roster', spread: 'To Sunday', spreadHint: 'This day’s roster for the rest of the week', off: 'Off duty', closed: 'Closed',
        hint: 'On a day without “Roster” all home windows are on duty in office hours (in grey). With it, type each window’s times, such as 8:30-12:00, one a line; empty is off duty. Tab moves on, up and down change the window, Ctrl+S saves.',
        empty: 'This hall has no home window and needs no roster.', unsaved: 'There are changes that are not saved. Drop them?',
      },
      year: {
        title: 'Holidays', of: '{year}', counts: '{off} days off, {work} days worked for them', day: 'Day', weekday: 'Weekday', kind: 'Kind', name: 'Name', hoursOf: 'Hours of', off: 'Off', work: 'Worked',
        import: 'Import a year', export: 'Export', sample: 'Take the sample', sampleSure: 'Take the sample of {year}? It only has the days that the law names and is not the State Council’s notice.', importTitle: 'Import the holidays of {year}', apply: 'Import, replacing {year}',
        isSample: 'Sample: made of the days that the law names, not published by the State Council. Import the notice of the year before real use.', empty: 'No holidays of {year} yet: Monday to Friday count as working days.',
        file: 'Columns: day (2026-10-01), kind (off or work), name, hours_of: whose weekday’s hours hold on a day worked (1 to 7, empty: 1). An exported year serves as a pattern.', choose: 'Choose a CSV file',
        clean: 'Checked: {off} days off, {work} days worked.', done: 'The holidays of {year} are replaced and hold from now on',
      },
    },
  },
};

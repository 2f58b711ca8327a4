// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': {
    figures: {
      title: '统计',
      range: '时间',
      by: { window: '按窗口', hall: '按大厅', area: '按区划', item: '按事项' },
      period: { day: '每日', month: '每月', all: '合计' },
      refresh: '查询',
      csv: '导出 CSV',
      empty: '这段时间内没有已结束的通话。模拟办件不计入统计。',
      failed: '统计没有成功：{reason}',
      more: '数据太多，只列出前面的部分；请缩短时间或改为“每月”“合计”。',
      columns: {
        name: '名称', period: '日期', calls: '呼叫', answered: '接听', rate: '接听率', p50: '接听用时（中位）', p95: '接听用时（95%）',
        talk: '平均通话', unanswered: '未及时回应', refusals: '拒接', cancelled: '主叫取消', silent: '无声振铃', needless: '不必要呼叫',
      },
      silentHint: '振铃没有发出声音：不算未及时回应，请检查窗口的扬声器和浏览器声音',
      needlessHint: '本窗口（大厅、区划）打出、被属地方标记为“审查要点中已有答案”或“不属本窗口”的呼叫',
      causes: '未及时回应原因',
      cause: {
        not_signed_in: '未签到', connection_lost: '连接中断', not_displayed: '来电未显示', not_answered: '已响铃未接听',
        refused: '拒接', away: '离开',
      },
      seconds: '{n} 秒',
      minutes: '{n} 分',
      calls: '查看通话',
      chart: { calls: '呼叫', answered: '接听', unanswered: '未及时回应', label: '每个时段的呼叫、接听与未及时回应次数' },
    },
  },
  en: {
    figures: {
      title: 'Figures',
      range: 'Time',
      by: { window: 'By window', hall: 'By hall', area: 'By area', item: 'By item' },
      period: { day: 'Each day', month: 'Each month', all: 'Together' },
      refresh: 'Show',
      csv: 'Export CSV',
      empty: 'No call ended in this time. Drills do not count.',
      failed: 'No figures: {reason}',
      more: 'Too much: only the first part is shown; ask for less time, or by month or together.',
      columns: {
        name: 'Name', period: 'Date', calls: 'Calls', answered: 'Answered', rate: 'Answer rate', p50: 'Time to answer (median)', p95: 'Time to answer (95 %)',
        talk: 'Mean length', unanswered: 'Unanswered', refusals: 'Refusals', cancelled: 'Cancelled', silent: 'Silent rings', needless: 'Needless',
      },
      silentHint: 'The ring made no sound: not counted as unanswered; look at the loudspeaker and the sound of the browser there',
      needlessHint: 'Calls made from here of which the home side said that the review points answer them, or that they are no matter for it',
      causes: 'Causes of unanswered',
      cause: {
        not_signed_in: 'Not signed in', connection_lost: 'Line lost', not_displayed: 'Not displayed', not_answered: 'Rang, not answered',
        refused: 'Refused', away: 'Away',
      },
      seconds: '{n} s',
      minutes: '{n} min',
      calls: 'Open the calls',
      chart: { calls: 'Calls', answered: 'Answered', unanswered: 'Unanswered', label: 'Calls, answered and unanswered, by period' },
    },
  },
};

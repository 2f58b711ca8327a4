// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': {
    supervision: {
      places: '督导',
      month: '月份', everyMonth: '所有月份', everyState: '所有状态', everyCause: '所有原因', stateOf: '状态', causeOf: '原因', time: '时间',
      search: '查询', refresh: '刷新', confirm: '确定', cancel: '取消', itself: '系统', times: '{n} 次',
      entries: '说明与核实经过', purged: '已清除', noEntries: '还没有说明，也没有核实',
      ledger: {
        title: '未及时回应', one: '未及时回应的呼叫', window: '未回应窗口', cause: '原因', requester: '呼叫方', item: '事项', open: '核实', look: '查看',
        empty: '没有符合条件的未及时回应记录',
        summary: '{time}，{requester} 就「{item}」呼叫，没有及时得到回应。', who: '当时窗口人员：{name}', nobody: '无人签到',
        state: { open: '待核实', stated: '已说明', at_fault: '窗口责任', excused: '免责', taken_back: '已撤回', other: '其他' },
        entry: { stated: '情况说明', at_fault: '核实为窗口责任', excused: '核实为免责', taken_back: '撤回核实' },
      },
      cause: {
        not_signed_in: '没有签到', connection_lost: '线路中断', not_displayed: '来电没有显示', silent: '铃声没有响', not_answered: '显示了没有接',
        refused: '拒接', away: '离开', other: '其他',
      },
      reason: {
        not_at_post: '工作时间离岗', did_not_answer: '在岗没有接听', devices_neglected: '设备没有检查好', other: '其他', power_or_line: '停电或断网',
        system_fault: '系统故障', serving_citizen: '正在为群众办理', leave_approved: '离岗经批准',
      },
      verdict: {
        title: '核实', back: '撤回核实', reason: '理由', words: '补充说明（可不填）', wordsNeeded: '请写明理由，至少两个字', reasonFirst: '请先选择理由', wordsFirst: '请写明情况，至少两个字',
        do: { at_fault: '核实为窗口责任', excused: '核实为免责', taken_back: '撤回核实' },
        sure: {
          at_fault: '确认是窗口责任？当月第 4 次会自动上报上级部门。', excused: '确认免责？此次不计入窗口。',
          taken_back: '确认撤回？若当月责任不足 4 次，已上报的会随之撤回。',
        },
      },
      statement: { title: '情况说明', hint: '写明当时的情况，例如「正在为老年人办理，无法离开」', submit: '提交说明' },
      evidence: {
        title: '证据', cause: '系统判断：', begun_us: '呼叫到本窗口', rung_us: '开始振铃', delivered_us: '送达窗口电脑', displayed_us: '来电已显示',
        tone_us: '铃声已响', closed_us: '确定无人回应', never: '没有', presence: '前后两小时内的签到情况', noPresence: '这段时间没有人签到或离开',
        devices: '设备', noDevices: '窗口没有报告过设备', reported: '（{time} 报告）', messages: '短信', noMessages: '没有发短信',
      },
      deed: { taken: '签到', released: '签退', taken_over: '被接替', away: '离开', back: '恢复空闲', presence: '改变状态' },
      device: { face: '摄像头', document: '高拍仪', microphone: '麦克风', speaker: '扬声器' },
      deviceState: { ok: '正常', missing: '没有', denied: '未允许', busy: '被占用', unchecked: '未检查' },
      own: {
        title: '未及时回应', open: '查看 / 说明', empty: '没有未及时回应的呼叫',
        hint: '这里是本区域窗口没有及时接听、或对方没有及时接听的呼叫。双方都可以说明情况，由主管部门核实。',
      },
      escalation: {
        title: '上报上级', one: '上报', raised: '上报时间', window: '窗口', faults: '责任次数', body: '受理部门', noBody: '上级主管部门', open: '处理', look: '查看',
        empty: '没有上报到本部门的事项。窗口一个月内第 4 次核实为责任时，会自动上报到这里。',
        summary: '{month}，有 {n} 次未及时回应被核实为窗口责任。', acknowledge: '签收', close: '办结', done: '写明处理结果，例如「已约谈窗口负责人」',
        sure: '确认办结？处理结果会长期保留。', calls: '当月的未及时回应',
        state: { raised: '待签收', acknowledged: '处理中', closed: '已办结', taken_back: '已撤回', other: '其他' },
        entry: { raised: '上报', acknowledged: '签收', closed: '办结', taken_back: '撤回（责任不足 4 次）' },
      },
      mirror: {
        title: '反向台账', requesters: '申请方：不必要的呼叫', responders: '属地方：接听与拒接', window: '窗口', answered: '接通的呼叫', needless: '不必要占比',
        taken: '接听', unanswered: '未及时回应', refused: '拒接', refusedRate: '拒接率', not_our_matter: '因不属本窗口', busy_with_citizen: '因正在接待群众', other: '因其他',
        empty: { requesters: '这个月没有接通的呼叫', responders: '这个月没有窗口被呼叫' }, short: { requesters: '申请方', responders: '属地方' }, csv: '导出 CSV', calls: '查看通话', note: '模拟办件不计入。',
      },
      mark: { title: '这次呼叫：', answered_by_points: '审查要点中已有答案', not_our_matter: '不属本窗口' },
      drill: {
        title: '大厅演练', begin: '开始演练', end: '结束', again: '刷新', item: '事项', all: '全部事项', from: '起止', by: '开始人', went: '情况', comma: '，',
        itemHint: '空着：大厅的全部事项都演练。', untilHint: '到时自动结束，最长 12 小时。',
        what: '演练期间，大厅各窗口打出和接到的呼叫都是演练：真实振铃、通话和录像，全程标明，不计入台账和统计；申请人的真实呼叫由其他大厅的窗口接听。',
        empty: '还没有演练。新事项开通前，点“开始演练”让整个大厅练一遍。', noCalls: '还没有呼叫', calls: '{n} 次呼叫', answered: '接听 {n}', unanswered: '未接 {n}', refused: '拒接 {n}', silent: '无声 {n}', mean: '平均 {n} 秒接听',
        until: '计划至 {time}', till: '至 {time}', endedBy: '{name} 结束', begun: '演练已开始，各窗口已收到通知', begunCalls: '演练已开始；正在进行的 {n} 个真实通话不受影响', ended: '演练已结束，各窗口恢复办理',
        sure: '结束{hall}的演练？结束后各窗口立即恢复真实办理。', state: { running: '演练中', ended: '已结束', over: '到时结束' },
      },
      sms: {
        title: '短信', created: '时间', kindOf: '类别', everyKind: '所有类别', to: '收件', text: '内容', noPhone: '没有号码', noText: '内容已按期删除',
        empty: '没有短信。呼叫未及时回应或铃声没响时，会自动发给窗口负责人。', next: '{time} 再发', resend: '重发', cancel: '不再发送',
        kind: { unanswered: '未及时回应', silent_ring: '铃声没有响', case: '办件', other: '其他' },
        state: {
          queued: '排队中', waiting: '等待重发', handing: '正在提交', handed: '已提交', delivered: '已送达', failed: '没有发出', uncertain: '不能确定', cancelled: '已取消',
          other: '其他',
        },
        error: {
          no_gateway: '没有配置短信网关', no_phone: '窗口没有登记手机号', no_text: '没有内容', too_old: '内容已过保存期', no_key: '密钥无法写入，内容没有保存', quiet: '免打扰时段', by_hand: '由人处理',
          replaced: '已有另一条短信', restart: '服务器重启，结果不明', receipt: '网关回执：没有送达', time_out: '网关没有答复', no_connection: '连不上网关',
          no_such_host: '找不到网关地址', bad_certificate: '网关证书不对', broken: '连接中断', too_long: '网关答复过长', file: '写不进文件',
        },
        sure: {
          resend_uncertain: '不能确定网关是否已收到这条短信，重发后对方可能收到两条。确定重发？', resend_failed: '这条短信没有发出。确定重发？',
          cancel: '确定不再发送这条短信？',
        },
      },
    },
  },
  en: {
    supervision: {
      places: 'Supervision',
      month: 'Month', everyMonth: 'Every month', everyState: 'Every state', everyCause: 'Every cause', stateOf: 'State', causeOf: 'Cause', time: 'Time',
      search: 'Search', refresh: 'Refresh', confirm: 'Yes', cancel: 'No', itself: 'System', times: '{n} times',
      entries: 'Statements and decisions', purged: 'Purged', noEntries: 'Nothing was said or decided yet',
      ledger: {
        title: 'Unanswered', one: 'Unanswered call', window: 'Window that did not answer', cause: 'Cause', requester: 'Caller', item: 'Item', open: 'Verify', look: 'Look',
        empty: 'No unanswered call matches',
        summary: '{time}: {requester} called about “{item}” and got no answer in time.', who: 'At the window: {name}', nobody: 'nobody signed in',
        state: { open: 'Open', stated: 'Statement made', at_fault: 'At fault', excused: 'Excused', taken_back: 'Taken back', other: 'Other' },
        entry: { stated: 'Statement', at_fault: 'Found at fault', excused: 'Excused', taken_back: 'Decision taken back' },
      },
      cause: {
        not_signed_in: 'Not signed in', connection_lost: 'Line lost', not_displayed: 'Ring not displayed', silent: 'Ring without sound', not_answered: 'Displayed, not answered',
        refused: 'Refused', away: 'Away', other: 'Other',
      },
      reason: {
        not_at_post: 'Left the post', did_not_answer: 'At the post, did not answer', devices_neglected: 'Devices not kept ready', other: 'Other', power_or_line: 'Power or line failed',
        system_fault: 'Fault of the system', serving_citizen: 'Serving a citizen', leave_approved: 'Absence was approved',
      },
      verdict: {
        title: 'Verify', back: 'Take the decision back', reason: 'Reason', words: 'Remarks (may be left out)', wordsNeeded: 'State the reason, at least two characters', reasonFirst: 'Choose a reason first', wordsFirst: 'Say what it was, two characters at least',
        do: { at_fault: 'Find at fault', excused: 'Excuse', taken_back: 'Take back' },
        sure: {
          at_fault: 'Find the window at fault? The 4th in a month goes to the superior body by itself.', excused: 'Excuse it? It will not count against the window.',
          taken_back: 'Take it back? If fewer than 4 stand in the month, what was escalated is taken back too.',
        },
      },
      statement: { title: 'Statement', hint: 'Say what happened, for example “serving an elderly citizen, could not leave”', submit: 'Submit' },
      evidence: {
        title: 'Evidence', cause: 'Judged by the system: ', begun_us: 'Call reached this window', rung_us: 'Ringing began', delivered_us: 'Delivered to the PC', displayed_us: 'Displayed',
        tone_us: 'Tone playing', closed_us: 'Plainly unanswered', never: 'no', presence: 'Sign-ins around that time', noPresence: 'Nobody came or left around that time',
        devices: 'Devices', noDevices: 'The window never reported devices', reported: '(reported {time})', messages: 'Short messages', noMessages: 'None was sent',
      },
      deed: { taken: 'signed in', released: 'signed out', taken_over: 'taken over', away: 'away', back: 'ready again', presence: 'changed presence' },
      device: { face: 'Camera', document: 'Document camera', microphone: 'Microphone', speaker: 'Speaker' },
      deviceState: { ok: 'fine', missing: 'missing', denied: 'not allowed', busy: 'in use', unchecked: 'not checked' },
      own: {
        title: 'Unanswered', open: 'Look / state', empty: 'No unanswered calls',
        hint: 'Calls that windows of your area did not take in time, or that were not taken by the other side. Both may make a statement; the supervisor decides.',
      },
      escalation: {
        title: 'Escalations', one: 'Escalation', raised: 'Raised', window: 'Window', faults: 'At fault', body: 'For', noBody: 'the superior body', open: 'Handle', look: 'Look',
        empty: 'Nothing was escalated to your body. A window found at fault for the 4th time in a month appears here by itself.',
        summary: '{n} unanswered calls of {month} were found to be the window’s fault.', acknowledge: 'Acknowledge', close: 'Close', done: 'What was done, for example “talked to the person responsible”',
        sure: 'Close it? What was done is kept.', calls: 'Unanswered calls of that month',
        state: { raised: 'Raised', acknowledged: 'In hand', closed: 'Closed', taken_back: 'Taken back', other: 'Other' },
        entry: { raised: 'Raised', acknowledged: 'Acknowledged', closed: 'Closed', taken_back: 'Taken back (fewer than 4 stand)' },
      },
      mirror: {
        title: 'Mirror ledger', requesters: 'Callers: needless calls', responders: 'Home side: answers and refusals', window: 'Window', answered: 'Calls answered', needless: 'Needless',
        taken: 'Answered', unanswered: 'Unanswered', refused: 'Refused', refusedRate: 'Refusal rate', not_our_matter: 'Not theirs', busy_with_citizen: 'Busy with a citizen', other: 'Other',
        empty: { requesters: 'No call was answered in this month', responders: 'No window was called in this month' }, short: { requesters: 'callers', responders: 'home side' }, csv: 'Export CSV', calls: 'Open the calls', note: 'Drills are left out.',
      },
      mark: { title: 'This call:', answered_by_points: 'Answered by the review points', not_our_matter: 'Not a matter for this window' },
      drill: {
        title: 'Rehearsals', begin: 'Begin a rehearsal', end: 'End', again: 'Refresh', item: 'Item', all: 'Every item', from: 'Time', by: 'Begun by', went: 'How it went', comma: ', ',
        itemHint: 'Empty: every item of the hall.', untilHint: 'Ends by itself then; at most 12 hours.',
        what: 'Meanwhile all calls from and to windows of the hall are rehearsals: they ring, talk and are recorded, are marked throughout, and count nowhere. Real calls of applicants go to windows of other halls.',
        empty: 'No rehearsal yet. Before a new item opens, let the whole hall go through it.', noCalls: 'No calls yet', calls: '{n} calls', answered: '{n} answered', unanswered: '{n} unanswered', refused: '{n} refused', silent: '{n} silent', mean: 'answered in {n} s on average',
        until: 'planned until {time}', till: 'until {time}', endedBy: 'ended by {name}', begun: 'The rehearsal has begun; every window was told', begunCalls: 'The rehearsal has begun; {n} real calls go on as they are', ended: 'The rehearsal is over; the windows serve again',
        sure: 'End the rehearsal of {hall}? Its windows serve again at once.', state: { running: 'Running', ended: 'Ended', over: 'Over' },
      },
      sms: {
        title: 'Short messages', created: 'Time', kindOf: 'Kind', everyKind: 'Every kind', to: 'To', text: 'Text', noPhone: 'no number', noText: 'Deleted in due time',
        empty: 'No messages. The person responsible for a window gets one when a call is not taken in time or rings without sound.', next: 'again at {time}', resend: 'Send again', cancel: 'Give up',
        kind: { unanswered: 'Unanswered', silent_ring: 'Silent ring', case: 'Case', other: 'Other' },
        state: {
          queued: 'Queued', waiting: 'Waiting', handing: 'Being handed over', handed: 'Handed over', delivered: 'Delivered', failed: 'Not sent', uncertain: 'Uncertain', cancelled: 'Given up',
          other: 'Other',
        },
        error: {
          no_gateway: 'no gateway is configured', no_phone: 'the window has no number', no_text: 'no text', too_old: 'text is past its time', no_key: 'no key could be written, the text was not kept', quiet: 'quiet hours', by_hand: 'by hand',
          replaced: 'another message took its place', restart: 'server restarted, result unknown', receipt: 'receipt: not delivered', time_out: 'gateway did not answer', no_connection: 'gateway not reached',
          no_such_host: 'gateway’s address not found', bad_certificate: 'gateway’s certificate is wrong', broken: 'connection broke', too_long: 'answer too long', file: 'file cannot be written',
        },
        sure: {
          resend_uncertain: 'Nobody can say whether the gateway has this message; sent again it may arrive twice. Send it?', resend_failed: 'This message was not sent. Send it again?',
          cancel: 'Give this message up?',
        },
      },
    },
  },
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/words.h"

#include <stddef.h>
#include <string.h>

const char *const fw_presences[] = {"ready", "away", "busy", "offline", NULL};
const char *const fw_presence_wishes[] = {"ready", "away", NULL};
const char *const fw_away_reasons[] = {"counter", "break", "lunch", "meeting", "other", NULL};
const char *const fw_device_names[] = {"face", "document", "microphone", "speaker", NULL};
const char *const fw_device_states[] = {"ok", "missing", "denied", "busy", "unchecked", NULL};
const char *const fw_call_states[] = {"requested", "ringing", "answered", "ended", "cancelled",
	"refused", "unanswered", "interrupted", NULL};
const char *const fw_part_states[] = {"rung", "in", "refused", "withdrawn", "left", NULL};
const char *const fw_lines[] = {"none", "connecting", "up", "lost", NULL};
const char *const fw_media_states[] = {"on", "muted", "missing", "lost", NULL};
const char *const fw_tracks[] = {"audio", "face", "document", NULL};
const char *const fw_recording_states[] = {"off", "recording", "failed", NULL};
const char *const fw_recording_reasons[] = {"disk_full", "error", "disk_slow", NULL};
const char *const fw_end_reasons[] = {"hangup", "cancelled", "refused", "unanswered",
	"rejoin_timeout", "server_restart", "left", "transferred", "nobody_there", NULL};
const char *const fw_end_texts[] = {"已挂断", "申请方已取消", "属地窗口均未受理",
	"属地窗口未及时接听", "连接中断，未能在限定时间内恢复", "服务器重新启动，通话中断",
	"一方已离开", "已转接", "属地窗口均未在岗", NULL};
const char *const fw_ring_stages[] = {"delivered", "displayed", "tone", NULL};
const char *const fw_capture_answers[] = {"taken", "declined", "failed", NULL};
const char *const fw_refuse_reasons[] = {"not_our_matter", "busy_with_citizen", "other", NULL};
const char *const fw_queue_states[] = {"none", "waiting", "rung", "taken", "left", "over", NULL};
const char *const fw_attempt_states[] = {
	"absent", "rung", "declined", "answered", "refused", "withdrawn", "unanswered", NULL};
const char *const fw_outcomes[] = {"answered", "refused", "withdrawn", "unanswered", NULL};
const char *const fw_causes[] = {NULL, "not_signed_in", "connection_lost", "not_displayed",
	"silent", "not_answered", "refused", "away", NULL};
const char *const fw_why_nots[] = {NULL, "answered_elsewhere", "busy", "queue_left",
	"caller_gave_up", "caller_fault", "server_fault", "drill", "out_of_hours", "off_duty",
	"silent"};

int fw_word_index(const char *const *words, const char *word)
{
	for (int i = 0; word && words[i]; i++) {
		if (strcmp(words[i], word) == 0) {
			return i;
		}
	}
	return -1;
}

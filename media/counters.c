/* SPDX-License-Identifier: Apache-2.0 */
#include "media/counters.h"

static const char *const names[FW_COUNT_MAX] = {
	[FW_COUNT_RTP_IN] = "rtp_in",
	[FW_COUNT_RTP_OUT] = "rtp_out",
	[FW_COUNT_RTP_REPEATED] = "rtp_repeated",
	[FW_COUNT_RTCP_IN] = "rtcp_in",
	[FW_COUNT_RTCP_OUT] = "rtcp_out",
	[FW_COUNT_SINK] = "sink",
	[FW_COUNT_CHECKS] = "checks",
	[FW_COUNT_DATAGRAMS_IN] = "datagrams_in",
	[FW_COUNT_DATAGRAMS_OUT] = "datagrams_out",
	[FW_COUNT_RECEIVE_CALLS] = "receive_calls",
	[FW_COUNT_SEND_CALLS] = "send_calls",
	[FW_COUNT_KEY_FRAME_REQUESTS] = "key_frame_requests",
	[FW_DROP_OVERSIZED] = "drop_oversized",
	[FW_DROP_NOT_MEDIA] = "drop_not_media",
	[FW_DROP_UNKNOWN_ADDRESS] = "drop_unknown_address",
	[FW_DROP_STUN_MALFORMED] = "drop_stun_malformed",
	[FW_DROP_STUN_UNKNOWN_USER] = "drop_stun_unknown_user",
	[FW_DROP_STUN_INTEGRITY] = "drop_stun_integrity",
	[FW_DROP_STUN_OTHER] = "drop_stun_other",
	[FW_DROP_DTLS] = "drop_dtls",
	[FW_DROP_BEFORE_DTLS] = "drop_before_dtls",
	[FW_DROP_RTP_MALFORMED] = "drop_rtp_malformed",
	[FW_DROP_RTP_AUTHENTICATION] = "drop_rtp_authentication",
	[FW_DROP_RTP_REPLAYED] = "drop_rtp_replayed",
	[FW_DROP_RTP_UNKNOWN_SSRC] = "drop_rtp_unknown_ssrc",
	[FW_DROP_RTP_PAYLOAD_TYPE] = "drop_rtp_payload_type",
	[FW_DROP_RTCP_MALFORMED] = "drop_rtcp_malformed",
	[FW_DROP_RTCP_AUTHENTICATION] = "drop_rtcp_authentication",
	[FW_DROP_RTCP_REPLAYED] = "drop_rtcp_replayed",
	[FW_DROP_GATE_CLOSED] = "drop_gate_closed",
	[FW_DROP_SEND_FULL] = "drop_send_full",
	[FW_DROP_SEND_ERROR] = "drop_send_error",
	[FW_DROP_HISTORY_MISS] = "drop_history_miss",
	[FW_DROP_OUT_OF_ORDER] = "drop_out_of_order",
	[FW_DROP_PROTECT] = "drop_protect",
	[FW_DROP_COMMAND_UNKNOWN_PEER] = "drop_command_unknown_peer",
	[FW_DROP_COMMAND_REFUSED] = "drop_command_refused",
	[FW_DROP_TCP_REFUSED] = "drop_tcp_refused",
};

const char *fw_media_count_name(enum fw_media_count which)
{
	return which < FW_COUNT_MAX ? names[which] : "unknown";
}

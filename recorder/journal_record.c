/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/journal.h"

#include <errno.h>
#include <stdio.h>

#include "recorder/bytes.h"

#define REPORT_BYTES  16
#define OVERRUN_BYTES 12
#define SEGMENT_BYTES 48 /* reason u8, 3 zeros, started_us i64, call id of 36 characters */

static int payload_bytes(const struct fw_record *record, size_t *ret_bytes)
{
	switch (record->kind) {
	case FW_RECORD_PACKET:
		if (record->packet.size == 0 || record->packet.size > FW_PACKET_MAX_BYTES) {
			return -EINVAL;
		}
		*ret_bytes = record->packet.size;
		return 0;
	case FW_RECORD_SENDER_REPORT:
		*ret_bytes = REPORT_BYTES;
		return 0;
	case FW_RECORD_MARK:
		*ret_bytes = 1;
		return 0;
	case FW_RECORD_OVERRUN:
		*ret_bytes = OVERRUN_BYTES;
		return 0;
	case FW_RECORD_PARTICIPANT:
		if (record->label.size > FW_RECORDER_LABEL_MAX) {
			return -EINVAL;
		}
		*ret_bytes = record->label.size;
		return 0;
	case FW_RECORD_SEGMENT:
		*ret_bytes = SEGMENT_BYTES;
		return 0;
	case FW_RECORD_CLOSE:
		*ret_bytes = 0;
		return 0;
	}
	return -EINVAL;
}

static void encode_payload(const struct fw_record *record, uint8_t *out)
{
	switch (record->kind) {
	case FW_RECORD_PACKET:
		memcpy(out, record->packet.bytes, record->packet.size);
		break;
	case FW_RECORD_SENDER_REPORT:
		put_u32(out, record->sender_report.ssrc);
		put_u32(out + 4, record->sender_report.rtp_time);
		put_u64(out + 8, record->sender_report.ntp);
		break;
	case FW_RECORD_MARK:
		out[0] = (uint8_t)record->mark;
		break;
	case FW_RECORD_OVERRUN:
		put_u64(out, (uint64_t)record->overrun.from_us);
		put_u32(out + 8, record->overrun.packets);
		break;
	case FW_RECORD_PARTICIPANT:
		memcpy(out, record->label.text, record->label.size);
		break;
	case FW_RECORD_SEGMENT:
		memset(out, 0, SEGMENT_BYTES);
		out[0] = (uint8_t)record->segment.reason;
		out[1] = record->segment.drill ? 1 : 0;
		put_u64(out + 4, (uint64_t)record->segment.started_us);
		memcpy(out + 12, record->segment.call_id, FW_ID_SIZE - 1);
		break;
	case FW_RECORD_CLOSE:
		break;
	}
}

int fw_record_encode(
	const struct fw_record *record, uint8_t *out, size_t capacity, size_t *ret_bytes)
{
	size_t payload = 0;
	int r = payload_bytes(record, &payload);

	if (r < 0) {
		return r;
	}
	if (capacity < FW_RECORD_HEAD_BYTES + payload) {
		return -EOVERFLOW;
	}
	out[0] = (uint8_t)record->kind;
	out[1] = record->track;
	put_u16(out + 2, (uint16_t)payload);
	put_u32(out + 4, record->participant);
	put_u64(out + 8, (uint64_t)record->at_us);
	encode_payload(record, out + FW_RECORD_HEAD_BYTES);
	*ret_bytes = FW_RECORD_HEAD_BYTES + payload;
	return 0;
}

static int decode_segment(const uint8_t *in, struct fw_record *record)
{
	if (in[0] >= FW_SEGMENT_REASON_COUNT || in[1] > 1) {
		return -EBADMSG;
	}
	record->segment.reason = in[0];
	record->segment.drill = in[1] == 1;
	record->segment.started_us = (int64_t)get_u64(in + 4);
	memcpy(record->segment.call_id, in + 12, FW_ID_SIZE - 1);
	record->segment.call_id[FW_ID_SIZE - 1] = '\0';
	return fw_id_valid(record->segment.call_id) ? 0 : -EBADMSG;
}

static int decode_payload(const uint8_t *in, size_t size, struct fw_record *record)
{
	switch (record->kind) {
	case FW_RECORD_PACKET:
		record->packet.bytes = in;
		record->packet.size = size;
		return size > 0 && record->track < FW_TRACK_COUNT ? 0 : -EBADMSG;
	case FW_RECORD_SENDER_REPORT:
		if (size != REPORT_BYTES || record->track >= FW_TRACK_COUNT) {
			return -EBADMSG;
		}
		record->sender_report.ssrc = get_u32(in);
		record->sender_report.rtp_time = get_u32(in + 4);
		record->sender_report.ntp = get_u64(in + 8);
		return 0;
	case FW_RECORD_MARK:
		if (size != 1 || in[0] >= FW_MARK_COUNT) {
			return -EBADMSG;
		}
		record->mark = in[0];
		return 0;
	case FW_RECORD_OVERRUN:
		if (size != OVERRUN_BYTES || record->track >= FW_TRACK_COUNT) {
			return -EBADMSG;
		}
		record->overrun.from_us = (int64_t)get_u64(in);
		record->overrun.packets = get_u32(in + 8);
		return 0;
	case FW_RECORD_PARTICIPANT:
		record->label.text = (const char *)in;
		record->label.size = size;
		return size <= FW_RECORDER_LABEL_MAX ? 0 : -EBADMSG;
	case FW_RECORD_SEGMENT:
		return size == SEGMENT_BYTES ? decode_segment(in, record) : -EBADMSG;
	case FW_RECORD_CLOSE:
		return size == 0 ? 0 : -EBADMSG;
	}
	return -EBADMSG;
}

int fw_record_decode(
	const uint8_t *bytes, size_t size, struct fw_record *ret_record, size_t *ret_bytes)
{
	struct fw_record record = {0};
	size_t payload;
	int r;

	if (size < FW_RECORD_HEAD_BYTES) {
		return -EBADMSG;
	}
	payload = get_u16(bytes + 2);
	record.kind = bytes[0];
	record.track = bytes[1];
	record.participant = get_u32(bytes + 4);
	record.at_us = (int64_t)get_u64(bytes + 8);
	if (payload > size - FW_RECORD_HEAD_BYTES || record.track > FW_TRACK_COUNT) {
		return -EBADMSG;
	}
	r = decode_payload(bytes + FW_RECORD_HEAD_BYTES, payload, &record);
	if (r < 0) {
		return r;
	}
	*ret_record = record;
	*ret_bytes = FW_RECORD_HEAD_BYTES + payload;
	return 0;
}

void fw_journal_segment_name(uint32_t segment, char ret_name[FW_JOURNAL_NAME_SIZE])
{
	(void)snprintf(ret_name, FW_JOURNAL_NAME_SIZE, "%04u.fwj", segment);
}

uint32_t fw_journal_segment_number(const char *name)
{
	uint32_t number = 0;

	for (int i = 0; i < 4; i++) {
		if (name[i] < '0' || name[i] > '9') {
			return 0;
		}
		number = number * 10 + (uint32_t)(name[i] - '0');
	}
	return strcmp(name + 4, ".fwj") == 0 ? number : 0;
}

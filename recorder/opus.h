/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the finaliser needs to know of Opus packets (RFC 6716): how long one is, and silence.
 *
 * Owner: constants and values. Threads: any. Errors: -EBADMSG no Opus packet.
 */
#ifndef FW_RECORDER_OPUS_H
#define FW_RECORDER_OPUS_H

#include <stddef.h>
#include <stdint.h>

#define FW_OPUS_SILENCE_BYTES 3
#define FW_OPUS_FILL_US       20000 /* the usual packet */
#define FW_OPUS_STEP_US       2500 /* the shortest */

/* From the first byte and the frame count (RFC 6716 3.1, 3.2); at most 120 ms. */
int fw_opus_duration_us(const uint8_t *packet, size_t size, int32_t *ret_duration_us);

/*
 * A packet of silence, as long as fits into room_us: 20, 10, 5 or 2.5 ms; 0 bytes when room_us is
 * less. ret_packet: FW_OPUS_SILENCE_BYTES.
 */
size_t fw_opus_silence(int64_t room_us, uint8_t *ret_packet, int32_t *ret_duration_us);

#endif

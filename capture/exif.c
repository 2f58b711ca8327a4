/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/exif.h"

#include <errno.h>
#include <string.h>

#define TAG_ORIENTATION 274
#define TAG_GPS         34853
#define TYPE_SHORT      3
#define ENTRY_BYTES     12
#define ENTRIES_MAX     512 /* of IFD 0; cameras write about a dozen */

struct reader {
	const uint8_t *bytes;
	size_t size;
	bool big_endian;
};

static uint32_t get16(const struct reader *reader, size_t at)
{
	const uint8_t *byte = reader->bytes + at;

	return reader->big_endian ? (uint32_t)(byte[0] << 8 | byte[1])
				  : (uint32_t)(byte[1] << 8 | byte[0]);
}

static uint32_t get32(const struct reader *reader, size_t at)
{
	uint32_t first = get16(reader, at), second = get16(reader, at + 2);

	return reader->big_endian ? first << 16 | second : second << 16 | first;
}

int fw_exif_parse(const uint8_t *tiff, size_t size, struct fw_exif *ret_exif)
{
	struct reader reader = {.bytes = tiff, .size = size};
	struct fw_exif exif = {.orientation = 1};
	size_t at;
	uint32_t entries;

	if (size < 8 || (memcmp(tiff, "II*\0", 4) != 0 && memcmp(tiff, "MM\0*", 4) != 0)) {
		return -EBADMSG;
	}
	reader.big_endian = tiff[0] == 'M';
	at = get32(&reader, 4);
	if (at < 8 || at > size - 2) {
		return -EBADMSG;
	}
	entries = get16(&reader, at);
	at += 2;
	for (uint32_t i = 0; i < entries && i < ENTRIES_MAX && size - at >= ENTRY_BYTES;
		i++, at += ENTRY_BYTES) {
		uint32_t tag = get16(&reader, at), value = get16(&reader, at + 8);

		if (tag == TAG_ORIENTATION && get16(&reader, at + 2) == TYPE_SHORT && value >= 1 &&
			value <= 8) {
			exif.orientation = (uint8_t)value;
		} else if (tag == TAG_GPS) {
			exif.has_place = true;
		}
	}
	*ret_exif = exif;
	return 0;
}

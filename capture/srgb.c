/* SPDX-License-Identifier: Apache-2.0 */
/* Layout: ISO 15076-1 7.2 (head), 7.3 (tag table), 10 (types). All numbers are big-endian. */
#include "capture/srgb.h"

#include <stdint.h>
#include <string.h>

#define HEAD_BYTES  128
#define ENTRY_BYTES 12
#define VERSION     0x04200000u
#define NUMBERS_MAX 9

struct tag {
	const char *name, *type;
	unsigned count;
	double numbers[NUMBERS_MAX]; /* each an s15Fixed16 */
	const char *text; /* of type mluc, in English; else NULL */
};

/* Primaries of ITU-R BT.709 and white D65, seen from D50 by the Bradford transform in `chad`. */
static const struct tag tags[] = {
	{.name = "desc", .type = "mluc", .text = "sRGB"},
	{.name = "cprt", .type = "mluc", .text = "No copyright"},
	{"wtpt", "XYZ ", 3, {0.9642, 1.0, 0.8249}, NULL},
	{"rXYZ", "XYZ ", 3, {0.43607, 0.22249, 0.01392}, NULL},
	{"gXYZ", "XYZ ", 3, {0.38515, 0.71687, 0.09708}, NULL},
	{"bXYZ", "XYZ ", 3, {0.14307, 0.06061, 0.71410}, NULL},
	{"chad", "sf32", 9,
		{1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168},
		NULL},
	{"rTRC", "para", 5, {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}, NULL},
	{"gTRC", "para", 5, {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}, NULL},
	{"bTRC", "para", 5, {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}, NULL},
};

static void add_int(GByteArray *bytes, uint32_t value, unsigned size)
{
	for (unsigned i = size; i-- > 0;) {
		uint8_t byte = (uint8_t)(value >> 8 * i);

		g_byte_array_append(bytes, &byte, 1);
	}
}

static void add_fixed(GByteArray *bytes, double value)
{
	add_int(bytes, (uint32_t)(int32_t)(value * 65536 + (value < 0 ? -0.5 : 0.5)), 4);
}

static void add_name(GByteArray *bytes, const char *name)
{
	g_byte_array_append(bytes, (const uint8_t *)name, 4);
}

static void set_int(GByteArray *bytes, guint at, uint32_t value)
{
	for (guint i = 0; i < 4; i++) {
		bytes->data[at + i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

static void add_head(GByteArray *bytes)
{
	static const uint8_t none[20];

	add_int(bytes, 0, 4); /* size, set at the end */
	add_int(bytes, 0, 4);
	add_int(bytes, VERSION, 4);
	add_name(bytes, "mntr");
	add_name(bytes, "RGB ");
	add_name(bytes, "XYZ ");
	for (unsigned i = 0; i < 6; i++) { /* a date, the same in every file */
		add_int(bytes, i == 0 ? 2000 : i < 3 ? 1 : 0, 2);
	}
	add_name(bytes, "acsp");
	g_byte_array_append(bytes, none, 20); /* no platform, maker or model */
	g_byte_array_append(bytes, none, 8);
	add_int(bytes, 0, 4); /* perceptual */
	add_fixed(bytes, 0.9642); /* D50 */
	add_fixed(bytes, 1.0);
	add_fixed(bytes, 0.8249);
	g_byte_array_append(bytes, none, 4);
	while (bytes->len < HEAD_BYTES) {
		g_byte_array_append(bytes, none, 1);
	}
}

static void add_text(GByteArray *bytes, const char *text)
{
	add_int(bytes, 1, 4); /* one language */
	add_int(bytes, 12, 4);
	add_name(bytes, "enUS");
	add_int(bytes, 2 * (uint32_t)strlen(text), 4);
	add_int(bytes, 28, 4); /* where it begins */
	for (; *text; text++) {
		add_int(bytes, (uint8_t)*text, 2);
	}
}

static void add_tag(GByteArray *bytes, const struct tag *tag)
{
	add_name(bytes, tag->type);
	add_int(bytes, 0, 4);
	if (tag->text) {
		add_text(bytes, tag->text);
	} else if (strcmp(tag->type, "para") == 0) {
		add_int(bytes, 3, 2); /* a power with a straight foot */
		add_int(bytes, 0, 2);
	}
	for (unsigned i = 0; i < tag->count; i++) {
		add_fixed(bytes, tag->numbers[i]);
	}
	while (bytes->len % 4 != 0) {
		add_int(bytes, 0, 1);
	}
}

GByteArray *fw_srgb_profile(void)
{
	GByteArray *bytes = g_byte_array_new();

	add_head(bytes);
	add_int(bytes, G_N_ELEMENTS(tags), 4);
	for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
		add_name(bytes, tags[i].name);
		add_int(bytes, 0, 4);
		add_int(bytes, 0, 4);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
		guint entry = HEAD_BYTES + 4 + ENTRY_BYTES * (guint)i, begin = bytes->len;

		add_tag(bytes, &tags[i]);
		set_int(bytes, entry + 4, begin);
		set_int(bytes, entry + 8, bytes->len - begin);
	}
	set_int(bytes, 0, bytes->len);
	return bytes;
}

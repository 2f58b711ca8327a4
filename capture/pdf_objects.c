/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/pdf_objects.h"

#include <string.h>

#define ID_CHARS 32 /* of the hexadecimal digest */

/* The second line tells programs that pass files on that this is no text (7.5.2). */
#define HEAD "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

static void add(struct fw_pdf_objects *objects, const char *text)
{
	g_byte_array_append(objects->bytes, (const uint8_t *)text, (guint)strlen(text));
}

static void add_format(struct fw_pdf_objects *objects, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add_format(struct fw_pdf_objects *objects, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	add(objects, text);
}

void fw_pdf_objects_init(struct fw_pdf_objects *objects, size_t expected)
{
	objects->bytes = g_byte_array_sized_new((guint)expected);
	objects->offsets = g_array_new(FALSE, TRUE, sizeof(size_t));
	add(objects, HEAD);
}

void fw_pdf_objects_clear(struct fw_pdf_objects *objects)
{
	g_clear_pointer(&objects->bytes, g_byte_array_unref);
	g_clear_pointer(&objects->offsets, g_array_unref);
}

unsigned fw_pdf_objects_take(struct fw_pdf_objects *objects, unsigned count)
{
	unsigned first = objects->offsets->len + 1;

	g_array_set_size(objects->offsets, objects->offsets->len + count);
	return first;
}

static void begin(struct fw_pdf_objects *objects, unsigned number)
{
	g_array_index(objects->offsets, size_t, number - 1) = objects->bytes->len;
	add_format(objects, "%u 0 obj\n", number);
}

void fw_pdf_object(struct fw_pdf_objects *objects, unsigned number, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	begin(objects, number);
	add(objects, text);
	add(objects, "\nendobj\n");
}

void fw_pdf_stream(struct fw_pdf_objects *objects, unsigned number, const char *dictionary,
	const void *bytes, size_t size)
{
	begin(objects, number);
	add_format(objects, "<< %s /Length %zu >>\nstream\n", dictionary, size);
	g_byte_array_append(objects->bytes, bytes, (guint)size);
	add(objects, "\nendstream\nendobj\n");
}

/* The same content has the same id, so that a file made twice is one file. */
static char *digest(const struct fw_pdf_objects *objects)
{
	char *id = g_compute_checksum_for_data(
		G_CHECKSUM_SHA256, objects->bytes->data, objects->bytes->len);

	id[ID_CHARS] = '\0';
	return id;
}

GByteArray *fw_pdf_objects_end(struct fw_pdf_objects *objects, unsigned catalog)
{
	g_autofree char *id = digest(objects);
	size_t table = objects->bytes->len;
	unsigned count = objects->offsets->len + 1;

	add_format(objects, "xref\n0 %u\n0000000000 65535 f \n", count);
	for (guint i = 0; i + 1 < count; i++) {
		add_format(objects, "%010zu 00000 n \n", g_array_index(objects->offsets, size_t, i));
	}
	add_format(objects,
		"trailer\n<< /Size %u /Root %u 0 R /ID [<%s> <%s>] >>\nstartxref\n%zu\n%%%%EOF\n",
		count, catalog, id, id, table);
	return g_steal_pointer(&objects->bytes);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/static_files.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"

#define GZIP_MIN_BYTES 1024 /* below, the header costs what compression gains */
#define FOLDERS_MAX    16 /* depth: a link that leads back must end somewhere */

struct fw_static_files {
	GHashTable *by_path; /* "/assets/x.js" -> struct fw_static_file */
	size_t total_bytes;
};

struct media_type {
	const char *suffix;
	const char *name;
	bool compress;
};

/* Names: IANA media types; the browser is told not to guess others (X-Content-Type-Options). */
static const struct media_type media_types[] = {
	{".html", "text/html; charset=utf-8", true},
	{".js", "text/javascript; charset=utf-8", true},
	{".mjs", "text/javascript; charset=utf-8", true},
	{".css", "text/css; charset=utf-8", true},
	{".json", "application/json", true},
	{".map", "application/json", true},
	{".svg", "image/svg+xml", true},
	{".txt", "text/plain; charset=utf-8", true},
	{".webmanifest", "application/manifest+json", true},
	{".wasm", "application/wasm", true},
	{".png", "image/png", false},
	{".jpg", "image/jpeg", false},
	{".webp", "image/webp", false},
	{".ico", "image/x-icon", false},
	{".woff2", "font/woff2", false},
	{".woff", "font/woff", false},
	{".ogg", "audio/ogg", false},
	{".mp3", "audio/mpeg", false},
	{".wav", "audio/wav", false},
	{".webm", "video/webm", false},
	{"", "application/octet-stream", false},
};

static void file_free(void *data)
{
	struct fw_static_file *file = data;

	g_bytes_unref(file->bytes);
	g_clear_pointer(&file->gzip, g_bytes_unref);
	g_free(file);
}

static const struct media_type *type_of(const char *path)
{
	const struct media_type *type = media_types;

	while (!g_str_has_suffix(path, type->suffix)) {
		type++;
	}
	return type;
}

static GBytes *compress(GBytes *bytes)
{
	g_autoptr(GZlibCompressor) compressor =
		g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
	g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
	g_autoptr(GOutputStream) stream =
		g_converter_output_stream_new(memory, G_CONVERTER(compressor));
	size_t size;
	const void *data = g_bytes_get_data(bytes, &size);
	g_autoptr(GBytes) small = NULL;

	if (!g_output_stream_write_all(stream, data, size, NULL, NULL, NULL) ||
		!g_output_stream_close(stream, NULL, NULL)) {
		return NULL;
	}
	small = g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
	return g_bytes_get_size(small) < size ? g_steal_pointer(&small) : NULL;
}

/* Vite names what it builds NAME-DIGEST.EXT, eight characters of base64url, in assets/. */
static bool has_digest(const char *path)
{
	const char *dot = strrchr(path, '.');

	return g_str_has_prefix(path, "/assets/") && dot && dot - path > 9 && dot[-9] == '-';
}

static int add_file(struct fw_static_files *files, const char *path, const char *file_name)
{
	const struct media_type *type = type_of(path);
	struct fw_static_file *file;
	uint8_t digest[FW_SHA256_BYTES];
	char hex[2 * FW_SHA256_BYTES + 1];
	char *bytes;
	size_t size;
	int r;

	if (g_hash_table_size(files->by_path) >= FW_STATIC_MAX_FILES) {
		return -EOVERFLOW;
	}
	r = fw_file_read(file_name, FW_STATIC_MAX_BYTES - files->total_bytes, &bytes, &size);
	if (r < 0) {
		return r;
	}
	r = fw_sha256(bytes, size, digest);
	if (r < 0) {
		g_free(bytes);
		return r;
	}
	files->total_bytes += size;
	file = g_new0(struct fw_static_file, 1);
	file->media_type = type->name;
	file->bytes = g_bytes_new_take(bytes, size);
	file->gzip = type->compress && size >= GZIP_MIN_BYTES ? compress(file->bytes) : NULL;
	file->immutable = has_digest(path);
	fw_text_hex_encode(digest, sizeof(digest), hex);
	(void)snprintf(file->etag, sizeof(file->etag), "\"%s\"", hex);
	g_hash_table_insert(files->by_path, g_strdup(path), file);
	return 0;
}

static int add_folder(
	struct fw_static_files *files, const char *path, const char *folder, unsigned depth)
{
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	const char *name;

	if (!entries) {
		return -ENOENT;
	}
	if (depth > FOLDERS_MAX) {
		return -EOVERFLOW;
	}
	while ((name = g_dir_read_name(entries))) {
		g_autofree char *file_name = g_build_filename(folder, name, NULL);
		g_autofree char *below = g_strconcat(path, "/", name, NULL);
		int r = 0;

		if (name[0] == '.') {
			continue; /* marks of the build, never for the browser */
		}
		if (g_file_test(file_name, G_FILE_TEST_IS_DIR)) {
			r = add_folder(files, below, file_name, depth + 1);
		} else if (g_file_test(file_name, G_FILE_TEST_IS_REGULAR)) {
			r = add_file(files, below, file_name);
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int fw_static_load(const char *folder, struct fw_static_files **ret_files)
{
	fw_cleanup(fw_static_free) struct fw_static_files *files = g_new0(struct fw_static_files, 1);
	int r;

	files->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
	r = add_folder(files, "", folder, 0);
	if (r < 0) {
		return r;
	}
	if (!g_hash_table_contains(files->by_path, "/index.html")) {
		return -ENOENT;
	}
	*ret_files = g_steal_pointer(&files);
	return 0;
}

void fw_static_free(struct fw_static_files *files)
{
	if (!files) {
		return;
	}
	g_hash_table_unref(files->by_path);
	g_free(files);
}

const struct fw_static_file *fw_static_find(const struct fw_static_files *files, const char *path)
{
	const struct fw_static_file *file = g_hash_table_lookup(files->by_path, path);
	const char *last = strrchr(path, '/');

	if (!file && last && !strchr(last, '.')) {
		file = g_hash_table_lookup(files->by_path, "/index.html");
	}
	return file;
}

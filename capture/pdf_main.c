/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farwindow-pdf: joins straightened pages of a case to one PDF, in a process of its own.
 *
 *     farwindow-pdf --blobs FOLDER --key-id TEXT --pdf UUID --pages UUID[:TURN][+UUID][,...] [--archive]
 *
 * TURN: 90, 180 or 270 degrees clockwise. After the plus sign: what was read on the page. --archive: as PDF/A-2b. The data key is read
 * from descriptor 3; {"pages":N,"bytes":N} goes to standard output.
 * docs/CAPTURE.md is the contract.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "base/blob.h"
#include "base/sandbox.h"
#include "base/sanitized.h"
#include "base/spawn.h"
#include "capture/pdf_writer.h"

#define FW_LOG_TOPIC "pdf"
#include "base/log.h"

FW_WORKER_WITHOUT_LEAK_CHECK

#define KEY_FD 3

enum status {
	STATUS_OK = 0,
	STATUS_USAGE = 2,
	STATUS_KEY = 3,
	STATUS_SANDBOX = 4,
	STATUS_PAGES = 5,
	STATUS_RESULTS = 6,
	STATUS_DISK_FULL = 7,
};

struct options {
	const char *blobs, *key_id, *pdf;
	char **pages;
	unsigned turns[FW_PDF_PAGES_MAX + 1]; /* of the pages */
	const char *words[FW_PDF_PAGES_MAX + 1]; /* of the pages; NULL: none */
	unsigned count;
	bool archive;
};

/* Cuts "+UUID" off what names a page. */
static int read_words_name(char *page, const char **ret_words)
{
	char *plus = strchr(page, '+');

	if (!plus) {
		return 0;
	}
	*plus = '\0';
	*ret_words = plus + 1;
	return fw_id_valid(*ret_words) ? 0 : -EINVAL;
}

/* Cuts ":90" off what is left. */
static int read_turn(char *page, unsigned *ret_turn)
{
	static const char *const turns[] = {"90", "180", "270"};
	char *turn = strchr(page, ':');

	if (!turn) {
		return 0;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(turns); i++) {
		if (strcmp(turn + 1, turns[i]) == 0) {
			*turn = '\0';
			*ret_turn = 90 * (i + 1);
			return 0;
		}
	}
	return -EINVAL;
}

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"blobs", required_argument, NULL, 'b'},
		{"key-id", required_argument, NULL, 'k'},
		{"pdf", required_argument, NULL, 'o'},
		{"pages", required_argument, NULL, 'p'},
		{"archive", no_argument, NULL, 'a'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'b':
			options->blobs = optarg;
			break;
		case 'k':
			options->key_id = optarg;
			break;
		case 'o':
			options->pdf = optarg;
			break;
		case 'p':
			g_strfreev(options->pages);
			options->pages = g_strsplit(optarg, ",", FW_PDF_PAGES_MAX + 1);
			options->count = g_strv_length(options->pages);
			break;
		case 'a':
			options->archive = true;
			break;
		default:
			return -EINVAL;
		}
	}
	for (unsigned i = 0; i < options->count; i++) {
		if (read_words_name(options->pages[i], &options->words[i]) < 0 ||
			read_turn(options->pages[i], &options->turns[i]) < 0 ||
			!fw_id_valid(options->pages[i])) {
			return -EINVAL;
		}
	}
	return optind == argc && options->blobs && options->key_id && fw_id_valid(options->pdf) &&
			options->count > 0 && options->count <= FW_PDF_PAGES_MAX
		? 0
		: -EINVAL;
}

/* A page whose words cannot be read is joined without them. */
static const struct fw_page_words *read_words(
	struct fw_blob_store *store, const char *blob, const uint8_t *key)
{
	g_autofree void *bytes = NULL;
	struct fw_page_words *words = g_new0(struct fw_page_words, 1);
	size_t size;
	int r = fw_blob_get(store, blob, key, FW_PAGE_WORDS_MAX_BYTES, &bytes, &size);

	if (r == 0) {
		r = fw_page_words_parse(bytes, size, words);
	}
	if (r < 0) {
		fw_warn("words unreadable words=%s errno=%d", blob, -r);
		g_clear_pointer(&words, g_free);
	}
	return words;
}

static void free_page(struct fw_pdf_page *page)
{
	struct fw_page_words *words = (struct fw_page_words *)page->words;

	g_free((void *)page->jpeg);
	if (words) {
		fw_page_words_clear(words);
		g_free(words);
	}
}

static int read_pages(struct fw_blob_store *store, const struct options *options,
	const uint8_t *key, struct fw_pdf_page *pages)
{
	uint64_t room = FW_PDF_MAX_BYTES;

	for (unsigned i = 0; i < options->count; i++) {
		void *bytes = NULL;
		int r = fw_blob_get(
			store, options->pages[i], key, (size_t)room, &bytes, &pages[i].jpeg_size);

		if (r < 0) {
			return r;
		}
		pages[i].jpeg = bytes;
		pages[i].turn = options->turns[i];
		pages[i].dpi = fw_pdf_dpi_of(bytes, pages[i].jpeg_size);
		room -= pages[i].jpeg_size;
		if (options->words[i]) {
			pages[i].words = read_words(store, options->words[i], key);
		}
	}
	return 0;
}

static int put(struct fw_blob_store *store, const struct options *options, const uint8_t *key,
	const uint8_t *bytes, size_t size)
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	int r = fw_blob_writer_create(
		store, options->pdf, options->key_id, key, FW_BLOB_REPLACE, &writer);

	if (r == 0) {
		r = fw_blob_write(writer, 0, bytes, size);
	}
	return r < 0 ? r : fw_blob_commit(writer, NULL);
}

static enum status join(struct fw_blob_store *store, const struct options *options,
	const uint8_t *key, struct fw_pdf_page *pages)
{
	g_autofree uint8_t *pdf = NULL;
	size_t size = 0;
	int r = read_pages(store, options, key, pages);

	if (r == 0) {
		r = fw_pdf_write(pages, options->count, options->archive, &pdf, &size);
	}
	if (r < 0) {
		fw_error("pages unreadable pdf=%s errno=%d", options->pdf, -r);
		return STATUS_PAGES;
	}
	r = put(store, options, key, pdf, size);
	if (r < 0) {
		fw_error("pdf not written pdf=%s errno=%d", options->pdf, -r);
		return r == -ENOSPC || r == -EDQUOT ? STATUS_DISK_FULL : STATUS_RESULTS;
	}
	return printf("{\"pages\":%u,\"bytes\":%zu}", options->count, size) > 0 && fflush(stdout) == 0
		? STATUS_OK
		: STATUS_RESULTS;
}

static enum status run(const struct options *options, const uint8_t *key)
{
	fw_cleanup(fw_blob_store_close) struct fw_blob_store *store = NULL;
	g_autofree struct fw_pdf_page *pages = g_new0(struct fw_pdf_page, options->count);
	enum status status;

	if (fw_blob_store_open(options->blobs, &store) < 0) {
		return STATUS_PAGES;
	}
	if (fw_sandbox_enter(FW_SANDBOX_FILES, options->blobs, NULL) < 0) {
		fw_error("sandbox refused");
		return STATUS_SANDBOX;
	}
	status = join(store, options, key, pages);
	for (unsigned i = 0; i < options->count; i++) {
		free_page(&pages[i]);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	uint8_t key[FW_AEAD_KEY_BYTES];
	enum status status;

	if (read_options(argc, argv, &options) < 0) {
		fprintf(stderr,
			"usage: farwindow-pdf --blobs FOLDER --key-id TEXT --pdf UUID "
			"--pages UUID[:TURN][+UUID][,...] [--archive]\n");
		status = STATUS_USAGE;
	} else if (fw_spawn_read_secret(KEY_FD, key, sizeof(key)) < 0) {
		fw_error("no key on descriptor %d", KEY_FD);
		status = STATUS_KEY;
	} else {
		status = fw_crypto_warm_up() < 0 ? STATUS_SANDBOX : run(&options, key);
		fw_wipe(key, sizeof(key));
	}
	g_strfreev(options.pages);
	return (int)status;
}

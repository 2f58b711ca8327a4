/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farwindow-words: reads what is printed on one page, in a process of its own.
 *
 *     farwindow-words --blobs FOLDER --key-id TEXT --page UUID --words UUID
 *
 * The data key is read from descriptor 3. What was read goes to the blob `words` and nowhere else; to standard output
 * go counts and which way up the page lies. docs/CAPTURE.md is the contract.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "base/blob.h"
#include "base/sandbox.h"
#include "base/sanitized.h"
#include "base/spawn.h"
#include "capture/pdf_writer.h"
#include "capture/still.h"
#include "capture/word_reader.h"

#define FW_LOG_TOPIC "words"
#include "base/log.h"

FW_WORKER_WITHOUT_LEAK_CHECK

#define KEY_FD 3

enum status {
	STATUS_OK = 0,
	STATUS_USAGE = 2,
	STATUS_KEY = 3,
	STATUS_SANDBOX = 4,
	STATUS_PAGE = 5,
	STATUS_RESULTS = 6,
	STATUS_DISK_FULL = 7,
	STATUS_NO_MODEL = 8,
};

struct options {
	const char *blobs, *key_id, *page, *words;
};

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"blobs", required_argument, NULL, 'b'},
		{"key-id", required_argument, NULL, 'k'},
		{"page", required_argument, NULL, 'p'},
		{"words", required_argument, NULL, 'w'},
		{0},
	};
	const char **const places[] = {
		&options->blobs, &options->key_id, &options->page, &options->words};
	int index = -1;

	while (getopt_long(argc, argv, "", known, &index) != -1) {
		if (index < 0) {
			return -EINVAL;
		}
		*places[index] = optarg;
		index = -1;
	}
	return optind == argc && options->blobs && options->key_id && fw_id_valid(options->page) &&
			fw_id_valid(options->words)
		? 0
		: -EINVAL;
}

static int put(struct fw_blob_store *store, const struct options *options, const uint8_t *key,
	const struct fw_page_words *words)
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	char *text = fw_page_words_print(words);
	int r = strlen(text) <= FW_PAGE_WORDS_MAX_BYTES
		? fw_blob_writer_create(
			  store, options->words, options->key_id, key, FW_BLOB_REPLACE, &writer)
		: -EOVERFLOW;

	if (r == 0) {
		r = fw_blob_write(writer, 0, text, strlen(text));
	}
	fw_wipe(text, strlen(text));
	free(text);
	return r < 0 ? r : fw_blob_commit(writer, NULL);
}

static bool tell(const struct fw_words_read *read)
{
	return printf("{\"turn\":%u,\"sure\":%s,\"lines\":%u,\"characters\":%zu,\"confidence\":%u}",
		       read->words.turn, read->sure ? "true" : "false", read->words.lines->len,
		       fw_page_words_characters(&read->words), read->confidence) > 0 &&
		fflush(stdout) == 0;
}

static int look(struct fw_blob_store *store, const struct options *options, const uint8_t *key,
	struct fw_still *ret_page, unsigned *ret_dpi)
{
	g_autofree void *bytes = NULL;
	enum fw_fault fault;
	size_t size;
	int r = fw_blob_get(store, options->page, key, FW_HTTP_UPLOAD_MAX_BYTES, &bytes, &size);

	if (r == 0) {
		*ret_dpi = fw_pdf_dpi_of(bytes, size);
		r = fw_still_read(bytes, size, ret_page, &fault);
	}
	return r == 0 && !ret_page->image ? -EBADMSG : r;
}

static enum status read_page(struct fw_blob_store *store, const struct options *options,
	const uint8_t *key, struct fw_word_reader *reader)
{
	struct fw_words_read read = {0};
	struct fw_still page = {0};
	enum status status;
	unsigned dpi = 0;
	int r = look(store, options, key, &page, &dpi);

	if (r < 0) {
		fw_error("page unreadable page=%s errno=%d", options->page, -r);
		fw_still_fini(&page);
		return STATUS_PAGE;
	}
	r = fw_word_reader_read(reader, page.image, dpi, &read);
	fw_still_fini(&page);
	if (r == 0) {
		r = put(store, options, key, &read.words);
		status = r == 0 && tell(&read) ? STATUS_OK : STATUS_RESULTS;
		fw_page_words_clear(&read.words);
	} else {
		status = STATUS_RESULTS;
	}
	if (r < 0) {
		fw_error("words not written page=%s errno=%d", options->page, -r);
	}
	return r == -ENOSPC || r == -EDQUOT ? STATUS_DISK_FULL : status;
}

static enum status run(const struct options *options, const uint8_t *key)
{
	fw_cleanup(fw_blob_store_close) struct fw_blob_store *store = NULL;
	fw_cleanup(fw_word_reader_destroy) struct fw_word_reader *reader = NULL;

	if (fw_word_reader_create(&reader) < 0) {
		fw_error("no models: tesseract-ocr-chi-sim, tesseract-ocr-osd");
		return STATUS_NO_MODEL;
	}
	if (fw_blob_store_open(options->blobs, &store) < 0) {
		return STATUS_PAGE;
	}
	if (fw_sandbox_enter(FW_SANDBOX_FILES, options->blobs, NULL) < 0) {
		fw_error("sandbox refused");
		return STATUS_SANDBOX;
	}
	return read_page(store, options, key, reader);
}

int main(int argc, char **argv)
{
	struct options options = {0};
	uint8_t key[FW_AEAD_KEY_BYTES];
	enum status status;

	if (read_options(argc, argv, &options) < 0) {
		fprintf(stderr, "usage: farwindow-words --blobs FOLDER --key-id TEXT --page UUID --words UUID\n");
		return STATUS_USAGE;
	}
	if (fw_spawn_read_secret(KEY_FD, key, sizeof(key)) < 0) {
		fw_error("no key on descriptor %d", KEY_FD);
		return STATUS_KEY;
	}
	status = fw_crypto_warm_up() < 0 ? STATUS_SANDBOX : run(&options, key);
	fw_wipe(key, sizeof(key));
	return (int)status;
}

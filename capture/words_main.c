/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farwindow-words: reads what is printed on one page, in a process of its own.
 *
 *     farwindow-words --blobs FOLDER --key-id TEXT --page UUID --words UUID [--against UUID[,...]]
 *
 * The data key is read from descriptor 3. What was read goes to the blob `words` and nowhere else; to standard output
 * go counts, which way up the page lies, and of the words that it is held against which are others. docs/CAPTURE.md is the contract.
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
#include "capture/words_likeness.h"

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

#define AGAINST_MAX 64

struct options {
	const char *blobs, *key_id, *page, *words, *against;
	char **others; /* of against */
};

/* Ids with commas between; empty: none. */
static char **read_list(const char *list)
{
	g_auto(GStrv) ids = g_strsplit(list, ",", AGAINST_MAX + 1);
	bool good = g_strv_length(ids) <= AGAINST_MAX;

	for (unsigned i = 0; ids[i]; i++) {
		good = good && fw_id_valid(ids[i]);
	}
	return good ? g_steal_pointer(&ids) : NULL;
}

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"blobs", required_argument, NULL, 'b'},
		{"key-id", required_argument, NULL, 'k'},
		{"page", required_argument, NULL, 'p'},
		{"words", required_argument, NULL, 'w'},
		{"against", required_argument, NULL, 'a'},
		{0},
	};
	const char **const places[] = {&options->blobs, &options->key_id, &options->page,
		&options->words, &options->against};
	int index = -1;

	while (getopt_long(argc, argv, "", known, &index) != -1) {
		if (index < 0) {
			return -EINVAL;
		}
		*places[index] = optarg;
		index = -1;
	}
	options->others = read_list(options->against ? options->against : "");
	return optind == argc && options->blobs && options->key_id && fw_id_valid(options->page) &&
			fw_id_valid(options->words) && options->others
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

/* Which of the others have other words. One that is gone or cannot be read says nothing. */
static json_t *find_different(struct fw_blob_store *store, const struct options *options,
	const uint8_t *key, const struct fw_page_words *words)
{
	json_t *differs = json_array();

	for (unsigned i = 0; options->others[i]; i++) {
		const char *id = options->others[i];
		struct fw_page_words other;
		void *text = NULL;
		size_t size = 0;
		int r = fw_blob_get(store, id, key, FW_PAGE_WORDS_MAX_BYTES, &text, &size);

		if (r == 0 && (r = fw_page_words_parse(text, size, &other)) == 0) {
			if (fw_page_words_differ(words, &other)) {
				json_array_append_new(differs, json_string(id));
			}
			fw_page_words_clear(&other);
		}
		if (r < 0) {
			fw_warn("words not compared words=%s errno=%d", id, -r);
		}
		fw_wipe(text, size);
		g_free(text);
	}
	return differs;
}

/* differs: taken. */
static bool tell(const struct fw_words_read *read, json_t *differs)
{
	json_auto_t *told = json_pack("{s:i, s:b, s:i, s:i, s:i, s:o}", "turn",
		(int)read->words.turn, "sure", (int)read->sure, "lines", (int)read->words.lines->len,
		"characters", (int)fw_page_words_characters(&read->words), "confidence",
		(int)read->confidence, "differs", differs);

	return json_dumpf(told, stdout, JSON_COMPACT) == 0 && fflush(stdout) == 0;
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
		status = r == 0 && tell(&read, find_different(store, options, key, &read.words))
			? STATUS_OK
			: STATUS_RESULTS;
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
		fprintf(stderr,
			"usage: farwindow-words --blobs FOLDER --key-id TEXT --page UUID --words "
			"UUID [--against UUID[,...]]\n");
		return STATUS_USAGE;
	}
	if (fw_spawn_read_secret(KEY_FD, key, sizeof(key)) < 0) {
		fw_error("no key on descriptor %d", KEY_FD);
		return STATUS_KEY;
	}
	status = fw_crypto_warm_up() < 0 ? STATUS_SANDBOX : run(&options, key);
	fw_wipe(key, sizeof(key));
	g_strfreev(options.others);
	return (int)status;
}

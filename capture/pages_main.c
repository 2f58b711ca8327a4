/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farwindow-pages: makes a page of one still, in a process of its own.
 *
 *     farwindow-pages --blobs FOLDER --key-id TEXT --still UUID --page UUID --thumbnail UUID
 *         [--grey UUID] [--mono UUID] [--desk UUID] [--turn 0|90|180|270] [--format NAME] [--seen]
 *
 * The data key is read from descriptor 3, that of the desk from descriptor 4. The facts, one JSON object, go to standard output; with --seen after a line that says
 * that there is a thumbnail already.
 * docs/CAPTURE.md is the contract.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/blob.h"
#include "base/sandbox.h"
#include "base/sanitized.h"
#include "base/spawn.h"
#include "capture/page.h"

#define FW_LOG_TOPIC "pages"
#include "base/log.h"

FW_WORKER_WITHOUT_LEAK_CHECK

#define KEY_FD      3
#define DESK_KEY_FD 4

enum status {
	STATUS_OK = 0,
	STATUS_USAGE = 2,
	STATUS_KEY = 3,
	STATUS_SANDBOX = 4,
	STATUS_STILL = 5,
	STATUS_RESULTS = 6,
	STATUS_DISK_FULL = 7,
};

struct options {
	const char *blobs, *key_id, *still, *page, *thumbnail, *grey, *mono, *desk, *turn, *format,
		*seen;
};

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"blobs", required_argument, NULL, 'b'},
		{"key-id", required_argument, NULL, 'k'},
		{"still", required_argument, NULL, 's'},
		{"page", required_argument, NULL, 'p'},
		{"thumbnail", required_argument, NULL, 't'},
		{"grey", required_argument, NULL, 'g'},
		{"mono", required_argument, NULL, 'm'},
		{"desk", required_argument, NULL, 'd'},
		{"turn", required_argument, NULL, 'r'},
		{"format", required_argument, NULL, 'f'},
		{"seen", no_argument, NULL, 'e'},
		{0},
	};
	const char **const places[] = {&options->blobs, &options->key_id, &options->still,
		&options->page, &options->thumbnail, &options->grey, &options->mono, &options->desk,
		&options->turn, &options->format, &options->seen};
	int index = -1;

	while (getopt_long(argc, argv, "", known, &index) != -1) {
		if (index < 0) {
			return -EINVAL;
		}
		*places[index] = optarg ? optarg : "";
		index = -1;
	}
	return optind == argc && options->blobs && options->key_id && fw_id_valid(options->still) &&
			fw_id_valid(options->page) && fw_id_valid(options->thumbnail) &&
			(!options->grey || fw_id_valid(options->grey)) &&
			(!options->mono || fw_id_valid(options->mono)) &&
			(!options->desk || fw_id_valid(options->desk))
		? 0
		: -EINVAL;
}

static int read_request(const struct options *options, struct fw_page_request *request)
{
	static const char *const turns[] = {"0", "90", "180", "270"};

	request->grey = options->grey != NULL;
	request->mono = options->mono != NULL;
	if (options->format) {
		request->format = fw_format_parse(options->format);
		if (request->format == FW_FORMAT_COUNT) {
			return -EINVAL;
		}
	}
	if (options->turn) {
		unsigned i = 0;

		while (i < G_N_ELEMENTS(turns) && strcmp(turns[i], options->turn) != 0) {
			i++;
		}
		if (i == G_N_ELEMENTS(turns)) {
			return -EINVAL;
		}
		request->turn = 90 * i;
	}
	return 0;
}

static int put(struct fw_blob_store *store, const struct options *options, const uint8_t *key,
	const char *blob, const struct fw_bytes *bytes)
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	int r;

	if (!bytes->bytes) {
		return 0;
	}
	r = fw_blob_writer_create(store, blob, options->key_id, key, FW_BLOB_REPLACE, &writer);
	if (r == 0) {
		r = fw_blob_write(writer, 0, bytes->bytes, bytes->size);
	}
	return r < 0 ? r : fw_blob_commit(writer, NULL);
}

struct seeing {
	struct fw_blob_store *store;
	const struct options *options;
	const uint8_t *key;
};

/* Trouble with the first look is no trouble: the page follows. */
static void on_seen(void *user, const struct fw_bytes *thumbnail)
{
	const struct seeing *seeing = user;

	if (put(seeing->store, seeing->options, seeing->key, seeing->options->thumbnail,
		    thumbnail) == 0) {
		(void)puts("{\"seen\":true}");
		(void)fflush(stdout);
	}
}

static enum status status_of(int r, enum status otherwise)
{
	if (r == 0) {
		return STATUS_OK;
	}
	return r == -ENOSPC || r == -EDQUOT ? STATUS_DISK_FULL : otherwise;
}

static enum status write_results(struct fw_blob_store *store, const struct options *options,
	const uint8_t *key, struct fw_page *page)
{
	int r = put(store, options, key, options->page, &page->page);

	if (r == 0) {
		r = put(store, options, key, options->thumbnail, &page->thumbnail);
	}
	if (r == 0 && options->grey) {
		r = put(store, options, key, options->grey, &page->grey);
	}
	if (r == 0 && options->mono) {
		r = put(store, options, key, options->mono, &page->mono);
	}
	if (r < 0) {
		fw_error("results not written still=%s errno=%d", options->still, -r);
		return status_of(r, STATUS_RESULTS);
	}
	return json_dumpf(page->facts, stdout, JSON_COMPACT) == 0 && fflush(stdout) == 0
		? STATUS_OK
		: STATUS_RESULTS;
}

struct keys {
	uint8_t of_case[FW_AEAD_KEY_BYTES], of_desk[FW_AEAD_KEY_BYTES];
};

/* Without it the page is made all the same. */
static void read_desk(struct fw_blob_store *store, const struct options *options,
	const struct keys *keys, struct fw_page_request *request, void **ret_desk)
{
	int r = fw_blob_get(store, options->desk, keys->of_desk, FW_HTTP_UPLOAD_MAX_BYTES, ret_desk,
		&request->desk_size);

	if (r < 0) {
		fw_warn("desk unreadable desk=%s errno=%d", options->desk, -r);
		request->desk_size = 0;
	}
	request->desk = r < 0 ? (const uint8_t *)"" : *ret_desk;
}

static enum status run(
	const struct options *options, struct fw_page_request *request, const struct keys *keys)
{
	fw_cleanup(fw_blob_store_close) struct fw_blob_store *store = NULL;
	g_autofree void *still = NULL, *desk = NULL;
	const uint8_t *key = keys->of_case;
	struct seeing seeing = {.options = options, .key = key};
	struct fw_page page = {0};
	enum status status;
	int r = fw_blob_store_open(options->blobs, &store);

	if (r < 0) {
		return STATUS_STILL;
	}
	if (fw_sandbox_enter(FW_SANDBOX_FILES, options->blobs, NULL) < 0) {
		fw_error("sandbox refused");
		return STATUS_SANDBOX;
	}
	r = fw_blob_get(
		store, options->still, key, FW_HTTP_UPLOAD_MAX_BYTES, &still, &request->still_size);
	if (r < 0) {
		fw_error("still unreadable still=%s errno=%d", options->still, -r);
		return STATUS_STILL;
	}
	request->still = still;
	if (options->desk) {
		read_desk(store, options, keys, request, &desk);
	}
	if (options->seen) {
		seeing.store = store;
		request->seen = on_seen;
		request->seen_user = &seeing;
	}
	r = fw_page_make(request, &page);
	status = r == 0 || r == -EBADMSG ? write_results(store, options, key, &page)
					 : STATUS_RESULTS;
	fw_page_fini(&page);
	return status;
}

int main(int argc, char **argv)
{
	g_autofree struct fw_page_request *request = g_new0(struct fw_page_request, 1);
	struct options options = {0};
	struct keys keys = {0};
	enum status status;

	if (read_options(argc, argv, &options) < 0 || read_request(&options, request) < 0) {
		fprintf(stderr,
			"usage: farwindow-pages --blobs FOLDER --key-id TEXT --still UUID --page "
			"UUID "
			"--thumbnail UUID [--grey UUID] [--mono UUID] [--desk UUID] [--turn "
			"DEGREES] "
			"[--format NAME] [--seen]\n");
		return STATUS_USAGE;
	}
	if (fw_spawn_read_secret(KEY_FD, keys.of_case, sizeof(keys.of_case)) < 0 ||
		(options.desk &&
			fw_spawn_read_secret(DESK_KEY_FD, keys.of_desk, sizeof(keys.of_desk)) < 0)) {
		fw_error("no key on descriptor %d or %d", KEY_FD, DESK_KEY_FD);
		return STATUS_KEY;
	}
	status = fw_crypto_warm_up() < 0 ? STATUS_SANDBOX : run(&options, request, &keys);
	fw_wipe(&keys, sizeof(keys));
	return (int)status;
}

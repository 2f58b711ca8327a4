/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farwindow-finalise: turns the journal of one recording into files, in a process of its own.
 *
 *     farwindow-finalise --journals FOLDER --blobs FOLDER --recording UUID [--follow]
 *     farwindow-finalise --nursery      the server's: splits off one of the above per recording (base/nursery.h)
 *
 * The data key is read from descriptor 3. With --follow it waits for what a running call still
 * writes, until the journal is closed or standard input ends. The result, one JSON object, goes to
 * standard output. docs/RECORDING.md lists the exit statuses.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/nursery.h"
#include "base/sandbox.h"
#include "base/sanitized.h"
#include "base/spawn.h"
#include "recorder/segment.h"
#include "recorder/webm_writer.h"

#define FW_LOG_TOPIC "finalise"
#include "base/log.h"

FW_WORKER_WITHOUT_LEAK_CHECK

#define KEY_FD  3
#define LOOK_MS 250 /* between two looks at a journal that grows; the end comes by standard input */

enum status {
	STATUS_OK = 0,
	STATUS_USAGE = 2,
	STATUS_KEY = 3,
	STATUS_SANDBOX = 4,
	STATUS_JOURNAL = 5,
	STATUS_FILES = 6,
	STATUS_DISK_FULL = 7,
	STATUS_NOTHING = 8,
};

struct options {
	const char *journals;
	const char *blobs;
	const char *recording;
	bool follow;
};

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"journals", required_argument, NULL, 'j'},
		{"blobs", required_argument, NULL, 'b'},
		{"recording", required_argument, NULL, 'r'},
		{"follow", no_argument, NULL, 'f'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'j':
			options->journals = optarg;
			break;
		case 'b':
			options->blobs = optarg;
			break;
		case 'r':
			options->recording = optarg;
			break;
		case 'f':
			options->follow = true;
			break;
		default:
			return -EINVAL;
		}
	}
	return optind == argc && options->journals && options->blobs && options->recording ? 0
											   : -EINVAL;
}

/* True when standard input has ended: the call is over, whatever the journal says. */
static bool told_to_end(int wait_ms)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char byte;

	return poll(&input, 1, wait_ms) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

static int follow(struct fw_segments *segments, struct fw_finaliser *finaliser)
{
	int r;

	do {
		r = fw_segments_read(segments, finaliser);
		if (r < 0) {
			return r;
		}
	} while (!fw_finaliser_closed(finaliser) && !told_to_end(r > 0 ? 0 : LOOK_MS));
	return 0;
}

static enum status status_of(int r, enum status otherwise)
{
	if (r == -ENOSPC || r == -EDQUOT) {
		return STATUS_DISK_FULL;
	}
	return r < 0 ? otherwise : STATUS_OK;
}

static enum status print(json_t *result)
{
	int r = json_dumpf(result, stdout, JSON_COMPACT);

	json_decref(result);
	return r == 0 && fflush(stdout) == 0 ? STATUS_OK : STATUS_FILES;
}

static int enter_sandbox(void *user)
{
	const struct options *options = user;

	return fw_sandbox_enter(FW_SANDBOX_FILES, options->blobs, options->journals);
}

static int read_journal(const struct options *options, const uint8_t key[FW_AEAD_KEY_BYTES],
	struct fw_finaliser *finaliser)
{
	fw_cleanup(fw_segments_close) struct fw_segments *segments = NULL;
	int r = fw_segments_open(options->journals, options->recording, key, &segments);

	if (r == 0 && options->follow) {
		r = follow(segments, finaliser);
	}
	return r < 0 ? r : fw_segments_finish(segments, finaliser);
}

static enum status run(struct options *options, const uint8_t key[FW_AEAD_KEY_BYTES])
{
	fw_cleanup(fw_blob_store_close) struct fw_blob_store *store = NULL;
	fw_cleanup(fw_finaliser_destroy) struct fw_finaliser *finaliser = NULL;
	json_t *result = NULL;
	int r = fw_blob_store_open(options->blobs, &store);

	if (r == 0) {
		r = fw_finaliser_create(
			store, options->recording, key, enter_sandbox, options, &finaliser);
	}
	if (r < 0) {
		return status_of(r, STATUS_FILES);
	}
	if (enter_sandbox(options) < 0) {
		fw_error("sandbox refused");
		return STATUS_SANDBOX;
	}
	r = read_journal(options, key, finaliser);
	if (r == -ENOENT) {
		fw_error("no segment of a journal recording=%s", options->recording);
		return STATUS_NOTHING;
	}
	if (r < 0 && fw_finaliser_failed(finaliser)) {
		fw_error("files not written recording=%s errno=%d", options->recording, -r);
		return status_of(r, STATUS_FILES);
	}
	if (r < 0) {
		fw_error("journal unreadable recording=%s errno=%d", options->recording, -r);
		return STATUS_JOURNAL;
	}
	r = fw_finaliser_finish(finaliser, &result);
	if (r < 0) {
		fw_error("files not written recording=%s errno=%d", options->recording, -r);
		return status_of(r, STATUS_FILES);
	}
	return print(result);
}

static enum status work(int argc, char **argv)
{
	struct options options = {0};
	uint8_t key[FW_AEAD_KEY_BYTES];
	enum status status;

	if (read_options(argc, argv, &options) < 0 || !fw_id_valid(options.recording)) {
		fprintf(stderr,
			"usage: farwindow-finalise --journals FOLDER --blobs FOLDER "
			"--recording UUID [--follow]\n");
		return STATUS_USAGE;
	}
	if (fw_spawn_read_secret(KEY_FD, key, sizeof(key)) < 0) {
		fw_error("no key on descriptor %d", KEY_FD);
		return STATUS_KEY;
	}
	status = run(&options, key);
	fw_wipe(key, sizeof(key));
	return status;
}

int main(int argc, char **argv)
{
	fw_webm_warm_up();
	if (fw_crypto_warm_up() < 0) {
		return STATUS_SANDBOX;
	}
	if (argc == 2 && strcmp(argv[1], FW_NURSERY_ARGUMENT) == 0 &&
		fw_nursery_serve(&argc, &argv) < 0) {
		return STATUS_SANDBOX;
	}
	return work(argc, argv);
}

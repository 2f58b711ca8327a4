/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/reader_pool.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "base/blob.h"
#include "base/clock.h"
#include "base/db.h"
#include "base/keystore.h"
#include "base/mailbox.h"
#include "recorder/recording.h"
#include "signaling/cases/paper.h"
#include "signaling/http_head.h"
#include "signaling/http_range.h"
#include "signaling/net/net.h"
#include "signaling/reads.h"

#define FW_LOG_TOPIC "reader"
#include "base/log.h"

#define BUSY_MS \
	2000 /* a reader waits for the database's locks only while it recovers its journal */

enum mail {
	MAIL_TAKE, /* struct fw_desk_output */
	MAIL_MORE, /* uint64_t request */
	MAIL_CANCEL, /* uint64_t request */
	MAIL_STOP,
};

/* A file on its way to a client. */
struct stream {
	uint64_t request;
	struct fw_blob_reader *blob;
	int64_t offset;
	int64_t left;
};

struct reader {
	struct fw_reader_pool *pool;
	struct fw_mailbox *mailbox;
	struct fw_db *db;
	struct fw_keystore *keystore;
	GHashTable *streams; /* request -> struct stream */
	pthread_t thread;
	bool started;
};

struct fw_reader_pool {
	struct fw_reader_setup setup;
	struct fw_blob_store *store; /* may be used from any thread */
	struct reader readers[FW_READERS_MAX];
};

static void stream_free(void *data)
{
	struct stream *stream = data;

	fw_blob_reader_destroy(stream->blob);
	g_free(stream);
}

/* --- answers ---------------------------------------------------------------------------------------- */

static void answer_error(struct reader *reader, uint64_t request, int status, const char *code)
{
	fw_net_reply(reader->pool->setup.net, request, status, fw_http_error_body(code), NULL);
}

/* What an error of the store means to the asker. A purged key and a missing file look the same. */
static void answer_errno(struct reader *reader, uint64_t request, int error)
{
	if (error == -ENOENT) {
		answer_error(reader, request, 404, "not_found");
		return;
	}
	fw_error("read failed request=%" G_GUINT64_FORMAT " error=%s", request, g_strerror(-error));
	answer_error(reader, request, 500, error == -EBADMSG ? "damaged" : "internal");
}

static void answer_json(struct reader *reader, uint64_t request, json_t *value)
{
	char *dumped = json_dumps(value, JSON_COMPACT);

	fw_net_reply(reader->pool->setup.net, request, 200, g_strdup(dumped), NULL);
	free(dumped);
}

/* --- files ------------------------------------------------------------------------------------------ */

/* Sends the next piece; the stream is gone afterwards when it was the last or failed. */
static void send_piece(struct reader *reader, struct stream *stream)
{
	size_t want = (size_t)MIN(stream->left, FW_READER_PIECE_BYTES);
	g_autofree uint8_t *piece = g_malloc(want);
	uint64_t request = stream->request;
	size_t got = 0;
	int r = fw_blob_read(stream->blob, (uint64_t)stream->offset, piece, want, &got);

	if (r < 0 || got < want) {
		fw_error("file cut short request=%" G_GUINT64_FORMAT " error=%s", request,
			g_strerror(r < 0 ? -r : EIO));
		fw_net_stream_data(reader->pool->setup.net, request, NULL);
		(void)g_hash_table_remove(reader->streams, &request);
		return;
	}
	stream->offset += (int64_t)got;
	stream->left -= (int64_t)got;
	if (!stream->left) {
		(void)g_hash_table_remove(reader->streams, &request);
	}
	fw_net_stream_data(
		reader->pool->setup.net, request, g_bytes_new_take(g_steal_pointer(&piece), got));
}

static const char *media_type_of(const char *name)
{
	if (g_str_has_suffix(name, ".webm")) {
		return "video/webm";
	}
	return g_str_has_suffix(name, ".json") ? "application/json" : "application/octet-stream";
}

/* What of a file is sent, and how. */
struct asked {
	uint64_t request;
	const char *media_type;
	const char *attachment; /* name of a download, or NULL */
	struct fw_http_range range;
	int64_t most_bytes; /* cap of one answer, 0: none */
};

/* Takes the blob over. */
static void send_blob(struct reader *reader, const struct asked *asked, struct fw_blob_reader *blob)
{
	struct fw_net_stream head = {.media_type = asked->media_type};
	uint64_t request = asked->request;
	struct fw_http_part part;
	struct stream *stream;

	head.size_bytes = (int64_t)fw_blob_reader_info(blob)->plain_size;
	if (fw_http_range_resolve(&asked->range, head.size_bytes, asked->most_bytes, &part) < 0) {
		head.status = 416;
		fw_net_stream_begin(reader->pool->setup.net, request, &head);
		fw_blob_reader_destroy(blob);
		return;
	}
	if (g_hash_table_size(reader->streams) >= FW_READER_STREAMS_MAX) {
		answer_error(reader, request, 503, "busy");
		fw_blob_reader_destroy(blob);
		return;
	}
	head.status = part.partial ? 206 : 200;
	head.first_byte = part.first;
	head.length_bytes = part.bytes;
	head.attachment = g_strdup(asked->attachment);
	stream = g_new0(struct stream, 1);
	*stream = (struct stream){request, blob, part.first, part.bytes};
	g_hash_table_insert(reader->streams, &stream->request, stream);
	fw_net_stream_begin(reader->pool->setup.net, request, &head);
	if (part.bytes) {
		send_piece(reader, stream);
	} else {
		(void)g_hash_table_remove(reader->streams, &request);
	}
}

/* The sheet of a notice, made when it is first asked for. Two who ask at once make the same one. */
static int make_sheet(struct reader *reader, const struct fw_desk_output *output,
	const uint8_t key[FW_AEAD_KEY_BYTES])
{
	g_autoptr(GBytes) pdf = NULL;
	gsize size;
	const void *bytes;
	int r = fw_paper_render(output->blob.paper, &pdf);

	if (r < 0) {
		return r;
	}
	bytes = g_bytes_get_data(pdf, &size);
	r = fw_blob_put(
		reader->pool->store, output->blob.blob, output->blob.key, key, bytes, size, NULL);
	return r == -EEXIST ? 0 : r;
}

static int run_blob(struct reader *reader, const struct fw_desk_output *output)
{
	const struct asked asked = {
		.request = output->blob.request,
		.media_type = output->blob.media_type,
		.attachment = output->blob.name,
		.range = {output->blob.range_from, output->blob.range_to},
	};
	struct fw_blob_reader *blob = NULL;
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r = fw_keystore_load_key(reader->keystore, output->blob.key, key);

	if (r == 0) {
		r = fw_blob_open(reader->pool->store, output->blob.blob, key, &blob);
		if (r == -ENOENT && output->blob.paper) {
			r = make_sheet(reader, output, key);
			r = r < 0 ? r
				  : fw_blob_open(reader->pool->store, output->blob.blob, key, &blob);
		}
		fw_wipe(key, sizeof(key));
	}
	if (r == 0) {
		send_blob(reader, &asked, blob);
	}
	return r;
}

static int load_key(struct reader *reader, const char *recording, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	g_autofree char *id = g_strconcat("recording/", recording, NULL);

	return fw_keystore_load_key(reader->keystore, id, ret_key);
}

/* The manifest is held against what the audit log says of it, the files against the manifest. */
static int verify(struct reader *reader, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], json_t **ret_report)
{
	char digest[FW_READ_DIGEST_SIZE];
	int r = fw_read_manifest_digest(reader->db, recording, digest);

	if (r == 0) {
		r = fw_recording_verify(reader->pool->store, recording, key, digest, ret_report);
	}
	if (r == 0) {
		(void)json_object_set_new(*ret_report, "at_us", json_integer(fw_clock_wall_us()));
	}
	return r;
}

static int run_source(struct reader *reader, const struct fw_desk_output *output,
	const uint8_t key[FW_AEAD_KEY_BYTES])
{
	const struct asked asked = {
		.request = output->file.request,
		.media_type = media_type_of(output->file.name),
		.attachment = output->file.attachment ? output->file.name : NULL,
		.range = {output->file.range_from, output->file.range_to},
		.most_bytes = output->file.most_bytes,
	};
	struct fw_blob_reader *blob = NULL;
	char id[FW_ID_SIZE];
	int r = fw_recording_blob_id(output->file.recording, output->file.name, id);

	if (r == 0) {
		r = fw_blob_open(reader->pool->store, id, key, &blob);
	}
	if (r == 0) {
		send_blob(reader, &asked, blob);
	}
	return r;
}

static int run_file(struct reader *reader, const struct fw_desk_output *output,
	const uint8_t key[FW_AEAD_KEY_BYTES])
{
	struct fw_blob_store *store = reader->pool->store;
	const char *recording = output->file.recording;
	json_auto_t *value = NULL;
	int r;

	switch (output->file.operation) {
	case FW_OP_RECORDING_MANIFEST:
		r = fw_recording_manifest(store, recording, key, &value);
		break;
	case FW_OP_RECORDING_VERIFY:
		r = verify(reader, recording, key, &value);
		break;
	default:
		return run_source(reader, output, key);
	}
	if (r == 0) {
		answer_json(reader, output->file.request, value);
	}
	return r;
}

/* --- the thread -------------------------------------------------------------------------------------- */

static int run_recording(struct reader *reader, const struct fw_desk_output *output)
{
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r = load_key(reader, output->file.recording, key);

	if (r == 0) {
		r = run_file(reader, output, key);
	}
	fw_wipe(key, sizeof(key));
	return r;
}

static int run_read(struct reader *reader, const struct fw_desk_output *output)
{
	char *body = NULL;
	int status = 200;
	int r = fw_read(reader->db, reader->keystore, reader->pool->store, output->read.operation,
		output->read.params, &status, &body);

	if (r == 0) {
		fw_net_reply(reader->pool->setup.net, output->read.request, status, body, NULL);
	}
	return r;
}

static void take(struct reader *reader, const struct fw_desk_output *output)
{
	int r;

	switch (output->kind) {
	case FW_OUT_READ:
		r = run_read(reader, output);
		break;
	case FW_OUT_BLOB:
		r = run_blob(reader, output);
		break;
	default:
		r = run_recording(reader, output);
		break;
	}
	if (r < 0) {
		answer_errno(reader, fw_reader_pool_request(output), r);
	}
}

/* False: this was the last message. */
static bool handle(struct reader *reader, const struct fw_message *mail)
{
	struct fw_desk_output output;
	struct stream *stream;
	uint64_t request;

	switch ((enum mail)mail->type) {
	case MAIL_TAKE:
		memcpy(&output, mail->body, sizeof(output));
		take(reader, &output);
		fw_desk_output_clear(&output);
		return true;
	case MAIL_MORE:
		memcpy(&request, mail->body, sizeof(request));
		stream = g_hash_table_lookup(reader->streams, &request);
		if (stream) {
			send_piece(reader, stream);
		}
		return true;
	case MAIL_CANCEL:
		memcpy(&request, mail->body, sizeof(request));
		(void)g_hash_table_remove(reader->streams, &request);
		return true;
	case MAIL_STOP:
		break;
	}
	return false;
}

static void discard(const struct fw_message *mail)
{
	struct fw_desk_output output;

	if (mail->type == MAIL_TAKE) {
		memcpy(&output, mail->body, sizeof(output));
		fw_desk_output_clear(&output);
	}
}

static void *run(void *user)
{
	struct reader *reader = user;
	bool going = true;

	(void)pthread_setname_np(pthread_self(), "reader");
	fw_db_claim(reader->db);
	while (going) {
		struct pollfd ready = {.fd = fw_mailbox_fd(reader->mailbox), .events = POLLIN};
		struct fw_message mail;

		(void)poll(&ready, 1, -1);
		(void)fw_mailbox_take(reader->mailbox);
		while (fw_mailbox_next(reader->mailbox, &mail)) {
			if (going) {
				going = handle(reader, &mail);
			} else {
				discard(&mail);
			}
		}
	}
	return NULL;
}

static int start_reader(struct fw_reader_pool *pool, struct reader *reader)
{
	int r = fw_mailbox_create(NULL, &reader->mailbox);

	reader->pool = pool;
	reader->streams = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, stream_free);
	if (r == 0) {
		r = fw_db_open(pool->setup.database, FW_DB_READ_ONLY, BUSY_MS, &reader->db);
	}
	if (r == 0) {
		r = fw_keystore_open(pool->setup.master_key, pool->setup.keys, FW_KEYSTORE_EXISTING,
			&reader->keystore);
	}
	if (r == 0) {
		r = -pthread_create(&reader->thread, NULL, run, reader);
		reader->started = r == 0;
	}
	return r;
}

int fw_reader_pool_create(const struct fw_reader_setup *setup, struct fw_reader_pool **ret_pool)
{
	fw_cleanup(fw_reader_pool_destroy) struct fw_reader_pool *pool =
		g_new0(struct fw_reader_pool, 1);
	int r;

	pool->setup = *setup;
	pool->setup.threads = CLAMP(setup->threads, 1, FW_READERS_MAX);
	r = fw_blob_store_open(setup->blobs, &pool->store);
	for (unsigned i = 0; r == 0 && i < pool->setup.threads; i++) {
		r = start_reader(pool, &pool->readers[i]);
	}
	if (r < 0) {
		return r;
	}
	*ret_pool = g_steal_pointer(&pool);
	return 0;
}

void fw_reader_pool_destroy(struct fw_reader_pool *pool)
{
	if (!pool) {
		return;
	}
	for (unsigned i = 0; i < pool->setup.threads; i++) {
		struct reader *reader = &pool->readers[i];

		if (reader->started) {
			while (fw_mailbox_post(reader->mailbox, MAIL_STOP, NULL, 0) == -EOVERFLOW) {
				g_usleep(10000);
			}
			(void)pthread_join(reader->thread, NULL);
			fw_db_claim(reader->db);
		}
		g_clear_pointer(&reader->streams, g_hash_table_unref);
		g_clear_pointer(&reader->db, fw_db_close);
		g_clear_pointer(&reader->keystore, fw_keystore_close);
		g_clear_pointer(&reader->mailbox, fw_mailbox_destroy);
	}
	g_clear_pointer(&pool->store, fw_blob_store_close);
	g_free(pool);
}

static struct reader *reader_of(struct fw_reader_pool *pool, uint64_t request)
{
	return &pool->readers[request % pool->setup.threads];
}

uint64_t fw_reader_pool_request(const struct fw_desk_output *output)
{
	switch (output->kind) {
	case FW_OUT_READ:
		return output->read.request;
	case FW_OUT_BLOB:
		return output->blob.request;
	default:
		return output->file.request;
	}
}

int fw_reader_pool_take(struct fw_reader_pool *pool, const struct fw_desk_output *output)
{
	return fw_mailbox_post(reader_of(pool, fw_reader_pool_request(output))->mailbox, MAIL_TAKE,
		output, sizeof(*output));
}

static void post(struct fw_reader_pool *pool, enum mail type, uint64_t request)
{
	if (fw_mailbox_post(reader_of(pool, request)->mailbox, type, &request, sizeof(request)) ==
		-EOVERFLOW) {
		/* The stream stands still; the client's own time limit ends it. */
		fw_error("reader behind request=%" G_GUINT64_FORMAT, request);
	}
}

void fw_reader_pool_more(struct fw_reader_pool *pool, uint64_t request)
{
	post(pool, MAIL_MORE, request);
}

void fw_reader_pool_cancel(struct fw_reader_pool *pool, uint64_t request)
{
	post(pool, MAIL_CANCEL, request);
}

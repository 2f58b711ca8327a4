/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/uploads.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "base/blob.h"
#include "base/keystore.h"
#include "base/mailbox.h"
#include "signaling/upload_store.h"

#define FW_LOG_TOPIC "uploads"
#include "base/log.h"

enum mail {
	MAIL_COMMAND,
	MAIL_STOP,
};

struct fw_uploads {
	struct fw_uploads_setup setup;
	struct fw_blob_store *store;
	struct fw_keystore *keystore;
	struct fw_mailbox *mailbox;
	pthread_t thread;
	bool started;
};

static int run_command(struct fw_uploads *uploads, const struct fw_upload_command *command)
{
	const struct fw_upload_place place = {
		.store = uploads->store,
		.keystore = uploads->keystore,
		.key = command->key,
		.upload = command->upload,
	};
	const void *bytes;
	size_t size;

	switch (command->kind) {
	case FW_UPLOAD_PIECE:
		bytes = g_bytes_get_data(command->bytes, &size);
		return fw_upload_put(&place, command->piece, bytes, size);
	case FW_UPLOAD_SEAL:
		return fw_upload_seal(
			&place, command->piece, command->file, command->size, command->sha256);
	case FW_UPLOAD_ERASE:
		return fw_upload_erase(&place, command->piece);
	case FW_UPLOAD_DISCARD:
		return fw_blob_erase(uploads->store, command->file);
	case FW_UPLOAD_KEEP:
		bytes = g_bytes_get_data(command->bytes, &size);
		return fw_upload_keep(&place, command->file, bytes, size);
	}
	return -EINVAL;
}

static void take(struct fw_uploads *uploads, struct fw_upload_command *command)
{
	struct fw_upload_event event = {
		.kind = command->kind,
		.request = command->request,
		.piece = command->piece,
		.bytes = command->bytes ? g_bytes_get_size(command->bytes) : 0,
		.result = run_command(uploads, command),
	};

	memcpy(event.upload, command->upload, sizeof(event.upload));
	if (event.result < 0) {
		fw_warn("upload upload=%s step=%d piece=%u error=%s", command->upload,
			(int)command->kind, command->piece, g_strerror(-event.result));
	}
	g_clear_pointer(&command->bytes, g_bytes_unref);
	if (command->kind != FW_UPLOAD_ERASE && command->kind != FW_UPLOAD_DISCARD) {
		uploads->setup.done(uploads->setup.user, &event);
	}
}

static void *run(void *user)
{
	struct fw_uploads *uploads = user;
	bool stopping = false;

	(void)pthread_setname_np(pthread_self(), "uploads");
	while (!stopping) {
		struct pollfd ready = {.fd = fw_mailbox_fd(uploads->mailbox), .events = POLLIN};
		struct fw_message mail;

		(void)poll(&ready, 1, -1);
		(void)fw_mailbox_take(uploads->mailbox);
		while (fw_mailbox_next(uploads->mailbox, &mail)) {
			struct fw_upload_command command;

			if (mail.type == MAIL_STOP) {
				stopping = true;
				continue;
			}
			memcpy(&command, mail.body, sizeof(command));
			if (stopping) { /* nobody was told yet: the client sends it again */
				g_clear_pointer(&command.bytes, g_bytes_unref);
			} else {
				take(uploads, &command);
			}
		}
	}
	return NULL;
}

int fw_uploads_create(const struct fw_uploads_setup *setup, struct fw_uploads **ret_uploads)
{
	fw_cleanup(fw_uploads_destroy) struct fw_uploads *uploads = g_new0(struct fw_uploads, 1);
	int r;

	uploads->setup = *setup;
	r = fw_blob_store_open(setup->blobs, &uploads->store);
	if (r == 0) {
		r = fw_keystore_open(
			setup->master_key, setup->keys, FW_KEYSTORE_EXISTING, &uploads->keystore);
	}
	if (r == 0) {
		r = fw_mailbox_create(NULL, &uploads->mailbox);
	}
	if (r == 0) {
		r = -pthread_create(&uploads->thread, NULL, run, uploads);
		uploads->started = r == 0;
	}
	if (r < 0) {
		return r;
	}
	*ret_uploads = g_steal_pointer(&uploads);
	return 0;
}

void fw_uploads_destroy(struct fw_uploads *uploads)
{
	if (!uploads) {
		return;
	}
	if (uploads->started) {
		/* A full mailbox empties by itself: try until there is room. */
		while (fw_mailbox_post(uploads->mailbox, MAIL_STOP, NULL, 0) == -EOVERFLOW) {
			g_usleep(10000);
		}
		(void)pthread_join(uploads->thread, NULL);
	}
	g_clear_pointer(&uploads->mailbox, fw_mailbox_destroy);
	g_clear_pointer(&uploads->keystore, fw_keystore_close);
	g_clear_pointer(&uploads->store, fw_blob_store_close);
	g_free(uploads);
}

int fw_uploads_post(struct fw_uploads *uploads, const struct fw_upload_command *command)
{
	return fw_mailbox_post(uploads->mailbox, MAIL_COMMAND, command, sizeof(*command));
}

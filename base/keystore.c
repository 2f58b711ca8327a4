/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keystore.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <glib.h>

#include "base/file.h"
#include "base/id.h"
#include "base/text.h"

#define MASTER_FILE_BYTES (2 * FW_AEAD_KEY_BYTES + 1) /* hex and a newline */

static const uint8_t file_magic[8] = "FWKEY1\n"; /* with its NUL */

struct key_file {
	uint8_t magic[8];
	uint8_t nonce[FW_AEAD_NONCE_BYTES];
	uint8_t sealed[FW_AEAD_KEY_BYTES + FW_AEAD_TAG_BYTES];
};

_Static_assert(sizeof(struct key_file) == 68, "no padding: written as it is");

struct fw_keystore {
	bool unsynced; /* keys were added since the last sync */
	char *folder;
	struct fw_aead *master;
	uint8_t master_key[FW_AEAD_KEY_BYTES]; /* for derive() */
};

/* What its keys are called by: so many digits of a date, or a UUID. */
static const struct kind {
	const char *name;
	size_t digits; /* 0: a UUID */
} kinds[] = {
	{"recording", 0},
	{"case", 0},
	{"desk", 0},
	{"ledger", 6},
	{"sms", 8},
};

static bool name_valid(const struct kind *kind, const char *name)
{
	return kind->digits
		? strlen(name) == kind->digits && strspn(name, "0123456789") == kind->digits
		: fw_id_valid(name);
}

bool fw_keystore_id_valid(const char *id)
{
	for (size_t i = 0; id && i < G_N_ELEMENTS(kinds); i++) {
		size_t length = strlen(kinds[i].name);

		if (strncmp(id, kinds[i].name, length) == 0 && id[length] == '/') {
			return name_valid(&kinds[i], id + length + 1);
		}
	}
	return false;
}

static char *key_path(const struct fw_keystore *keystore, const char *id)
{
	return g_strdup_printf("%s/%s.key", keystore->folder, id);
}

/* --- the master key --------------------------------------------------------------------------- */

static int read_master(const char *path, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	char *text = NULL;
	struct stat status;
	size_t size = 0;
	int result;

	if (stat(path, &status) < 0) {
		return -errno;
	}
	if (status.st_mode & (S_IRWXG | S_IRWXO)) {
		return -EPERM;
	}
	result = fw_file_read(path, MASTER_FILE_BYTES, &text, &size);
	if (result < 0) {
		return result == -EOVERFLOW ? -EBADMSG : result;
	}
	if (size != MASTER_FILE_BYTES || text[size - 1] != '\n') {
		result = -EBADMSG;
	} else {
		text[size - 1] = '\0';
		result = fw_text_hex_decode(text, ret_key, FW_AEAD_KEY_BYTES);
	}
	fw_wipe(text, size);
	g_free(text);
	return result;
}

static int make_master(const char *path, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	char text[MASTER_FILE_BYTES + 1];
	int result;

	fw_random_bytes(ret_key, FW_AEAD_KEY_BYTES);
	fw_text_hex_encode(ret_key, FW_AEAD_KEY_BYTES, text);
	text[MASTER_FILE_BYTES - 1] = '\n';
	result = fw_file_replace(path, text, MASTER_FILE_BYTES, 0600, 1);
	fw_wipe(text, sizeof(text));
	return result;
}

static int load_master(const char *path, const char *folder, enum fw_keystore_mode mode,
	uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	int result = read_master(path, ret_key);

	if (result != -ENOENT) {
		return result;
	}
	/* A folder of keys without its master key is a loss to be told, not a first start. */
	if (mode != FW_KEYSTORE_CREATE || g_file_test(folder, G_FILE_TEST_EXISTS)) {
		return -ENOKEY;
	}
	return make_master(path, ret_key);
}

static int make_folders(const char *folder)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *path = g_build_filename(folder, kinds[i].name, NULL);
		int result = fw_file_make_folders(path, 0700);

		if (result < 0) {
			return result;
		}
	}
	return 0;
}

int fw_keystore_open(const char *master_key_file, const char *folder, enum fw_keystore_mode mode,
	struct fw_keystore **ret_keystore)
{
	fw_cleanup(fw_keystore_close) struct fw_keystore *keystore = g_new0(struct fw_keystore, 1);
	int result = load_master(master_key_file, folder, mode, keystore->master_key);

	if (result == 0 && mode == FW_KEYSTORE_CREATE) {
		result = make_folders(folder);
	}
	if (result == 0) {
		result = fw_aead_create(keystore->master_key, &keystore->master);
	}
	if (result < 0) {
		return result;
	}
	keystore->folder = g_strdup(folder);
	*ret_keystore = g_steal_pointer(&keystore);
	return 0;
}

void fw_keystore_close(struct fw_keystore *keystore)
{
	if (!keystore) {
		return;
	}
	fw_aead_destroy(keystore->master);
	fw_wipe(keystore->master_key, sizeof(keystore->master_key));
	g_free(keystore->folder);
	g_free(keystore);
}

/* --- data keys -------------------------------------------------------------------------------- */

int fw_keystore_add_key(
	struct fw_keystore *keystore, const char *id, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	g_autofree char *path = NULL;
	struct key_file file;
	uint8_t key[FW_AEAD_KEY_BYTES];
	int result;

	if (!fw_keystore_id_valid(id)) {
		return -EINVAL;
	}
	path = key_path(keystore, id);
	memcpy(file.magic, file_magic, sizeof(file.magic));
	fw_random_bytes(file.nonce, sizeof(file.nonce));
	fw_random_bytes(key, sizeof(key));
	result = fw_aead_seal(
		keystore->master, file.nonce, id, strlen(id), key, sizeof(key), file.sealed);
	if (result == 0) {
		result = fw_file_create(path, &file, sizeof(file), 0600);
	}
	if (result == 0) {
		keystore->unsynced = true;
		memcpy(ret_key, key, sizeof(key));
	}
	fw_wipe(key, sizeof(key));
	return result;
}

int fw_keystore_sync(struct fw_keystore *keystore)
{
	int result = keystore->unsynced ? fw_file_sync_filesystem(keystore->folder) : 0;

	if (result == 0) {
		keystore->unsynced = false;
	}
	return result;
}

int fw_keystore_create_key(
	struct fw_keystore *keystore, const char *id, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	int result = fw_keystore_add_key(keystore, id, ret_key);

	if (result < 0) {
		return result;
	}
	result = fw_keystore_sync(keystore);
	if (result < 0) { /* nothing is sealed by it yet */
		(void)fw_keystore_erase_key(keystore, id);
	}
	return result;
}

int fw_keystore_load_key(
	struct fw_keystore *keystore, const char *id, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	g_autofree char *path = NULL;
	g_autofree char *bytes = NULL;
	struct key_file file;
	uint8_t key[FW_AEAD_KEY_BYTES];
	size_t size = 0;
	int result;

	if (!fw_keystore_id_valid(id)) {
		return -EINVAL;
	}
	path = key_path(keystore, id);
	result = fw_file_read(path, sizeof(file), &bytes, &size);
	if (result < 0) {
		return result == -EOVERFLOW ? -EBADMSG : result;
	}
	if (size != sizeof(file) || memcmp(bytes, file_magic, sizeof(file_magic)) != 0) {
		return -EBADMSG;
	}
	memcpy(&file, bytes, sizeof(file));
	result = fw_aead_open(keystore->master, file.nonce, id, strlen(id), file.sealed,
		sizeof(file.sealed), key);
	if (result == 0) {
		memcpy(ret_key, key, sizeof(key));
	}
	fw_wipe(key, sizeof(key));
	return result;
}

/* Random bytes over the wrapped key, for disks and file systems that write in place. */
static int overwrite(const char *path)
{
	fw_autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);
	uint8_t noise[sizeof(struct key_file)];
	int result;

	if (fd < 0) {
		return -errno;
	}
	fw_random_bytes(noise, sizeof(noise));
	result = fw_file_write_all(fd, noise, sizeof(noise), 0);
	if (result == 0 && fsync(fd) < 0) {
		result = -errno;
	}
	return result;
}

int fw_keystore_erase_key(struct fw_keystore *keystore, const char *id)
{
	g_autofree char *path = NULL;
	g_autofree char *folder = NULL;
	int result;

	if (!fw_keystore_id_valid(id)) {
		return -EINVAL;
	}
	path = key_path(keystore, id);
	result = overwrite(path);
	if (result < 0 && result != -ENOENT) {
		return result;
	}
	if (unlink(path) < 0 && errno != ENOENT) {
		return -errno;
	}
	/* Also when it was gone: an earlier erase may have failed before this. */
	folder = g_path_get_dirname(path);
	return fw_file_sync_folder(folder);
}

int fw_keystore_derive(
	struct fw_keystore *keystore, const char *purpose, uint8_t ret_key[FW_SHA256_BYTES])
{
	return fw_hmac_sha256(keystore->master_key, sizeof(keystore->master_key), purpose,
		strlen(purpose), ret_key);
}

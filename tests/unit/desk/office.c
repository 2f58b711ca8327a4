/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/office_private.h"

#include "base/log.h"
#include "signaling/demo_office.h"
#include "signaling/schema.h"

#include <string.h>

/* --- setting up --------------------------------------------------------------------------------- */

/* Filling an office hashes ten passwords; one filled database serves all tests of a program. */
static char *template_folder;

static void remove_template(void)
{
	testing_remove_folder(template_folder);
}

static void make_template(void)
{
	g_autofree char *path = NULL, *error = NULL;
	struct fw_db *db;
	bool filled;

	template_folder = testing_make_folder();
	path = g_build_filename(template_folder, "office.db", NULL);
	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &db), 0);
	assert_int_equal(fw_schema_apply(db), 0);
	assert_int_equal(fw_demo_office_fill(db, &filled, &error), 0);
	assert_true(filled);
	fw_db_close(db);
	atexit(remove_template);
}

static void fake_random(void *user, void *ret_bytes, size_t n)
{
	struct office *office = user;
	uint8_t *bytes = ret_bytes;

	for (size_t i = 0; i < n; i++) { /* xorshift64* */
		office->random ^= office->random >> 12;
		office->random ^= office->random << 25;
		office->random ^= office->random >> 27;
		bytes[i] = (uint8_t)((office->random * 2685821657736338717U) >> 56);
	}
}

static void free_queue(void *queue)
{
	g_queue_free_full(queue, (GDestroyNotify)json_decref);
}

static void free_answer(void *answer_void)
{
	struct office_answer *answer = answer_void;

	json_decref(answer->body);
	g_free(answer->cookie);
	g_free(answer);
}

static void free_output(void *output)
{
	fw_desk_output_clear(output);
	g_free(output);
}

void office_open_desk(struct office *office)
{
	g_autofree char *path = g_build_filename(office->folder, "office.db", NULL);

	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &office->db), 0);
	office->setup.db = office->db;
	assert_int_equal(fw_desk_create(&office->setup, office->now_us, &office->desk), 0);
}

static void copy_template(struct office *office)
{
	g_autofree char *from = g_build_filename(template_folder, "office.db", NULL);
	g_autofree char *to = g_build_filename(office->folder, "office.db", NULL);
	g_autofree char *bytes = NULL;
	gsize size;

	assert_true(g_file_get_contents(from, &bytes, &size, NULL));
	assert_true(g_file_set_contents(to, bytes, (gssize)size, NULL));
}

struct office *office_new(void)
{
	static const char *const addresses[] = {"192.0.2.2", NULL};
	static const uint16_t ports[] = {40000, 40001};
	struct office *office = g_new0(struct office, 1);
	g_autofree char *master = NULL, *keys = NULL;

	fw_log_set_level(FW_LOG_ERROR);
	office->folder = testing_make_folder();
	master = g_build_filename(office->folder, "master.key", NULL);
	keys = g_build_filename(office->folder, "keys", NULL);
	assert_int_equal(fw_keystore_open(master, keys, FW_KEYSTORE_CREATE, &office->keystore), 0);
	office->now_us = OFFICE_START_US;
	office->random = 88172645463325252U;
	office->next_connection = 1;
	office->next_request = 1;
	office->next_id = 1;
	memset(office->media.fingerprint_sha256, 7, sizeof(office->media.fingerprint_sha256));
	office->media.addresses = addresses;
	office->media.udp_ports = ports;
	office->media.tcp_ports = ports;
	office->setup = (struct fw_desk_setup){
		.keystore = office->keystore,
		.random = fake_random,
		.random_user = office,
		.workers = 2,
		.media = &office->media,
		.ring_us = 30 * S,
		.queue_us = 1800 * S,
		.flood_calls = 10,
		.flood_us = 300 * S,
		.patience_us = 10 * S,
		.rejoin_us = 60 * S,
		.server_version = "0.1.0",
	};
	office->inputs = g_array_new(FALSE, TRUE, sizeof(struct fw_desk_input));
	office->messages = g_hash_table_new_full(NULL, NULL, NULL, free_queue);
	office->closed = g_hash_table_new(NULL, NULL);
	office->answers = g_hash_table_new_full(NULL, NULL, NULL, free_answer);
	office->media_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_media_command));
	office->recorder_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_recorder_command));
	office->job_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_job_command));
	office->upload_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_upload_command));
	office->sms_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_gateway_command));
	office->reads = g_ptr_array_new_with_free_func(free_output);
	return office;
}

struct office *office_create(void)
{
	struct office *office = office_new();

	if (!template_folder) {
		make_template();
	}
	copy_template(office);
	office_open_desk(office);
	return office;
}

static void close_desk(struct office *office)
{
	for (guint i = 0; i < office->inputs->len; i++) {
		fw_desk_input_clear(&g_array_index(office->inputs, struct fw_desk_input, i));
	}
	g_array_set_size(office->inputs, 0);
	fw_desk_destroy(office->desk);
	fw_db_close(office->db);
}

static void forget_uploads(struct office *office)
{
	for (guint i = 0; i < office->upload_commands->len; i++) {
		struct fw_upload_command *command =
			&g_array_index(office->upload_commands, struct fw_upload_command, i);

		g_clear_pointer(&command->bytes, g_bytes_unref);
	}
	g_array_set_size(office->upload_commands, 0);
}

static void forget_jobs(struct office *office)
{
	for (guint i = 0; i < office->job_commands->len; i++) {
		g_free(g_array_index(office->job_commands, struct fw_job_command, i).start.list);
	}
	g_array_set_size(office->job_commands, 0);
}

void office_restart(struct office *office)
{
	close_desk(office);
	g_hash_table_remove_all(office->messages);
	g_array_set_size(office->media_commands, 0);
	g_array_set_size(office->recorder_commands, 0);
	forget_jobs(office);
	forget_uploads(office);
	g_array_set_size(office->sms_commands, 0);
	office_open_desk(office);
	office_step(office);
}

void office_destroy(struct office *office)
{
	close_desk(office);
	fw_keystore_close(office->keystore);
	g_array_free(office->inputs, TRUE);
	g_hash_table_destroy(office->messages);
	g_hash_table_destroy(office->closed);
	g_hash_table_destroy(office->answers);
	g_array_free(office->media_commands, TRUE);
	g_array_free(office->recorder_commands, TRUE);
	forget_jobs(office);
	g_array_free(office->job_commands, TRUE);
	forget_uploads(office);
	g_array_free(office->upload_commands, TRUE);
	g_array_free(office->sms_commands, TRUE);
	g_ptr_array_free(office->reads, TRUE);
	testing_remove_folder(office->folder);
	g_free(office);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/gateway.h"

#include "base/crypto.h"
#include "base/text.h"
#include "tests/simulator/server.h"

#include <stdio.h>
#include <string.h>

#define MS     INT64_C(1000)
#define SECRET "a secret that the gateway knows"

struct gateway {
	bool there, idempotent, can_ask;
	bool quiet;
	GHashTable *sent; /* key -> how often */
};

void gateway_create(struct sim *sim)
{
	struct gateway *gateway = g_new0(struct gateway, 1);

	gateway->there = sim->wish.seed % 9 != 8;
	gateway->idempotent = sim->wish.seed % 4 == 1 || sim->wish.seed % 4 == 3;
	gateway->can_ask = sim->wish.seed % 4 >= 2;
	gateway->quiet = sim->wish.seed % 3 != 0;
	gateway->sent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	sim->gateway = gateway;
}

void gateway_destroy(struct sim *sim)
{
	g_hash_table_destroy(sim->gateway->sent);
	g_free(sim->gateway);
}

void gateway_settings(const struct sim *sim, struct fw_sms_settings *ret_settings)
{
	*ret_settings = (struct fw_sms_settings){
		.gateway = sim->gateway->there,
		.idempotent = sim->gateway->idempotent,
		.can_ask = sim->gateway->can_ask,
		.quiet_from_min = sim->gateway->quiet ? 12 * 60 : 0,
		.quiet_to_min = sim->gateway->quiet ? 14 * 60 : 0,
		.keep_us = 10 * TOWN_DAY,
		.unanswered_text = "{window}",
		.silent_ring_text = "{window}",
		.receipt_secret = SECRET,
	};
}

unsigned gateway_sent(const struct sim *sim, const char *key)
{
	return (unsigned)(uintptr_t)g_hash_table_lookup(sim->gateway->sent, key);
}

/* --- receipts ------------------------------------------------------------------------------------- */

static agenda_act give_receipt;

struct receipt {
	char *key;
	bool delivered;
	unsigned again; /* to be repeated so often */
};

static void receipt_answered(
	struct sim *sim, void *receipt_void, int status, const char *body, const char *token)
{
	struct receipt *receipt = receipt_void;

	(void)body;
	(void)token;
	demand(sim, status == 200 || status == 0, "receipts are taken", "status=%d key=%s", status,
		receipt->key);
	if (status == 0 || receipt->again > 0) { /* it tries again until it was heard */
		receipt->again -= status != 0;
		sim_later(sim, dice_between(&sim->dice, 5 * TOWN_SECOND, 600 * TOWN_SECOND),
			give_receipt, receipt, 0, NULL);
		return;
	}
	g_free(receipt->key);
	g_free(receipt);
}

static void give_receipt(struct sim *sim, void *receipt_void, uint64_t number, const char *text)
{
	struct receipt *receipt = receipt_void;
	const char *state = receipt->delivered ? "delivered" : "failed";
	g_autofree char *plain = g_strdup_printf(
		"%s\n%s\n%" G_GINT64_FORMAT "\n", receipt->key, state, sim_wall_us(sim));
	g_autofree char *params = NULL;
	uint8_t hmac[FW_SHA256_BYTES];
	char hex[2 * FW_SHA256_BYTES + 1];

	(void)number;
	(void)text;
	(void)fw_hmac_sha256(SECRET, strlen(SECRET), plain, strlen(plain), hmac);
	fw_text_hex_encode(hmac, sizeof(hmac), hex);
	params = g_strdup_printf("{\"receipts\":[{\"key\":\"%s\",\"state\":\"%s\",\"at_us\":"
				 "%" G_GINT64_FORMAT "}],\"signature\":\"%s\"}",
		receipt->key, state, sim_wall_us(sim), hex);
	server_ask(sim, FW_OP_SMS_RECEIPTS, NULL, params, receipt_answered, receipt);
}

/* --- sending -------------------------------------------------------------------------------------- */

static void send(struct sim *sim, const char *key)
{
	struct gateway *gateway = sim->gateway;
	unsigned before = gateway_sent(sim, key);
	struct receipt *receipt;

	if (before > 0 && gateway->idempotent) {
		return;
	}
	g_hash_table_replace(gateway->sent, g_strdup(key), (void *)(uintptr_t)(before + 1));
	demand(sim, before == 0, "a message goes out once", "key=%s", key);
	receipt = g_new0(struct receipt, 1);
	receipt->key = g_strdup(key);
	receipt->delivered = dice_chance(&sim->dice, 940);
	receipt->again = dice_chance(&sim->dice, 150) ? (unsigned)dice_roll(&sim->dice, 3) : 0;
	sim_later(sim, dice_between(&sim->dice, 500 * MS, 300000 * MS), give_receipt, receipt, 0,
		NULL);
}

/* --- what it answers ------------------------------------------------------------------------------ */

/* text: "SMS TRY STEP RESULT WORD" */
static void result(struct sim *sim, void *run, uint64_t number, const char *text)
{
	struct fw_desk_input input = {.kind = FW_IN_SMS};
	int step, kind;

	(void)number;
	if (!server_is_up(sim) || sim->server->run != (unsigned)(uintptr_t)run) {
		return; /* who asked is dead */
	}
	if (sscanf(text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %d %40s", &input.sms.sms,
		    &input.sms.try, &step, &kind, input.sms.error) < 4) {
		return;
	}
	input.sms.step = (enum fw_gateway_step)step;
	input.sms.result = (enum fw_gateway_result)kind;
	server_give(sim, &input);
}

static void answer(struct sim *sim, const struct fw_gateway_command *command,
	enum fw_gateway_result kind, const char *word, int64_t after_us)
{
	sim_later(sim, after_us, result, (void *)(uintptr_t)sim->server->run, 0,
		g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %d %s", command->sms,
			command->try, (int)command->step, (int)kind, word));
}

static void take_message(struct sim *sim, const struct fw_gateway_command *command)
{
	int64_t soon_us = dice_between(&sim->dice, 20 * MS, 2500 * MS);
	bool known = gateway_sent(sim, command->key) > 0;
	uint64_t die = dice_roll(&sim->dice, 100);

	if (die < 72) {
		send(sim, command->key);
		answer(sim, command, FW_GATEWAY_ACCEPTED, "", soon_us);
	} else if (die < 80) { /* taken, and no answer comes */
		send(sim, command->key);
		answer(sim, command, FW_GATEWAY_UNCLEAR, "time_out", 10 * TOWN_SECOND);
	} else if (die < 84) {
		send(sim, command->key);
		answer(sim, command, FW_GATEWAY_UNCLEAR, "http_500", soon_us);
	} else if (die < 89) {
		answer(sim, command, FW_GATEWAY_UNCLEAR, "http_500", soon_us);
	} else if (die < 97 || known) {
		answer(sim, command, FW_GATEWAY_LATER, "busy", soon_us);
	} else {
		answer(sim, command, FW_GATEWAY_REFUSED, "http_400", soon_us);
	}
}

static void tell(struct sim *sim, const struct fw_gateway_command *command)
{
	int64_t soon_us = dice_between(&sim->dice, 20 * MS, 1500 * MS);

	if (dice_chance(&sim->dice, 120)) {
		answer(sim, command, FW_GATEWAY_UNCLEAR, "time_out", 10 * TOWN_SECOND);
	} else if (gateway_sent(sim, command->key) > 0) {
		answer(sim, command,
			dice_chance(&sim->dice, 300) ? FW_GATEWAY_DELIVERED : FW_GATEWAY_ACCEPTED,
			"", soon_us);
	} else {
		answer(sim, command, FW_GATEWAY_LATER, "unknown", soon_us);
	}
}

void gateway_take(struct sim *sim, const struct fw_gateway_command *command)
{
	demand(sim, sim->gateway->there, "nothing is handed to no gateway", "key=%s", command->key);
	if (command->step == FW_GATEWAY_SEND) {
		take_message(sim, command);
	} else {
		demand(sim, sim->gateway->can_ask, "who cannot be asked is not asked", "key=%s",
			command->key);
		tell(sim, command);
	}
}

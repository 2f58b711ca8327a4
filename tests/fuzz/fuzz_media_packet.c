/* SPDX-License-Identifier: Apache-2.0 */
/* All that a stranger, and a peer with ICE credentials but without keys, can send to a worker: packets behind two bytes of length, of
 * which the top bit chooses the sender. Nothing may reach the sink or another peer. */
#include "media/peer.h"
#include "media/worker.h"

#include "base/certificate.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <stun/usages/ice.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_event(void *user, const struct fw_media_event *event)
{
	(void)user;
	if (event->kind == FW_MEDIA_PEER_UP) {
		abort();
	}
}

static void on_packet(void *user, unsigned worker, const struct fw_sink_packet *packet)
{
	(void)user;
	(void)worker;
	(void)packet;
	abort();
}

static void on_sender_report(void *user, unsigned worker, const struct fw_sink_sender_report *report)
{
	(void)user;
	(void)worker;
	(void)report;
	abort();
}

static struct fw_worker *make_worker(void)
{
	static const struct fw_sink_ops sink = {
		.packet = on_packet, .sender_report = on_sender_report};
	static const char *const names[] = {"fuzz", NULL};
	struct sockaddr_storage local = {0};
	g_autofree char *certificate = NULL, *key = NULL;
	struct fw_worker_options options = {.locals = &local,
		.local_count = 1,
		.up_kbps_max = 4000,
		.peers_max = 4,
		.sink = &sink,
		.event = on_event};
	struct fw_worker *worker;

	local.ss_family = AF_INET;
	((struct sockaddr_in *)&local)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fw_certificate_make("fuzz", names, INT64_C(1790000000000000), 30, &certificate, &key) <
		0) {
		abort();
	}
	options.certificate_pem = certificate;
	options.key_pem = key;
	if (fw_srtp_init() < 0 || fw_worker_create(&options, &worker) < 0) {
		abort();
	}
	fw_worker_set_time(worker, 1000000, INT64_C(1790000000000000));
	return worker;
}

static struct fw_source source_of(
	struct fw_worker *worker, uint16_t port, struct sockaddr_storage *from)
{
	struct sockaddr_in *in = (struct sockaddr_in *)from;

	memset(from, 0, sizeof(*from));
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return (struct fw_source){
		.address = fw_address_of(from, 0, 0), .from = from, .udp = worker->listeners[0].udp};
}

/* A valid check, by libnice's own client. */
static void validate(struct fw_worker *worker, const struct fw_source *source)
{
	static const uint16_t known[] = {STUN_ATTRIBUTE_USERNAME, STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
		STUN_ATTRIBUTE_PRIORITY, STUN_ATTRIBUTE_USE_CANDIDATE, STUN_ATTRIBUTE_FINGERPRINT,
		STUN_ATTRIBUTE_ICE_CONTROLLING, 0};
	static const char user[] = "here:there", password[] = "a-password-of-22-chars";
	StunAgent agent;
	StunMessage message;
	uint8_t packet[FW_UDP_PACKET_MAX];
	size_t bytes;

	stun_agent_init(&agent, known, STUN_COMPATIBILITY_RFC5389,
		STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
	bytes = stun_usage_ice_conncheck_create(&agent, &message, packet, sizeof(packet),
		(const uint8_t *)user, strlen(user), (const uint8_t *)password, strlen(password),
		true, true, 1, 2, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
	fw_media_packet_in(worker, source, packet, bytes);
	if (fw_count_get(&worker->counters, FW_COUNT_CHECKS) == 0) {
		abort();
	}
}

static void command(struct fw_worker *worker, enum fw_media_command_kind kind)
{
	struct fw_media_command command = {.kind = kind, .call = 1, .peer = 1};

	switch (kind) {
	case FW_MEDIA_PEER_OPEN:
		g_strlcpy(command.open.ufrag, "here", sizeof(command.open.ufrag));
		g_strlcpy(command.open.pwd, "a-password-of-22-chars", sizeof(command.open.pwd));
		break;
	case FW_MEDIA_PEER_REMOTE:
		command.remote.slots = 1;
		for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
			g_strlcpy(command.remote.up[t].mid, "u", FW_MID_MAX);
			g_strlcpy(command.remote.down[0][t].mid, "d", FW_MID_MAX);
		}
		break;
	case FW_MEDIA_PEER_GATE:
		command.gate.open = true;
		break;
	case FW_MEDIA_PEER_RECORD:
		command.record.on = true;
		break;
	default:
		break;
	}
	fw_worker_command(worker, &command);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fw_worker *worker;
	static uint8_t packet[FW_UDP_PACKET_MAX + 64] __attribute__((aligned(16)));
	struct sockaddr_storage from[2];
	struct fw_source sources[2];

	if (!worker) {
		worker = make_worker();
	}
	sources[0] = source_of(worker, 9, &from[0]); /* the discard port */
	sources[1] = source_of(worker, 19, &from[1]);
	command(worker, FW_MEDIA_PEER_OPEN);
	validate(worker, &sources[0]);
	command(worker, FW_MEDIA_PEER_REMOTE);
	command(worker, FW_MEDIA_PEER_RECORD);
	command(worker, FW_MEDIA_PEER_GATE);
	while (size >= 2) {
		unsigned which = data[0] >> 7;
		size_t bytes = (size_t)((data[0] & 0x7f) << 8 | data[1]);

		data += 2;
		size -= 2;
		bytes = MIN(bytes, size);
		memcpy(packet, data, MIN(bytes, sizeof(packet)));
		fw_media_packet_in(worker, &sources[which], packet, bytes);
		data += bytes;
		size -= bytes;
	}
	fw_worker_tick(worker);
	fw_worker_flush(worker);
	command(worker, FW_MEDIA_PEER_CLOSE);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "media/stun.h"

#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>

struct fw_stun {
	StunAgent agent;
};

struct lookup {
	fw_stun_lookup function;
	void *user;
	void *peer;
	bool found;
};

/* Attributes that must be understood and are; any other of that kind makes the check invalid (RFC 8489 14). */
static const uint16_t known_attributes[] = {
	STUN_ATTRIBUTE_USERNAME,
	STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
	STUN_ATTRIBUTE_PRIORITY,
	STUN_ATTRIBUTE_USE_CANDIDATE,
	STUN_ATTRIBUTE_ERROR_CODE,
	STUN_ATTRIBUTE_MAPPED_ADDRESS,
	STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
	STUN_ATTRIBUTE_FINGERPRINT,
	STUN_ATTRIBUTE_ICE_CONTROLLED,
	STUN_ATTRIBUTE_ICE_CONTROLLING,
	0,
};

void fw_stun_create(struct fw_stun **ret_stun)
{
	struct fw_stun *stun = g_new0(struct fw_stun, 1);

	stun_agent_init(&stun->agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
		STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT |
			STUN_AGENT_USAGE_FORCE_VALIDATER | STUN_AGENT_USAGE_NO_INDICATION_AUTH);
	*ret_stun = stun;
}

void fw_stun_destroy(struct fw_stun *stun)
{
	g_free(stun);
}

static bool password_of(StunAgent *agent, StunMessage *message, uint8_t *username,
	uint16_t username_bytes, uint8_t **ret_password, size_t *ret_password_bytes, void *user)
{
	struct lookup *lookup = user;
	const uint8_t *colon = username ? memchr(username, ':', username_bytes) : NULL;
	const char *password;

	(void)agent;
	(void)message;
	if (!colon) {
		return false;
	}
	password = lookup->function(
		lookup->user, (const char *)username, (size_t)(colon - username), &lookup->peer);
	if (!password) {
		return false;
	}
	lookup->found = true;
	*ret_password = (uint8_t *)(uintptr_t)password; /* the library's type lacks const */
	*ret_password_bytes = strlen(password);
	return true;
}

static int error_of(StunValidationStatus status, bool found)
{
	switch (status) {
	case STUN_VALIDATION_SUCCESS:
		return 0;
	case STUN_VALIDATION_UNAUTHORIZED:
	case STUN_VALIDATION_UNAUTHORIZED_BAD_REQUEST:
		return found ? -EACCES : -ENOENT;
	case STUN_VALIDATION_UNMATCHED_RESPONSE:
	case STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE:
	case STUN_VALIDATION_UNKNOWN_ATTRIBUTE:
	case STUN_VALIDATION_FORBIDDEN:
		return -EPROTO;
	case STUN_VALIDATION_NOT_STUN:
	case STUN_VALIDATION_INCOMPLETE_STUN:
	case STUN_VALIDATION_BAD_REQUEST:
	default:
		return -EBADMSG;
	}
}

int fw_stun_answer(struct fw_stun *stun, const uint8_t *packet, size_t bytes,
	const struct sockaddr_storage *from, fw_stun_lookup function, void *user,
	uint8_t *ret_reply, size_t *ret_reply_bytes, struct fw_stun_check *ret_check)
{
	struct lookup lookup = {.function = function, .user = user};
	size_t reply_bytes = FW_STUN_REPLY_MAX;
	bool control = false; /* never kept: an agent that is lite is always the controlled one */
	StunMessage request, reply;
	StunValidationStatus status;
	StunUsageIceReturn result;
	int r;

	*ret_reply_bytes = 0;
	status = stun_agent_validate(&stun->agent, &request, packet, bytes, password_of, &lookup);
	r = error_of(status, lookup.found);
	if (r < 0) {
		return r;
	}
	if (stun_message_get_class(&request) != STUN_REQUEST ||
		stun_message_get_method(&request) != STUN_BINDING || !lookup.found) {
		return -EPROTO;
	}
	result = stun_usage_ice_conncheck_create_reply(&stun->agent, &request, &reply, ret_reply,
		&reply_bytes, from,
		from->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					    : sizeof(struct sockaddr_in),
		&control, 0, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
	*ret_reply_bytes = reply_bytes;
	if (result == STUN_USAGE_ICE_RETURN_ROLE_CONFLICT) {
		return -EISCONN;
	}
	if (result != STUN_USAGE_ICE_RETURN_SUCCESS) {
		return -EPROTO;
	}
	ret_check->peer = lookup.peer;
	ret_check->use_candidate = stun_usage_ice_conncheck_use_candidate(&request);
	ret_check->priority = stun_usage_ice_conncheck_priority(&request);
	return 0;
}

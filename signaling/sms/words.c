/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sms/words.h"

#include <glib.h>

#include "signaling/sms/gateway.h"
#include "signaling/sms/template.h"

#define EAST_US INT64_C(28800000000) /* Asia/Shanghai, no summer time since 1991 */
#define VALUES  6

G_STATIC_ASSERT(FW_SMS_TEMPLATE_CHARS + VALUES * FW_SMS_VALUE_CHARS <= FW_SMS_TEXT_CHARS);

const char *const fw_sms_places[] = {"window", "hall", "area", "time", "item", "requester", NULL};

static char *cut(const char *value)
{
	return g_utf8_substring(value, 0, MIN(g_utf8_strlen(value, -1), FW_SMS_VALUE_CHARS));
}

static char *local_time(int64_t at_us)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc((at_us + EAST_US) / 1000000);

	return g_date_time_format(time, "%m月%d日%H:%M");
}

char *fw_sms_words_fill(const char *template, const struct fw_sms_words *words)
{
	g_autofree char *window = cut(words->window), *hall = cut(words->hall),
			*area = cut(words->area), *item = cut(words->item),
			*requester = cut(words->requester), *time = local_time(words->at_us);
	const struct fw_template_value values[VALUES] = {
		{"window", window},
		{"hall", hall},
		{"area", area},
		{"time", time},
		{"item", item},
		{"requester", requester},
	};

	return fw_template_fill(template, values, VALUES, FW_TEMPLATE_PLAIN);
}

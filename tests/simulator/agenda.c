/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/agenda.h"

#include <glib.h>
#include <stdbool.h>

struct entry {
	int64_t at_us;
	uint64_t serial;
	agenda_act *act;
	void *who;
	uint64_t number;
	char *text;
};

/* A binary heap. */
struct agenda {
	GArray *entries;
	uint64_t serial;
};

struct agenda *agenda_create(void)
{
	struct agenda *agenda = g_new0(struct agenda, 1);

	agenda->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
	return agenda;
}

void agenda_destroy(struct agenda *agenda)
{
	for (guint i = 0; i < agenda->entries->len; i++) {
		g_free(g_array_index(agenda->entries, struct entry, i).text);
	}
	g_array_free(agenda->entries, TRUE);
	g_free(agenda);
}

static bool before(const struct entry *one, const struct entry *other)
{
	return one->at_us != other->at_us ? one->at_us < other->at_us : one->serial < other->serial;
}

static struct entry *heap(const struct agenda *agenda)
{
	return (struct entry *)(void *)agenda->entries->data;
}

void agenda_add(struct agenda *agenda, int64_t at_us, agenda_act *act, void *who, uint64_t number,
	char *text)
{
	struct entry entry = {at_us, agenda->serial++, act, who, number, text};
	guint at = agenda->entries->len;
	struct entry *entries;

	g_array_append_val(agenda->entries, entry);
	entries = heap(agenda);
	while (at > 0 && before(&entry, &entries[(at - 1) / 2])) {
		entries[at] = entries[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	entries[at] = entry;
}

int64_t agenda_next_us(const struct agenda *agenda)
{
	return agenda->entries->len > 0 ? heap(agenda)[0].at_us : INT64_MAX;
}

static struct entry pop(struct agenda *agenda)
{
	struct entry *entries = heap(agenda), first = entries[0];
	guint size = agenda->entries->len - 1, at = 0, child;
	struct entry last = entries[size];

	g_array_set_size(agenda->entries, size);
	while ((child = 2 * at + 1) < size) {
		if (child + 1 < size && before(&entries[child + 1], &entries[child])) {
			child++;
		}
		if (!before(&entries[child], &last)) {
			break;
		}
		entries[at] = entries[child];
		at = child;
	}
	if (size > 0) {
		entries[at] = last;
	}
	return first;
}

void agenda_do(struct agenda *agenda, struct sim *sim)
{
	struct entry entry = pop(agenda);

	entry.act(sim, entry.who, entry.number, entry.text);
	g_free(entry.text);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before the first: number 0. A segment is left for the next when it has ended in order, when it is
 * damaged beyond reading, or when the next exists and nothing of this one can be read any more: the
 * recorder opens a segment only after it has given up the one before.
 */
#include "recorder/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FW_LOG_TOPIC "finalise"
#include "base/log.h"

#define BUFFER_BYTES ((size_t)4 * FW_JOURNAL_SEALED_BYTES)
#define AHEAD        8 /* numbers that may be left out between two segments */
#define TORN_BYTES   (4 * 1024 * 1024) /* what a power cut leaves is less: seconds of one call */
#define ROUND_BLOCKS 64 /* read at once at most, so that a call for the end is heard */

struct fw_segments {
	char *path;
	int folder; /* -1: not there yet */
	char recording[FW_ID_SIZE];
	uint8_t key[FW_AEAD_KEY_BYTES];
	int fd; /* -1: none open */
	struct fw_journal_reader *reader;
	struct fw_segment_end end; /* of the open one, so far */
	uint64_t offset; /* in the file, of the first byte in the buffer */
	size_t held;
	bool dead; /* nothing behind here can be read */
	uint8_t buffer[BUFFER_BYTES];
};

int fw_segments_open(const char *journal_dir, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_segments **ret_segments)
{
	struct fw_segments *segments;

	if (!fw_id_valid(recording)) {
		return -EINVAL;
	}
	segments = g_new0(struct fw_segments, 1);
	segments->path = g_build_filename(journal_dir, recording, NULL);
	segments->folder = -1;
	segments->fd = -1;
	memcpy(segments->recording, recording, FW_ID_SIZE);
	memcpy(segments->key, key, FW_AEAD_KEY_BYTES);
	*ret_segments = segments;
	return 0;
}

/* True when it is open. Whoever follows a call may be here before the recorder has made the folder. */
static bool open_folder(struct fw_segments *segments)
{
	if (segments->folder < 0) {
		segments->folder = open(segments->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return segments->folder >= 0;
}

void fw_segments_close(struct fw_segments *segments)
{
	if (!segments) {
		return;
	}
	if (segments->fd >= 0) {
		(void)close(segments->fd);
	}
	if (segments->folder >= 0) {
		(void)close(segments->folder);
	}
	fw_journal_reader_destroy(segments->reader);
	g_free(segments->path);
	fw_wipe(segments, sizeof(*segments));
	g_free(segments);
}

/* --- one segment ------------------------------------------------------------------------------ */

static bool exists(const struct fw_segments *segments, uint32_t number)
{
	char name[FW_JOURNAL_NAME_SIZE];
	struct stat file;

	fw_journal_segment_name(number, name);
	return fstatat(segments->folder, name, &file, 0) == 0;
}

/* Numbers may be left out where a segment could not be made: the next that exists. 0: none. */
static uint32_t next_number(struct fw_segments *segments)
{
	if (!open_folder(segments)) {
		return 0;
	}
	for (uint32_t ahead = 1; ahead <= AHEAD; ahead++) {
		if (exists(segments, segments->end.number + ahead)) {
			return segments->end.number + ahead;
		}
	}
	return 0;
}

static int open_segment(struct fw_segments *segments, uint32_t number)
{
	char name[FW_JOURNAL_NAME_SIZE];
	int r;

	fw_journal_segment_name(number, name);
	segments->fd = openat(segments->folder, name, O_RDONLY | O_CLOEXEC);
	if (segments->fd < 0) {
		return -errno;
	}
	r = fw_journal_reader_create(segments->recording, number, segments->key, &segments->reader);
	segments->end = (struct fw_segment_end){.number = number};
	segments->offset = 0;
	segments->held = 0;
	segments->dead = false;
	return r;
}

static int refill(struct fw_segments *segments, size_t used)
{
	ssize_t n;

	segments->held -= used;
	segments->offset += used;
	memmove(segments->buffer, segments->buffer + used, segments->held);
	do {
		n = pread(segments->fd, segments->buffer + segments->held,
			sizeof(segments->buffer) - segments->held,
			(off_t)(segments->offset + segments->held));
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	segments->held += (size_t)n;
	return 0;
}

static int give_records(
	struct fw_finaliser *finaliser, const struct fw_journal_piece *piece, bool *ret_damaged)
{
	size_t at = 0;
	int r = 0;

	while (r == 0 && at < piece->plain_bytes) {
		struct fw_record record;
		size_t used = 0;

		if (fw_record_decode(piece->plain + at, piece->plain_bytes - at, &record, &used) <
			0) {
			*ret_damaged = true;
			break;
		}
		r = fw_finaliser_put(finaliser, &record);
		at += used;
	}
	return r;
}

/* Near the end of the file and without its bytes: the crash, not a change. */
static bool is_torn(const struct fw_segments *segments)
{
	struct stat file;

	return fw_journal_looks_torn(segments->buffer, segments->held) &&
		fstat(segments->fd, &file) == 0 &&
		(uint64_t)file.st_size - segments->offset < TORN_BYTES;
}

/* One piece out of the buffer: 1 read, 0 nothing whole there. */
static int read_piece(struct fw_segments *segments, struct fw_finaliser *finaliser)
{
	struct fw_journal_piece piece;
	bool damaged = false;
	int r = fw_journal_read(segments->reader, segments->buffer, segments->held, &piece);
	int given = 0;

	if (r == -EAGAIN || segments->dead) {
		return 0;
	}
	if (r == -EBADMSG || r == -ENODATA) {
		damaged = true;
		segments->dead = piece.bytes == 0 || is_torn(segments);
	} else if (r < 0) {
		return r;
	} else if (piece.plain) {
		given = give_records(finaliser, &piece, &damaged);
		segments->end.blocks++;
		fw_journal_last_hash(segments->reader, segments->end.last_hash);
	}
	if (damaged && !segments->dead) {
		fw_error("journal damaged recording=%s segment=%u block=%" G_GUINT64_FORMAT,
			segments->recording, segments->end.number,
			fw_journal_blocks(segments->reader) - 1);
		segments->end.damaged_blocks++;
	}
	if (damaged) {
		fw_finaliser_damage(finaliser);
	}
	if (given < 0) {
		return given;
	}
	r = refill(segments, segments->dead ? 0 : piece.bytes);
	return r < 0 ? r : 1;
}

/* Up to some blocks of the open segment: how many. */
static int read_some(struct fw_segments *segments, struct fw_finaliser *finaliser)
{
	int count = 0;
	int r = refill(segments, 0);

	while (r == 0 && count < ROUND_BLOCKS && !segments->dead) {
		int one = read_piece(segments, finaliser);

		if (one <= 0) {
			r = one;
			break;
		}
		count++;
	}
	return r < 0 ? r : count;
}

static int end_segment(struct fw_segments *segments, struct fw_finaliser *finaliser)
{
	struct fw_segment_end *end = &segments->end;
	struct stat file;

	if (fstat(segments->fd, &file) < 0) {
		return -errno;
	}
	end->ended = fw_journal_ended(segments->reader);
	end->lost_bytes = (uint64_t)file.st_size - segments->offset;
	/* Cut in the middle of a block, or grown without its bytes; else somebody changed it. */
	end->torn_tail = !end->ended &&
		(end->lost_bytes > 0 &&
			(!segments->dead || fw_journal_looks_torn(segments->buffer, segments->held)));
	if (end->lost_bytes > 0 && !end->torn_tail) {
		end->damaged_blocks++;
	}
	fw_info("segment read recording=%s segment=%u blocks=%" G_GUINT64_FORMAT
		" ended=%d lost_bytes=%" G_GUINT64_FORMAT,
		segments->recording, end->number, end->blocks, end->ended, end->lost_bytes);
	fw_finaliser_segment(finaliser, end);
	(void)close(segments->fd);
	segments->fd = -1;
	fw_journal_reader_destroy(g_steal_pointer(&segments->reader));
	return 0;
}

/* --- all of them ------------------------------------------------------------------------------ */

int fw_segments_read(struct fw_segments *segments, struct fw_finaliser *finaliser)
{
	uint32_t next;
	int r = 0;

	if (segments->fd >= 0) {
		/* Asked before reading: a segment that is followed by another does not grow any more. */
		next = next_number(segments);
		r = read_some(segments, finaliser);
		if (r != 0) {
			return r < 0 ? r : 1;
		}
		if (next == 0) {
			return 0;
		}
		r = end_segment(segments, finaliser);
	} else {
		next = next_number(segments);
	}
	if (r == 0 && next != 0) {
		r = open_segment(segments, next);
	}
	return r < 0 ? r : next != 0;
}

int fw_segments_finish(struct fw_segments *segments, struct fw_finaliser *finaliser)
{
	int r;

	do {
		r = fw_segments_read(segments, finaliser);
	} while (r > 0);
	if (r == 0 && segments->fd >= 0) {
		r = end_segment(segments, finaliser);
	}
	return r < 0 ? r : segments->end.number == 0 ? -ENOENT : 0;
}

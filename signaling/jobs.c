/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   START ──▶ WAITING ──slot free──▶ RUNNING ──pidfd readable──▶ DONE or FAILED event, forgotten
 *                │ CANCEL                │ CANCEL, time limit, too much output: killed first
 *                └───▶ FAILED event      └──▶ (RUNNING until the kernel says that it ended)
 */
#include "signaling/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "base/spawn.h"
#include "signaling/job_worker.h"

#define FW_LOG_TOPIC "jobs"
#include "base/log.h"

#define DEFAULT_RUNNING 32
#define LOOK_MS         1000 /* time limits are held to the second */

/* Jobs of one pool wait for each other, not for those of another. */
enum pool {
	POOL_RECORDINGS,
	POOL_PAPERS,
	POOL_WORDS, /* has what time the papers leave */
	POOL_COUNT
};

enum message {
	MESSAGE_COMMAND,
	MESSAGE_STOP,
};

struct job {
	struct fw_job_command command;
	struct fw_process *process; /* NULL: waiting */
	bool finished; /* the call is over: nothing to wait for any more */
	int64_t deadline_us; /* monotonic; INT64_MAX: not yet */
	int in; /* its end tells the worker that the recording is over; -1 */
	int out; /* -1 */
	GByteArray *result;
	enum fw_job_failure killed; /* why we killed it */
};

struct fw_jobs {
	struct fw_jobs_config config; /* its texts are ours */
	unsigned max_running[POOL_COUNT];
	struct fw_mailbox *mailbox;
	struct fw_mailbox *events;
	uint32_t event_type;
	pthread_t thread;
	bool started;
	/* the thread's own */
	GPtrArray *jobs; /* struct job, in order of START */
	unsigned running[POOL_COUNT];
	struct fw_nursery *nursery; /* of finalisers; NULL: none yet */
	bool stopping;
};

static enum pool pool_of(const struct job *job)
{
	switch (job->command.start.kind) {
	case FW_JOB_FINALISE:
		return POOL_RECORDINGS;
	case FW_JOB_PAGE:
	case FW_JOB_PDF:
		break;
	case FW_JOB_WORDS:
		return POOL_WORDS;
	}
	return POOL_PAPERS;
}

/* --- events ----------------------------------------------------------------------------------- */

static void post_event(struct fw_jobs *jobs, const struct fw_job_event *event, const char *result)
{
	struct iovec parts[] = {
		{.iov_base = (void *)event, .iov_len = sizeof(*event)},
		{.iov_base = (void *)result, .iov_len = result ? strlen(result) + 1 : 0},
	};
	int r = fw_mailbox_post_parts(jobs->events, jobs->event_type, parts, result ? 2 : 1);

	if (r < 0) {
		fw_error("event lost job=%" G_GUINT64_FORMAT " errno=%d", event->job, -r);
	}
}

static void tell_failed(
	struct fw_jobs *jobs, const struct job *job, enum fw_job_failure failure, int code)
{
	fw_error("job failed job=%" G_GUINT64_FORMAT " of=%s failure=%d code=%d", job->command.job,
		fw_job_subject(&job->command), failure, code);
	post_event(jobs,
		&(struct fw_job_event){.kind = FW_JOB_FAILED,
			.job = job->command.job,
			.at_us = fw_clock_wall_us(),
			.failure = failure,
			.code = code},
		NULL);
}

int fw_job_event_read(const struct fw_message *message, struct fw_job_event *ret_event)
{
	const char *text;
	size_t text_size;

	if (message->size < sizeof(*ret_event)) {
		return -EBADMSG;
	}
	text = (const char *)message->body + sizeof(*ret_event);
	text_size = message->size - sizeof(*ret_event);
	if (text_size > 0 && text[text_size - 1] != '\0') {
		return -EBADMSG;
	}
	memcpy(ret_event, message->body, sizeof(*ret_event));
	ret_event->result = text_size > 0 ? g_strdup(text) : NULL;
	return 0;
}

/* --- one job ---------------------------------------------------------------------------------- */

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
		*fd = -1;
	}
}

static void job_free(void *pointer)
{
	struct job *job = pointer;

	fw_process_destroy(job->process);
	close_fd(&job->in);
	close_fd(&job->out);
	g_byte_array_unref(job->result);
	g_free(job->command.start.list);
	fw_wipe(job, sizeof(*job));
	g_free(job);
}

static int64_t deadline(const struct job *job)
{
	uint32_t limit_s = job->command.start.time_limit_s;

	return fw_clock_monotonic_us() +
		(limit_s ? limit_s : fw_job_default_time_s(job->command.start.kind)) * FW_US_PER_S;
}

static int start_worker(struct fw_jobs *jobs, struct job *job)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, key = -1, desk_key = -1;
	int r = pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ? -errno : 0;

	if (r == 0) {
		r = fw_spawn_secret(job->command.start.key, FW_AEAD_KEY_BYTES, &key);
	}
	if (r == 0 && job->command.start.paper.desk[0]) {
		r = fw_spawn_secret(job->command.start.desk_key, FW_AEAD_KEY_BYTES, &desk_key);
	}
	if (r == 0 && fcntl(out[0], F_SETFL, O_NONBLOCK) < 0) {
		r = -errno;
	}
	if (r == 0) {
		r = fw_job_spawn(&jobs->config, &job->command,
			&(struct fw_job_descriptors){
				.in = in[0], .out = out[1], .key = key, .desk_key = desk_key},
			&jobs->nursery, &job->process);
	}
	close_fd(&in[0]);
	close_fd(&out[1]);
	close_fd(&key);
	close_fd(&desk_key);
	if (r < 0) {
		close_fd(&in[1]);
		close_fd(&out[0]);
		return r;
	}
	fw_wipe(job->command.start.key, sizeof(job->command.start.key));
	fw_wipe(job->command.start.desk_key, sizeof(job->command.start.desk_key));
	job->deadline_us = job->finished ? deadline(job) : INT64_MAX; /* waiting costs no time */
	job->in = job->finished ? (close_fd(&in[1]), -1) : in[1];
	job->out = out[0];
	jobs->running[pool_of(job)]++;
	fw_info("job started job=%" G_GUINT64_FORMAT " of=%s pid=%d follow=%d", job->command.job,
		fw_job_subject(&job->command), fw_process_pid(job->process),
		job->command.start.follow);
	return 0;
}

static void stop_worker(struct job *job, enum fw_job_failure why)
{
	job->killed = why;
	job->deadline_us = INT64_MAX;
	fw_process_kill(job->process);
}

/* The line in which a page worker says that it has seen the page. What comes after it is its result. */
static void take_seen(struct fw_jobs *jobs, struct job *job)
{
	static const char seen[] = "{\"seen\":true}\n";
	const size_t size = sizeof(seen) - 1;

	if (job->command.start.kind == FW_JOB_PAGE && job->result->len >= size &&
		memcmp(job->result->data, seen, size) == 0) {
		g_byte_array_remove_range(job->result, 0, (guint)size);
		post_event(jobs,
			&(struct fw_job_event){.kind = FW_JOB_SEEN,
				.job = job->command.job,
				.at_us = fw_clock_wall_us()},
			NULL);
	}
}

static void read_output(struct job *job)
{
	uint8_t bytes[4096];
	ssize_t n;

	while (job->out >= 0 && (n = read(job->out, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			if (errno != EAGAIN) {
				close_fd(&job->out);
			}
			return;
		}
		if (job->result->len + (size_t)n > FW_JOB_RESULT_MAX_BYTES) {
			close_fd(&job->out);
			stop_worker(job, FW_JOB_FAILURE_RESULT);
			return;
		}
		g_byte_array_append(job->result, bytes, (guint)n);
	}
	close_fd(&job->out);
}

static void tell_result(struct fw_jobs *jobs, const struct job *job)
{
	json_t *result = json_loadb(
		(const char *)job->result->data, job->result->len, JSON_REJECT_DUPLICATES, NULL);
	char *text = json_is_object(result) ? json_dumps(result, JSON_COMPACT) : NULL;

	json_decref(result);
	if (!text) {
		tell_failed(jobs, job, FW_JOB_FAILURE_RESULT, 0);
		return;
	}
	fw_info("job done job=%" G_GUINT64_FORMAT " of=%s", job->command.job,
		fw_job_subject(&job->command));
	post_event(jobs,
		&(struct fw_job_event){
			.kind = FW_JOB_DONE, .job = job->command.job, .at_us = fw_clock_wall_us()},
		text);
	free(text);
}

/* True when the worker has ended and was told of. */
static bool try_reap(struct fw_jobs *jobs, struct job *job)
{
	struct fw_process_exit end;

	if (fw_process_reap(job->process, &end) < 0) {
		return false;
	}
	read_output(job);
	take_seen(jobs, job);
	jobs->running[pool_of(job)]--;
	if (job->killed != FW_JOB_FAILURE_NONE) {
		tell_failed(jobs, job, job->killed, 0);
	} else if (end.signal != 0) {
		tell_failed(jobs, job, FW_JOB_FAILURE_SIGNAL, end.signal);
	} else if (end.code != 0) {
		tell_failed(jobs, job, FW_JOB_FAILURE_EXIT, end.code);
	} else {
		tell_result(jobs, job);
	}
	return true;
}

/* --- commands --------------------------------------------------------------------------------- */

static struct job *find(struct fw_jobs *jobs, uint64_t id)
{
	for (unsigned i = 0; i < jobs->jobs->len; i++) {
		struct job *job = g_ptr_array_index(jobs->jobs, i);

		if (job->command.job == id) {
			return job;
		}
	}
	return NULL;
}

static void take_start(struct fw_jobs *jobs, const struct fw_job_command *command, const char *list)
{
	struct job *job;

	if (find(jobs, command->job)) {
		fw_warn("already there job=%" G_GUINT64_FORMAT, command->job);
		return;
	}
	job = g_new0(struct job, 1);
	job->command = *command;
	job->command.start.list = g_strdup(list);
	job->in = -1;
	job->out = -1;
	job->result = g_byte_array_new();
	job->finished = !command->start.follow;
	job->deadline_us = INT64_MAX;
	g_ptr_array_add(jobs->jobs, job);
}

static void take_finish(struct job *job)
{
	if (job->finished) {
		return;
	}
	job->finished = true;
	job->deadline_us = deadline(job);
	close_fd(&job->in);
}

static void take_cancel(struct fw_jobs *jobs, struct job *job)
{
	if (job->process) {
		stop_worker(job, FW_JOB_FAILURE_CANCELLED);
		return;
	}
	tell_failed(jobs, job, FW_JOB_FAILURE_CANCELLED, 0);
	g_ptr_array_remove(jobs->jobs, job);
}

/* list: what came behind the command; NULL: nothing. */
static void take_command(
	struct fw_jobs *jobs, const struct fw_job_command *command, const char *list)
{
	struct job *job = command->kind == FW_JOB_START ? NULL : find(jobs, command->job);

	switch (command->kind) {
	case FW_JOB_START:
		take_start(jobs, command, list);
		break;
	case FW_JOB_FINISH:
		if (job) {
			take_finish(job);
		}
		break;
	case FW_JOB_CANCEL:
		if (job) {
			take_cancel(jobs, job);
		}
		break;
	}
}

static void take_messages(struct fw_jobs *jobs)
{
	struct fw_message message;

	(void)fw_mailbox_take(jobs->mailbox);
	while (fw_mailbox_next(jobs->mailbox, &message)) {
		if (message.type == MESSAGE_STOP) {
			jobs->stopping = true;
		} else {
			const struct fw_job_command *command = message.body;

			take_command(jobs, command,
				message.size > sizeof(*command) ? (const char *)(command + 1)
								: NULL);
		}
	}
}

/* --- the thread ------------------------------------------------------------------------------- */

static struct job *next_waiting(struct fw_jobs *jobs, enum pool pool)
{
	struct job *following = NULL;

	for (unsigned i = 0; i < jobs->jobs->len; i++) {
		struct job *job = g_ptr_array_index(jobs->jobs, i);

		if (job->process || pool_of(job) != pool) {
			continue;
		}
		if (job->finished) {
			return job;
		}
		if (!following) {
			following = job;
		}
	}
	return following;
}

static void start_waiting(struct fw_jobs *jobs, enum pool pool)
{
	struct job *job;

	while (jobs->running[pool] < jobs->max_running[pool] &&
		(job = next_waiting(jobs, pool)) != NULL) {
		int r = start_worker(jobs, job);

		if (r < 0) {
			tell_failed(jobs, job, FW_JOB_FAILURE_SPAWN, -r);
			g_ptr_array_remove(jobs->jobs, job);
		}
	}
}

static void watch(struct fw_jobs *jobs, GArray *set)
{
	struct pollfd entry = {.fd = fw_mailbox_fd(jobs->mailbox), .events = POLLIN};

	int wait_ms = -1;

	g_array_set_size(set, 0);
	g_array_append_val(set, entry);
	for (unsigned i = 0; i < jobs->jobs->len; i++) {
		struct job *job = g_ptr_array_index(jobs->jobs, i);

		if (job->process) {
			entry.fd = fw_process_fd(job->process);
			g_array_append_val(set, entry);
			entry.fd = job->out; /* -1 is passed over */
			g_array_append_val(set, entry);
			wait_ms = LOOK_MS;
		}
	}
	(void)poll((struct pollfd *)set->data, set->len, wait_ms);
}

static void look_after(struct fw_jobs *jobs)
{
	int64_t now_us = fw_clock_monotonic_us();
	unsigned i = 0;

	while (i < jobs->jobs->len) {
		struct job *job = g_ptr_array_index(jobs->jobs, i);

		if (job->process) {
			read_output(job);
			take_seen(jobs, job);
			if (now_us > job->deadline_us) {
				stop_worker(job, FW_JOB_FAILURE_TIME);
			}
			if (try_reap(jobs, job)) {
				g_ptr_array_remove_index(jobs->jobs, i);
				continue;
			}
		}
		i++;
	}
}

static void *run(void *user)
{
	struct fw_jobs *jobs = user;
	g_autoptr(GArray) set = g_array_new(FALSE, FALSE, sizeof(struct pollfd));

	while (!jobs->stopping) {
		watch(jobs, set);
		take_messages(jobs);
		look_after(jobs);
		start_waiting(jobs, POOL_RECORDINGS);
		start_waiting(jobs, POOL_PAPERS);
		if (jobs->running[POOL_PAPERS] == 0) {
			start_waiting(jobs, POOL_WORDS);
		}
	}
	g_ptr_array_set_size(
		jobs->jobs, 0); /* kills what runs: in the thread that owns the processes */
	fw_nursery_destroy(jobs->nursery);
	return NULL;
}

/* --- life ------------------------------------------------------------------------------------- */

int fw_jobs_create(const struct fw_jobs_config *config, struct fw_mailbox *events,
	uint32_t event_type, struct fw_jobs **ret_jobs)
{
	struct fw_jobs *jobs = g_new0(struct fw_jobs, 1);
	int r;

	jobs->config.finalise_program = g_strdup(config->finalise_program);
	jobs->config.pages_program = g_strdup(config->pages_program);
	jobs->config.pdf_program = g_strdup(config->pdf_program);
	jobs->config.words_program = g_strdup(config->words_program);
	jobs->config.journal_dir = g_strdup(config->journal_dir);
	jobs->config.blob_dir = g_strdup(config->blob_dir);
	jobs->max_running[POOL_RECORDINGS] =
		config->max_running ? config->max_running : DEFAULT_RUNNING;
	jobs->max_running[POOL_PAPERS] =
		config->max_papers ? config->max_papers : g_get_num_processors();
	jobs->max_running[POOL_WORDS] = 1;
	jobs->events = events;
	jobs->event_type = event_type;
	jobs->jobs = g_ptr_array_new_with_free_func(job_free);
	r = fw_mailbox_create(NULL, &jobs->mailbox);
	if (r == 0) {
		r = -pthread_create(&jobs->thread, NULL, run, jobs);
		jobs->started = r == 0;
	}
	if (r < 0) {
		fw_jobs_destroy(jobs);
		return r;
	}
	*ret_jobs = jobs;
	return 0;
}

void fw_jobs_destroy(struct fw_jobs *jobs)
{
	if (!jobs) {
		return;
	}
	if (jobs->started) {
		(void)fw_mailbox_post(jobs->mailbox, MESSAGE_STOP, NULL, 0);
		(void)pthread_join(jobs->thread, NULL);
	}
	g_ptr_array_unref(jobs->jobs);
	fw_mailbox_destroy(jobs->mailbox);
	g_free((char *)jobs->config.finalise_program);
	g_free((char *)jobs->config.pages_program);
	g_free((char *)jobs->config.pdf_program);
	g_free((char *)jobs->config.words_program);
	g_free((char *)jobs->config.journal_dir);
	g_free((char *)jobs->config.blob_dir);
	g_free(jobs);
}

int fw_jobs_post(struct fw_jobs *jobs, const struct fw_job_command *command)
{
	const char *list = NULL;

	switch (command->kind) {
	case FW_JOB_START:
		if (!fw_job_valid(command)) {
			return -EINVAL;
		}
		list = command->start.list;
		break;
	case FW_JOB_FINISH:
	case FW_JOB_CANCEL:
		break;
	default:
		return -EINVAL;
	}
	return fw_mailbox_post_parts(jobs->mailbox, MESSAGE_COMMAND,
		(struct iovec[]){
			{.iov_base = (void *)command, .iov_len = sizeof(*command)},
			{.iov_base = (void *)list, .iov_len = list ? strlen(list) + 1 : 0},
		},
		list ? 2 : 1);
}

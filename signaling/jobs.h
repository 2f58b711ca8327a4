/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: one thread that runs worker processes for the desk and says how each ended. What to run, when, and whether to try again
 * is the desk's decision (its durable job rows); this thread keeps nothing over a restart.
 *
 *     desk ──fw_job_command──▶ mailbox ──▶ jobs thread ──spawn──▶ farwindow-finalise, -pages, -pdf, -words
 *     desk ◀──fw_job_event──── mailbox ◀──────┘                   (key by descriptor, result by its stdout: job_worker.h)
 *
 * Recordings and papers have places of their own: a clerk who waits for a page does not wait behind finalisers that follow calls.
 *
 * Owner: main; the events mailbox outlives it. Threads: create, destroy from main, post from any.
 * Errors: negative errno from create and post; everything about a job is an event: exactly one DONE or FAILED per START,
 * of a page after a SEEN or none.
 * Destroying kills what runs, without events: after a restart the desk starts its unfinished jobs again.
 */
#ifndef FW_SIGNALING_JOBS_H
#define FW_SIGNALING_JOBS_H

#include "recorder/recorder.h"

struct fw_jobs;
struct fw_message;

#define FW_JOB_RESULT_MAX_BYTES 65536 /* of a worker's stdout; more is a failed job */

struct fw_jobs_config {
	const char *finalise_program; /* path of farwindow-finalise */
	const char *journal_dir; /* as in struct fw_recorder_config */
	const char *blob_dir; /* folder of the blob store that finished recordings go to */
	unsigned max_running; /* finalisers at once; jobs beyond wait in order, those whose call has ended first. 0: 32 */
	const char *pages_program, *pdf_program; /* paths of farwindow-pages, farwindow-pdf */
	unsigned max_papers; /* of both together at once. 0: one per core */
	const char *words_program; /* path of farwindow-words: one at a time, begun only while no paper waits or is made */
};

enum fw_job_kind {
	FW_JOB_FINALISE, /* journal of one recording -> WebM files and manifest; result: docs/RECORDING.md "result" */
	FW_JOB_PAGE, /* a still of a case -> page, thumbnail; result: docs/CAPTURE.md "The facts" */
	FW_JOB_PDF, /* pages of a case -> one PDF; result: docs/CAPTURE.md "Several pages as one PDF" */
	FW_JOB_WORDS, /* a page of a case -> what is printed on it; result: docs/CAPTURE.md "What is printed" */
};

/* Blobs of one case, all under its key but the empty desk. */
struct fw_job_paper {
	char case_id[FW_ID_SIZE];
	char still[FW_ID_SIZE]; /* of PAGE */
	char page[FW_ID_SIZE]; /* to be written: the page, or the PDF; of WORDS to be read */
	char thumbnail[FW_ID_SIZE]; /* of PAGE, to be written */
	char desk[FW_ID_SIZE]; /* of PAGE: the empty desk, under a key of its own; empty: none */
	unsigned turn; /* of PAGE: 0, 90, 180, 270 */
	char format[8]; /* of PAGE: a name of capture/format.h; empty: guessed */
	bool archive; /* of PDF: as PDF/A-2b */
	char words[FW_ID_SIZE]; /* of WORDS, to be written */
};

enum fw_job_command_kind {
	FW_JOB_START,
	FW_JOB_FINISH, /* a following job: the recording was closed, take what is there as the end (post it at the CLOSED event) */
	FW_JOB_CANCEL, /* kill; answered by FAILED with FW_JOB_FAILURE_CANCELLED */
};

struct fw_job_command {
	enum fw_job_command_kind kind;
	uint64_t job; /* desk's number, not used again while the job is open */
	struct {
		enum fw_job_kind kind;
		char recording[FW_ID_SIZE]; /* of FINALISE */
		struct fw_job_paper paper; /* of PAGE and PDF */
		char *list; /* of PDF: its pages; of WORDS: what they are held against, or NULL; as the workers take them. Owned by who holds the command */
		uint8_t key[FW_AEAD_KEY_BYTES]; /* data key; wiped here as soon as the worker has it */
		uint8_t desk_key[FW_AEAD_KEY_BYTES]; /* of paper.desk; likewise */
		bool follow; /* the call is still going on: wait for its end (CLOSE in the journal, or FINISH) */
		uint32_t time_limit_s; /* from the worker's start, for a following job from FINISH; 0: 3600, of papers 60 */
	} start;
};

enum fw_job_event_kind {
	FW_JOB_SEEN, /* of PAGE, at most once an attempt, before its end: there is a thumbnail */
	FW_JOB_DONE,
	FW_JOB_FAILED,
};

enum fw_job_failure {
	FW_JOB_FAILURE_NONE,
	FW_JOB_FAILURE_SPAWN, /* could not be started; code is errno */
	FW_JOB_FAILURE_EXIT, /* exit status not 0; code is the status: "exit status" of docs/RECORDING.md, docs/CAPTURE.md */
	FW_JOB_FAILURE_SIGNAL, /* killed; code is the signal (SIGSYS: the system-call filter) */
	FW_JOB_FAILURE_TIME, /* over its time limit */
	FW_JOB_FAILURE_RESULT, /* it ended well but printed no JSON object within FW_JOB_RESULT_MAX_BYTES */
	FW_JOB_FAILURE_CANCELLED,
};

struct fw_job_event {
	enum fw_job_event_kind kind;
	uint64_t job;
	int64_t at_us; /* wall clock, UTC */
	enum fw_job_failure failure;
	int code;
	char *result; /* DONE: the JSON object the worker printed, NUL-terminated, owned by who holds the event; else NULL */
};

/* Events are posted to `events` as messages of type `event_type`; read one with fw_job_event_read(). Strings are copied. */
int fw_jobs_create(const struct fw_jobs_config *config, struct fw_mailbox *events,
	uint32_t event_type, struct fw_jobs **ret_jobs);
void fw_jobs_destroy(struct fw_jobs *jobs);

/* Copies the command and its list. -EOVERFLOW: the mailbox is full, -EINVAL: unknown kind or bad uuid. */
int fw_jobs_post(struct fw_jobs *jobs, const struct fw_job_command *command);

/* Takes an event out of a mailbox message: ret_event->result is newly allocated (g_free). -EBADMSG: not one of ours. */
int fw_job_event_read(const struct fw_message *message, struct fw_job_event *ret_event);

#endif

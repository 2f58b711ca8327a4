/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The desk's thread: gathers what has arrived into a batch, has the desk decide it in one transaction,
 * and hands the outputs on, in order, only after that.
 *
 *     net, media, recorder, jobs, passwords ──mailbox──▶ [batch] ──fw_desk_step()──▶ outlet()
 *
 * When a batch cannot be committed (disk full), clients are told that the server is busy and what
 * happened inside the server (media, recorder, jobs, ends of connections) is kept and tried again.
 *
 * Owner: main. Threads: start, stop from main; post from any; outlet runs on the desk's thread.
 * Errors: of fw_desk_create(); -EOVERFLOW the mailbox is full, -EPIPE it is closed.
 */
#ifndef FW_SIGNALING_DESK_THREAD_H
#define FW_SIGNALING_DESK_THREAD_H

#include "base/cleanup.h"
#include "base/mailbox.h"
#include "signaling/desk.h"

/* Types of the messages in the desk's mailbox. */
enum fw_desk_mail {
	FW_DESK_MAIL_INPUT, /* struct fw_desk_input; its strings belong to the receiver */
	FW_DESK_MAIL_RECORDER, /* struct fw_recorder_event */
	FW_DESK_MAIL_JOB, /* fw_job_event_read() */
	FW_DESK_MAIL_SMS, /* struct fw_gateway_event */
	FW_DESK_MAIL_STOP,
};

struct fw_desk_thread;

/* Takes the output over (fw_desk_output_clear() it). */
typedef void fw_desk_outlet(void *user, struct fw_desk_output *output);

/* The mailbox for all that goes to the desk; made first, so that others can be given it. */
int fw_desk_mailbox_create(struct fw_mailbox **ret_mailbox);

/* Creates the desk on its own thread, which it stays on; setup->db is claimed there. The mailbox is
 * borrowed. What setup points to must live until stop. */
int fw_desk_thread_start(const struct fw_desk_setup *setup, struct fw_mailbox *mailbox,
	fw_desk_outlet *outlet, void *user, struct fw_desk_thread **ret_thread);

/* Decides what has arrived so far, then ends. The mailbox refuses posts from then on. */
void fw_desk_thread_stop(struct fw_desk_thread *thread);
FW_DEFINE_CLEANUP(struct fw_desk_thread, fw_desk_thread_stop)

/* Takes the input's strings over on success. */
int fw_desk_post(struct fw_mailbox *mailbox, struct fw_desk_input *input);

struct fw_desk_figures {
	uint64_t inputs, batches, failed_batches, outputs;
	uint64_t longest_step_us;
};
/* Any thread. */
void fw_desk_thread_figures(
	const struct fw_desk_thread *thread, struct fw_desk_figures *ret_figures);

#endif

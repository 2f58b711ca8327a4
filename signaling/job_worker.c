/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/job_worker.h"

#include <unistd.h>

#define KEY_FD        3 /* as the workers expect them */
#define DESK_KEY_FD   4
#define ARGUMENTS_MAX 20

/* Calls come first; a page is waited for by a clerk, a finished recording by nobody. */
static const struct {
	uint32_t time_s;
	struct fw_spawn_limits limits; /* address space is mostly libraries */
} kinds[] = {
	[FW_JOB_FINALISE] = {3600,
		{.memory_bytes = UINT64_C(2) << 30, .cpu_s = 3600, .open_files = 64, .nice = 10}},
	[FW_JOB_PAGE] = {60,
		{.memory_bytes = UINT64_C(3) << 29, .cpu_s = 60, .open_files = 32, .nice = 3}},
	[FW_JOB_PDF] = {60,
		{.memory_bytes = UINT64_C(3) << 29, .cpu_s = 60, .open_files = 32, .nice = 5}},
	/* It may be kept waiting for a processor, and has long. */
	[FW_JOB_WORDS] = {3600,
		{.memory_bytes = UINT64_C(3) << 29, .cpu_s = 120, .open_files = 32, .nice = 15}},
};

static bool paper_valid(const struct fw_job_paper *paper, enum fw_job_kind kind)
{
	return fw_id_valid(paper->case_id) && fw_id_valid(paper->page) &&
		(kind != FW_JOB_PAGE ||
			(fw_id_valid(paper->still) && fw_id_valid(paper->thumbnail) &&
				paper->turn < 360 && paper->turn % 90 == 0 &&
				(!paper->desk[0] || fw_id_valid(paper->desk))));
}

bool fw_job_valid(const struct fw_job_command *command)
{
	switch (command->start.kind) {
	case FW_JOB_FINALISE:
		return fw_id_valid(command->start.recording);
	case FW_JOB_PAGE:
		return paper_valid(&command->start.paper, FW_JOB_PAGE);
	case FW_JOB_PDF:
		return paper_valid(&command->start.paper, FW_JOB_PDF) && command->start.list;
	case FW_JOB_WORDS:
		return paper_valid(&command->start.paper, FW_JOB_WORDS) &&
			fw_id_valid(command->start.paper.words);
	}
	return false;
}

const char *fw_job_subject(const struct fw_job_command *command)
{
	return command->start.kind == FW_JOB_FINALISE ? command->start.recording
		: command->start.kind == FW_JOB_PAGE  ? command->start.paper.still
						      : command->start.paper.page;
}

uint32_t fw_job_default_time_s(enum fw_job_kind kind)
{
	return kinds[kind].time_s;
}

/* From the nursery, and without one where there is none: that only takes longer. */
static int spawn_there(const struct fw_spawn_options *options, struct fw_nursery **nursery,
	struct fw_process **ret_process)
{
	int r = *nursery ? 0 : fw_nursery_create(options->program, nursery);

	if (r == 0) {
		r = fw_nursery_spawn(*nursery, options, ret_process);
	}
	if (r < 0) {
		g_clear_pointer(nursery, fw_nursery_destroy);
		r = fw_spawn(options, ret_process);
	}
	return r;
}

/* nursery: NULL: a process of its own from the start. */
static int spawn(const char *program, const char *const *arguments, enum fw_job_kind kind,
	const struct fw_job_descriptors *descriptors, struct fw_nursery **nursery,
	struct fw_process **ret_process)
{
	const struct fw_spawn_fd fds[] = {
		{.ours = descriptors->in, .theirs = STDIN_FILENO},
		{.ours = descriptors->out, .theirs = STDOUT_FILENO},
		{.ours = descriptors->key, .theirs = KEY_FD},
		{.ours = descriptors->desk_key, .theirs = DESK_KEY_FD},
	};
	const struct fw_spawn_options options = {
		.program = program,
		.arguments = arguments,
		.fds = fds,
		.fd_count = G_N_ELEMENTS(fds) - (descriptors->desk_key < 0 ? 1 : 0),
		.limits = kinds[kind].limits,
	};

	return nursery ? spawn_there(&options, nursery, ret_process)
		       : fw_spawn(&options, ret_process);
}

static void add(const char *arguments[ARGUMENTS_MAX], const char *const *more)
{
	unsigned n = 0;

	while (arguments[n]) {
		n++;
	}
	for (unsigned i = 0; more[i]; i++) {
		arguments[n++] = more[i];
	}
}

/* What is known of a page beside its still. */
static void add_wishes(const char *arguments[ARGUMENTS_MAX], const struct fw_job_paper *paper)
{
	const char *const desk[] = {"--desk", paper->desk, NULL};
	const char *const format[] = {"--format", paper->format, NULL};

	if (paper->desk[0]) {
		add(arguments, desk);
	}
	if (paper->format[0]) {
		add(arguments, format);
	}
}

static int spawn_paper(const struct fw_jobs_config *config, const struct fw_job_command *command,
	const struct fw_job_descriptors *descriptors, struct fw_process **ret_process)
{
	const struct fw_job_paper *paper = &command->start.paper;
	g_autofree char *key_id = g_strdup_printf("case/%s", paper->case_id);
	g_autofree char *turn = g_strdup_printf("%u", paper->turn);
	const char *const page[] = {"--still", paper->still, "--page", paper->page, "--thumbnail",
		paper->thumbnail, "--turn", turn, "--seen", NULL};
	const char *const pdf[] = {"--pdf", paper->page, "--pages", command->start.list,
		paper->archive ? "--archive" : NULL, NULL};
	const char *const words[] = {"--page", paper->page, "--words", paper->words,
		command->start.list ? "--against" : NULL, command->start.list, NULL};
	const struct {
		const char *program;
		const char *const *more;
	} of[] = {
		[FW_JOB_PAGE] = {config->pages_program, page},
		[FW_JOB_PDF] = {config->pdf_program, pdf},
		[FW_JOB_WORDS] = {config->words_program, words},
	};
	const char *arguments[ARGUMENTS_MAX] = {"--blobs", config->blob_dir, "--key-id", key_id};
	enum fw_job_kind kind = command->start.kind;

	add(arguments, of[kind].more);
	if (kind == FW_JOB_PAGE) {
		add_wishes(arguments, paper);
	}
	return spawn(of[kind].program, arguments, kind, descriptors, NULL, ret_process);
}

int fw_job_spawn(const struct fw_jobs_config *config, const struct fw_job_command *command,
	const struct fw_job_descriptors *descriptors, struct fw_nursery **nursery,
	struct fw_process **ret_process)
{
	if (command->start.kind == FW_JOB_FINALISE) {
		const char *const arguments[] = {"--journals", config->journal_dir, "--blobs",
			config->blob_dir, "--recording", command->start.recording,
			command->start.follow ? "--follow" : NULL, NULL};

		return spawn(config->finalise_program, arguments, FW_JOB_FINALISE, descriptors,
			nursery, ret_process);
	}
	return spawn_paper(config, command, descriptors, ret_process);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* farwindow: reads arguments and configuration, starts the server, waits for a signal, ends it. */
#include <errno.h>
#include <getopt.h>
#include <glib.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/limits.h"
#include "signaling/demo_notice.h"
#include "signaling/server.h"
#include "signaling/sms/sms_config.h"

#define FW_LOG_TOPIC "main"
#include "base/log.h"

#define DEMO_DATA "demo-data"

struct arguments {
	const char *config;
	const char *data;
	const char *web;
	const char *port;
	const char *load_pairs;
	bool demo;
	bool check;
};

static const char usage[] =
	"Usage: farwindow --config FILE [--check]\n"
	"       farwindow --demo [--data DIR] [--web DIR] [--port N] [--load-pairs N]\n"
	"\n"
	"  --config FILE  serve as the file says (docs/CONFIGURATION.md)\n"
	"  --check        only read the configuration, then end\n"
	"  --demo         serve a demo office on every address of this machine\n"
	"  --data DIR     data folder of the demo (" DEMO_DATA ")\n"
	"  --web DIR      the built web client (web-client/dist)\n"
	"  --port N       HTTPS port (8443)\n"
	"  --load-pairs N add N pairs of windows for load tests (docs/OPERATIONS.md)\n"
	"  --version, --help\n";

/* 0; 1: answered, end well; -EINVAL: said what is wrong. */
static int read_arguments(int argc, char **argv, struct arguments *ret_arguments)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"check", no_argument, NULL, 'k'},
		{"demo", no_argument, NULL, 'd'},
		{"data", required_argument, NULL, 'D'},
		{"web", required_argument, NULL, 'w'},
		{"port", required_argument, NULL, 'p'},
		{"load-pairs", required_argument, NULL, 'l'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct arguments arguments = {0};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			arguments.config = optarg;
			break;
		case 'k':
			arguments.check = true;
			break;
		case 'd':
			arguments.demo = true;
			break;
		case 'D':
			arguments.data = optarg;
			break;
		case 'w':
			arguments.web = optarg;
			break;
		case 'p':
			arguments.port = optarg;
			break;
		case 'l':
			arguments.load_pairs = optarg;
			break;
		case 'v':
			(void)printf("farwindow %s\n", FW_VERSION);
			return 1;
		case 'h':
			(void)fputs(usage, stdout);
			return 1;
		default:
			(void)fputs(usage, stderr);
			return -EINVAL;
		}
	}
	if (optind < argc || !arguments.config == !arguments.demo ||
		(arguments.config &&
			(arguments.data || arguments.web || arguments.port || arguments.load_pairs))) {
		(void)fputs(usage, stderr);
		return -EINVAL;
	}
	*ret_arguments = arguments;
	return 0;
}

/* The demo's configuration is an ordinary one, made of the arguments. */
static int load_config(const struct arguments *arguments, const struct fw_config **ret_config)
{
	g_autofree char *problem = NULL;
	g_autofree char *here = g_get_current_dir();
	g_autoptr(GString) text = g_string_new("[server]\nlisten = 0.0.0.0\n");
	int r;

	if (arguments->config) {
		r = fw_config_load(arguments->config, ret_config, &problem);
	} else {
		g_string_append_printf(
			text, "data_dir = %s\n", arguments->data ? arguments->data : DEMO_DATA);
		if (arguments->web) {
			g_string_append_printf(text, "web_dir = %s\n", arguments->web);
		}
		if (arguments->port) {
			g_string_append_printf(text, "port = %s\n", arguments->port);
		}
		g_string_append(text, "[demo]\nenabled = true\n[sms]\ngateway = file\n[demo]\n");
		if (arguments->load_pairs) {
			g_string_append_printf(text, "load_pairs = %s\n", arguments->load_pairs);
		}
		r = fw_config_parse("arguments", here, text->str, text->len, ret_config, &problem);
	}
	if (r < 0) {
		(void)fprintf(stderr, "farwindow: %s\n", problem);
	}
	return r;
}

/* What the parser cannot know: templates, secrets. */
static int check_sms(const struct fw_config *config)
{
	g_autofree char *problem = NULL;
	struct fw_sms_config sms;
	int r = fw_sms_config_init(&sms, &config->sms, &problem);

	if (r < 0) {
		(void)fprintf(stderr, "farwindow: %s\n", problem);
		return r;
	}
	fw_sms_config_fini(&sms);
	return 0;
}

/* Every connection is a descriptor: take what the system grants, and what can be of use. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max = MIN(limit.rlim_max, FW_DESCRIPTORS_MAX);
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Blocked here, before any thread is made, so that all inherit it and only sigwait() sees them. */
static void block_signals(sigset_t *ret_signals)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(ret_signals);
	(void)sigaddset(ret_signals, SIGTERM);
	(void)sigaddset(ret_signals, SIGINT);
	(void)sigaddset(ret_signals, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
}

static void wait_for_end(const sigset_t *signals)
{
	int number = 0;

	do {
		(void)sigwait(signals, &number);
	} while (number == SIGHUP); /* a terminal that closes, or a habit; nothing is reloaded */
	fw_info("ending signal=%s", number == SIGTERM ? "SIGTERM" : "SIGINT");
}

static int run(const struct fw_config *config, const char *program_folder)
{
	fw_cleanup(fw_data_folder_close) struct fw_data_folder *folder = NULL;
	fw_cleanup(fw_identity_free) struct fw_identity *identity = NULL;
	fw_cleanup(fw_server_stop) struct fw_server *server = NULL;
	g_autofree char *problem = NULL;
	struct fw_server_setup setup = {.config = config, .program_folder = program_folder};
	sigset_t signals;
	int r;

	block_signals(&signals);
	r = fw_data_folder_open(config->server.data_dir, &folder, &problem);
	if (r == 0) {
		r = fw_identity_load(
			&config->server, folder, fw_clock_wall_us(), &identity, &problem);
	}
	if (r == 0) {
		setup.folder = folder;
		setup.identity = identity;
		r = fw_server_start(&setup, &server, &problem);
	}
	if (r < 0) {
		(void)fprintf(stderr, "farwindow: %s\n", problem);
		return r;
	}
	fw_info("serving version=%s listen=%s port=%u data=%s", FW_VERSION, config->server.listen,
		config->server.port, folder->folder);
	if (config->demo.enabled) {
		fw_demo_notice_print(config, identity, stdout);
	}
	wait_for_end(&signals);
	g_clear_pointer(&server, fw_server_stop);
	fw_info("ended");
	return 0;
}

int main(int argc, char **argv)
{
	fw_cleanup(fw_config_free) const struct fw_config *config = NULL;
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *program_folder = g_path_get_dirname(program ? program : argv[0]);
	struct arguments arguments;
	int r = read_arguments(argc, argv, &arguments);

	if (r) {
		return r < 0 ? 2 : 0;
	}
	if (load_config(&arguments, &config) < 0) {
		return 2;
	}
	if (arguments.check) {
		return check_sms(config) < 0 ? 2 : 0;
	}
	(void)umask(0077); /* recordings and keys are nobody else's */
	raise_descriptor_limit();
	fw_log_set_level(config->server.log_level);
	return run(config, program_folder) < 0 ? 1 : 0;
}

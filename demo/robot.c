/* SPDX-License-Identifier: Apache-2.0 */
/* farwindow-robot: a window that answers by itself, so that one person with one computer can live
 * through a call. */
#define FW_LOG_TOPIC "robot"
#include "base/log.h"
#include "demo/robot_office.h"
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The demo office's own robot account and window, demo/office/places.json. */
#define DEMO_ACCOUNT     "robot"
#define DEMO_PASSWORD    "demo-robot"
#define DEMO_WINDOW      "441581-01-9"
#define CERTIFICATE_NAME "certificate.pem" /* in the server's data folder */

struct arguments {
	char *data, *server, *account, *password_file, *window, *fingerprint;
	int port, ring_ms;
};

static gboolean quit(gpointer loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_CONTINUE;
}

static int parse(struct arguments *arguments, int argc, char **argv)
{
	const GOptionEntry entries[] = {
		{"data", 0, 0, G_OPTION_ARG_FILENAME, &arguments->data,
			"trust the certificate in this data folder of a server on this machine",
			"DIR"},
		{"port", 0, 0, G_OPTION_ARG_INT, &arguments->port, "of a server on this machine",
			"N"},
		{"server", 0, 0, G_OPTION_ARG_STRING, &arguments->server,
			"https://host:port, elsewhere", "URL"},
		{"account", 0, 0, G_OPTION_ARG_STRING, &arguments->account, "default " DEMO_ACCOUNT,
			"NAME"},
		{"password-file", 0, 0, G_OPTION_ARG_FILENAME, &arguments->password_file,
			"first line; default: the demo office's", "FILE"},
		{"window", 0, 0, G_OPTION_ARG_STRING, &arguments->window, "default " DEMO_WINDOW,
			"ID"},
		{"insecure-certificate-fingerprint", 0, 0, G_OPTION_ARG_STRING,
			&arguments->fingerprint,
			"trust the certificate with this SHA-256 and no other", "HEX"},
		{"ring-ms", 0, 0, G_OPTION_ARG_INT, &arguments->ring_ms,
			"answer after so long, default 2500", "MS"},
		{NULL}};
	g_autoptr(GOptionContext) context =
		g_option_context_new("- a window that answers by itself");
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		fprintf(stderr, "farwindow-robot: %s\n", error->message);
		return -1;
	}
	return 0;
}

static int read_password(const char *path, char **ret_password)
{
	g_autoptr(GError) error = NULL;

	if (!g_file_get_contents(path, ret_password, NULL, &error)) {
		fprintf(stderr, "farwindow-robot: %s\n", error->message);
		return -1;
	}
	(*ret_password)[strcspn(*ret_password, "\r\n")] = '\0';
	return 0;
}

static void run(const struct fw_robot_office_options *options)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	struct fw_robot_office *office = fw_robot_office_new(options);

	(void)g_unix_signal_add(SIGTERM, quit, loop);
	(void)g_unix_signal_add(SIGINT, quit, loop);
	g_main_loop_run(loop);
	fw_robot_office_free(office);
}

int main(int argc, char **argv)
{
	struct arguments arguments = {.port = 8443, .ring_ms = 2500};
	g_autofree char *local = NULL, *certificate_file = NULL, *password = NULL;
	struct fw_robot_office_options options = {0};

	if (parse(&arguments, argc, argv) < 0 ||
		(arguments.password_file != NULL &&
			read_password(arguments.password_file, &password) < 0)) {
		return EXIT_FAILURE;
	}
	gst_init(NULL, NULL);
	local = g_strdup_printf("https://127.0.0.1:%d", arguments.port);
	certificate_file = arguments.data == NULL
		? NULL
		: g_build_filename(arguments.data, CERTIFICATE_NAME, NULL);
	options.link.server = arguments.server != NULL ? arguments.server : local;
	options.link.account = arguments.account != NULL ? arguments.account : DEMO_ACCOUNT;
	options.link.password = password != NULL ? password : DEMO_PASSWORD;
	options.link.fingerprint = arguments.fingerprint;
	options.link.certificate_file = certificate_file;
	options.window = arguments.window != NULL ? arguments.window : DEMO_WINDOW;
	options.ring_ms = (unsigned)CLAMP(arguments.ring_ms, 0, 25000);
	run(&options);
	return EXIT_SUCCESS;
}

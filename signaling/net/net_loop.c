/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn of the net thread. The library finds out what can be done by asking for the state of every socket: 0.6 ms of 5,000,
 * more when the caches are cold, which is longer than most of what comes of it. So with many sockets it is asked now and then only.
 *
 *     turn ──▶ WebSockets that have something to read: epoll knows them   ──▶ lws_service_fd()
 *         ──▶ mail of the desk, and the WebSockets it is for              ──▶ lws_service_fd()
 *         ──▶ something came on a socket that is no WebSocket, or LOOK_US are over, SOON_US where a request is
 *             under way (new sockets, timers, a socket that did not take everything)   ──▶ lws_service()
 *
 * Nothing depends on the short way: whatever it misses, the library finds by itself. Edge-triggered for that reason:
 * what the library does not want to read now must not make the loop turn for nothing.
 */
#include <errno.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "signaling/net/net_private.h"

#define MANY      512 /* sockets: from here on, asking all of them is not cheap any more */
#define LOOK_US   (50 * FW_US_PER_MS)
#define SOON_US   (2 * FW_US_PER_MS)
#define LIVELY_US (50 * FW_US_PER_MS) /* a handshake, or the next request, comes within that */
#define READY     256 /* of one turn */
#define OTHER     0 /* no handle: no WebSocket, or not yet */
#define MAIL      UINT64_MAX

int net_loop_init(struct fw_net *net)
{
	struct epoll_event mail = {.events = EPOLLIN, .data.u64 = MAIL};

	net->to_write = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	net->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (net->epoll < 0 ||
		epoll_ctl(net->epoll, EPOLL_CTL_ADD, fw_mailbox_fd(net->mailbox), &mail) < 0) {
		return -errno;
	}
	return 0;
}

void net_loop_fini(struct fw_net *net)
{
	if (net->to_write) {
		(void)g_array_free(net->to_write, TRUE);
	}
	if (net->epoll >= 0) {
		(void)close(net->epoll);
	}
}

static void put(struct net_connection *connection, int how, uint64_t what)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = what};

	/* Closing the socket takes it out again. Without it, the library's own look finds what comes. */
	(void)epoll_ctl(connection->net->epoll, how, lws_get_socket_fd(connection->wsi), &event);
}

void net_loop_watch(struct net_connection *connection)
{
	put(connection, EPOLL_CTL_ADD, OTHER);
}

void net_loop_opened(struct net_connection *connection)
{
	put(connection, EPOLL_CTL_MOD, connection->handle);
}

void net_loop_want_write(struct net_connection *connection)
{
	(void)lws_callback_on_writable(connection->wsi);
	if (!connection->to_write) {
		connection->to_write = true;
		g_array_append_val(connection->net->to_write, connection->handle);
	}
}

/* The WebSocket may be gone since. */
static void serve(struct fw_net *net, uint64_t handle, short what)
{
	struct net_connection *connection = g_hash_table_lookup(net->by_handle, &handle);
	struct lws_pollfd ready = {.events = what, .revents = what};

	if (connection && connection->live) {
		ready.fd = lws_get_socket_fd(connection->wsi);
		(void)lws_service_fd(net->context, &ready);
	}
}

static void write_wanted(struct fw_net *net)
{
	/* Others may come to want it meanwhile: they are further down. */
	for (guint i = 0; i < net->to_write->len; i++) {
		uint64_t handle = g_array_index(net->to_write, uint64_t, i);
		struct net_connection *connection = g_hash_table_lookup(net->by_handle, &handle);

		if (connection) {
			connection->to_write = false;
			serve(net, handle, LWS_POLLOUT);
		}
	}
	g_array_set_size(net->to_write, 0);
}

static int ask_library(struct fw_net *net, bool wait)
{
	uint64_t before = net->others_served;
	int r = lws_service(net->context, wait ? 0 : -1);
	int64_t now_us = fw_clock_monotonic_us();

	if (net->others_served != before) {
		net->lively_until_us = now_us + LIVELY_US;
	}
	net->look_us = now_us + (now_us < net->lively_until_us ? SOON_US : LOOK_US);
	return r;
}

void net_loop_ask_now(struct fw_net *net)
{
	net->look_us = 0;
}

static int wait_ms(const struct fw_net *net)
{
	int64_t left_us = net->look_us - fw_clock_monotonic_us();

	return left_us <= 0 ? 0 : (int)((left_us + FW_US_PER_MS - 1) / FW_US_PER_MS);
}

static int turn_of_few(struct fw_net *net)
{
	int r = ask_library(net, true);

	write_wanted(net);
	return r;
}

static int turn_of_many(struct fw_net *net)
{
	struct epoll_event ready[READY];
	int count = epoll_wait(net->epoll, ready, READY, wait_ms(net));

	for (int i = 0; i < count; i++) {
		if (ready[i].data.u64 == OTHER) {
			net_loop_ask_now(net);
		} else if (ready[i].data.u64 != MAIL) {
			serve(net, ready[i].data.u64, LWS_POLLIN);
		}
	}
	net_take_mail(net);
	write_wanted(net);
	return wait_ms(net) == 0 ? ask_library(net, false) : 0;
}

int net_loop_turn(struct fw_net *net)
{
	return net->connections >= MANY ? turn_of_many(net) : turn_of_few(net);
}

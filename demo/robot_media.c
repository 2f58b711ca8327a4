/* SPDX-License-Identifier: Apache-2.0 */
/* An offer goes: set-remote-description -> (promise) -> directions and sources -> create-answer ->
 * (promise) -> set-local-description. Promises are kept on webrtcbin's thread; each posts a message
 * on the bus, and the next step is taken on the main context. */
#define FW_LOG_TOPIC         "robot"
#define GST_USE_UNSTABLE_API /* webrtcbin's library says so of itself */
#include "demo/robot_media.h"
#include "base/log.h"
#include "demo/robot_picture.h"
#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>
#include <stdatomic.h>
#include <string.h>

#define STEP_REMOTE    "robot-remote-set"
#define STEP_ANSWER    "robot-answer"
#define CAPS_POLL_MS   10
#define CAPS_WAIT_MS   3000
#define PAGE_WIDTH_PX  1920
#define PAGE_HEIGHT_PX 1080

/* A beep of 0.2 s each second; a clock; a page that never changes. All with a key frame every 3 s
 * (design: recordings are sought in). */
static const char *const SOURCES[FW_ROBOT_TRACKS] = {
	"audiotestsrc is-live=true wave=ticks freq=880 sine-periods-per-tick=176 volume=0.25 ! "
	"audioconvert ! audioresample ! "
	"audio/x-raw,rate=48000,channels=2 ! opusenc bitrate=48000 inband-fec=true ! rtpopuspay "
	"pt=111 ! "
	"application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000 ! queue "
	"name=out0 max-size-time=200000000",
	"videotestsrc is-live=true pattern=black ! "
	"video/x-raw,format=BGRx,width=640,height=360,framerate=15/1 ! "
	"cairooverlay name=draw1 ! videoconvert ! "
	"vp8enc deadline=1 cpu-used=8 target-bitrate=600000 keyframe-max-dist=45 "
	"error-resilient=default ! "
	"rtpvp8pay pt=96 picture-id-mode=15-bit mtu=1200 ! "
	"application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000 ! queue "
	"name=out1 max-size-time=200000000",
	"videotestsrc is-live=true pattern=black ! "
	"video/x-raw,format=BGRx,width=1920,height=1080,framerate=5/1 ! "
	"cairooverlay name=draw2 ! videoconvert ! "
	"vp8enc deadline=1 cpu-used=10 static-threshold=100 target-bitrate=1500000 "
	"keyframe-max-dist=15 error-resilient=default ! "
	"rtpvp8pay pt=96 picture-id-mode=15-bit mtu=1200 ! "
	"application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000 ! queue "
	"name=out2 max-size-time=400000000",
};

struct track_counts {
	atomic_uint_fast64_t packets, bytes, frames;
};

struct fw_robot_media {
	const struct fw_robot_media_ops *ops;
	void *user;
	GstElement *pipeline;
	GstElement *webrtc; /* borrowed from the pipeline */
	guint watch;
	guint waiting; /* timer of wait_for_caps() */
	unsigned waits;
	GstPad *pads[FW_ROBOT_TRACKS]; /* webrtcbin's sink pads */
	bool sending;
	cairo_surface_t *page;
	struct track_counts counts[FW_ROBOT_TRACKS];
};

static void draw_face(
	GstElement *overlay, cairo_t *cairo, guint64 timestamp, guint64 duration, gpointer user)
{
	(void)overlay;
	(void)timestamp;
	(void)duration;
	(void)user;
	fw_robot_draw_face(cairo, 640, 360, g_get_real_time());
}

static void draw_page(
	GstElement *overlay, cairo_t *cairo, guint64 timestamp, guint64 duration, gpointer user)
{
	struct fw_robot_media *media = user;

	(void)overlay;
	(void)timestamp;
	(void)duration;
	cairo_set_source_surface(cairo, media->page, 0, 0);
	cairo_paint(cairo);
}

static cairo_surface_t *make_page(void)
{
	cairo_surface_t *page =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, PAGE_WIDTH_PX, PAGE_HEIGHT_PX);
	cairo_t *cairo = cairo_create(page);

	fw_robot_draw_page(cairo, PAGE_WIDTH_PX, PAGE_HEIGHT_PX);
	cairo_destroy(cairo);
	return page;
}

static void post_step(struct fw_robot_media *media, const char *step, const char *sdp)
{
	GstStructure *structure = gst_structure_new(step, "sdp", G_TYPE_STRING, sdp, NULL);

	(void)gst_element_post_message(media->pipeline,
		gst_message_new_application(GST_OBJECT(media->pipeline), structure));
}

/* On webrtcbin's thread. */
static void remote_is_set(GstPromise *promise, gpointer user)
{
	if (gst_promise_wait(promise) == GST_PROMISE_RESULT_REPLIED) {
		post_step(user, STEP_REMOTE, NULL);
	}
	gst_promise_unref(promise);
}

/* On webrtcbin's thread. */
static void answer_is_made(GstPromise *promise, gpointer user)
{
	GstWebRTCSessionDescription *answer = NULL;
	const GstStructure *reply = gst_promise_wait(promise) == GST_PROMISE_RESULT_REPLIED
		? gst_promise_get_reply(promise)
		: NULL;
	g_autofree char *sdp = NULL;

	if (reply != NULL &&
		gst_structure_get(
			reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &answer, NULL)) {
		sdp = gst_sdp_message_as_text(answer->sdp);
		gst_webrtc_session_description_free(answer);
	}
	post_step(user, STEP_ANSWER, sdp);
	gst_promise_unref(promise);
}

static GstWebRTCSessionDescription *describe(GstWebRTCSDPType type, const char *sdp)
{
	GstSDPMessage *message = NULL;

	(void)gst_sdp_message_new(&message);
	if (gst_sdp_message_parse_buffer((const guint8 *)sdp, (guint)strlen(sdp), message) !=
		GST_SDP_OK) {
		(void)gst_sdp_message_free(message);
		return NULL;
	}
	return gst_webrtc_session_description_new(type, message);
}

/* Upward m-lines are the first three of an offer, downward ones follow. */
static void set_directions(struct fw_robot_media *media)
{
	GArray *transceivers = NULL;

	g_signal_emit_by_name(media->webrtc, "get-transceivers", &transceivers);
	for (guint i = 0; transceivers != NULL && i < transceivers->len; i++) {
		GstWebRTCRTPTransceiver *transceiver =
			g_array_index(transceivers, GstWebRTCRTPTransceiver *, i);
		guint line = 0;
		g_object_get(transceiver, "mlineindex", &line, NULL);
		g_object_set(transceiver, "direction",
			line < FW_ROBOT_TRACKS ? GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY
					       : GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
			NULL);
	}
	g_clear_pointer(&transceivers, g_array_unref);
}

static bool add_source(struct fw_robot_media *media, unsigned track)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *overlay_name = g_strdup_printf("draw%u", track),
			*pad_name = g_strdup_printf("sink_%u", track);
	GstElement *source = gst_parse_bin_from_description(SOURCES[track], TRUE, &error);
	GstElement *overlay = NULL;
	GstPad *from = NULL, *to = NULL;
	bool linked = false;

	if (source == NULL) {
		fw_error("source cannot be made track=%u reason=%s", track, error->message);
		return false;
	}
	overlay = gst_bin_get_by_name(GST_BIN(source), overlay_name);
	if (overlay != NULL) {
		(void)g_signal_connect(
			overlay, "draw", G_CALLBACK(track == 1 ? draw_face : draw_page), media);
		gst_object_unref(overlay);
	}
	(void)gst_bin_add(GST_BIN(media->pipeline), source);
	from = gst_element_get_static_pad(source, "src");
	to = gst_element_request_pad_simple(media->webrtc, pad_name);
	linked = to != NULL && gst_pad_link(from, to) == GST_PAD_LINK_OK;
	gst_object_unref(from);
	media->pads[track] = to;
	(void)gst_element_sync_state_with_parent(source);
	return linked;
}

static void fail(struct fw_robot_media *media, const char *reason)
{
	media->ops->failed(media->user, reason);
}

static void create_answer(struct fw_robot_media *media)
{
	set_directions(media);
	g_signal_emit_by_name(media->webrtc, "create-answer", NULL,
		gst_promise_new_with_change_func(answer_is_made, media, NULL));
}

/* The answer names each track by a=ssrc, and webrtcbin knows it only when the payloader's caps have
 * come: without it the server could not tell face from document. */
static gboolean wait_for_caps(gpointer user)
{
	struct fw_robot_media *media = user;

	for (unsigned track = 0; track < FW_ROBOT_TRACKS; track++) {
		if (!gst_pad_has_current_caps(media->pads[track])) {
			if (++media->waits < CAPS_WAIT_MS / CAPS_POLL_MS) {
				return G_SOURCE_CONTINUE;
			}
			media->waiting = 0;
			fail(media, "a source gives no packets");
			return G_SOURCE_REMOVE;
		}
	}
	media->waiting = 0;
	create_answer(media);
	return G_SOURCE_REMOVE;
}

static void take_remote(struct fw_robot_media *media)
{
	set_directions(media);
	for (unsigned track = 0; track < FW_ROBOT_TRACKS && !media->sending; track++) {
		if (!add_source(media, track)) {
			fail(media, "a source cannot be linked");
			return;
		}
	}
	if (!media->sending) {
		media->sending = true;
		media->waits = 0;
		media->waiting = g_timeout_add(CAPS_POLL_MS, wait_for_caps, media);
		return;
	}
	create_answer(media);
}

static void take_answer(struct fw_robot_media *media, const char *sdp)
{
	GstWebRTCSessionDescription *answer =
		sdp != NULL ? describe(GST_WEBRTC_SDP_TYPE_ANSWER, sdp) : NULL;
	GstPromise *promise = gst_promise_new();

	if (answer == NULL) {
		gst_promise_unref(promise);
		fail(media, "webrtcbin has no answer");
		return;
	}
	g_signal_emit_by_name(media->webrtc, "set-local-description", answer, promise);
	gst_promise_interrupt(promise);
	gst_promise_unref(promise);
	gst_webrtc_session_description_free(answer);
	media->ops->answered(media->user, sdp);
}

static gboolean on_message(GstBus *bus, GstMessage *message, gpointer user)
{
	struct fw_robot_media *media = user;
	g_autoptr(GError) error = NULL;

	(void)bus;
	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_APPLICATION) {
		const GstStructure *structure = gst_message_get_structure(message);
		if (gst_structure_has_name(structure, STEP_REMOTE)) {
			take_remote(media);
		} else if (gst_structure_has_name(structure, STEP_ANSWER)) {
			take_answer(media, gst_structure_get_string(structure, "sdp"));
		}
	} else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
		gst_message_parse_error(message, &error, NULL);
		fail(media, error->message);
	}
	return G_SOURCE_CONTINUE;
}

/* On a streaming thread. */
static GstPadProbeReturn count_packet(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	struct track_counts *counts = user;
	GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
	guint8 second = 0;

	(void)pad;
	if (gst_buffer_extract(buffer, 1, &second, 1) == 1) {
		counts->frames += second >> 7; /* marker: last packet of a frame, RFC 7741 4.1 */
	}
	counts->packets++;
	counts->bytes += gst_buffer_get_size(buffer);
	return GST_PAD_PROBE_OK;
}

/* On a streaming thread: a track of the other side; what comes is counted and dropped. */
static void pad_added(GstElement *webrtc, GstPad *pad, gpointer user)
{
	struct fw_robot_media *media = user;
	GstWebRTCRTPTransceiver *transceiver = NULL;
	GstElement *sink = NULL;
	GstPad *to = NULL;
	guint line = 0;

	(void)webrtc;
	if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) {
		return;
	}
	g_object_get(pad, "transceiver", &transceiver, NULL);
	g_object_get(transceiver, "mlineindex", &line, NULL);
	gst_object_unref(transceiver);
	sink = gst_element_factory_make("fakesink", NULL);
	g_object_set(sink, "sync", FALSE, "async", FALSE, NULL);
	(void)gst_bin_add(GST_BIN(media->pipeline), sink);
	(void)gst_element_sync_state_with_parent(sink);
	to = gst_element_get_static_pad(sink, "sink");
	(void)gst_pad_add_probe(to, GST_PAD_PROBE_TYPE_BUFFER, count_packet,
		&media->counts[line % FW_ROBOT_TRACKS], NULL);
	(void)gst_pad_link(pad, to);
	gst_object_unref(to);
}

struct fw_robot_media *fw_robot_media_new(const struct fw_robot_media_ops *ops, void *user)
{
	struct fw_robot_media *media = g_new0(struct fw_robot_media, 1);
	GstBus *bus = NULL;

	media->ops = ops;
	media->user = user;
	media->page = make_page();
	media->pipeline = gst_pipeline_new("robot");
	media->webrtc = gst_element_factory_make("webrtcbin", "webrtc");
	if (media->webrtc == NULL) {
		fw_error("webrtcbin is not installed package=gstreamer1.0-plugins-bad");
		fw_robot_media_free(media);
		return NULL;
	}
	gst_util_set_object_arg(G_OBJECT(media->webrtc), "bundle-policy", "max-bundle");
	(void)g_signal_connect(media->webrtc, "pad-added", G_CALLBACK(pad_added), media);
	(void)gst_bin_add(GST_BIN(media->pipeline), media->webrtc);
	bus = gst_element_get_bus(media->pipeline);
	media->watch = gst_bus_add_watch(bus, on_message, media);
	gst_object_unref(bus);
	(void)gst_element_set_state(media->pipeline, GST_STATE_PLAYING);
	return media;
}

void fw_robot_media_free(struct fw_robot_media *media)
{
	if (media == NULL) {
		return;
	}
	if (media->watch != 0) {
		(void)g_source_remove(media->watch);
	}
	if (media->waiting != 0) {
		(void)g_source_remove(media->waiting);
	}
	(void)gst_element_set_state(media->pipeline, GST_STATE_NULL);
	for (unsigned track = 0; track < FW_ROBOT_TRACKS; track++) {
		g_clear_pointer(&media->pads[track], gst_object_unref);
	}
	gst_object_unref(media->pipeline);
	cairo_surface_destroy(media->page);
	g_free(media);
}

void fw_robot_media_offer(struct fw_robot_media *media, const char *sdp)
{
	GstWebRTCSessionDescription *offer = describe(GST_WEBRTC_SDP_TYPE_OFFER, sdp);

	if (offer == NULL) {
		fail(media, "the offer cannot be parsed");
		return;
	}
	g_signal_emit_by_name(media->webrtc, "set-remote-description", offer,
		gst_promise_new_with_change_func(remote_is_set, media, NULL));
	gst_webrtc_session_description_free(offer);
}

void fw_robot_media_counts(const struct fw_robot_media *media, struct fw_robot_counts *ret_counts)
{
	for (unsigned track = 0; track < FW_ROBOT_TRACKS; track++) {
		ret_counts->packets[track] = media->counts[track].packets;
		ret_counts->bytes[track] = media->counts[track].bytes;
		ret_counts->frames[track] = media->counts[track].frames;
	}
}

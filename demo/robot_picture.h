/* SPDX-License-Identifier: Apache-2.0 */
/* What the robot window's two cameras see, drawn with cairo: a clock with a moving ball, and a
 * sample paper.
 *
 * Owner: the caller's surfaces.  Threads: any, one surface at a time.  Errors: none; a missing font
 * shows as boxes.
 */
#ifndef FW_DEMO_ROBOT_PICTURE_H
#define FW_DEMO_ROBOT_PICTURE_H

#include <cairo.h>
#include <stdint.h>

/* The face camera at this moment (UTC); shown in Asia/Shanghai. */
void fw_robot_draw_face(cairo_t *cairo, int width_px, int height_px, int64_t utc_us);

/* The document camera: 《防雷装置竣工验收申请书》, filled in with sample data and marked 演示数据,
 * with a red seal. */
void fw_robot_draw_page(cairo_t *cairo, int width_px, int height_px);

#endif

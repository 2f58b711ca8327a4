/* SPDX-License-Identifier: Apache-2.0 */
/* The media workers, the recorder and the finaliser, as the desk meets them: what they are told must fit what they
 * were told before; what they answer comes later, and sometimes says that something went wrong.
 *
 * Owner: the simulation. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_MEDIA_H
#define FW_TESTS_SIMULATOR_MEDIA_H

#include "signaling/desk_io.h"
#include "tests/simulator/sim.h"

void media_create(struct sim *sim);
void media_destroy(struct sim *sim);
void media_command(struct sim *sim, const struct fw_media_command *command);
void media_recorder(struct sim *sim, const struct fw_recorder_command *command);
void media_job(struct sim *sim, const struct fw_job_command *command);
/* They died with the server. */
void media_forget(struct sim *sim);
unsigned media_peers(const struct sim *sim);
/* At the end of all: nothing is left open. */
void media_check_rest(const struct sim *sim);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings and the audit log (PROTOCOL.md 3). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_RECORDINGS_H
#define FW_SIGNALING_OPERATIONS_RECORDINGS_H

/* clang-format off */
#define FW_OPERATIONS_RECORDINGS(X) \
	X(RECORDING_MANIFEST, GET, "/api/v1/recordings/{call}/manifest", NOTHING, \
		RECORDING, NONE, fw_recording_manifest_operation) \
	X(RECORDING_VIEW, POST, "/api/v1/recordings/{call}/views", JSON, \
		RECORDING, NONE, fw_recording_view_operation) \
	X(RECORDING_SOURCE, GET, "/api/v1/recordings/{call}/sources/{source}", NOTHING, \
		RECORDING, NONE, fw_recording_source_operation) \
	X(RECORDING_DOWNLOAD, POST, "/api/v1/recordings/{call}/downloads", JSON, \
		RECORDING, NONE, fw_recording_download_operation) \
	X(DOWNLOAD_FILE, GET, "/api/v1/downloads/{download}/{name}", NOTHING, \
		RECORDING, NONE, fw_download_file_operation) \
	X(RECORDING_VERIFY, POST, "/api/v1/recordings/{call}/verify", JSON, \
		RECORDING, NONE, fw_recording_verify_operation) \
	X(RECORDING_FINALISE, POST, "/api/v1/recordings/{call}/finalise", JSON, \
		RECORDING_RETRY, NONE, fw_recording_finalise_operation) \
	X(AUDIT, GET, "/api/v1/audit", NOTHING, \
		AUDIT_LOG, NONE, fw_audit_read_operation)
/* clang-format on */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farwindow-verify DATA_FOLDER: tells any changed byte and any missing row, without a server.
 * Exit status: 0 everything holds, 1 a fault was found, 2 it could not be looked at.
 */
#include <stdio.h>
#include <string.h>

#include "signaling/verify/verify.h"

int main(int argc, char **argv)
{
	unsigned faults = 0;
	int result;

	if (argc != 2 || argv[1][0] == '-') {
		(void)fprintf(stderr, "usage: farwindow-verify DATA_FOLDER\n");
		return 2;
	}
	result = fw_verify_folder(argv[1], stdout, &faults);
	if (result < 0) {
		(void)fprintf(stderr, "farwindow-verify: %s: %s\n", argv[1], strerror(-result));
		return 2;
	}
	if (faults > 0) {
		(void)printf("%u fault%s\n", faults, faults == 1 ? "" : "s");
		return 1;
	}
	(void)printf("everything holds\n");
	return 0;
}

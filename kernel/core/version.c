/*
 * The names of the system. See version.h.
 */
#include "kernel/core/version.h"

const struct utsname system_name = {
    .sysname = "Linux", /* whose ABI this is; programs ask for it */
    .nodename = "limen",
    .release = "6.1.0-limen",
    .version = "#1 SMP PREEMPT",
    .machine = "x86_64",
    .domainname = "(none)",
};

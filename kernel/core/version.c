/*
 * The names of the system. See version.h.
 */
#include "kernel/core/version.h"

#include "kernel/core/spinlock.h"
#include "kernel/lib/string.h"

static struct spinlock name_lock = SPINLOCK_INIT(RANK_REGISTRY);

static struct utsname system_name = {
    .sysname = "Linux", /* whose ABI this is; programs ask for it */
    .nodename = "limen",
    .release = "6.1.0-limen",
    .version = "#1 SMP PREEMPT",
    .machine = "x86_64",
    .domainname = "(none)",
};

void system_name_get(struct utsname *name)
{
    spin_lock(&name_lock);
    *name = system_name;
    spin_unlock(&name_lock);
}

static void name_set(char *name, const char *text, size_t length)
{
    spin_lock(&name_lock);
    memset(name, 0, UTSNAME_LENGTH);
    memcpy(name, text, length);
    spin_unlock(&name_lock);
}

void system_host_name_set(const char *text, size_t length)
{
    name_set(system_name.nodename, text, length);
}

void system_domain_name_set(const char *text, size_t length)
{
    name_set(system_name.domainname, text, length);
}

/*
 * The state of the system in one structure.
 *
 * See `man 2 sysinfo`.
 */
#ifndef LIMEN_ABI_SYSINFO_H
#define LIMEN_ABI_SYSINFO_H

struct sysinfo {
    long uptime;
    unsigned long loads[3]; /* fixed point: 1.0 is 1 << SI_LOAD_SHIFT */
    unsigned long totalram;
    unsigned long freeram;
    unsigned long sharedram;
    unsigned long bufferram;
    unsigned long totalswap;
    unsigned long freeswap;
    unsigned short procs;
    unsigned short pad;
    unsigned long totalhigh;
    unsigned long freehigh;
    unsigned int mem_unit;
};
_Static_assert(sizeof(struct sysinfo) == 112, "struct sysinfo");

#define SI_LOAD_SHIFT 16

#endif

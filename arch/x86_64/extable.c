/*
 * The exception table: instructions that may fault on a user address (user_copy.asm), each with the
 * place to go on at. A dozen entries: searched from first to last.
 */
#include "arch/x86_64/trap.h"

struct extable_entry {
    uintptr_t fault_ip, resume_ip;
};

extern const struct extable_entry _extable[], _extable_end[]; /* linker.ld */

uintptr_t extable_find(uintptr_t ip)
{
    for (const struct extable_entry *entry = _extable; entry < _extable_end; entry++)
        if (entry->fault_ip == ip)
            return entry->resume_ip;
    return 0;
}

/*
 * What mistake an address that the kernel could not use mostly comes of: a panic's second line.
 */
#include "arch/api/cpu.h"
#include "arch/api/memory.h"
#include "arch/api/upcalls.h"
#include "kernel/mm/poison.h"

extern char _text[], _rodata_end[]; /* linker.ld */

const char *upcall_pointer_hint(uintptr_t address)
{
    if (LIMEN_DEBUG && poison_is_near(address))
        return "\nhint: use after free: a register holds what free memory is filled with";
    return "";
}

const char *upcall_fault_hint(uintptr_t address, unsigned access)
{
    if (address < PAGE_SIZE)
        return "\nhint: a null pointer was used, or a field of what it should point to";
    if (address < USER_END && access & PT_EXEC)
        return "\nhint: a function was called by a pointer into user memory";
    if (address < USER_END)
        return "\nhint: a user pointer was used without copy_from_user or copy_to_user";
    if (address >= (uintptr_t)_text && address < (uintptr_t)_rodata_end)
        return "\nhint: code and constants can't be written, nor constants run";
    return "";
}

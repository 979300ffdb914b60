/* siglongjmp: back to a sigsetjmp, with the signals that were blocked then. */
#include <signal.h>
#include <stddef.h>

#include "libc/setjmp/jump.h"

int __sigsetjmp_save(struct limen_jump *place, int save_mask)
{
    sigset_t mask;

    place->mask_saved = save_mask != 0;
    if (save_mask) {
        sigprocmask(SIG_SETMASK, NULL, &mask);
        place->mask = mask.bits;
    }
    return 0;
}

_Noreturn void siglongjmp(sigjmp_buf place, int value)
{
    if (place->mask_saved) {
        sigset_t mask = {place->mask};

        sigprocmask(SIG_SETMASK, &mask, NULL);
    }
    __jump(place, value ? value : 1);
}

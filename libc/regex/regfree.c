#include "libc/regex/program.h"

#include <regex.h>
#include <stdlib.h>

void regfree(regex_t *regex)
{
    struct re_program *program = regex->__program;

    if (program) {
        free(program->nodes);
        free(program->sets);
        free(program->ranges);
    }
    free(program);
    regex->__program = NULL;
}

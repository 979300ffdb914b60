/* fesetenv: the environment as it was saved; nothing is raised. */
#include "libc/fenv/environment.h"

int fesetenv(const fenv_t *environment)
{
    environment_load(environment);
    return 0;
}

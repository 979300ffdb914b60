/* wcstoimax: wcstol, for long is the longest. */
#include <inttypes.h>
#include <wchar.h>

intmax_t wcstoimax(const wchar_t *restrict text, wchar_t **restrict end, int base)
{
    return wcstol(text, end, base);
}

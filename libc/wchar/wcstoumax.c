/* wcstoumax: wcstoul, for long is the longest. */
#include <inttypes.h>
#include <wchar.h>

uintmax_t wcstoumax(const wchar_t *restrict text, wchar_t **restrict end, int base)
{
    return wcstoul(text, end, base);
}

/* <langinfo.h>, and the numbers of archives' headers. */
#include <cpio.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <tar.h>

#define SHOW(item) printf(#item " <%s>\n", nl_langinfo(item))

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    SHOW(CODESET);
    SHOW(RADIXCHAR);
    SHOW(THOUSEP);
    SHOW(D_T_FMT);
    SHOW(D_FMT);
    SHOW(T_FMT);
    SHOW(T_FMT_AMPM);
    SHOW(AM_STR);
    SHOW(PM_STR);
    SHOW(ERA);
    SHOW(ERA_D_FMT);
    SHOW(ERA_D_T_FMT);
    SHOW(ERA_T_FMT);
    SHOW(ALT_DIGITS);
    SHOW(YESEXPR);
    SHOW(NOEXPR);
    SHOW(CRNCYSTR);
    for (nl_item item = DAY_1; item <= DAY_7; item++)
        printf("%s ", nl_langinfo(item));
    for (nl_item item = ABDAY_1; item <= ABDAY_7; item++)
        printf("%s ", nl_langinfo(item));
    for (nl_item item = MON_1; item <= MON_12; item++)
        printf("%s ", nl_langinfo(item));
    for (nl_item item = ABMON_1; item <= ABMON_12; item++)
        printf("%s ", nl_langinfo(item));
    printf("\n<%s> <%s>\n", nl_langinfo(-1), nl_langinfo(0x7fffffff));
    printf("%s %d %s %d %c %c %o\n", TMAGIC, TMAGLEN, TVERSION, TVERSLEN, REGTYPE, CONTTYPE,
           TSUID | TSGID | TSVTX | TUREAD | TUWRITE | TUEXEC | TGREAD | TGWRITE | TGEXEC | TOREAD);
    printf("%s %o %o %o %o\n", MAGIC, C_ISREG, C_ISCTG, C_ISSOCK | C_ISUID, C_IRUSR | C_IXOTH);
    return 0;
}

/*
 * Who one is: credentials(7), setuid(2), setgid(2), getgroups(2), what a user may not do.
 */
#include "tests/abi/abi.h"

#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/reboot.h>

static void show_ids(const char *what)
{
    say("%s: uid %d %d, gid %d %d", what, getuid(), geteuid(), getgid(), getegid());
}

CASE(root_changes_all)
{
    show_ids("root");
    SHOW(syscall(SYS_setgid, 34));
    show_ids("after setgid");
    SHOW(syscall(SYS_setuid, 12));
    show_ids("after setuid");
    SHOW(syscall(SYS_setuid, 0));
    SHOW(syscall(SYS_setgid, 0));
    SHOW(syscall(SYS_setuid, 12));
    SHOW(syscall(SYS_setgid, 34));
    show_ids("for good");
}

CASE(bad_ids)
{
    SHOW(syscall(SYS_setuid, -1));
    SHOW(syscall(SYS_setgid, -1));
    SHOW(syscall(SYS_setuid, INT32_MAX));
    say("uid %d", getuid());
}

CASE(ids_are_inherited)
{
    MUST(setgid(7));
    MUST(setuid(8));
    IN_CHILD("child", show_ids("child"); SHOW(setuid(0)));
    IN_CHILD("program", execl(abi_program, "show_ids", NULL));
    IN_CHILD("owner", make_file("/tmp/owned", "", 0644); struct stat st;
             MUST(stat("/tmp/owned", &st)); say("uid %d gid %d", st.st_uid, st.st_gid));
}

HELPER(show_ids)
{
    show_ids("program");
    return 0;
}

CASE(groups)
{
    gid_t list[4] = {77, 77, 77, 77};

    SHOW(getgroups(0, NULL));
    SHOW(getgroups(-1, list));
    SHOW(getgroups(4, list));
    VALUE(list[0]);
}

CASE(child_has_its_own)
{
    IN_CHILD("child", MUST(setuid(5)); show_ids("child"));
    show_ids("parent");
}

CASE(what_a_user_may_not)
{
    struct rlimit limit;

    make_file("roots", "", 0600);
    MUST(setgid(1000));
    MUST(setuid(1000));
    SHOW(setuid(1001));
    SHOW(setgid(0));
    SHOW(chown("roots", 1000, 1000));
    SHOW(unlink("/dev/null"));
    SHOW(mkdir("/new", 0755));
    SHOW(open("roots", O_RDONLY));
    SHOW(syscall(SYS_reboot, 0xfee1dead, 672274793, RB_AUTOBOOT, NULL));
    MUST(getrlimit(RLIMIT_CORE, &limit));
    limit.rlim_max = 100;
    SHOW(setrlimit(RLIMIT_CORE, &limit));
}

CASE(reboot_checks_its_arguments)
{
    SHOW(syscall(SYS_reboot, 0xfee1dead, 12345, RB_AUTOBOOT, NULL));
    SHOW(syscall(SYS_reboot, 1, 672274793, RB_AUTOBOOT, NULL));
    SHOW(syscall(SYS_reboot, 0xfee1dead, 672274793, 0x77777777, NULL));
}

CASE(names_of_tasks)
{
    char name[17] = "untouched";

    SHOW(prctl(PR_SET_NAME, "a name that is too long"));
    SHOW(prctl(PR_GET_NAME, name));
    say("name: %s", name);
    IN_CHILD("child", prctl(PR_GET_NAME, name); say("name: %s", name));
    SHOW(prctl(PR_SET_NAME, 8L));
    SHOW(prctl(PR_GET_NAME, 8L));
    SHOW(prctl(123456, 0, 0, 0, 0));
}

CASE(name_after_exec)
{
    MUST(symlink(abi_program, "show_name"));
    MUST(prctl(PR_SET_NAME, "before"));
    execl("./show_name", "anything", NULL);
    execl("./show_name", "show_name", NULL);
}

HELPER(anything)
{
    char name[17];

    MUST(prctl(PR_GET_NAME, name));
    say("name: %s", name);
    return 0;
}

CASE(death_signal_and_dumpable)
{
    int value = 77;

    SHOW(prctl(PR_SET_PDEATHSIG, SIGKILL));
    SHOW(prctl(PR_GET_PDEATHSIG, &value));
    VALUE(value);
    SHOW(prctl(PR_SET_PDEATHSIG, 65));
    SHOW(prctl(PR_GET_DUMPABLE));
}

/* Ids for files follow the effective ones, but not when a call changes nothing (Linux 5.16). */
CASE(ids_for_files_follow)
{
    MUST(setfsuid(7));
    SHOW(syscall(SYS_setresuid, -1, -1, -1));
    VALUE(setfsuid(-1));
    SHOW(syscall(SYS_setresuid, 0, -1, 0));
    VALUE(setfsuid(-1));
    SHOW(syscall(SYS_setresuid, -1, 0, -1));
    VALUE(setfsuid(-1));
    MUST(setfsuid(7));
    SHOW(syscall(SYS_setreuid, -1, -1));
    VALUE(setfsuid(-1));
    MUST(setfsuid(7));
    SHOW(syscall(SYS_setresuid, -1, -1, 5));
    VALUE(setfsuid(-1));
    MUST(setfsgid(7));
    SHOW(syscall(SYS_setresgid, -1, -1, -1));
    VALUE(setfsgid(-1));
    SHOW(syscall(SYS_setresgid, 0, 0, 0));
    VALUE(setfsgid(-1));
    MUST(setfsgid(7));
    SHOW(syscall(SYS_setregid, -1, -1));
    VALUE(setfsgid(-1));
}

/*
 * The boot story, top to bottom: from the loader's last jump to the first program.
 */
#include "arch/api/boot.h"
#include "arch/api/cpu.h"
#include "arch/api/smp.h"
#include "arch/api/upcalls.h"
#include "kernel/abi/errno.h"
#include "kernel/core/boot_info.h"
#include "kernel/core/clock.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/core/panic_hooks.h"
#include "kernel/drivers/serial.h"
#include "kernel/drivers/verdict.h"
#include "kernel/fs/devtmpfs.h"
#include "kernel/fs/initramfs.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/mm/hooks.h"
#include "kernel/mm/page.h"
#include "kernel/proc/task.h"
#include "kernel/sched/thread.h"
#include "kernel/self_test.h"

#define INIT_DEFAULT "/bin/init"
#define INIT_PATH_MAX 256
#define TERM_BYTES_MAX 64
#define INIT_ARGUMENTS_MAX 32

static uint64_t entry_ticks; /* when the kernel's first line ran */

static void kernel_init(void *unused);

/* CPU 0 arrives from boot/start.asm. */
void upcall_main(uint32_t magic, uint32_t info_phys)
{
    const char *error;

    percpu_boot_init();
    entry_ticks = cpu_ticks();
    serial_early_init();
    panic_verdict = verdict_write;

    error = boot_info_init(magic, info_phys);
    if (error) {
        pr_err("panic: boot: %s", error);
        verdict_write("panic");
        machine_halt();
    }
    arch_init_cpu();
    memory_init();
    arch_init_devices();
    clock_start();
    pr_info("Limen 6.1.0-limen, loaded by %s", boot_info.loader.loader_name);
    pr_info("command line: %s", boot_command_line);
    cpu_report();
    memory_report();

    sched_cpu_init(0);
    if (!thread_create_kernel(kernel_init, NULL, "kernel_init"))
        panic("no memory for the first thread");
    sched_idle();
}

/* Every other CPU arrives from arch/x86_64/secondary.asm. */
void upcall_secondary_cpu(void)
{
    sched_cpu_init(cpu_id());
    smp_cpu_is_up();
    sched_idle();
}

/* Unpacks the boot modules, each laid over what the earlier ones left, and gives back their RAM. */
static void modules_unpack(void)
{
    if (boot_info.module_count == 0)
        panic("no root file system: the loader gave no module");
    for (unsigned i = 0; i < boot_info.module_count; i++) {
        const struct memory_range *module = &boot_info.modules[i];

        if (initramfs_unpack(phys_to_virt(module->start), module->end - module->start) != 0)
            pr_err("module %u is not a good archive: what could be unpacked is there", i);
        page_free_range(module->start, module->end);
    }
}

/*
 * Starts process 1: init= names it, the words behind `--` are its arguments. TERM= goes to its
 * environment, as on Linux (man 7 bootparam).
 */
static void init_start(void)
{
    static char terminal[TERM_BYTES_MAX] = "TERM=linux";
    static const char *const environment[] = {"HOME=/", terminal, NULL};
    static char path[INIT_PATH_MAX], words[COMMAND_LINE_MAX];
    static const char *arguments[INIT_ARGUMENTS_MAX + 2];
    const char *cursor = cmdline_init_args(boot_command_line);
    size_t used = 0, count = 0;
    int error;

    error = cmdline_get(boot_command_line, "init", path, sizeof(path));
    if (error == -ENOENT || path[0] == '\0')
        strlcpy(path, INIT_DEFAULT, sizeof(path));
    else if (error < 0)
        panic("init=: the path is too long");

    if (cmdline_get(boot_command_line, "TERM", terminal + strlen("TERM="),
                    sizeof(terminal) - strlen("TERM=")) < 0)
        strlcpy(terminal, "TERM=linux", sizeof(terminal));

    arguments[count++] = path;
    while (count <= INIT_ARGUMENTS_MAX &&
           cmdline_next(&cursor, words + used, sizeof(words) - used) == 1) {
        arguments[count++] = words + used;
        used += strlen(words + used) + 1;
    }
    arguments[count] = NULL;

    error = process_start_init(path, arguments, environment);
    if (error)
        panic("cannot start %s: error %d", path, -error);
}

/* What needs a thread to run in: it may sleep. */
static void kernel_init(void *unused)
{
    uint64_t ticks;
    int error;

    (void)unused;
    pr_info("cpus: %u up", smp_start_cpus());
    init_calls_run();
    modules_unpack();
    error = devtmpfs_mount();
    if (error)
        pr_err("devtmpfs: cannot be mounted on /dev: error %d", -error);
    self_test_run();

    ticks = cpu_ticks() - entry_ticks;
    pr_info("init: after %llu ms, %llu ticks of the TSC (instructions with --icount)",
            (unsigned long long)(clock_monotonic_ns() / NSEC_PER_MSEC), (unsigned long long)ticks);
    init_start();
    thread_exit();
}
